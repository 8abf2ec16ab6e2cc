from __future__ import annotations

import json
import shutil
import time
from pathlib import Path

import pytest

from rareplan.errors import KnowledgeError
from rareplan.knowledge import open_knowledge
from rareplan.provenance import data_dir

STARTER = data_dir("knowledge") / "starter"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    target = tmp_path / "kb"
    target.mkdir()
    for name in ("manifest.json", "diseases.parquet", "chain_37_38.npz"):
        shutil.copy(STARTER / name, target / name)
    manifest = json.loads((target / "manifest.json").read_text())
    keep = ("diseases", "chain_37_38")
    manifest["tables"] = {k: manifest["tables"][k] for k in keep}
    (target / "manifest.json").write_text(json.dumps(manifest))
    return target


def test_every_file_of_the_starter_is_the_one_that_was_built() -> None:
    assert open_knowledge(STARTER).verify() == []


def test_a_changed_byte_is_found_when_the_table_is_loaded(copy: Path) -> None:
    path = copy / "diseases.parquet"
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)
    kb = open_knowledge(copy)
    with pytest.raises(KnowledgeError, match="damaged"):
        kb.table("diseases")
    assert kb.verify() == ["table 'diseases': diseases.parquet is not the file that was built"]


def test_a_short_file_is_found_on_opening(copy: Path) -> None:
    path = copy / "chain_37_38.npz"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(KnowledgeError, match="incomplete"):
        open_knowledge(copy)


def test_a_manifest_cannot_point_outside_its_folder(copy: Path) -> None:
    manifest = json.loads((copy / "manifest.json").read_text())
    outside = copy.parent / "outside.parquet"
    shutil.copy(copy / "diseases.parquet", outside)
    manifest["tables"]["diseases"]["file"] = "../outside.parquet"
    (copy / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(KnowledgeError, match="outside"):
        open_knowledge(copy)


@pytest.mark.parametrize("text", ["", "{", '{"format": 99, "tables": {}}', "[]"])
def test_what_is_not_a_manifest_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(KnowledgeError):
        open_knowledge(tmp_path)


def test_a_missing_table_says_how_to_get_it(copy: Path) -> None:
    kb = open_knowledge(copy)
    assert not kb.has("frequencies")
    with pytest.raises(KnowledgeError, match="kb refresh"):
        kb.table("frequencies")


def test_the_environment_names_the_snapshot(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAREPLAN_KB", str(copy))
    assert open_knowledge().root == copy.resolve()


def test_a_refreshed_snapshot_is_preferred_to_the_starter(
    copy: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("RAREPLAN_KB", raising=False)
    monkeypatch.setenv("RAREPLAN_HOME", str(tmp_path / "home"))
    assert open_knowledge().root == STARTER.resolve()
    (tmp_path / "home" / "knowledge").mkdir(parents=True)
    (tmp_path / "home" / "knowledge" / "current").symlink_to(copy)
    assert open_knowledge().root == copy.resolve()


def test_sources_name_version_date_and_licence() -> None:
    sources = {s.name: s for s in open_knowledge(STARTER).sources()}
    assert sources["HPO"].version == "2025-01-16"
    assert sources["ClinVar"].date == "2024-12-15"
    assert all(s.licence and len(s.sha256) == 64 for s in sources.values())


def test_the_starter_stays_under_its_size() -> None:
    assert sum(p.stat().st_size for p in STARTER.iterdir()) < 25_000_000


def test_opening_reads_no_table() -> None:
    began = time.perf_counter()
    kb = open_knowledge(STARTER)
    assert kb._cache == {}
    assert time.perf_counter() - began < 5  # a hang, not a speed, is what this would catch


def test_curated_tables_leave_out_comments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "curated"
    folder.mkdir()
    (folder / "x.tsv").write_text('# note\ngene\tdrug\nCPS1\tcarglumic "acid"\n\nSMN1\n')
    monkeypatch.setattr("rareplan.knowledge.store.data_dir", lambda _: tmp_path)
    kb = open_knowledge(STARTER)
    assert kb.curated("x") == [
        {"gene": "CPS1", "drug": 'carglumic "acid"'},
        {"gene": "SMN1", "drug": ""},
    ]
    with pytest.raises(KnowledgeError, match="no curated table"):
        kb.curated("y")
