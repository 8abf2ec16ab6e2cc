from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import networkx as nx
import pytest

from rareplan.errors import InputError
from rareplan.knowledge import KnowledgeBase
from rareplan.knowledge.graph import build_graph, evidence_graph, write_graph


def test_edges_are_typed_and_carry_frequency_and_source(snapshot: KnowledgeBase) -> None:
    graph = build_graph(snapshot)
    (edge,) = graph.get_edge_data("OMIM:1", "HP:0007359").values()
    assert edge["kind"] == "has_phenotype"
    assert edge["frequency"] == pytest.approx(0.9)
    assert (edge["patients"], edge["source"], edge["date"]) == (10, "PMID:0", "2026-01-01")
    (against,) = graph.get_edge_data("OMIM:3", "HP:0001250").values()
    assert against["kind"] == "lacks_phenotype"
    (above,) = graph.get_edge_data("HP:0007359", "HP:0001250").values()
    assert above["kind"] == "is_a"
    (cause,) = graph.get_edge_data("GENEA", "OMIM:1").values()
    assert cause["kind"] == "causes"


def test_unknown_frequency_is_minus_one_not_zero(snapshot: KnowledgeBase) -> None:
    (edge,) = build_graph(snapshot).get_edge_data("OMIM:2", "HP:0001629").values()
    assert edge["frequency"] == -1.0


def test_evidence_graph_joins_patient_and_disease_at_the_shared_ancestor(
    snapshot: KnowledgeBase,
) -> None:
    graph = evidence_graph(snapshot, ["OMIM:1"], ["HP:0002197"])
    assert graph.nodes["HP:0002197"]["patient"]
    assert nx.has_path(graph, "HP:0002197", "HP:0001250")
    assert nx.has_path(graph, "HP:0007359", "HP:0001250")
    assert graph.has_edge("GENEA", "OMIM:1")
    assert "HP:0001263" not in graph  # annotated, but nothing of the patient meets it
    assert "OMIM:2" not in graph


def test_evidence_may_come_from_the_orphanet_twin(
    tmp_path: Path, snapshot_with: Callable[..., KnowledgeBase]
) -> None:
    kb = snapshot_with(tmp_path / "kb", {"OMIM:4": "MONDO:1", "ORPHA:1": "MONDO:1"})
    graph = evidence_graph(kb, ["OMIM:4"], ["HP:0007359"])
    assert graph.has_edge("OMIM:4", "ORPHA:1")
    assert nx.has_path(graph, "ORPHA:1", "HP:0001250")
    assert nx.has_path(graph, "HP:0007359", "HP:0001250")


def test_a_term_that_meets_nothing_stays_alone(snapshot: KnowledgeBase) -> None:
    graph = evidence_graph(snapshot, ["OMIM:1"], ["HP:0001629"])
    assert graph.nodes["HP:0001629"]["patient"]
    assert graph.degree("HP:0001629") == 0


def test_export_round_trip(snapshot: KnowledgeBase, tmp_path: Path) -> None:
    graph = build_graph(snapshot)
    write_graph(graph, tmp_path / "g.graphml")
    again = nx.read_graphml(tmp_path / "g.graphml")
    assert again.number_of_edges() == graph.number_of_edges()
    write_graph(graph, tmp_path / "g.json")
    data = json.loads((tmp_path / "g.json").read_text())
    assert len(data["nodes"]) == graph.number_of_nodes()


def test_other_suffix_is_the_users_fault_and_leaves_nothing(
    snapshot: KnowledgeBase, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match="graphml"):
        write_graph(build_graph(snapshot), tmp_path / "g.xlsx")
    assert not list(tmp_path.glob("g.xlsx*"))
