"""The score of one term at every disease, computed when it is needed and kept for a while."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from rareplan.knowledge.graph_compile import Floats, Ints
from rareplan.knowledge.graph_tables import RankingTables
from rareplan.prioritise.phenotype.mixture import (
    link_matrix,
    mixture_row,
    propagated_frequency,
    with_twins,
)
from rareplan.prioritise.phenotype.walk import walk_matrix, walk_scores

if TYPE_CHECKING:
    from rareplan.prioritise.phenotype.parameters import Parameters

_KEPT = 4000
"""Rows kept: 4000 x 13,000 diseases x 2 bytes = 104 MB."""
_BLOCK = 64
_UNIT = 1024.0
"""Rows are kept in fixed point, 1/1024 of a natural-log unit, range +-32."""


class TermRows:
    """Mixture and walk of a term at every disease, less the disease's length penalty."""

    def __init__(self, tables: RankingTables, parameters: Parameters) -> None:
        self._tables, self._p = tables, parameters
        p = parameters
        frequency = tables.frequency(p.mix_plus, p.mix_total, p.mix_missing)
        self.link_frequency = frequency
        self.propagated = with_twins(propagated_frequency(tables, frequency), tables).tocsc()
        links = with_twins(link_matrix(tables, frequency), tables)
        self._length: Floats = p.mix_length * np.log1p(np.asarray(links.sum(axis=1)).ravel())
        self._walk = walk_matrix(tables, p)
        self._rows: OrderedDict[int, npt.NDArray[np.int16]] = OrderedDict()

    def fill(self, terms: Ints) -> None:
        """Make sure that the rows of these terms are there; forget the least used."""
        missing = []
        for term in map(int, terms):
            if term in self._rows:
                self._rows.move_to_end(term)
            else:
                missing.append(term)
        for start in range(0, len(missing), _BLOCK):
            self._compute(np.array(missing[start : start + _BLOCK], np.int32))
        while len(self._rows) > max(_KEPT, len(terms)):
            self._rows.popitem(last=False)

    def _compute(self, block: Ints) -> None:
        p, t = self._p, self._tables
        walks = p.weight_walk * walk_scores(self._walk, t, block, p)
        for walk, term in zip(walks, map(int, block), strict=True):
            row = walk + mixture_row(self.propagated, t, term, p) - self._length
            self._rows[term] = np.rint(np.clip(row, -31.9, 31.9) * _UNIT).astype(np.int16)

    def weighted_sum(self, terms: Ints, weights: Floats) -> Floats:
        """Sum of the rows of the terms (filled before), each times its weight."""
        total = np.zeros(self._tables.n_diseases)
        for term, weight in zip(map(int, terms), weights, strict=True):
            total += (weight / _UNIT) * self._rows[term]
        return total

    def above_average(self, disease: int, terms: Ints) -> Floats:
        """Each term's score at one disease less its mean over all diseases."""
        rows = [self._rows[int(t)] for t in terms]
        return np.array([row[disease] - row.mean(dtype=np.float64) for row in rows]) / _UNIT

    def exclusion(self, excluded: Ints) -> Floats:
        """Penalty of excluded terms at every disease (zero or negative)."""
        p, F = self._p, self.propagated
        penalty = np.zeros(self._tables.n_diseases)
        for term in map(int, excluded):
            part = slice(F.indptr[term], F.indptr[term + 1])
            penalty[F.indices[part]] += np.log1p(-p.exclusion * F.data[part])
        return penalty * min(1.0, p.exclusion_terms / max(len(excluded), 1))
