"""The proband's family out of a pedigree and the samples of the VCF."""

from __future__ import annotations

from dataclasses import replace

from rareplan.errors import Fault
from rareplan.model.pedigree import Affection, Pedigree, Person, Sex
from rareplan.read.text_file import listed, nearest

Built = tuple[Pedigree | None, list[Fault], list[str]]


def _pick_proband(affected: list[Person], sequenced: set[str]) -> Person:
    """The affected, sequenced person with most sequenced parents; on a tie the first."""
    return max(
        affected,
        key=lambda p: sum(parent in sequenced for parent in (p.father, p.mother) if parent),
    )


def _meant(id_: str, known: tuple[str, ...]) -> str:
    near = nearest(id_, known)
    return f"Did you mean '{near}'? " if near else ""


def _no_proband(name: str, people: list[Person], samples: tuple[str, ...]) -> Fault:
    """Nobody is both affected and sequenced: say who is which."""
    has = f"The VCF has {listed(samples)}."
    affected = [p.id for p in people if p.affected]
    if not affected:
        action = "Write 2 (affected) in column 6 of the patient's line, or give --proband."
        return Fault(name, "no affected person", "the proband", action)
    found = f"no affected person with a sample in the VCF (affected: {listed(affected)})"
    action = f"{_meant(affected[0], samples)}{has} Rename in the PED, or check column 6."
    return Fault(name, found, "the proband", action)


def _unknown(name: str, wanted: str, people: list[Person]) -> Fault:
    ids = tuple(p.id for p in people)
    action = f"{_meant(wanted, ids)}The PED has {listed(ids)}. Check --proband and the case file."
    return Fault(name, f"no person '{wanted}'", "the proband", action)


def _choose(
    people: list[Person], samples: tuple[str, ...], wanted: str, name: str
) -> tuple[Person | None, list[Fault], list[str]]:
    """The proband, or why there is none; a notice when the choice was not the only one."""
    if wanted:
        chosen = next((p for p in people if p.id == wanted), None)
        return chosen, [] if chosen else [_unknown(name, wanted, people)], []
    affected = [p for p in people if p.affected and p.id in samples]
    if not affected:
        return None, [_no_proband(name, people, samples)], []
    families = sorted({p.family for p in affected})
    if len(families) > 1:
        found = f"affected people of {len(families)} families: {listed(families)}"
        fault = Fault(name, found, "one family", "Say who with --proband, or use 'cohort'.")
        return None, [fault], []
    chosen = _pick_proband(affected, set(samples))
    others = [p.id for p in affected if p.id != chosen.id]
    if not others:
        return chosen, [], []
    notice = (
        f"{len(affected)} affected people have a sample: '{chosen.id}' was taken as the proband, "
        f"beside {listed(others)}; --proband chooses another."
    )
    return chosen, [], [notice]


def _parent_rows(
    name: str, people: list[Person], family: list[Person], sequenced: set[str]
) -> list[Fault]:
    """Parents who are named, but whose own line is missing or in another family."""
    here = {p.id for p in family}
    elsewhere = {p.id: p.family for p in people if p.id not in here}
    faults = []
    for person in family:
        for role, id_ in (("father", person.father), ("mother", person.mother)):
            if not id_ or id_ in here:
                continue
            who = f"'{id_}', the {role} of '{person.id}'"
            if id_ in elsewhere:
                found = f"{who}, in family '{elsewhere[id_]}' instead of '{person.family}'"
                action = "Correct column 1."
                faults.append(Fault(name, found, "parents in the child's family", action))
            elif id_ in sequenced:
                found = f"{who}, with a sample but without a line"
                action = "Add the line with sex and phenotype."
                faults.append(Fault(name, found, "a line for each person", action))
    return faults


def _sample_faults(
    name: str, chosen: Person, family: list[Person], samples: tuple[str, ...], *, allowed: bool
) -> list[Fault]:
    """People of the family without a sample column."""
    faults = []
    has = f"The VCF has {listed(samples)}."
    free = tuple(s for s in samples if s not in {p.id for p in family})
    if chosen.id not in samples:
        found = f"proband '{chosen.id}' without a sample column"
        action = f"{_meant(chosen.id, free)}{has} Give the VCF that holds the proband, or rename."
        faults.append(Fault(name, found, "a sample of that name in the VCF", action))
    for person in family:
        if person.id in samples or person.id == chosen.id or allowed:
            continue
        found = f"'{person.id}' in the PED but not in the VCF"
        action = (
            f"{_meant(person.id, free)}{has} Rename, drop the line, or pass --allow-unsequenced."
        )
        faults.append(Fault(name, found, "a sample column for each person", action))
    return faults


def build_pedigree(
    people: list[Person],
    samples: tuple[str, ...],
    *,
    wanted: str = "",
    allow_unsequenced: bool = False,
    ped_name: str = "PED",
) -> Built:
    """The proband's family: pedigree, faults, notices. Without people a singleton is inferred."""
    if not people:
        return _inferred(samples, wanted)
    sequenced = set(samples)
    chosen, faults, notices = _choose(people, samples, wanted, ped_name)
    if chosen is None:
        return None, faults, []
    family = [p for p in people if p.family == chosen.family]
    faults = _parent_rows(ped_name, people, family, sequenced)
    faults += _sample_faults(ped_name, chosen, family, samples, allowed=allow_unsequenced)
    if faults:
        return None, faults, []
    if not chosen.affected:
        chosen_affected = replace(chosen, affection=Affection.AFFECTED)
        family = [chosen_affected if p.id == chosen.id else p for p in family]
        notices.append(
            f"The proband '{chosen.id}' is not marked affected in the PED; analysed as affected."
        )
    if chosen.sex is Sex.UNKNOWN:
        notices.append(f"The sex of the proband '{chosen.id}' is not given (PED, column 5).")
    left_out = [s for s in samples if s not in {p.id for p in family}]
    if left_out:
        notices.append(
            f"{len(left_out)} sample(s) of the VCF are not of the proband's family: "
            f"{listed(left_out)} not used."
        )
    present = frozenset(p.id for p in family if p.id in sequenced)
    return Pedigree(chosen.id, tuple(family), present), [], notices


def _inferred(samples: tuple[str, ...], wanted: str) -> Built:
    has = f"The VCF has {listed(samples)}."
    if wanted and wanted not in samples:
        found = f"'{wanted}', which is not in the VCF"
        action = f"{_meant(wanted, samples)}{has}"
        return None, [Fault("--proband", found, "a sample of the VCF", action)], []
    if not wanted and len(samples) != 1:
        found = f"{len(samples)} samples and no pedigree"
        action = f"Give --ped, or --proband to analyse one sample alone. {has}"
        return None, [Fault("VCF", found, "a PED file, or one sample", action)], []
    id_ = wanted or samples[0]
    person = Person(id=id_, family=id_, affection=Affection.AFFECTED)
    notice = "No pedigree given: the proband is analysed alone."
    if len(samples) > 1:
        notice += f" The other samples ({listed([s for s in samples if s != id_])}) are not used."
    return Pedigree(id_, (person,), frozenset({id_})), [], [notice]
