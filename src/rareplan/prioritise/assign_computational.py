"""PP3, BP4 and BP7 from calibrated predictors.

REVEL, BayesDel (no AF), CADD and others: Pejaver et al. 2022 (PMID 36413997), table 2.
AlphaMissense: Bergquist et al. 2025 (PMID 40084623); its steps of three points have no strength of
their own here and count as moderate. SpliceAI: Walker et al. 2023 (PMID 37352859). One predictor
decides, in the fixed order below, as Pejaver et al. ask: choosing the most favourable of several
would bias.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rareplan.model.consequence import Consequence
from rareplan.model.evidence import EvidenceItem, Strength
from rareplan.prioritise.criteria import PEJAVER, WALKER, Criterion, met, not_assessed, not_met

BERGQUIST = "PMID 40084623"
_S, _M, _P, _V = Strength.STRONG, Strength.MODERATE, Strength.SUPPORTING, Strength.VERY_STRONG


@dataclass(frozen=True)
class Calibration:
    """Cut points of one predictor: ``damaging`` at or above, ``tolerated`` at or below."""

    name: str
    keys: tuple[str, ...]  # names in the VCF's INFO or the snapshot, lower case
    damaging: tuple[tuple[float, Strength], ...]  # strongest first
    tolerated: tuple[tuple[float, Strength], ...]
    source: str

    def strength(self, score: float) -> tuple[Strength | None, bool]:
        """(strength, is damaging); strength is None in the indeterminate interval."""
        for cut, strength in self.damaging:
            if score >= cut:
                return strength, True
        for cut, strength in self.tolerated:
            if score <= cut:
                return strength, False
        return None, False


MISSENSE_PREDICTORS = (
    Calibration(
        "REVEL", ("revel", "revel_score"),
        ((0.932, _S), (0.773, _M), (0.644, _P)),
        ((0.003, _V), (0.016, _S), (0.183, _M), (0.290, _P)), PEJAVER,
    ),
    Calibration(
        "AlphaMissense", ("alphamissense", "am_pathogenicity", "alphamissense_score"),
        ((0.990, _S), (0.906, _M), (0.792, _P)),
        ((0.099, _M), (0.169, _P)), BERGQUIST,  # no score reaches strong for benign
    ),
    Calibration(
        "BayesDel (no AF)", ("bayesdel", "bayesdel_noaf", "bayesdel_noaf_score"),
        ((0.50, _S), (0.27, _M), (0.13, _P)), ((-0.36, _M), (-0.18, _P)), PEJAVER,
    ),
    Calibration(
        "CADD", ("cadd", "cadd_phred"),
        ((28.1, _M), (25.3, _P)), ((0.15, _S), (17.3, _M), (22.7, _P)), PEJAVER,
    ),
)  # fmt: skip
_SPLICEAI = ("spliceai", "spliceai_max", "spliceai_ds_max", "ds_max")
SPLICE_DAMAGING, SPLICE_TOLERATED = 0.2, 0.1
_SILENT = {
    "synonymous_variant",
    "intron_variant",
    "stop_retained_variant",
    "start_retained_variant",
}
_NEAR_SPLICE = {"splice_donor_variant", "splice_acceptor_variant"}


def pick(scores: Mapping[str, float], keys: tuple[str, ...]) -> float | None:
    """A score by any of its names, whatever the case."""
    lower = {name.lower(): value for name, value in scores.items()}
    return next((lower[key] for key in keys if key in lower), None)


def assign_computational(
    scores: Mapping[str, float], consequence: Consequence
) -> list[EvidenceItem]:
    """PP3, BP4, BP7 of one variant."""
    splice = pick(scores, _SPLICEAI)
    if splice is not None and splice >= SPLICE_DAMAGING:
        fact = f"SpliceAI {splice:g}"
        return [
            met(Criterion.PP3, fact, f">= {SPLICE_DAMAGING:g}", source=WALKER),
            not_met(Criterion.BP4, fact),
            not_met(Criterion.BP7, fact),
        ]
    if "missense_variant" in consequence.terms:
        return [*_missense(scores), not_met(Criterion.BP7, "missense is not silent")]
    if not consequence.resolved:
        why = "effect on the protein unknown without the transcript's sequence"
        return [not_assessed(c, why) for c in (Criterion.PP3, Criterion.BP4, Criterion.BP7)]
    return _silent(splice, consequence)


def _missense(scores: Mapping[str, float]) -> list[EvidenceItem]:
    for tool in MISSENSE_PREDICTORS:
        score = pick(scores, tool.keys)
        if score is None:
            continue
        strength, damaging = tool.strength(score)
        fact = f"{tool.name} {score:g}"
        yes, no = (Criterion.PP3, Criterion.BP4) if damaging else (Criterion.BP4, Criterion.PP3)
        cuts = tool.damaging if damaging else tool.tolerated
        if strength is None:
            return [not_met(c, f"{fact}: indeterminate") for c in (Criterion.PP3, Criterion.BP4)]
        cut = next(c for c, s in cuts if s is strength)
        sign = ">=" if damaging else "<="
        hit = met(yes, fact, f"{sign} {cut:g}", strength=strength, source=tool.source)
        miss = not_met(no, fact)
        return [hit, miss] if damaging else [miss, hit]
    why = "no calibrated score (REVEL, AlphaMissense, BayesDel, CADD) in the VCF or the snapshot"
    return [not_assessed(c, why) for c in (Criterion.PP3, Criterion.BP4)]


def _silent(splice: float | None, consequence: Consequence) -> list[EvidenceItem]:
    if not set(consequence.terms) & _SILENT or set(consequence.terms) & _NEAR_SPLICE:
        why = f"no calibrated predictor for {consequence.term}"
        return [
            not_assessed(Criterion.PP3, why),
            not_assessed(Criterion.BP4, why),
            not_met(Criterion.BP7, f"{consequence.term} is not silent"),
        ]
    if splice is None:
        why = "no SpliceAI score in the VCF or the snapshot"
        return [not_assessed(c, why) for c in (Criterion.PP3, Criterion.BP4, Criterion.BP7)]
    fact = f"SpliceAI {splice:g}"
    low = splice <= SPLICE_TOLERATED
    items = [not_met(Criterion.PP3, fact, f">= {SPLICE_DAMAGING:g}")]
    limit = f"<= {SPLICE_TOLERATED:g}"
    items.append(
        met(Criterion.BP4, fact, limit, source=WALKER) if low else not_met(Criterion.BP4, fact)
    )
    items.append(_bp7(consequence, fact, low=low))
    return items


def _bp7(consequence: Consequence, fact: str, *, low: bool) -> EvidenceItem:
    """Silent, or intronic at or beyond +7 / -21 (Walker 2023), with BP4 met."""
    wanted = "silent, or intronic at or beyond +7/-21; and SpliceAI <= 0.1"
    distance = consequence.splice_distance
    if "intron_variant" in consequence.terms:
        if distance is None:
            return not_assessed(Criterion.BP7, "distance to the exon not known")
        nearest = 7 if _donor_side(consequence) else 21
        if abs(distance) < nearest:
            return not_met(Criterion.BP7, f"{abs(distance)} bases into the intron", wanted)
    return met(Criterion.BP7, fact, wanted) if low else not_met(Criterion.BP7, fact, wanted)


def _donor_side(consequence: Consequence) -> bool:
    """``c.123+7A>G`` is on the donor side; unknown counts as the stricter acceptor side."""
    name = consequence.hgvs_c.rsplit(":", 1)[-1]
    return "+" in name


def predictor_points(scores: Mapping[str, float], consequence: Consequence) -> tuple[int, str]:
    """Signed points of PP3, BP4 and BP7 together, for the posterior."""
    if not scores:
        return 0, ""
    hits = [i for i in assign_computational(scores, consequence) if i.points]
    return sum(i.points for i in hits), "; ".join(f"{i.label}: {i.fact}" for i in hits)
