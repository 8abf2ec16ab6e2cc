"""The gene-phenotype knowledge graph: what people look at, draw and export.

Nodes carry ``kind`` (term, disease, gene, action) and ``label``. Edges are directed and carry
``kind``, ``source``, ``evidence``, ``date`` and, between disease and term, ``frequency``:

- ``is_a`` from a term to its parent
- ``has_phenotype`` from a disease to a term (``lacks_phenotype`` where it was looked for)
- ``same_as`` between an OMIM and an Orphanet disease of one MONDO class
- ``causes`` from a gene to a disease
- ``paralog``, ``interaction`` between genes
- ``acts_on`` from a medical action to a gene (curated therapies)

Scoring never touches this graph; see :mod:`rareplan.knowledge.graph_tables`.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rareplan.errors import Fault, InputError
from rareplan.knowledge.graph_compile import FREQUENCY_MIDPOINT, columns_of
from rareplan.knowledge.graph_tables import load_ranking
from rareplan.knowledge.hpo import ontology

if TYPE_CHECKING:
    import networkx as nx

    from rareplan.knowledge.store import KnowledgeBase

_LINK = ["disease_id", "hpo_id", "negated", "freq_n", "freq_m", "freq_class", "freq_fraction"]


def build_graph(kb: KnowledgeBase) -> nx.MultiDiGraph:
    """The whole graph of a snapshot (about 33,000 nodes, 350,000 edges; some seconds)."""
    import networkx as nx

    graph = nx.MultiDiGraph(name=kb.name, created=kb.created)
    terms = ontology(kb)
    hpo_date = _date(kb, "hpo_terms")
    for term in terms.terms:
        graph.add_node(term, kind="term", label=terms.label(term))
        for parent in terms.parents[term]:
            graph.add_edge(term, parent, kind="is_a", source="HPO", evidence="", date=hpo_date)
    names = zip(*columns_of(kb, "diseases", ["disease_id", "name"]), strict=True)
    for disease, name in names:
        graph.add_node(disease, kind="disease", label=name)
    _add_phenotypes(graph, kb, None)
    _add_twins(graph, kb, None)
    _add_genes(graph, kb, None)
    _add_gene_pairs(graph, kb)
    _add_actions(graph, kb, None)
    return graph


def evidence_graph(
    kb: KnowledgeBase, diseases: Sequence[str], observed: Sequence[str]
) -> nx.MultiDiGraph:
    """The part of the graph that speaks for a few diseases: the figure of a candidate.

    Holds the patient's terms (``patient=True``), the terms of the disease or its Orphanet twin
    that meet them at an informative ancestor, the shortest way up to that ancestor, the genes
    and the actions.
    """
    import networkx as nx

    graph = nx.MultiDiGraph(name=kb.name, created=kb.created)
    terms, tables = ontology(kb), load_ranking(kb)
    index = tables.term_index()
    ic = {str(t): float(x) for t, x in zip(tables.term_ids, tables.ic, strict=True)}
    _add_twins(graph, kb, set(diseases))
    wanted = {*diseases, *graph.nodes}
    for disease in sorted(wanted):
        place = tables.disease_ids.searchsorted(disease)
        known = place < tables.n_diseases and tables.disease_ids[place] == disease
        label = str(tables.disease_names[place]) if known else disease
        graph.add_node(disease, kind="disease", label=label)
    _add_phenotypes(graph, kb, wanted)
    own = {t for _, t, kind in graph.edges(data="kind") if kind == "has_phenotype"}
    keep = set(wanted)
    for given in observed:
        term = str(tables.term_ids[index[given]]) if given in index else given
        if term not in terms:
            continue
        keep |= _meeting(graph, terms, term, own, ic)
        graph.nodes[term]["patient"] = True
    graph.remove_nodes_from([node for node in graph if node not in keep])
    for node in graph:
        if node in terms:
            graph.nodes[node].update(kind="term", label=terms.label(node))
    _add_genes(graph, kb, wanted)
    _add_actions(graph, kb, {n for n, kind in graph.nodes(data="kind") if kind == "gene"})
    return graph


def _meeting(
    graph: nx.MultiDiGraph, terms: Any, term: str, own: set[str], ic: Mapping[str, float]
) -> set[str]:
    """Add the way from a patient's term to where it meets the disease's nearest term."""
    graph.add_node(term)
    above = terms.ancestors(term)
    best, shared = "", ""
    for candidate in sorted(own):
        common = max(above & terms.ancestors(candidate), key=lambda t: (ic.get(t, 0.0), t))
        if ic.get(common, 0.0) > ic.get(shared, 0.0):
            best, shared = candidate, common
    if not best:
        return {term}
    used = {term, best, shared}
    for start in (term, best):
        way = _way_up(terms.parents, start, shared)
        used.update(way)
        for child, parent in pairwise(way):
            if not graph.has_edge(child, parent):
                graph.add_edge(child, parent, kind="is_a", source="HPO", evidence="", date="")
    return used


def _way_up(parents: Mapping[str, Sequence[str]], start: str, goal: str) -> list[str]:
    """Shortest chain of parents from a term to one of its ancestors."""
    came: dict[str, str] = {start: ""}
    queue = [start]
    for node in queue:
        if node == goal:
            break
        for parent in parents.get(node, ()):
            if parent not in came:
                came[parent] = node
                queue.append(parent)
    way, node = [], goal
    while node:
        way.append(node)
        node = came.get(node, "")
    return way[::-1]


def _columns(
    kb: KnowledgeBase, table: str, names: list[str], diseases: set[str] | None
) -> list[list[Any]]:
    """Columns of a table with a disease in each row, for some diseases or all."""
    if diseases is None:
        return columns_of(kb, table, names)
    import pyarrow as pa
    import pyarrow.compute as pc

    rows = kb.table(table)
    here = rows.filter(pc.is_in(rows.column("disease_id"), pa.array(sorted(diseases), pa.string())))
    return [here.column(name).to_pylist() for name in names]


def _date(kb: KnowledgeBase, table: str) -> str:
    sources = kb.manifest["tables"].get(table, {}).get("sources", [])
    return str(sources[0]["date"]) if sources else ""


def _add_phenotypes(graph: nx.MultiDiGraph, kb: KnowledgeBase, only: set[str] | None) -> None:
    terms, date = ontology(kb), _date(kb, "disease_terms")
    columns = _columns(kb, "disease_terms", [*_LINK, "reference", "evidence", "aspect"], only)
    for row in zip(*columns, strict=True):
        (
            disease,
            hpo,
            negated,
            count,
            total,
            frequency_class,
            fraction,
            reference,
            evidence,
            aspect,
        ) = row
        if aspect != "P":
            continue
        term = terms.current(hpo)
        if term is None:
            continue
        frequency = (
            count / total if total > 0 else FREQUENCY_MIDPOINT.get(frequency_class, fraction)
        )
        graph.add_edge(
            disease,
            term,
            kind="lacks_phenotype" if negated else "has_phenotype",
            frequency=-1.0 if frequency is None or math.isnan(frequency) else float(frequency),
            patients=int(total) if total > 0 else -1,
            source=reference,
            evidence=evidence,
            date=date,
        )


def _add_twins(graph: nx.MultiDiGraph, kb: KnowledgeBase, only: set[str] | None) -> None:
    tables, date = load_ranking(kb), _date(kb, "diseases")
    for a, b in zip(tables.twin_omim, tables.twin_orpha, strict=True):
        omim, orpha = str(tables.disease_ids[a]), str(tables.disease_ids[b])
        if only is None or omim in only:
            graph.add_edge(omim, orpha, kind="same_as", source="MONDO", evidence="", date=date)


def _add_genes(graph: nx.MultiDiGraph, kb: KnowledgeBase, only: set[str] | None) -> None:
    names = ["gene", "hgnc_id", "disease_id", "association_type", "source"]
    date = _date(kb, "gene_disease")
    for gene, hgnc, disease, kind, source in zip(
        *_columns(kb, "gene_disease", names, only), strict=True
    ):
        graph.add_node(gene, kind="gene", label=gene, hgnc_id=hgnc or "")
        graph.add_edge(gene, disease, kind="causes", source=source, evidence=kind, date=date)


def _add_gene_pairs(graph: nx.MultiDiGraph, kb: KnowledgeBase) -> None:
    if not kb.has("gene_gene"):
        return
    date = _date(kb, "gene_gene")
    names = ["gene_a", "gene_b", "kind", "source"]
    for a, b, kind, source in zip(*columns_of(kb, "gene_gene", names), strict=True):
        for gene in (a, b):
            if gene not in graph:
                graph.add_node(gene, kind="gene", label=gene, hgnc_id="")
        graph.add_edge(a, b, kind=kind, source=source, evidence="", date=date)


def _add_actions(graph: nx.MultiDiGraph, kb: KnowledgeBase, only: set[str] | None) -> None:
    """Curated therapies as actions on genes that are in the graph."""
    for row in _therapies(kb):
        gene, action = row.get("gene", ""), row.get("intervention", "")
        if not action or gene not in graph or (only is not None and gene not in only):
            continue
        graph.add_node(action, kind="action", label=action)
        graph.add_edge(
            action,
            gene,
            kind="acts_on",
            source=row.get("citation", ""),
            evidence=row.get("tier", ""),
            date=row.get("last_reviewed", ""),
        )


def _therapies(kb: KnowledgeBase) -> Iterable[Mapping[str, str]]:
    from rareplan.errors import KnowledgeError

    try:
        return kb.curated("therapies")
    except KnowledgeError:
        return ()


def write_graph(graph: nx.MultiDiGraph, path: Path) -> None:
    """Write GraphML or node-link JSON, by the file's suffix; whole or not at all.

    Raises:
        InputError: another suffix.
    """
    import networkx as nx

    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        if path.suffix == ".graphml":
            nx.write_graphml(graph, part)
        elif path.suffix == ".json":
            data = nx.node_link_data(graph, edges="edges")
            part.write_text(json.dumps(data, ensure_ascii=False, indent=1), "utf-8")
        else:
            raise InputError(
                Fault(path.name, f"suffix '{path.suffix}'", ".graphml or .json", "Rename it.")
            )
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
