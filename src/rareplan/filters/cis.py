"""Do two alleles of the proband lie on one haplotype, and what shows it?"""

from __future__ import annotations

from typing import NamedTuple

from rareplan.config import Settings
from rareplan.filters.asking import Ask, GeneView, mendelian, question_of
from rareplan.filters.haplotypes import CIS, IN_CIS, IN_TRANS, TRANS
from rareplan.filters.observe import Family, Locus, locus_of, read_phase
from rareplan.model.genome import Assembly
from rareplan.model.inheritance import Mode
from rareplan.model.variant import AnnotatedVariant


class Cis(NamedTuple):
    """What shows that two alleles lie on one haplotype; ``certain`` False: it is only likely."""

    evidence: str
    certain: bool


def cis_of_neighbours(
    first: AnnotatedVariant,
    second: AnnotatedVariant,
    family: Family,
    assembly: Assembly,
    settings: Settings,
) -> Cis | None:
    """Whether two alleles a few bases apart lie on one haplotype; None when they do not.

    Phased calls come first, then a copy on every chromosome, then what the family's calls allow.
    Neighbours whose phase nothing tells count as likely: between them hardly anything recombines,
    and most such pairs arose together.
    """
    proband = family.pedigree.proband
    one, two = first.genotypes.get(proband.id), second.genotypes.get(proband.id)
    if one is None or two is None or not one.alt_count or not two.alt_count:
        return None
    for call in (one, two):
        if call.alt_count == len(call.haplotypes):
            alone = call.alt_count == 1
            return Cis("the only chromosome" if alone else "homozygous", certain=True)
    phase = read_phase(proband.id, first, second)
    if phase == TRANS:
        return None
    if phase == CIS:
        name = one.phase_set
        return Cis(f"phase set {name}" if name else "phased calls", certain=True)
    return _by_transmission(first, second, family, assembly, settings)


def _by_transmission(
    first: AnnotatedVariant,
    second: AnnotatedVariant,
    family: Family,
    assembly: Assembly,
    settings: Settings,
) -> Cis | None:
    locus = locus_of(first, assembly)
    view = GeneView("", (first, second), family, settings)
    ask = Ask(Mode.AR_COMPOUND, locus, 0, 1, recessive=True, arrangement=IN_TRANS)
    question = question_of(view, ask)
    can_trans = mendelian(question)
    can_cis = mendelian(question._replace(arrangement=IN_CIS))
    if can_cis and not can_trans:
        return Cis(f"both come from {_givers(view, locus)}", certain=True)
    if can_trans and not can_cis:
        return None
    if can_cis:
        return Cis(
            "phase not told by the file; neighbours are mostly on one haplotype", certain=False
        )
    fresh = len(view.parents()) == 2 and not any(
        view.observation(i, parent, locus).high for i in (0, 1) for parent in view.parents()
    )
    return Cis("both new in the child: most likely one event", certain=False) if fresh else None


def _givers(view: GeneView, locus: Locus) -> str:
    """The parents who can have given both."""
    givers = [
        view.called(parent.id)
        for parent in view.parents()
        if all(view.observation(i, parent, locus).high for i in (0, 1))
    ]
    return f"the {' or the '.join(givers)}" if givers else "one parent"
