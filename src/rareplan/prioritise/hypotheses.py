"""All hypotheses of a case, weighed, and gathered by gene and mode."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rareplan.config import Posterior
from rareplan.model.case import Case
from rareplan.model.inheritance import Mode, Segregation, Verdict
from rareplan.model.result import Factor
from rareplan.model.variant import AnnotatedVariant
from rareplan.prioritise.background import Background, Kind, effect_of, frequency_bin
from rareplan.prioritise.gene_index import GeneIndex
from rareplan.prioritise.posterior import JointPhenotype, disease_factors
from rareplan.prioritise.view import zygosity_of
from rareplan.prioritise.weigh import WeighedVariant, total, variant_factors

Points = Callable[[AnnotatedVariant, str], tuple[int, str]]
"""Points of predictors and supplied evidence for (variant, gene), with the words for them."""


@dataclass(frozen=True)
class Weighed:
    """One gene with one mode: its best variants, and the weight of all that fit the mode."""

    segregation: Segregation
    disease: str  # id of the gene's best disease for this mode
    factors: tuple[Factor, ...]  # without the normalisation
    log_weight: float


def kinds_of(
    variants: Sequence[AnnotatedVariant], case: Case, settings: Posterior
) -> dict[tuple[int, str], Kind]:
    """Kind of each (variant, gene) pair."""
    kinds = {}
    for place, variant in enumerate(variants):
        copies = 1 if zygosity_of(variant, case) == "heterozygous" else 2
        frequency = frequency_bin(variant, settings)
        for consequence in variant.consequences:
            key = (place, consequence.gene)
            if key not in kinds:
                kinds[key] = Kind(effect_of(variant, consequence), frequency, copies)
    return kinds


def background_of(
    kinds: dict[tuple[int, str], Kind], total_cds: int, settings: Posterior
) -> Background:
    """Rates from the case's own surviving variants."""
    return Background(((gene, kind) for (_, gene), kind in kinds.items()), total_cds, settings)


def weigh_all(
    variants: Sequence[AnnotatedVariant],
    segregations: Sequence[Segregation],
    kinds: dict[tuple[int, str], Kind],
    background: Background,
    phenotype: JointPhenotype,
    index: GeneIndex,
    points: Points,
) -> list[Weighed]:
    """Every gene x mode that the family does not exclude, best first."""
    grouped: defaultdict[tuple[str, Mode], list[Segregation]] = defaultdict(list)
    for seg in segregations:
        if seg.verdict is not Verdict.EXCLUDED and seg.variants:
            grouped[seg.gene, seg.mode].append(seg)
    found = []
    for (symbol, mode), group in grouped.items():
        gene = index.get(symbol)
        shared, disease = disease_factors(
            gene, mode, phenotype, background.settings, background.miss
        )
        if not shared:
            continue
        scored = []
        for seg in group:
            chosen = tuple(
                _weighed(variants[i], symbol, kinds[i, symbol], points)
                for i in seg.variants
                if (i, symbol) in kinds
            )
            if len(chosen) == len(seg.variants):
                factors = variant_factors(seg, chosen, gene, background)
                scored.append((total(factors), seg, factors))
        if scored:
            found.append(_gather(scored, shared, disease))
    return sorted(
        found, key=lambda w: (-w.log_weight, w.segregation.gene, w.segregation.mode.value)
    )


def _weighed(variant: AnnotatedVariant, symbol: str, kind: Kind, points: Points) -> WeighedVariant:
    score, detail = points(variant, symbol)
    pos38 = variant.key38.pos if variant.key38 else None
    return WeighedVariant(variant.key.text, kind, pos38, score, detail)


def _gather(
    scored: list[tuple[float, Segregation, list[Factor]]], shared: list[Factor], disease: str
) -> Weighed:
    """Sum the alternatives of one gene and mode onto the best of them."""
    scored.sort(key=lambda item: (-item[0], item[1].variants))
    best, seg, factors = scored[0]
    factors = [*shared, *factors]
    if len(scored) > 1:
        gain = math.log(math.fsum(math.exp(score - best) for score, _, _ in scored))
        factors.append(
            Factor(
                name="alternatives",
                log_lr=gain,
                detail=f"{len(scored) - 1} other choice(s) of variants in the gene fit the mode",
            )
        )
    return Weighed(seg, disease, tuple(factors), total(factors))
