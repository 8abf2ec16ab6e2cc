"""A patient's terms as indices: current ids, phenotypes only, most specific ones."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rareplan.knowledge.graph_compile import PHENOTYPIC_ABNORMALITY, Ints
from rareplan.knowledge.graph_tables import RankingTables


class TermIndex:
    """From HPO ids to indices of :class:`RankingTables`."""

    def __init__(self, tables: RankingTables) -> None:
        self._tables = tables
        self._index = tables.term_index()
        self._root = self._index.get(PHENOTYPIC_ABNORMALITY, -1)

    def indices(self, ids: Sequence[str]) -> list[int]:
        """Known phenotype terms, in the given order, each once; others are left out."""
        found = (self._index.get(t, -1) for t in ids)
        return list(dict.fromkeys(i for i in found if i not in {-1, self._root}))

    def most_specific(self, ids: Sequence[str]) -> Ints:
        """Known terms of which no other given term is a descendant."""
        terms = self.indices(ids)
        implied: set[int] = set()
        for term in terms:
            implied.update(int(a) for a in self._tables.ancestors_of(term) if a != term)
        return np.array([t for t in terms if t not in implied], np.int32)

    def most_general(self, ids: Sequence[str]) -> Ints:
        """Known terms of which no other given term is an ancestor (for excluded terms)."""
        terms = set(self.indices(ids))
        kept = [
            t for t in sorted(terms)
            if not any(int(a) in terms for a in self._tables.ancestors_of(t) if a != t)
        ]  # fmt: skip
        return np.array(kept, np.int32)
