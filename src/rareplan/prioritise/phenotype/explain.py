"""What each term says for or against one disease."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rareplan.knowledge.graph_compile import Floats, Ints
from rareplan.model.result import TermMatch
from rareplan.prioritise.phenotype.mixture import ancestor_weights
from rareplan.prioritise.phenotype.posterior import tempering

if TYPE_CHECKING:
    from rareplan.prioritise.phenotype.ranker import PhenotypeRanker


def explain_terms(
    ranker: PhenotypeRanker, disease: int, terms: Ints, excluded: Ints
) -> tuple[TermMatch, ...]:
    """One :class:`TermMatch` a term, in the order given; excluded terms last.

    A contribution is the term's part of the disease's log likelihood ratio, relative to the
    average disease: positive speaks for the disease, negative against it.
    """
    scale = tempering(len(terms), ranker.parameters)
    said = scale * ranker.contributions(disease, terms)
    known = _frequencies(ranker, disease)
    matches = [
        _observed(ranker, disease, known, int(t), float(c))
        for t, c in zip(terms, said, strict=True)
    ]
    for term in excluded:
        share = scale * min(1.0, ranker.parameters.exclusion_terms / len(excluded))
        matches.append(_excluded(ranker, disease, known, int(term), share))
    return tuple(matches)


def _frequencies(ranker: PhenotypeRanker, disease: int) -> Floats:
    """Propagated frequency of one disease at every term: one slow row of a column-wise matrix."""
    found: Floats = np.asarray(ranker.rows.propagated[[disease], :].todense()).ravel()
    return found


def _observed(
    ranker: PhenotypeRanker, disease: int, known: Floats, term: int, contribution: float
) -> TermMatch:
    t = ranker.tables
    above, weights = ancestor_weights(t, term, ranker.parameters)
    gain = known[above] * weights
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
    """The disease's own term (or its twin's) at or below an ancestor.

    The ancestor itself if it is annotated, else the most frequent, else the most general.
    """
    t = ranker.tables
    twins = t.twin_orpha[t.twin_omim == disease]
    links = [
        i
        for row in (disease, *twins)
        for i in range(int(t.link_start[row]), int(t.link_start[row + 1]))
        if shared in t.ancestors_of(int(t.link_term[i]))
    ]
    best = max(
        links,
        key=lambda i: (
            t.link_term[i] == shared,
            ranker.rows.link_frequency[i],
            -t.ic[t.link_term[i]],
            -i,
        ),
    )
    return int(t.link_term[best]), float(ranker.rows.link_frequency[best])


def _excluded(
    ranker: PhenotypeRanker, disease: int, known: Floats, term: int, share: float
) -> TermMatch:
    t, p = ranker.tables, ranker.parameters
    expected = float(known[term])
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
        contribution=share * float(np.log1p(-p.exclusion * expected)),
    )
