"""Diseases and genes ranked by a patient's phenotype."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from rareplan.knowledge.graph_compile import Floats, Ints
from rareplan.knowledge.graph_tables import RankingTables, load_ranking
from rareplan.model.result import TermMatch
from rareplan.prioritise.phenotype import explain as explaining
from rareplan.prioritise.phenotype.adjust import patient_adjustment
from rareplan.prioritise.phenotype.mixture import (
    Coverage,
    link_matrix,
    mixture_row,
    propagated_frequency,
    redundancy_weights,
    with_twins,
)
from rareplan.prioritise.phenotype.parameters import Parameters
from rareplan.prioritise.phenotype.posterior import posterior
from rareplan.prioritise.phenotype.query import TermIndex
from rareplan.prioritise.phenotype.walk import walk_matrix, walk_scores

if TYPE_CHECKING:
    from rareplan.knowledge.store import KnowledgeBase

_ROWS_KEPT = 3000
"""Term rows kept in memory: 3000 x 13,000 diseases x 4 bytes = 156 MB."""
_BLOCK = 64


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

    def order(self) -> npt.NDArray[np.int64]:
        """Indices from best to worst; ties by disease id."""
        return np.lexsort((np.arange(len(self.ids)), -self.score))

    def index_of(self, disease_id: str) -> int | None:
        """Position of a disease, or None when it has no phenotype annotation."""
        place = int(np.searchsorted(self.ids, disease_id))
        return place if place < len(self.ids) and self.ids[place] == disease_id else None


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

    def order(self) -> npt.NDArray[np.int64]:
        """Indices from best to worst; ties by symbol."""
        return np.lexsort((np.arange(len(self.genes)), -self.score))

    def index_of(self, gene: str) -> int | None:
        """Position of a gene symbol, or None when it has no annotated disease."""
        place = int(np.searchsorted(self.genes, gene))
        return place if place < len(self.genes) and self.genes[place] == gene else None


class PhenotypeRanker:
    """Scores every annotated disease against a patient's HPO terms. Deterministic."""

    def __init__(self, tables: RankingTables, parameters: Parameters | None = None) -> None:
        self.tables = tables
        self.parameters = p = parameters or Parameters()
        self.terms = TermIndex(tables)
        frequency = tables.frequency(p.mix_plus, p.mix_total, p.mix_missing)
        self.link_frequency = frequency
        self.propagated = with_twins(propagated_frequency(tables, frequency), tables).tocsc()
        links = with_twins(link_matrix(tables, frequency), tables)
        self._coverage = Coverage(tables, links)
        expected = np.asarray(links.sum(axis=1)).ravel()
        self._length: Floats = p.mix_length * np.log1p(expected)
        self._prior = p.prior_references * np.log(np.maximum(tables.references, 1))
        self._walk = walk_matrix(tables, p)
        self._rows: OrderedDict[int, npt.NDArray[np.float32]] = OrderedDict()
        self._gene_starts = np.searchsorted(tables.gene_index, np.arange(len(tables.genes)))

    @classmethod
    def from_knowledge(cls, kb: KnowledgeBase) -> PhenotypeRanker:
        """The ranker of a snapshot, built once and kept with it."""
        return kb.memo("phenotype-ranker", lambda base: cls(load_ranking(base)))

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
        terms = self.terms.most_specific(observed)
        score = self._score(terms, self.terms.most_general(excluded))
        score += patient_adjustment(self.tables, sex, onset, self.parameters)
        share, none, log_lr = posterior(score, len(terms), self.parameters)
        t = self.tables
        return DiseaseRanking(
            t.disease_ids, t.disease_names, score, share, none, log_lr, len(terms)
        )

    def genes(self, ranking: DiseaseRanking) -> GeneRanking:
        """Each gene's best disease, and the sum of its diseases' posteriors."""
        t, starts = self.tables, self._gene_starts
        at_pairs = ranking.score[t.gene_disease]
        best = np.maximum.reduceat(at_pairs, starts)
        is_best = at_pairs == best[t.gene_index]
        place = np.where(is_best, np.arange(len(at_pairs)), len(at_pairs))
        disease = t.gene_disease[np.minimum.reduceat(place, starts)]
        share = np.add.reduceat(ranking.posterior[t.gene_disease], starts)
        return GeneRanking(t.genes, disease, best, share, ranking.log_lr[disease])

    def explain(
        self, disease_id: str, observed: Sequence[str], excluded: Sequence[str] = ()
    ) -> tuple[TermMatch, ...]:
        """What each of the patient's terms says for or against a disease.

        Empty when the disease has no phenotype annotation.
        """
        place = int(np.searchsorted(self.tables.disease_ids, disease_id))
        if place >= self.tables.n_diseases or self.tables.disease_ids[place] != disease_id:
            return ()
        terms = self.terms.most_specific(observed)
        return explaining.explain(self, place, terms, self.terms.most_general(excluded))

    def _score(self, terms: Ints, excluded: Ints) -> Floats:
        p = self.parameters
        score = self._prior.copy()
        if len(terms):
            self._fill(terms)
            weights = redundancy_weights(self.tables, terms, p.redundancy)
            for term, weight in zip(terms, weights, strict=True):
                score += weight * self._rows[int(term)]
            score += p.weight_coverage * self._coverage.score(terms)
        if len(excluded):
            score += self.exclusion_penalty(excluded)
        return score

    def exclusion_penalty(self, excluded: Ints) -> Floats:
        """Penalty of the excluded terms at every disease (zero or negative)."""
        p = self.parameters
        columns = self.propagated[:, excluded]
        logs = columns.copy()
        logs.data = np.log1p(-p.exclusion * columns.data)
        scale = min(1.0, p.exclusion_terms / len(excluded))
        penalty: Floats = scale * np.asarray(logs.sum(axis=1)).ravel()
        return penalty

    def contributions(self, disease: int, terms: Ints) -> Floats:
        """Part of a disease's score that each term gives, less the average disease's."""
        if not len(terms):
            return np.zeros(0)
        self._fill(terms)
        rows = [self._rows[int(t)] for t in terms]
        weights = redundancy_weights(self.tables, terms, self.parameters.redundancy)
        above = [float(row[disease]) - float(row.mean(dtype=np.float64)) for row in rows]
        parts: Floats = weights * np.array(above)
        return parts

    def _fill(self, terms: Ints) -> None:
        """Make sure that the rows of these terms are in memory; forget the least used."""
        for term in terms:
            if int(term) in self._rows:
                self._rows.move_to_end(int(term))
        missing = np.array([t for t in terms if int(t) not in self._rows], np.int32)
        p, t = self.parameters, self.tables
        for start in range(0, len(missing), _BLOCK):
            block = missing[start : start + _BLOCK]
            walk = p.weight_walk * walk_scores(self._walk, t, block, p)
            for row, term in zip(walk, block, strict=True):
                mix = mixture_row(self.propagated, t, int(term), p) - self._length
                self._rows[int(term)] = (row + mix).astype(np.float32)
        while len(self._rows) > max(_ROWS_KEPT, len(terms)):
            self._rows.popitem(last=False)
