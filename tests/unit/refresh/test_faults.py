from __future__ import annotations

from pathlib import Path

import pytest
from tests.builders.faults import is_whole, machine_faults, run_child, upstream_faults
from tests.builders.upstream import Upstream


@pytest.fixture(scope="module")
def good(files: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("good") / "knowledge"
    with Upstream(dict(files)) as upstream:
        code, _ = run_child(home, upstream)
    assert code == 0
    assert is_whole(home)
    return home


def test_a_crash_or_a_full_disk_leaves_a_whole_snapshot(
    good: Path, files: dict[str, bytes], tmp_path: Path
) -> None:
    """The full count (20 points) is scripts/bench/knowledge_faults.py; here some of them."""
    with Upstream(dict(files)) as upstream:
        trials = list(machine_faults(good, tmp_path, upstream, ("kill", "full"), points=2))
    assert [t for t in trials if not (t.whole and t.recovered)] == []
    assert {t.exit_code for t in trials if t.name.startswith("kill")} <= {-9, 0}
    assert -9 in {t.exit_code for t in trials}


def test_a_faulty_upstream_leaves_a_whole_snapshot(
    good: Path, files: dict[str, bytes], tmp_path: Path
) -> None:
    names = ("connection cut once", "truncated gzip", "sequence of another release")
    trials = list(upstream_faults(good, tmp_path, files, names))
    assert [t for t in trials if not (t.whole and t.recovered)] == []
    assert {t.name: t.exit_code for t in trials}["connection cut once"] == 0
    assert all(t.exit_code == 1 for t in trials if t.name != "connection cut once")
