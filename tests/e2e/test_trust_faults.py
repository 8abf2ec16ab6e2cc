"""A killed, full or starved analysis never leaves something that looks like a run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from rareplan.rundir import clear_leftovers, is_run

ROOT = Path(__file__).resolve().parents[2]
PATIENT_WORDS = ("proband", "HP:", "0/1", "ornithine", "CPS1")


def attempt(fault: str, value: object, out: Path, **more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.builders.analyze_child", fault, str(value), str(out)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "TMPDIR": str(out.parent), **more}
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
        timeout=300,
    )  # fmt: skip


def left(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


@pytest.mark.parametrize("fault", [("kill", "Ranking"), ("record", "-")])
def test_a_killed_run_is_not_there_and_its_leftovers_go(
    tmp_path: Path, fault: tuple[str, str]
) -> None:
    out = tmp_path / "run"
    done = attempt(*fault, out)
    assert done.returncode == -9
    assert not out.exists()
    assert left(tmp_path), "killed before it had begun to write"
    assert all(name.startswith(".run.") for name in left(tmp_path))
    clear_leftovers(out)
    assert left(tmp_path) == []


def test_a_run_killed_while_it_replaces_an_older_one_gives_the_older_back(
    tmp_path: Path, example_run
) -> None:
    import shutil

    out = tmp_path / "run"
    shutil.copytree(example_run.folder, out)
    (out / "mine.txt").write_text("the older run")
    done = attempt("swap", "-", out)
    assert done.returncode == -9
    clear_leftovers(out)
    assert is_run(out)
    assert (out / "mine.txt").read_text() == "the older run"
    assert left(tmp_path) == ["run"]


def test_leftovers_of_a_living_process_stay(tmp_path: Path) -> None:
    living = tmp_path / f".run.partial-{os.getpid()}-abc"
    living.mkdir()
    other = tmp_path / ".runner.partial-1-abc"
    other.mkdir()
    clear_leftovers(tmp_path / "run")
    assert living.is_dir()
    assert other.is_dir()


@pytest.mark.parametrize("size", [2_000, 100_000, 300_000])
def test_a_full_disk_leaves_nothing_and_says_so(tmp_path: Path, size: int) -> None:
    done = attempt("filesize", size, tmp_path / "run")
    assert done.returncode == 4
    assert left(tmp_path) == []
    assert done.stderr.startswith("error: ")
    assert "Traceback" not in done.stderr
    assert not any(word in done.stderr for word in PATIENT_WORDS)


@pytest.mark.parametrize("megabytes", [450, 900])
def test_too_little_memory_leaves_nothing(tmp_path: Path, megabytes: int) -> None:
    done = attempt("memory", megabytes << 20, tmp_path / "run")
    assert done.returncode != 0
    clear_leftovers(tmp_path / "run")
    assert left(tmp_path) == []


def test_a_folder_that_cannot_be_written_is_told_before_any_work(tmp_path: Path) -> None:
    done = attempt("plain", "-", tmp_path / "absent" / "run")
    assert done.returncode == 2
    assert "no folder that can be written to" in done.stderr
