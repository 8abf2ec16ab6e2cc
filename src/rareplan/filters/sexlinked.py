"""X-linked modes of one variant outside the pseudoautosomal regions."""

from __future__ import annotations

from dataclasses import replace

from rareplan.filters.asking import (
    Ask,
    GeneView,
    mendelian,
    question_of,
    result,
    too_common,
)
from rareplan.filters.autosomal import dominant_modes, homozygous_modes, missing_text
from rareplan.filters.blame import why_not
from rareplan.filters.haplotypes import feasible
from rareplan.filters.observe import Locus
from rareplan.model.inheritance import Mode, Segregation, Verdict
from rareplan.model.pedigree import Sex


def x_modes(view: GeneView, index: int) -> list[Segregation]:
    """XL recessive, XL dominant and XL de novo, by the sex of the proband."""
    seen = view.observation(index, view.proband, Locus.X)
    if view.proband.sex is Sex.MALE:
        found = _in_a_boy(view, index)
        flag = "heterozygous call on a male's X" if seen.odd else ""
    elif seen.low == 2 or (view.proband.sex is Sex.UNKNOWN and _single_or_double(view, index)):
        found = homozygous_modes(view, index, Locus.X)
        flag = ""
    else:
        found = [*dominant_modes(view, index, Locus.X), _girl_with_one_copy(view, index)]
        flag = ""
    if view.proband.sex is Sex.UNKNOWN:
        flag = "sex of the proband not known"
    return [_doubted(s, flag) for s in found] if flag else found


def _single_or_double(view: GeneView, index: int) -> bool:
    haplotypes = view.variants[index].genotypes[view.proband.id].haplotypes
    return set(haplotypes) == {1}


def _doubted(found: Segregation, flag: str) -> Segregation:
    """A verdict that rests on a doubtful call or sex is at most ASSUMED."""
    weaker = {Verdict.PROVED: Verdict.ASSUMED, Verdict.CONSISTENT: Verdict.ASSUMED}
    return replace(
        found,
        verdict=weaker.get(found.verdict, found.verdict),
        reason=f"{found.reason}; {flag}",
        flags=(*found.flags, flag),
    )


def _in_a_boy(view: GeneView, index: int) -> list[Segregation]:
    found = [_recessive(view, index)]
    women = any(
        p.sex is not Sex.MALE and p.affected and view.observation(index, p, Locus.X).seen
        for p in view.family.relatives
    )
    dominant = dominant_modes(view, index, Locus.X)
    return [*found, *(s for s in dominant if s.mode is Mode.XL_DE_NOVO or women)]


def _recessive(view: GeneView, index: int) -> Segregation:
    ask = Ask(Mode.XLR, Locus.X, index, recessive=True)
    if common := too_common(view, ask):
        return result(view, ask, Verdict.EXCLUDED, common, excluded_by="frequency")
    question = question_of(view, ask)
    if not feasible(question):
        if not mendelian(question):
            reason = "the mother does not carry it: not inherited (see de novo)"
            return result(view, ask, Verdict.EXCLUDED, reason, excluded_by="mother")
        excluded_by, reason = why_not(view, ask, question)
        return result(view, ask, Verdict.EXCLUDED, reason, excluded_by=excluded_by)
    mother = view.parent("mother")
    if mother is not None and view.observation(index, mother, Locus.X).carrier:
        reason = "on the son's only X, from his mother"
        return result(view, ask, Verdict.PROVED, reason, phase="hemizygous")
    reason = missing_text(view, ask, "inherited or new")
    return result(view, ask, Verdict.ASSUMED, reason, phase="hemizygous")


def _girl_with_one_copy(view: GeneView, index: int) -> Segregation:
    ask = Ask(Mode.XLR, Locus.X, index, recessive=True)
    reason = "a girl with one copy of a recessive allele is a carrier"
    return result(view, ask, Verdict.EXCLUDED, reason, excluded_by="proband")
