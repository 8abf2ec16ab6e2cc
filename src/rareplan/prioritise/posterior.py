"""From hypotheses to probabilities, with room for "none of these".

For a disease d with phenotype posterior p(d) (which has "no disease of the catalogue" in it), the
patient's variant is either among the candidates (1 - miss) or was missed (deep intronic, copy
number, not covered, filtered). A candidate competes with every other candidate and with every
disease "missed", its own included, so a perfect phenotype match without a convincing variant
does not become a confident answer:

    weight(g, m, S) = sum_d p(d) yield(g) P(m | d) (1 - miss) LR(S)
    weight(none)    = p(no disease of the catalogue) + sum_d p(d) yield(d) (miss, or 1 without gene)

p(d) is the ranker's likelihood ratio to the power ``phenotype_weight``: tuned jointly with the
weight of the variant evidence, since the two are not independent in practice.
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
class JointPhenotype:
    """Phenotype posterior as the joint model uses it; sums to 1 with ``none``."""

    ranking: DiseaseRanking
    posterior: Floats
    none: float

    def of(self, disease_id: str) -> float | None:
        """Posterior of a disease; None when it has no phenotype annotation."""
        place = self.ranking.index_of(disease_id)
        return None if place is None else float(self.posterior[place])


def joint_phenotype(ranking: DiseaseRanking, settings: Posterior) -> JointPhenotype:
    """Posterior of every disease from its likelihood ratio and the joint model's weight."""
    weighed = settings.phenotype_weight * np.asarray(ranking.log_lr, np.float64)
    top = max(float(weighed.max(initial=0.0)), 0.0)
    each = (1.0 - settings.not_in_catalogue) / max(len(weighed), 1)
    share = each * np.exp(weighed - top)
    none = settings.not_in_catalogue * math.exp(-top)
    whole = float(share.sum()) + none
    return JointPhenotype(ranking, share / whole, none / whole)


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


def none_weight(phenotype: JointPhenotype, prior: DiseasePrior, miss: float) -> tuple[float, float]:
    """Weights of "no disease of the catalogue" and of "its variant was missed"."""
    missed = np.where(prior.has_gene, miss, 1.0)
    return (
        phenotype.none,
        float((phenotype.posterior * prior.disease_yield * missed).sum()),
    )


def disease_factors(
    gene: GeneFacts, mode: Mode, phenotype: JointPhenotype, settings: Posterior, miss: float
) -> tuple[list[Factor], str]:
    """Prior, yield, phenotype and inheritance of a gene; and its best disease.

    Empty factors when no disease of the gene has phenotype annotations.
    """
    count = len(phenotype.posterior)
    shares, fits, ids = [], [], []
    for disease in gene.diseases:
        share = phenotype.of(disease.id)
        if share is not None:
            shares.append(share)
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
            log_lr=math.log1p(-miss),
            detail=f"the causal variant is missed with probability {miss:g}",
        ),
    ]
    return factors, ids[best]
