"""PED files: six columns, tabs or spaces, ``#`` comments and header lines allowed.

Codes as in PLINK: sex 1 male, 2 female, else unknown; phenotype 2 affected, 1 unaffected,
else unknown. Parents 0, -9, NA or . are not named.
"""

from __future__ import annotations

from pathlib import Path

from rareplan.errors import Fault
from rareplan.model.pedigree import Affection, Person, Sex
from rareplan.read.text_file import read_text

_SEX = {
    "1": Sex.MALE,
    "2": Sex.FEMALE,
    "m": Sex.MALE,
    "f": Sex.FEMALE,
    "male": Sex.MALE,
    "female": Sex.FEMALE,
}
_SEX_UNKNOWN = {"0", "-9", "other", "unknown", ".", "3", "u", "na"}
_AFFECTION = {
    "2": Affection.AFFECTED,
    "1": Affection.UNAFFECTED,
    "affected": Affection.AFFECTED,
    "unaffected": Affection.UNAFFECTED,
}
_AFFECTION_UNKNOWN = {"0", "-9", ".", "unknown", "na"}
_NO_PARENT = {"0", "-9", ".", "", "na", "n/a", "none", "unknown"}
_COLUMNS = "6: family, person, father, mother, sex, phenotype"
MAX_BYTES = 16 << 20


def _short(where: str, line: str, parts: list[str]) -> Fault:
    """A line with fewer than six columns, and the likely cause."""
    for letter, name in ((",", "commas"), (";", "semicolons")):
        if line.count(letter) >= 5 and "\t" not in line:
            return Fault(where, f"columns parted by {name}", "tabs", "Save it with tabs.")
    many = "column" if len(parts) == 1 else "columns"
    return Fault(where, f"{len(parts)} {many}", _COLUMNS, "Add the missing columns.")


def _person(where: str, line: str, parts: list[str]) -> tuple[Person | None, list[Fault]]:
    if len(parts) < 6:
        return None, [_short(where, line, parts)]
    faults = []
    sex, affection = parts[4].lower(), parts[5].lower()
    spaced = len(parts) > 6 and "\t" not in line
    hint = " A name with a space needs tabs between the columns." if spaced else ""
    if sex not in _SEX and sex not in _SEX_UNKNOWN:
        action = f"Correct column 5.{hint}"
        faults.append(Fault(where, f"sex '{parts[4][:20]}'", "1 (male), 2 (female) or 0", action))
    if affection not in _AFFECTION and affection not in _AFFECTION_UNKNOWN:
        found = f"phenotype '{parts[5][:20]}'"
        action = f"Correct column 6.{hint}"
        faults.append(Fault(where, found, "1 (unaffected), 2 (affected) or 0", action))
    if not parts[1] or parts[1] in {"0", "."}:
        faults.append(Fault(where, "no person id", _COLUMNS, "Fill in column 2."))
    person = Person(
        id=parts[1],
        family=parts[0],
        father="" if parts[2].lower() in _NO_PARENT else parts[2],
        mother="" if parts[3].lower() in _NO_PARENT else parts[3],
        sex=_SEX.get(sex, Sex.UNKNOWN),
        affection=_AFFECTION.get(affection, Affection.UNKNOWN),
    )
    return person, faults


def _is_header(parts: list[str]) -> bool:
    joined = " ".join(parts[:6]).lower()
    return "paternal" in joined or "maternal" in joined or parts[0].lower() in {"family", "fid"}


def _relation_faults(name: str, people: list[tuple[int, Person]]) -> list[Fault]:
    faults = []
    by_id: dict[str, Person] = {}
    for number, person in people:
        where = f"{name} line {number}"
        if person.id in by_id:
            found = f"person '{person.id}' a second time"
            faults.append(Fault(where, found, "one line a person", "Remove the double line."))
        by_id.setdefault(person.id, person)
    for number, person in people:
        faults += _parent_faults(f"{name} line {number}", person, by_id)
    return faults + _loop_faults(name, by_id)


def _parent_faults(where: str, person: Person, by_id: dict[str, Person]) -> list[Fault]:
    faults = []
    for role, id_, wrong in (
        ("father", person.father, Sex.FEMALE),
        ("mother", person.mother, Sex.MALE),
    ):
        parent = by_id.get(id_)
        if id_ and id_ == person.id:
            found = f"'{id_}' as their own {role}"
            faults.append(Fault(where, found, "another person", "Correct the id."))
        elif parent is not None and parent.sex is wrong:
            found = f"'{id_}' as {role}, whose sex is {wrong.value}"
            action = "Swap columns 3 and 4, or correct column 5."
            faults.append(Fault(where, found, "parents in the right columns", action))
    if person.father and person.father == person.mother:
        found = f"'{person.father}' as father and mother"
        faults.append(Fault(where, found, "two parents", "Correct the ids."))
    return faults


def _loop_faults(name: str, by_id: dict[str, Person]) -> list[Fault]:
    for start in by_id:
        seen, stack = set(), [start]
        while stack:
            person = by_id.get(stack.pop())
            for parent in (person.father, person.mother) if person else ():
                if parent == start and parent:
                    found = f"'{start}', who is their own ancestor"
                    action = "Correct the parent columns."
                    return [Fault(name, found, "a pedigree without loops in time", action)]
                if parent and parent not in seen:
                    seen.add(parent)
                    stack.append(parent)
    return []


def read_ped(path: Path) -> tuple[list[Person], list[Fault]]:
    """People of a PED file in file order, and every fault."""
    text, faults = read_text(path, "a PED file", "--ped", MAX_BYTES)
    if faults:
        return [], faults
    name = path.name
    if text.startswith("##fileformat="):
        return [], [Fault(name, "a VCF", "a PED file", "Give the pedigree as --ped.")]
    people: list[tuple[int, Person]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        parts = [p.strip() for p in line.split("\t")] if "\t" in line else line.split()
        if not people and _is_header(parts):
            continue
        person, found = _person(f"{name} line {number}", line, parts)
        faults += found
        if person is not None:
            people.append((number, person))
    if not people and not faults:
        faults.append(Fault(name, "no person", "at least the proband", "Add the family's lines."))
    return [person for _, person in people], faults + _relation_faults(name, people)
