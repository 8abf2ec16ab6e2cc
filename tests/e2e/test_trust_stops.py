"""Stopped by a signal, short of memory, or a clock that jumps: no half run, the same bytes."""

from __future__ import annotations

import json
import shutil
import time
from datetime import datetime
from pathlib import Path

import pytest

from rareplan.rundir import is_run
from tests.e2e.conftest import Run
from tests.e2e.trust import (
    assert_rerun_is_whole,
    assert_told,
    attempt,
    contents,
    left,
)

YEARS = 365 * 86_400


def test_a_stopped_run_is_not_there_and_says_by_what(tmp_path: Path, example_run: Run) -> None:
    out = tmp_path / "run"
    stops = (("SIGINT", "Ranking", 130), ("SIGTERM", "Writing", 143), ("SIGHUP", "Reading", 129))
    for signal, step, code in stops:
        assert_told(attempt(signal, step, out), code, signal)
        assert left(tmp_path) == []
    assert_rerun_is_whole(out, example_run.folder)


def test_a_signal_that_the_caller_ignores_stays_ignored(tmp_path: Path, example_run: Run) -> None:
    out = tmp_path / "run"
    done = attempt("SIGHUP", "Ranking", out, RAREPLAN_TEST_NOHUP="1")
    assert done.returncode == 0, done.stderr
    assert contents(out) == contents(example_run.folder)


@pytest.mark.parametrize(("signal", "code"), [("SIGTERM", 143), ("SIGKILL", -9)])
def test_processes_that_share_a_file_end_with_their_parent(
    tmp_path: Path, signal: str, code: int
) -> None:
    done = attempt("shared", signal, tmp_path / "run")
    assert done.returncode == code
    assert not any(is_run(entry) for entry in tmp_path.iterdir())
    assert code < 0 or left(tmp_path) == []
    workers = [int(pid) for pid in done.stdout.split()]
    assert workers, "nothing was shared"
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and any(map(_lives, workers)):
        time.sleep(0.1)
    assert [pid for pid in workers if _lives(pid)] == []


def _lives(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_a_process_that_the_system_ends_is_told_as_want_of_memory(tmp_path: Path) -> None:
    assert_told(attempt("starved", "-", tmp_path / "run"), 4, "out of memory")
    assert left(tmp_path) == []


def test_too_little_memory_leaves_nothing_and_enough_gives_the_same_run(
    tmp_path: Path, example_run: Run
) -> None:
    out = tmp_path / "run"
    for megabytes in (450, 700):
        done = attempt("memory", megabytes << 20, out)
        assert done.returncode or megabytes > 500
        if done.returncode == 0:  # how much is enough depends on the machine
            assert contents(out) == contents(example_run.folder)
            shutil.rmtree(out)
            continue
        assert not any(is_run(entry) for entry in tmp_path.iterdir())
        assert "Traceback" not in done.stderr
        if done.returncode > 0:  # else C code ended the process, as it may
            assert_told(done, 4)
            assert left(tmp_path) == []
    assert_rerun_is_whole(out, example_run.folder)


def record(run: Path) -> dict[str, str]:
    return json.loads((run / "provenance.json").read_text("utf-8"))


def seconds(run: Path) -> float:
    """How long a run took by its own record."""
    times = record(run)
    began, ended = (datetime.fromisoformat(times[key]) for key in ("started", "finished"))
    return (ended - began).total_seconds()


def test_a_clock_that_is_set_back_changes_nothing(tmp_path: Path, example_run: Run) -> None:
    out = tmp_path / "run"
    done = attempt("clock", "-", out)
    assert done.returncode == 0, done.stderr
    assert contents(out) == contents(example_run.folder)
    assert 0 <= seconds(out) < 300


def faketime() -> str:
    """The library of Debian's package ``faketime``."""
    found = sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
    return str(found[0]) if found else pytest.skip("libfaketime is not installed")


@pytest.mark.parametrize("start", ["@1971-02-03 04:05:06", "@2061-02-03 04:05:06"])
def test_a_clock_that_is_decades_off_changes_only_what_is_called_stale(
    tmp_path: Path, example_run: Run, start: str
) -> None:
    out = tmp_path / "run"
    library = {"LD_PRELOAD": faketime(), "FAKETIME": start, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    done = attempt("plain", "-", out, **library)
    assert done.returncode == 0, done.stderr
    assert record(out)["started"].startswith(start[1:5])
    assert 0 <= seconds(out) < 300
    here, there = contents(example_run.folder), contents(out)
    assert here.keys() == there.keys()
    differs = {name for name in here if here[name] != there[name]}
    if start < "@2026":
        assert differs == set()  # nothing was ever reviewed so early that it could be stale
        return
    assert differs <= {"case.json", "clinician.html", "family.html"}
    ages = [json.loads(side["case.json"])["patient"] for side in (here, there)]
    assert ages[0] == ages[1]


def test_the_clock_may_jump_in_the_middle(tmp_path: Path, example_run: Run) -> None:
    stamp = tmp_path / "now"
    stamp.write_text("@2026-11-21 12:00:00\n")
    (tmp_path / "out").mkdir()
    out = tmp_path / "out" / "run"
    library = {
        "LD_PRELOAD": faketime(), "FAKETIME_TIMESTAMP_FILE": str(stamp), "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }  # fmt: skip
    done = attempt("stamp", stamp, out, **library)
    assert done.returncode == 0, done.stderr
    assert stamp.read_text().startswith("@1990")
    assert contents(out) == contents(example_run.folder)
    assert 0 <= seconds(out) < 300
