"""Loci that come from one parent alone: the Y from the father, mtDNA from the mother."""

from __future__ import annotations

from rareplan.filters.asking import Ask, GeneView, result, too_common
from rareplan.filters.denovo import judge_new
from rareplan.filters.observe import Locus
from rareplan.model.inheritance import Mode, Segregation, Verdict
from rareplan.model.pedigree import Affection, Person, Sex


def y_modes(view: GeneView, index: int) -> list[Segregation]:
    """Father to son; every carrying male affected, every affected male carrying."""
    ask = Ask(Mode.Y, Locus.Y, index)
    return [_y(view, ask)]


def _y(view: GeneView, ask: Ask) -> Segregation:
    if view.proband.sex is Sex.FEMALE:
        reason = "a call on the Y of a girl: sex or mapping is wrong"
        return result(view, ask, Verdict.EXCLUDED, reason, excluded_by="proband")
    if common := too_common(view, ask):
        return result(view, ask, Verdict.EXCLUDED, common, excluded_by="frequency")
    for man in _y_line(view):
        seen = view.observation(ask.first, man, Locus.Y)
        name = view.called(man.id)
        if seen.carrier and man.affection is Affection.UNAFFECTED:
            reason = f"{name} is unaffected but carries it"
            return result(view, ask, Verdict.EXCLUDED, reason, excluded_by=name)
        if seen.reference and seen.seen and man.affected:
            reason = f"{name} is affected but does not carry it"
            return result(view, ask, Verdict.EXCLUDED, reason, excluded_by=name)
    return _y_from_father(view, ask)


def _y_line(view: GeneView) -> list[Person]:
    """Sequenced males who share the proband's Y: ancestors and descendants through males."""
    pedigree = view.family.pedigree

    def root(person: Person | None) -> str:
        last = ""
        while person is not None:
            last, person = person.id, pedigree.person(person.father) if person.father else None
        return last

    mine = root(view.proband)
    return [p for p in view.family.relatives if p.sex is Sex.MALE and root(p) == mine]


def _y_from_father(view: GeneView, ask: Ask) -> Segregation:
    father = view.parent("father")
    seen = view.observation(ask.first, father, Locus.Y) if father else None
    if father is None or seen is None or not seen.seen:
        reason = "father not sequenced or not called: inherited or new cannot be told"
        return result(view, ask, Verdict.ASSUMED, reason)
    if seen.reference:
        variant = view.variants[ask.first]
        evidence = judge_new(
            variant.genotypes[view.proband.id],
            {"father": variant.genotypes[father.id]},
            view.settings.de_novo,
        )
        return result(
            view, ask, evidence.verdict, evidence.reason, flags=("de novo", *evidence.flags)
        )
    if seen.carrier and father.affected:
        return result(view, ask, Verdict.CONSISTENT, "shared with the affected father")
    return result(view, ask, Verdict.ASSUMED, "whether the father is affected is not known")


def heteroplasmy(view: GeneView, index: int, person: Person) -> float | None:
    """Share of mtDNA with the allele, from reads; 1 or 0 from a plain call without reads."""
    genotype = view.variants[index].genotypes.get(person.id)
    if genotype is None or not any(h >= 0 for h in genotype.haplotypes):
        return None
    if genotype.allele_balance is not None:
        return genotype.allele_balance
    called = [h for h in genotype.haplotypes if h >= 0]
    copies = called.count(1)
    return float(copies) if copies in {0, len(called)} and copies <= 1 else copies / len(called)


def mitochondrial_modes(view: GeneView, index: int) -> list[Segregation]:
    """Maternal transmission with heteroplasmy; the father's mtDNA says nothing."""
    return [_mt(view, Ask(Mode.MT, Locus.MT, index))]


def _mt(view: GeneView, ask: Ask) -> Segregation:
    limits = view.settings.segregation
    level = heteroplasmy(view, ask.first, view.proband) or 0.0
    told = f"heteroplasmy {level:.0%}"
    if common := too_common(view, ask):
        return result(view, ask, Verdict.EXCLUDED, common, excluded_by="frequency")
    if level < limits.mt_min_heteroplasmy:
        reason = f"{told}, below {limits.mt_min_heteroplasmy:.0%}"
        return result(view, ask, Verdict.EXCLUDED, reason, excluded_by="proband")
    for person in _maternal_line(view):
        seen = heteroplasmy(view, ask.first, person)
        name = view.called(person.id)
        if seen is None:
            continue
        if person.affected and seen < limits.mt_min_heteroplasmy:
            reason = f"{name} is affected but does not carry it"
            return result(view, ask, Verdict.EXCLUDED, reason, excluded_by=name)
        above = seen >= max(limits.mt_threshold, level)
        if person.affection is Affection.UNAFFECTED and above:
            return _unaffected_above(view, ask, name, seen)
    return _mt_fits(view, ask, level, told)


def _unaffected_above(view: GeneView, ask: Ask, name: str, seen: float) -> Segregation:
    reason = f"{name} is unaffected with {seen:.0%}"
    if view.reduced_penetrance or view.variants[ask.first].exempt:
        return result(
            view, ask, Verdict.ASSUMED, f"only with incomplete penetrance: {reason}",
            flags=("incomplete penetrance",),
        )  # fmt: skip
    return result(view, ask, Verdict.EXCLUDED, reason, excluded_by=name)


def _mt_fits(view: GeneView, ask: Ask, level: float, told: str) -> Segregation:
    limits = view.settings.segregation
    if level < limits.mt_threshold:
        reason = f"{told}, below the usual threshold of {limits.mt_threshold:.0%}: other tissues?"
        return result(view, ask, Verdict.ASSUMED, reason, flags=("low heteroplasmy",))
    mother = view.parent("mother")
    hers = heteroplasmy(view, ask.first, mother) if mother else None
    if hers is None:
        return result(view, ask, Verdict.ASSUMED, f"{told}; mother not sequenced or not called")
    if hers < limits.mt_min_heteroplasmy:
        return result(
            view, ask, Verdict.CONSISTENT, f"{told}; mother {hers:.0%}", flags=("de novo",)
        )
    return result(view, ask, Verdict.CONSISTENT, f"{told}; mother {hers:.0%}")


def _maternal_line(view: GeneView) -> list[Person]:
    """Sequenced people with the proband's mtDNA: same last known woman of the female line."""
    pedigree = view.family.pedigree

    def root(person: Person | None) -> str:
        last = ""
        while person is not None:
            last, person = person.id, pedigree.person(person.mother) if person.mother else None
        return last

    mine = root(view.proband)
    return [p for p in view.family.relatives if root(p) == mine]
