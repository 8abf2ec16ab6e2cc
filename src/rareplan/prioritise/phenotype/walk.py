"""Random walk with restart from a term to every disease (PPR).

Undirected graph of terms, diseases and genes; symmetric normalisation and restart as in network
propagation for gene ranking (Koehler et al. 2008, PMID 18371930; Vanunu et al. 2010,
PMID 20090828).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rareplan.knowledge.graph_compile import Floats, Ints
from rareplan.knowledge.graph_tables import RankingTables

if TYPE_CHECKING:
    from rareplan.prioritise.phenotype.parameters import Parameters


def walk_matrix(tables: RankingTables, p: Parameters) -> Any:
    """W = D^-1/2 A D^-1/2 over terms, diseases, genes (in this order), float32 CSR."""
    import scipy.sparse as sp

    n_terms, n_diseases = tables.n_terms, tables.n_diseases
    size = n_terms + n_diseases + len(tables.genes)
    children = np.repeat(np.arange(n_terms, dtype=np.int32), np.diff(tables.parent_start))
    links = (
        tables.frequency(p.walk_plus, p.walk_total, p.walk_missing) * tables.ic[tables.link_term]
    )
    rows: list[Ints] = [
        children,
        n_terms + tables.link_disease,
        n_terms + tables.gene_disease,
        n_terms + tables.twin_omim,
    ]
    columns: list[Ints] = [
        tables.parents,
        tables.link_term,
        n_terms + n_diseases + tables.gene_index,
        n_terms + tables.twin_orpha,
    ]
    weights: list[Floats] = [
        np.full(len(children), p.walk_is_a, np.float64),
        links,
        np.full(len(tables.gene_index), p.walk_gene, np.float64),
        np.full(len(tables.twin_omim), p.walk_twin, np.float64),
    ]
    half = sp.csr_matrix(
        (np.concatenate(weights), (np.concatenate(rows), np.concatenate(columns))),
        shape=(size, size),
    )
    adjacency = half + half.T
    degree = np.asarray(adjacency.sum(axis=1)).ravel()
    scale = np.zeros(size)
    scale[degree > 0] = degree[degree > 0] ** -0.5
    return (sp.diags(scale) @ adjacency @ sp.diags(scale)).astype(np.float32).tocsr()


def walk_scores(matrix: Any, tables: RankingTables, terms: Ints, p: Parameters) -> Floats:
    """Logarithm of the walk's probability at each disease, one row a term.

    The first two of ``walk_steps`` (three at least) reach few nodes and are done on sparse
    columns; the last one is done at the diseases alone.

    Returns:
        Array (len(terms), n_diseases).
    """
    import scipy.sparse as sp

    go = 1.0 - p.walk_restart
    at = (terms, np.arange(len(terms)))
    start = sp.csr_matrix(
        (np.full(len(terms), p.walk_restart, np.float32), at), shape=(matrix.shape[0], len(terms))
    )
    first = start + (matrix @ start) * np.float32(go / p.walk_restart)
    state = (start + (matrix @ first) * np.float32(go)).toarray()
    diseases = slice(tables.n_terms, tables.n_terms + tables.n_diseases)
    for _ in range(p.walk_steps - 3):
        state = matrix @ state
        state *= np.float32(go)
        state[at] += np.float32(p.walk_restart)
    reached = go * (matrix[diseases] @ state).T.astype(np.float64)
    scores: Floats = np.log(reached + p.walk_floor)
    own, twin = tables.twin_omim, tables.twin_orpha
    scores[:, own] = np.maximum(scores[:, own], scores[:, twin])
    return scores
