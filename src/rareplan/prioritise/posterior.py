"""From hypotheses to probabilities, with room for "none of these".

For a disease d with phenotype posterior p(d) (the ranker's, which already has "no disease of the
catalogue" in it), the patient's variant is either among the candidates (1 - miss) or was missed
(miss: deep intronic, copy number, not covered, filtered). A candidate competes with every other
candidate and with its own disease "missed", so a perfect phenotype match without a convincing
variant does not become a confident answer:

    weight(g, m, S) = sum_d p(d) yield(g) P(m | d) (1 - miss) LR(S)
    weight(none)    = p(no disease of the catalogue) + sum_d p(d) yield(d) (miss, or 1 without gene)
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rareplan.config import Posterior
from rareplan.knowledge.store import KnowledgeBase
from rareplan.model.inheritance import Mode
from rareplan.model.result import Factor
from rareplan.prioritise.gene_facts import GeneFacts
from rareplan.prioritise.gene_index import GeneIndex, gene_index
from rareplan.prioritise.phenotype import DiseaseRanking
from rareplan.prioritise.weigh import mode_fit

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class DiseasePrior:
    """Yield of each gene, and of each disease of the ranking through its genes."""

    disease_yield: Floats  # the best gene's yield; 1.0 without a gene
    has_gene: NDArray[np.bool_]


def gene_yield(gene: GeneFacts, settings: Posterior) -> float:
    """Prior weight of a gene: how often it is the answer, after its ClinVar P/LP variants."""
    return float((1.0 + gene.n_pathogenic) ** settings.gene_yield)


def disease_prior(kb: KnowledgeBase, ranking: DiseaseRanking, settings: Posterior) -> DiseasePrior:
    """Yield of every disease of the ranking, kept with the snapshot."""

    def build(base: KnowledgeBase) -> DiseasePrior:
        index: GeneIndex = gene_index(base)
        best: defaultdict[str, float] = defaultdict(float)
        for gene in index.genes.values():
            for disease in gene.diseases:
                best[disease.id] = max(best[disease.id], gene_yield(gene, settings))
        found = np.array([best.get(str(id_), 0.0) for id_ in ranking.ids])
        return DiseasePrior(np.where(found > 0, found, 1.0), found > 0)

    return kb.memo(f"prioritise:disease_prior:{settings.gene_yield}", build)


def none_weight(ranking: DiseaseRanking, prior: DiseasePrior, miss: float) -> tuple[float, float]:
    """Weights of "no disease of the catalogue" and of "its variant was missed"."""
    missed = np.where(prior.has_gene, miss, 1.0)
    return (
        float(ranking.none_posterior),
        float((ranking.posterior * prior.disease_yield * missed).sum()),
    )


def disease_factors(
    gene: GeneFacts, mode: Mode, ranking: DiseaseRanking, settings: Posterior
) -> tuple[list[Factor], str]:
    """Prior, yield, phenotype and inheritance of a gene; and its best disease.

    Empty factors when no disease of the gene has phenotype annotations.
    """
    count = len(ranking.ids)
    shares, fits, ids = [], [], []
    for disease in gene.diseases:
        place = ranking.index_of(disease.id)
        if place is not None:
            shares.append(float(ranking.posterior[place]))
            fits.append(mode_fit(mode, disease, settings))
            ids.append(disease.id)
    whole = math.fsum(shares)
    fitting = math.fsum(s * f for s, f in zip(shares, fits, strict=True))
    if whole <= 0.0 or fitting <= 0.0:
        return [], ""
    best = max(range(len(ids)), key=lambda i: shares[i] * fits[i])
    names = ", ".join(ids)
    factors = [
        Factor(name="prior", log_lr=-math.log(count), detail=f"one of {count} diseases"),
        Factor(
            name="gene yield",
            log_lr=math.log(gene_yield(gene, settings)),
            detail=f"{gene.n_pathogenic} ClinVar P/LP variants known in {gene.gene}",
        ),
        Factor(
            name="phenotype",
            log_lr=math.log(whole * count),
            detail=f"posterior of {names} by phenotype alone: {whole:.3g}",
        ),
        Factor(
            name="inheritance",
            log_lr=math.log(fitting / whole),
            detail=f"{mode.value}; known for {gene.gene}: "
            + (", ".join(sorted(gene.inheritance)) or "not known"),
        ),
        Factor(
            name="visible",
            log_lr=math.log1p(-settings.miss),
            detail=f"the causal variant is missed with probability {settings.miss:g}",
        ),
    ]
    return factors, ids[best]
