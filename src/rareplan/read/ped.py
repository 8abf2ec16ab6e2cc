"""PED files: six columns, tabs or spaces, ``#`` comments and header lines allowed.

Codes as in PLINK: sex 1 male, 2 female, else unknown; phenotype 2 affected, 1 unaffected,
else unknown. Parents 0, -9 or . are not named.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from rareplan.errors import Fault
from rareplan.model.pedigree import Affection, Pedigree, Person, Sex

_SEX = {
    "1": Sex.MALE,
    "2": Sex.FEMALE,
    "m": Sex.MALE,
    "f": Sex.FEMALE,
    "male": Sex.MALE,
    "female": Sex.FEMALE,
}
_SEX_UNKNOWN = {"0", "-9", "other", "unknown", ".", "3", "u"}
_AFFECTION = {
    "2": Affection.AFFECTED,
    "1": Affection.UNAFFECTED,
    "affected": Affection.AFFECTED,
    "unaffected": Affection.UNAFFECTED,
}
_AFFECTION_UNKNOWN = {"0", "-9", ".", "unknown", "na"}
_NO_PARENT = {"0", "-9", ".", ""}
MAX_BYTES = 16 << 20


def _person(name: str, number: int, parts: list[str]) -> tuple[Person | None, list[Fault]]:
    where = f"{name} line {number}"
    if len(parts) < 6:
        return None, [
            Fault(
                where,
                f"{len(parts)} columns",
                "6: family, person, father, mother, sex, phenotype",
                "Add the missing columns.",
            )
        ]
    faults = []
    sex, affection = parts[4].lower(), parts[5].lower()
    if sex not in _SEX and sex not in _SEX_UNKNOWN:
        faults.append(
            Fault(where, f"sex '{parts[4][:20]}'", "1 (male), 2 (female) or 0", "Correct column 5.")
        )
    if affection not in _AFFECTION and affection not in _AFFECTION_UNKNOWN:
        faults.append(
            Fault(
                where,
                f"phenotype '{parts[5][:20]}'",
                "1 (unaffected), 2 (affected) or 0",
                "Correct column 6.",
            )
        )
    person = Person(
        id=parts[1],
        family=parts[0],
        father="" if parts[2] in _NO_PARENT else parts[2],
        mother="" if parts[3] in _NO_PARENT else parts[3],
        sex=_SEX.get(sex, Sex.UNKNOWN),
        affection=_AFFECTION.get(affection, Affection.UNKNOWN),
    )
    return person, faults


def _is_header(parts: list[str]) -> bool:
    joined = " ".join(parts[:6]).lower()
    return "paternal" in joined or "maternal" in joined or parts[0].lower() in {"family", "fid"}


def _relation_faults(name: str, people: list[Person]) -> list[Fault]:
    faults = []
    by_id = {p.id: p for p in people}
    if len(by_id) < len(people):
        faults.append(
            Fault(
                name, "a person id more than once", "one line a person", "Remove the double lines."
            )
        )
    for person in people:
        for role, id_, wrong in (
            ("father", person.father, Sex.FEMALE),
            ("mother", person.mother, Sex.MALE),
        ):
            parent = by_id.get(id_)
            if id_ and id_ == person.id:
                faults.append(
                    Fault(
                        name,
                        f"a person who is their own {role}",
                        "another person",
                        "Correct the id.",
                    )
                )
            elif parent is not None and parent.sex is wrong:
                faults.append(
                    Fault(
                        name,
                        f"a {role} whose sex is {wrong.value}",
                        "parents in the right columns",
                        "Swap columns 3 and 4, or correct column 5.",
                    )
                )
        if person.father and person.father == person.mother:
            faults.append(
                Fault(
                    name, "the same person as father and mother", "two parents", "Correct the ids."
                )
            )
    return faults + _loop_faults(name, by_id)


def _loop_faults(name: str, by_id: dict[str, Person]) -> list[Fault]:
    for start in by_id:
        seen, stack = set(), [start]
        while stack:
            person = by_id.get(stack.pop())
            for parent in (person.father, person.mother) if person else ():
                if parent == start and parent:
                    return [
                        Fault(
                            name,
                            "a person who is their own ancestor",
                            "a pedigree without loops in time",
                            "Correct the parent columns.",
                        )
                    ]
                if parent and parent not in seen:
                    seen.add(parent)
                    stack.append(parent)
    return []


def read_ped(path: Path) -> tuple[list[Person], list[Fault]]:
    """People of a PED file in file order, and every fault."""
    if not path.is_file():
        return [], [Fault(path.name, "no such file", "a PED file", "Check --ped.")]
    if path.stat().st_size > MAX_BYTES:
        return [], [Fault(path.name, "a file over 16 MB", "a PED file", "Is this the right file?")]
    try:
        text = path.read_text("utf-8-sig")
    except (UnicodeDecodeError, OSError):
        return [], [
            Fault(path.name, "bytes that are not text", "a PED file", "Is this the right file?")
        ]
    people: list[Person] = []
    faults: list[Fault] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        parts = [p.strip() for p in line.split("\t")] if "\t" in line else line.split()
        if not people and _is_header(parts):
            continue
        person, found = _person(path.name, number, parts)
        faults += found
        if person is not None:
            people.append(person)
    if not people and not faults:
        faults.append(
            Fault(path.name, "no person", "at least the proband", "Add the family's lines.")
        )
    return people, faults + _relation_faults(path.name, people)


def _pick_proband(people: list[Person], sequenced: set[str]) -> Person | None:
    """The affected, sequenced person with most sequenced parents; on a tie the first."""
    affected = [p for p in people if p.affected and p.id in sequenced]
    if not affected:
        return None
    return max(
        affected,
        key=lambda p: sum(parent in sequenced for parent in (p.father, p.mother) if parent),
    )


def build_pedigree(
    people: list[Person],
    samples: tuple[str, ...],
    *,
    wanted: str = "",
    allow_unsequenced: bool = False,
    ped_name: str = "PED",
) -> tuple[Pedigree | None, list[Fault], list[str]]:
    """The proband's family: pedigree, faults, notices. Without people a singleton is inferred."""
    sequenced = set(samples)
    if not people:
        return _inferred(samples, wanted)
    chosen = (
        next((p for p in people if p.id == wanted), None)
        if wanted
        else _pick_proband(people, sequenced)
    )
    if chosen is None:
        found = f"no person '{wanted}'" if wanted else "no affected person with a sample in the VCF"
        return (
            None,
            [Fault(ped_name, found, "the proband", "Check --proband and column 6 of the PED.")],
            [],
        )
    family = [p for p in people if p.family == chosen.family]
    faults = []
    if chosen.id not in sequenced:
        faults.append(
            Fault(
                ped_name,
                f"proband '{chosen.id}' without a sample column",
                "a sample of that name in the VCF",
                "Give the VCF that holds the proband, or rename.",
            )
        )
    absent = [p.id for p in family if p.id not in sequenced and p.id != chosen.id]
    if absent and not allow_unsequenced:
        faults += [
            Fault(
                ped_name,
                f"'{id_}' in the PED but not in the VCF",
                "a sample column for each person",
                "Add the sample, drop the line, or pass --allow-unsequenced.",
            )
            for id_ in absent
        ]
    if faults:
        return None, faults, []
    notices = []
    if not chosen.affected:
        chosen_affected = replace(chosen, affection=Affection.AFFECTED)
        family = [chosen_affected if p.id == chosen.id else p for p in family]
        notices.append("The proband is not marked affected in the PED; analysed as affected.")
    left_out = sequenced - {p.id for p in family}
    if left_out:
        notices.append(
            f"{len(left_out)} sample(s) of the VCF are not of the proband's family: not used."
        )
    present = frozenset(p.id for p in family if p.id in sequenced)
    return Pedigree(chosen.id, tuple(family), present), [], notices


def _inferred(
    samples: tuple[str, ...], wanted: str
) -> tuple[Pedigree | None, list[Fault], list[str]]:
    if wanted and wanted not in samples:
        return (
            None,
            [
                Fault(
                    "--proband",
                    f"'{wanted}', which is not in the VCF",
                    "a sample of the VCF",
                    f"The VCF has {len(samples)} sample(s).",
                )
            ],
            [],
        )
    if not wanted and len(samples) != 1:
        return (
            None,
            [
                Fault(
                    "VCF",
                    f"{len(samples)} samples and no pedigree",
                    "a PED file, or one sample",
                    "Give --ped, or --proband to analyse one sample alone.",
                )
            ],
            [],
        )
    id_ = wanted or samples[0]
    person = Person(id=id_, family=id_, affection=Affection.AFFECTED)
    notice = "No pedigree given: the proband is analysed alone."
    return Pedigree(id_, (person,), frozenset({id_})), [], [notice]
