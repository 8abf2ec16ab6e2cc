"""README's table of figures is the one that the stored results give."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts" / "bench"))

import jobs  # noqa: E402
import results  # noqa: E402


def test_the_readme_holds_what_the_stored_results_give() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    if results.BEGIN not in text:
        pytest.skip("README.md has no block of figures")
    block = text.split(results.BEGIN)[1].split(results.END)[0].strip()
    assert block == results.table(results.load())


def test_every_stored_figure_names_its_machine_and_no_folder() -> None:
    stored = results.load()
    assert stored
    assert set(stored) <= {job.name for job in jobs.JOBS}
    for name, told in stored.items():
        assert {"date", "cores", "load", "quick", "outcome"} <= told.keys(), name
        words = f"{told.get('command', '')} {told['outcome']} {told['figures']}"
        assert not re.search(r"(?<![\w.])/(?:home|root|tmp|work|Users)\b", words), name


def test_every_page_of_the_index_has_a_job() -> None:
    index = (ROOT / "docs" / "benchmarks.md").read_text("utf-8")
    pages = set(re.findall(r"\(benchmarks/([\w-]+)\.md\)", index))
    assert pages <= {job.page for job in jobs.JOBS}
    assert {job.page for job in jobs.JOBS} <= pages | {"consequences"}


def test_a_readme_without_the_block_is_left_alone(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text("# x\n")
    assert "no block" in results.into_readme({}, readme)
    assert readme.read_text() == "# x\n"
    readme.write_text(f"a\n{results.BEGIN}\nold\n{results.END}\nb\n")
    results.into_readme({}, readme)
    assert readme.read_text() == f"a\n{results.BEGIN}\n{results.table({})}\n{results.END}\nb\n"


def test_a_quick_run_never_replaces_a_full_one() -> None:
    full = {"job": "load", "outcome": "done", "quick": False, "figures": {"x": 1}}
    stored = {"load": full}
    results.keep(stored, {**full, "quick": True})
    results.keep(stored, {**full, "outcome": "FAILED (1)"})
    assert stored["load"] is full
    newer = {**full, "figures": {"x": 2}}
    results.keep(stored, newer)
    assert stored["load"] is newer


def test_a_figure_that_is_not_printed_is_missed() -> None:
    job = next(job for job in jobs.JOBS if job.name == "knowledge-faults")
    found, missing = results.taken(job, "50 faults: 0 broken snapshots, 1 without recovery")
    assert missing == []
    assert found["faults of a refresh"]["reads"].startswith("50 faults, 0 broken snapshots, 1 ")
    assert results.taken(job, "nothing")[1] == ["faults of a refresh"]
