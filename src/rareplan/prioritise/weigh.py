"""The weight of one hypothesis: gene x mode x variants, as printed log factors.

Natural logarithms throughout. Nothing is weighed twice: frequency, ClinVar, consequence and
neighbourhood enter once through the variant's kind (:mod:`background`); predictors and supplied
evidence through points, 350^(points/8) (Tavtigian 2018, PMID 29300386); phenotype through the
disease posterior; family through phase, de novo and shared meioses. PP4, PM2, PVS1, PM3 and PS2
describe the same observations for the class and are not used here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from rareplan.config import Posterior
from rareplan.model.inheritance import Mode, Segregation, Verdict
from rareplan.model.result import Factor
from rareplan.prioritise.background import Background, Kind
from rareplan.prioritise.gene_facts import DiseaseFacts, GeneFacts

LN_ODDS_PER_POINT = math.log(350.0) / 8.0
_DOMINANT = {Mode.AD, Mode.AD_DE_NOVO}
_RECESSIVE = {Mode.AR_HOM, Mode.AR_COMPOUND, Mode.AR_HEMI_DELETION}
_X = {Mode.XLD, Mode.XLR, Mode.XL_DE_NOVO}


@dataclass(frozen=True)
class WeighedVariant:
    """What the weight needs of one variant."""

    text: str
    kind: Kind
    pos38: int | None = None
    points: int = 0  # predictors and supplied evidence, in ACMG points
    points_detail: str = ""


def mode_fit(mode: Mode, disease: DiseaseFacts, settings: Posterior) -> float:
    """P(mode | disease), by the disease's known inheritance.

    A disease of unknown inheritance takes the modes of the gene's other diseases; without any
    it spreads evenly over dominant, recessive and X-linked.
    """
    known = disease.inheritance or disease.assumed
    if not known:
        return settings.mode_unknown
    fits = 0.0
    if mode in _DOMINANT:
        fits = float("AD" in known)
    elif mode in _RECESSIVE:
        fits = float("AR" in known)
    elif mode in _X:
        fits = _x_fit(mode, known, settings)
    elif mode is Mode.MT:
        fits = float("MT" in known)
    elif mode is Mode.Y:
        fits = float("Y" in known)
    families = len({"X" if k.startswith("X") else k for k in known})
    return max(fits / families, settings.mode_mismatch)


def _x_fit(mode: Mode, known: frozenset[str], settings: Posterior) -> float:
    if mode is Mode.XLR:
        return float(bool(known & {"XL", "XLR", "XLD"}))
    if known & {"XL", "XLD"}:
        return 1.0
    return settings.manifesting_carrier if "XLR" in known else 0.0


def variant_factors(
    seg: Segregation,
    chosen: tuple[WeighedVariant, ...],
    gene: GeneFacts,
    background: Background,
) -> list[Factor]:
    """Variant evidence and family evidence of one hypothesis."""
    s = background.settings
    recessive = seg.mode in _RECESSIVE
    rates = [_rate(seg, v, gene, background, len(chosen)) for v in chosen]
    factors = []
    for variant, rate in zip(chosen, rates, strict=True):
        share = background.causal_share(variant.kind, gene, recessive=recessive)
        factors.append(
            Factor(
                name=f"variant {variant.text}",
                log_lr=s.variant_weight * math.log(share / rate),
                detail=(
                    f"{variant.kind.effect}, frequency {variant.kind.frequency}: "
                    f"{share:.3g} of causal variants; {rate:.3g} expected by chance in "
                    f"{gene.gene}; log weighted by {s.variant_weight:g}"
                ),
            )
        )
        beside = background.neighbourhood(variant.pos38, variant.kind, gene)
        if beside != 1.0:
            factors.append(
                Factor(
                    name=f"neighbourhood {variant.text}",
                    log_lr=s.variant_weight * math.log(beside),
                    detail=f"{'within' if beside > 1 else 'not within'} 2 bases of a ClinVar "
                    "P/LP missense variant",
                )
            )
        if variant.points:
            factors.append(
                Factor(
                    name=f"evidence {variant.text}",
                    log_lr=variant.points * LN_ODDS_PER_POINT,
                    detail=variant.points_detail,
                )
            )
    if len(chosen) == 2:
        fast = max(rates)
        factors.append(
            Factor(
                name="pair",
                log_lr=s.variant_weight * math.log(fast / (fast + s.pair_clustering)),
                detail="two variants in one gene cluster: they often share a haplotype",
            )
        )
        factors += _close_pair(seg, chosen, s)
    if seg.mode is Mode.XLR and chosen[0].kind.copies == 1:
        factors.append(
            Factor(
                name="one copy of two",
                log_lr=math.log(s.manifesting_carrier),
                detail="heterozygous for an X-linked recessive disease",
            )
        )
    if seg.mode in {Mode.AR_HOM, Mode.AR_COMPOUND}:
        factors.append(
            Factor(
                name="recessive form",
                log_lr=math.log(s.homozygous if seg.mode is Mode.AR_HOM else 2 - 2 * s.homozygous),
                detail=f"{s.homozygous:g} of recessive patients are homozygous; a pair can be "
                "assigned in two ways",
            )
        )
    factors.append(_family(seg))
    return factors


def _close_pair(
    seg: Segregation, chosen: tuple[WeighedVariant, ...], settings: Posterior
) -> list[Factor]:
    """Two calls side by side are mostly one event, on one chromosome."""
    places = [v.pos38 for v in chosen]
    if seg.verdict is Verdict.PROVED or None in places:
        return []
    apart = abs((places[0] or 0) - (places[1] or 0))
    if apart > settings.close_pair:
        return []
    return [
        Factor(
            name="close pair",
            log_lr=math.log(settings.close_pair_in_trans),
            detail=f"{apart} bases apart and not phased: probably in cis",
        )
    ]


def _rate(
    seg: Segregation, variant: WeighedVariant, gene: GeneFacts, background: Background, own: int
) -> float:
    s = background.settings
    if seg.mode in {Mode.AD_DE_NOVO, Mode.XL_DE_NOVO} and seg.verdict is Verdict.PROVED:
        length = max(gene.cds_length or gene.exon_length, s.shortest_gene)
        ordinary = background.rate(variant.kind, gene, own)
        return min(s.de_novo_per_exome * length / background.total, ordinary)
    if seg.mode is Mode.XLR:
        return background.hemizygous_rate(variant.kind, gene)
    return background.rate(variant.kind, gene, own)


def _family(seg: Segregation) -> Factor:
    """Phase and shared meioses: what a chance variant would show with probability 1/2 each."""
    meioses = min(seg.informative_meioses, 5)  # Jarvik and Browning 2016: 1/32 is strong
    halves = float(meioses)
    if seg.mode is Mode.AR_COMPOUND and seg.verdict is Verdict.PROVED:
        halves += 1.0
    return Factor(
        name="segregation",
        log_lr=halves * math.log(2.0),
        detail=f"{seg.verdict.value}: {seg.reason}".strip(": "),
    )


def total(factors: list[Factor]) -> float:
    """Sum of the logs."""
    return math.fsum(f.log_lr for f in factors)
