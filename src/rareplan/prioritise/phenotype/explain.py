"""What each term says for or against one disease."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from rareplan.knowledge.graph_tables import Floats, Ints
from rareplan.model.result import TermMatch
from rareplan.prioritise.phenotype.mixture import ancestor_weights

if TYPE_CHECKING:
    from rareplan.prioritise.phenotype.ranker import PhenotypeRanker


def explain(
    ranker: PhenotypeRanker,
    disease: int,
    terms: Ints,
    rows: Sequence[npt.NDArray[np.float32]],
    excluded: Ints,
) -> tuple[TermMatch, ...]:
    """One :class:`TermMatch` a term; contributions are relative to the average disease.

    A positive contribution speaks for the disease, a negative one against it.
    """
    matches = [
        _observed(ranker, disease, int(term), float(row[disease] - row.mean(dtype=np.float64)))
        for term, row in zip(terms, rows, strict=True)
    ]
    matches += [_excluded(ranker, disease, int(term), len(excluded)) for term in excluded]
    return tuple(matches)


def _column(ranker: PhenotypeRanker, disease: int, terms: Ints) -> Floats:
    """Propagated frequency of one disease at the given terms."""
    found: Floats = np.asarray(ranker.propagated[[disease], :][:, terms].todense()).ravel()
    return found


def _observed(ranker: PhenotypeRanker, disease: int, term: int, contribution: float) -> TermMatch:
    t = ranker.tables
    above, weights = ancestor_weights(t, term, ranker.parameters)
    gain = _column(ranker, disease, above) * weights
    labels = {"term": str(t.term_ids[term]), "label": str(t.term_labels[term])}
    if gain.max(initial=0.0) <= 0.0 or t.ic[above[int(gain.argmax())]] <= 0.0:
        return TermMatch(**labels, contribution=contribution)
    shared = int(above[int(gain.argmax())])
    matched, frequency = _best_link(ranker, disease, shared)
    return TermMatch(
        **labels,
        matched_term=str(t.term_ids[matched]),
        matched_label=str(t.term_labels[matched]),
        through=str(t.term_ids[shared]),
        frequency=frequency,
        contribution=contribution,
    )


def _best_link(ranker: PhenotypeRanker, disease: int, shared: int) -> tuple[int, float]:
    """The disease's own term at or below an ancestor: the most frequent, then the nearest."""
    t = ranker.tables
    links = range(int(t.link_start[disease]), int(t.link_start[disease + 1]))
    below = [i for i in links if shared in t.ancestors_of(int(t.link_term[i]))]
    best = max(
        below,
        key=lambda i: (
            t.link_term[i] == shared,
            ranker.link_frequency[i],
            -t.ic[t.link_term[i]],
            -i,
        ),
    )
    return int(t.link_term[best]), float(ranker.link_frequency[best])


def _excluded(ranker: PhenotypeRanker, disease: int, term: int, total: int) -> TermMatch:
    t, p = ranker.tables, ranker.parameters
    expected = float(_column(ranker, disease, np.array([term], np.int32))[0])
    scale = min(1.0, p.exclusion_terms / total)
    identity = {"term": str(t.term_ids[term]), "label": str(t.term_labels[term])}
    if expected <= 0.0:
        return TermMatch(**identity, excluded=True)
    matched, frequency = _best_link(ranker, disease, term)
    return TermMatch(
        **identity,
        excluded=True,
        matched_term=str(t.term_ids[matched]),
        matched_label=str(t.term_labels[matched]),
        through=str(t.term_ids[term]),
        frequency=frequency,
        contribution=scale * float(np.log1p(-p.exclusion * expected)),
    )
