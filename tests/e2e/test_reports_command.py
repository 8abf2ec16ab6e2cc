"""``rareplan report`` on a run directory."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from rareplan.report.store import dump_result
from tests.builders.case_result_builder import solved_trio


def rareplan(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "rareplan", "report", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def run_dir(tmp_path: Path) -> Path:
    folder = tmp_path / "run"
    folder.mkdir()
    (folder / "case.json").write_bytes(dump_result(solved_trio()))
    return folder


def test_the_usual_files_are_written_from_case_json_alone(run_dir: Path) -> None:
    done = rareplan(run_dir)
    assert done.returncode == 0, done.stderr
    assert {p.name for p in run_dir.iterdir()} == {
        "case.json", "candidates.tsv", "phenopacket.json", "fhir.json", "clinician.html",
        "family.html",
    }  # fmt: skip


def test_twice_gives_the_same_bytes(run_dir: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        assert rareplan(run_dir, "--out", tmp_path / name, "--format", "html,xlsx").returncode == 0
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()


def test_audience_language_and_json(run_dir: Path) -> None:
    done = rareplan(run_dir, "--audience", "family,counselor", "--language", "es", "--json")
    names = [Path(f).name for f in json.loads(done.stdout)["files"]]
    assert names[-2:] == ["family.es.html", "counselor.html"]
    assert 'lang="es"' in (run_dir / "family.es.html").read_text("utf-8")


def test_every_fault_is_one_line_and_nothing_is_written(run_dir: Path) -> None:
    done = rareplan(run_dir, "--audience", "press", "--format", "docx")
    assert done.returncode == 2
    assert len([x for x in done.stderr.splitlines() if x.startswith("error:")]) == 2
    assert "Traceback" not in done.stderr
    assert [p.name for p in run_dir.iterdir()] == ["case.json"]


def test_a_folder_without_a_case_is_told(tmp_path: Path) -> None:
    done = rareplan(tmp_path)
    assert done.returncode == 2
    assert "case.json" in done.stderr
    assert "Traceback" not in done.stderr
