"""Diseases and genes ranked by a patient's phenotype."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from rareplan.knowledge.graph_compile import Floats, Ints
from rareplan.knowledge.graph_tables import RankingTables, load_ranking
from rareplan.model.result import TermMatch
from rareplan.prioritise.phenotype.adjust import patient_adjustment
from rareplan.prioritise.phenotype.explain import explain_terms
from rareplan.prioritise.phenotype.mixture import redundancy_weights
from rareplan.prioritise.phenotype.parameters import Parameters
from rareplan.prioritise.phenotype.posterior import posterior
from rareplan.prioritise.phenotype.query import TermIndex
from rareplan.prioritise.phenotype.rows import TermRows

if TYPE_CHECKING:
    from rareplan.knowledge.store import KnowledgeBase


@dataclass(frozen=True)
class DiseaseRanking:
    """Every disease of the catalogue for one patient; arrays are in the order of ``ids``."""

    ids: npt.NDArray[np.str_]
    names: npt.NDArray[np.str_]
    score: Floats
    posterior: Floats
    """Sums to 1 together with ``none_posterior``."""
    none_posterior: float
    """Probability that the patient's disease is none of the catalogue."""
    log_lr: Floats
    """ln P(phenotype | disease) / P(phenotype | background), calibrated like the posterior."""
    n_terms: int
    """Terms that were used: most specific, known, phenotypic abnormalities."""

    def order(self, top: int | None = None) -> npt.NDArray[np.int64]:
        """Indices from best to worst, the first ``top`` or all; ties by disease id."""
        return best_first(self.score, top)

    def index_of(self, disease_id: str) -> int | None:
        """Position of a disease, or None when it has no phenotype annotation."""
        return _find(self.ids, disease_id)


@dataclass(frozen=True)
class GeneRanking:
    """Every gene with an annotated disease; arrays are in the order of ``genes``."""

    genes: npt.NDArray[np.str_]
    disease: Ints
    """Index of each gene's best disease."""
    score: Floats
    posterior: Floats
    """Sum over the gene's diseases."""
    log_lr: Floats
    """Of the best disease."""

    def order(self, top: int | None = None) -> npt.NDArray[np.int64]:
        """Indices from best to worst, the first ``top`` or all; ties by symbol."""
        return best_first(self.score, top)

    def index_of(self, gene: str) -> int | None:
        """Position of a gene symbol, or None when it has no annotated disease."""
        return _find(self.genes, gene)


def best_first(score: Floats, top: int | None = None) -> npt.NDArray[np.int64]:
    """Indices by falling score, the first ``top`` or all; equal scores by index."""
    chosen = np.arange(len(score))
    if top is not None and top < len(score):
        least = np.partition(score, len(score) - top)[len(score) - top]
        chosen = np.flatnonzero(score >= least)
    ordered: npt.NDArray[np.int64] = chosen[np.lexsort((chosen, -score[chosen]))]
    return ordered[:top]


def _find(names: npt.NDArray[np.str_], wanted: str) -> int | None:
    place = int(np.searchsorted(names, wanted))
    return place if place < len(names) and names[place] == wanted else None


def _judged_pairs(tables: RankingTables) -> npt.NDArray[np.int64]:
    """Pairs of gene and disease that a gene is judged by."""
    omim = np.char.startswith(tables.disease_ids, "OMIM:")[tables.gene_disease]
    has_omim = np.bincount(tables.gene_index, omim) > 0
    return np.flatnonzero(omim | ~has_omim[tables.gene_index])


class PhenotypeRanker:
    """Scores every annotated disease against a patient's HPO terms. Deterministic."""

    def __init__(self, tables: RankingTables, parameters: Parameters | None = None) -> None:
        self.tables = tables
        self.parameters = p = parameters or Parameters()
        self.terms = TermIndex(tables)
        self.rows = TermRows(tables, p)
        self._prior = p.prior_references * np.log(np.maximum(tables.references, 1))
        self.judged = _judged_pairs(tables)
        judged_genes = tables.gene_index[self.judged]
        self._gene_starts = np.searchsorted(judged_genes, np.arange(len(tables.genes)))

    @classmethod
    def from_knowledge(cls, kb: KnowledgeBase) -> PhenotypeRanker:
        """The ranker of a snapshot, built once and kept with it."""
        return kb.memo("phenotype-ranker", lambda base: cls(load_ranking(base)))

    def prepare(self, cases: Iterable[Sequence[str]]) -> None:
        """Compute the terms of a batch of cases together: faster than one case at a time."""
        wanted = {int(t) for observed in cases for t in self.terms.most_specific(observed)}
        self.rows.fill(np.array(sorted(wanted), np.int32))

    def rank(
        self,
        observed: Sequence[str],
        excluded: Sequence[str] = (),
        *,
        sex: str | None = None,
        onset: str | None = None,
    ) -> DiseaseRanking:
        """Score, posterior and log likelihood ratio of every annotated disease.

        Args:
            observed: HPO ids the patient has; ids that are no known phenotype are left out.
            excluded: HPO ids looked for and not found.
            sex: ``male`` or ``female``, when known.
            onset: HPO onset term, when known.
        """
        t, p = self.tables, self.parameters
        terms = self.terms.most_specific(observed)
        absent = self.terms.most_general(excluded)
        score = self._prior + patient_adjustment(t, sex, onset, p)
        if len(terms):
            self.rows.fill(terms)
            score += self.rows.weighted_sum(terms, redundancy_weights(t, terms, p.redundancy))
        if len(absent):
            score += self.rows.exclusion(absent)
        share, none, log_lr = posterior(score, len(terms), p)
        return DiseaseRanking(
            t.disease_ids, t.disease_names, score, share, none, log_lr, len(terms)
        )

    def genes(self, ranking: DiseaseRanking) -> GeneRanking:
        """Each gene's best disease, and the sum of its diseases' posteriors.

        An Orphanet disease is a gene's best only where the gene has no OMIM disease: Orphanet's
        groups are wider than one gene, and what Orphanet says of a disease OMIM's twin has.
        """
        t = self.tables
        gene, diseases = t.gene_index[self.judged], t.gene_disease[self.judged]
        at_pairs = ranking.score[diseases]
        best = np.maximum.reduceat(at_pairs, self._gene_starts)
        winners = np.flatnonzero(at_pairs == best[gene])
        first = np.diff(gene[winners], prepend=-1) > 0
        disease = diseases[winners[first]]
        share: Floats = np.bincount(t.gene_index, ranking.posterior[t.gene_disease]).astype(float)
        return GeneRanking(t.genes, disease, best, share, ranking.log_lr[disease])

    def explain(
        self, disease_id: str, observed: Sequence[str], excluded: Sequence[str] = ()
    ) -> tuple[TermMatch, ...]:
        """What each of the patient's terms says for or against a disease.

        Empty when the disease has no phenotype annotation.
        """
        place = _find(self.tables.disease_ids, disease_id)
        if place is None:
            return ()
        terms = self.terms.most_specific(observed)
        return explain_terms(self, place, terms, self.terms.most_general(excluded))

    def contributions(self, disease: int, terms: Ints) -> Floats:
        """Part of a disease's score that each term gives, less the average disease's."""
        if not len(terms):
            return np.zeros(0)
        self.rows.fill(terms)
        weights = redundancy_weights(self.tables, terms, self.parameters.redundancy)
        parts: Floats = weights * self.rows.above_average(disease, terms)
        return parts
