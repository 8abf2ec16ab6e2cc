from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from rareplan.cli.rank import rank
from rareplan.errors import InputError
from rareplan.knowledge import KnowledgeBase


def run(snapshot: KnowledgeBase, *args: str | Path) -> Result:
    return CliRunner().invoke(rank, [*map(str, args), "--kb", str(snapshot.root)])


@pytest.fixture
def terms(tmp_path: Path) -> Path:
    path = tmp_path / "terms.txt"
    path.write_text("Focal-onset seizure\nHP:0001263\n-HP:0001629\n")
    return path


def test_json_holds_ranks_reasons_and_none(snapshot: KnowledgeBase, terms: Path) -> None:
    answer = json.loads(run(snapshot, "--hpo", terms, "--json").output)
    first = answer["diseases"][0]
    assert (first["rank"], first["disease"], first["genes"]) == (1, "OMIM:1", ["GENEA"])
    assert {m["term"] for m in first["terms"]} == {"HP:0007359", "HP:0001263", "HP:0001629"}
    assert 0 < answer["none_of_these"] < 1
    assert all(d["disease"].startswith("OMIM:") for d in answer["diseases"])


def test_panel_and_catalogue(snapshot: KnowledgeBase, terms: Path, tmp_path: Path) -> None:
    panel = tmp_path / "panel.txt"
    panel.write_text("GENEC\nNOSUCH\n")
    answer = json.loads(run(snapshot, "--hpo", terms, "--genes", panel, "--json").output)
    assert [d["disease"] for d in answer["diseases"]] == ["OMIM:4"]
    assert any("NOSUCH" in n for n in answer["notices"])
    every = json.loads(run(snapshot, "--hpo", terms, "--catalogue", "all", "--json").output)
    assert len(every["diseases"]) == 5


def test_a_panel_gene_without_omim_disease_is_not_lost(
    snapshot: KnowledgeBase, terms: Path, tmp_path: Path
) -> None:
    panel = tmp_path / "panel.txt"
    panel.write_text("GENED\nGENEB\n")
    answer = json.loads(run(snapshot, "--hpo", terms, "--genes", panel, "--json").output)
    assert {d["disease"] for d in answer["diseases"]} == {"ORPHA:1", "OMIM:2"}
    assert {g["gene"] for g in answer["genes"]} == {"GENED", "GENEB"}
    assert [d["rank"] for d in answer["diseases"]] == [1, 2]


def test_table_and_tsv_name_the_disease(snapshot: KnowledgeBase, terms: Path) -> None:
    assert "OMIM:1" in run(snapshot, "--hpo", terms).output
    lines = run(snapshot, "--hpo", terms, "--format", "tsv").output.splitlines()
    assert lines[0].startswith("rank\tdisease\tgene\tscore")
    assert lines[1].split("\t")[:3] == ["1", "OMIM:1", "GENEA"]


def test_batch_columns_and_order(snapshot: KnowledgeBase, tmp_path: Path) -> None:
    cases, out = tmp_path / "cases.tsv", tmp_path / "ranks.tsv"
    cases.write_text(
        "case\tobserved\texcluded\nb\tHP:0001629;HP:0001631\t\na\tHP:0007359\tHP:0001629\n"
        "none\tHP:0000006\t\n"
    )
    result = run(snapshot, "--batch", cases, "--out", out, "--top", "2")
    assert result.exit_code == 0
    assert "1 case(s) without a usable" in result.output
    rows = [line.split("\t") for line in out.read_text().splitlines()]
    assert rows[0][:5] == ["case", "rank", "disease", "gene", "score"]
    assert [r[:4] for r in rows[1:]] == [
        ["b", "1", "OMIM:3", "GENEA"],
        ["b", "2", "OMIM:2", "GENEB"],
        ["a", "1", "OMIM:1", "GENEA"],
        ["a", "2", "OMIM:2", "GENEB"],
    ]


def test_every_fault_of_a_batch_is_told_and_nothing_written(
    snapshot: KnowledgeBase, tmp_path: Path
) -> None:
    cases, out = tmp_path / "cases.tsv", tmp_path / "ranks.tsv"
    cases.write_text("case\tobserved\texcluded\nx\tseizure\t\nx\tHP:0001250\tHP:12\n")
    result = run(snapshot, "--batch", cases, "--out", out)
    assert isinstance(result.exception, InputError)
    said = [str(f) for f in result.exception.faults]
    assert len(said) == 3
    assert any("line 2" in f and "seizure" in f for f in said)
    assert not list(tmp_path.glob("ranks*"))


def test_unknown_terms_and_no_terms_are_faults(snapshot: KnowledgeBase, tmp_path: Path) -> None:
    path = tmp_path / "t.txt"
    path.write_text("xyzzyx\n")
    assert isinstance(run(snapshot, "--hpo", path).exception, InputError)
    path.write_text("-HP:0001250\n")
    assert isinstance(run(snapshot, "--hpo", path).exception, InputError)


def test_one_of_hpo_and_batch(snapshot: KnowledgeBase, terms: Path) -> None:
    assert run(snapshot).exit_code == 2
    assert run(snapshot, "--hpo", terms, "--batch", terms).exit_code == 2


def test_an_onset_that_is_none_is_told(
    snapshot: KnowledgeBase, terms: Path, tmp_path: Path
) -> None:
    result = run(snapshot, "--hpo", terms, "--onset", "early")
    assert isinstance(result.exception, InputError)
    cases = tmp_path / "cases.tsv"
    cases.write_text("case\tobserved\tonset\na\tHP:0001250\tP3M\n")
    result = run(snapshot, "--batch", cases, "--out", tmp_path / "o.tsv")
    assert isinstance(result.exception, InputError)
    assert "P3M" in str(result.exception)
    cases.write_text("case\tobserved\tonset\na\tHP:0001250\tHP:0003577\n")
    assert run(snapshot, "--batch", cases, "--out", tmp_path / "o.tsv").exit_code == 0
