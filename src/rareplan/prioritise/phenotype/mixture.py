"""The mixture score (MIX): how often patients with a disease have a term or one of its ancestors.

A patient's term is drawn either from the disease, perhaps described through a more general
ancestor, or from the background. The gain of a match at ancestor ``a`` is the lift F(d,a)/p(a) =
F e^ic(a), discounted for every step of information lost between the term and the ancestor.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rareplan.knowledge.graph_compile import Floats, Ints
from rareplan.knowledge.graph_tables import RankingTables

if TYPE_CHECKING:
    from rareplan.prioritise.phenotype.parameters import Parameters


def propagated_frequency(tables: RankingTables, frequency: Floats) -> Any:
    """Noisy-or of link frequencies up the ontology, CSC (diseases x terms)."""
    import scipy.sparse as sp

    length = np.diff(tables.ancestor_start)[tables.link_term]
    rows = np.repeat(tables.link_disease, length)
    absent = np.repeat(np.log1p(-np.minimum(frequency, 0.999)), length)
    offsets = np.arange(length.sum()) - np.repeat(np.cumsum(length) - length, length)
    columns = tables.ancestors[np.repeat(tables.ancestor_start[tables.link_term], length) + offsets]
    summed = sp.csc_matrix(
        (absent, (rows, columns)), shape=(tables.n_diseases, tables.n_terms)
    )  # duplicates add up
    summed.data = -np.expm1(summed.data)
    return summed


def with_twins(matrix: Any, tables: RankingTables) -> Any:
    """Rows of OMIM diseases raised to the element-wise maximum with their Orphanet twin."""
    import scipy.sparse as sp

    size = tables.n_diseases
    ones = np.ones(len(tables.twin_omim))
    lend = sp.csr_matrix((ones, (tables.twin_omim, tables.twin_orpha)), shape=(size, size))
    # Several twins add up in the product; a frequency stays at most 1.
    return matrix.maximum((lend @ matrix).minimum(1.0))


def link_matrix(tables: RankingTables, frequency: Floats) -> Any:
    """Frequencies of each disease's own terms, CSR (diseases x terms)."""
    import scipy.sparse as sp

    return sp.csr_matrix(
        (frequency, tables.link_term, tables.link_start),
        shape=(tables.n_diseases, tables.n_terms),
    )


def redundancy_weights(tables: RankingTables, terms: Ints, power: float) -> Floats:
    """Weight of each term: 1 / (sum of squared Lin similarities to all terms) ^ power.

    Lin 1998, "An information-theoretic definition of similarity". A term alone weighs 1; two
    that say nearly the same weigh little more than one.
    """
    rows = [tables.ancestors_of(int(t)) for t in terms]
    union = np.unique(np.concatenate(rows))
    member = np.zeros((len(terms), len(union)))
    for i, above in enumerate(rows):
        member[i, np.searchsorted(union, above)] = 1.0
    informative = member * tables.ic[union]
    shared = np.array([(informative * row).max(axis=1) for row in member])
    ic = np.maximum(tables.ic[terms], 1e-9)
    similarity = np.minimum(2.0 * shared / (ic[:, None] + ic[None, :]), 1.0) ** 2
    np.fill_diagonal(similarity, 1.0)
    weights: Floats = similarity.sum(axis=1) ** -power
    return weights


def ancestor_weights(tables: RankingTables, term: int, p: Parameters) -> tuple[Ints, Floats]:
    """Ancestors of a term (itself included) and the weight of a match at each."""
    above = tables.ancestors_of(term)
    ic = tables.ic[above]
    weight = np.exp(ic - p.mix_slope * (tables.ic[term] - ic))
    return above, np.where(above == term, weight, p.mix_ancestor * weight)


def mixture_row(propagated: Any, tables: RankingTables, term: int, p: Parameters) -> Floats:
    """ln(background + best weighted match) of one term at every disease."""
    best = np.zeros(tables.n_diseases)
    above, weights = ancestor_weights(tables, term, p)
    for ancestor, weight in zip(above, weights, strict=True):
        if weight < p.mix_least:
            continue
        part = slice(propagated.indptr[ancestor], propagated.indptr[ancestor + 1])
        rows = propagated.indices[part]
        best[rows] = np.maximum(best[rows], propagated.data[part] * weight)
    scores: Floats = np.log(p.mix_background + best)
    return scores
