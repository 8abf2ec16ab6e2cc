"""A killed analysis, or one whose disk fails, never leaves something that looks like a run."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from rareplan.rundir import clear_leftovers, is_run
from tests.builders.mounts import remount, small_disk
from tests.e2e.conftest import Run, rareplan
from tests.e2e.trust import (
    ROOT,
    assert_rerun_is_whole,
    assert_told,
    attempt,
    contents,
    left,
)


def test_a_killed_run_is_not_there_and_the_rerun_clears_its_leftovers(
    tmp_path: Path, example_run: Run
) -> None:
    out = tmp_path / "run"
    for number, fault in enumerate((("SIGKILL", "Ranking"), ("record", "-")), 1):
        done = attempt(*fault, out)
        assert done.returncode == -9
        assert not out.exists()
        assert len(left(tmp_path)) >= number, "killed before it had begun to write"
        assert all(name.startswith(".run.") for name in left(tmp_path))
        assert not any(is_run(entry) for entry in tmp_path.iterdir())
    assert_rerun_is_whole(out, example_run.folder)


@pytest.mark.parametrize("signal", ["SIGKILL", "SIGTERM"])
def test_a_run_that_ends_while_it_replaces_an_older_one_gives_the_older_back(
    tmp_path: Path, example_run: Run, signal: str
) -> None:
    out = tmp_path / "run"
    shutil.copytree(example_run.folder, out)
    (out / "mine.txt").write_text("the older run")
    done = attempt("swap", signal, out)
    assert done.returncode == {"SIGKILL": -9, "SIGTERM": 143}[signal]
    clear_leftovers(out)
    assert is_run(out)
    assert (out / "mine.txt").read_text() == "the older run"
    assert left(tmp_path) == ["run"]


def test_leftovers_of_a_living_process_stay(tmp_path: Path) -> None:
    hold = (
        "import sys; from pathlib import Path; from rareplan.rundir import scratch_beside\n"
        "with scratch_beside(Path(sys.argv[1])): print('here', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", hold, str(tmp_path / "run")]
    other = tmp_path / ".runner.partial-1-abc"
    other.mkdir()
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as living:
        assert living.stdout is not None
        living.stdout.readline()
        held = left(tmp_path)
        assert len(held) == 2
        clear_leftovers(tmp_path / "run")
        assert left(tmp_path) == held


def test_leftovers_go_even_when_their_number_is_that_of_a_living_process(tmp_path: Path) -> None:
    # In a container the analysis often is process 1 or 7 in every run.
    (tmp_path / f".run.partial-{os.getpid()}-abc").mkdir()
    (tmp_path / ".run.scratch-1-abc").mkdir()
    clear_leftovers(tmp_path / "run")
    assert left(tmp_path) == []


@pytest.mark.parametrize("size", [2_000, 300_000])
def test_a_file_that_may_not_grow_leaves_nothing_and_says_so(tmp_path: Path, size: int) -> None:
    done = attempt("filesize", size, tmp_path / "run")
    assert_told(done, 4, "File too large")
    assert left(tmp_path) == []


def test_a_full_disk_leaves_nothing_and_room_gives_the_same_run(
    tmp_path: Path, example_run: Run
) -> None:
    with small_disk(tmp_path / "disk", "64k") as disk:
        out = disk / "run"
        for size in ("64k", "400k"):  # in the ledger, in the reports
            remount(disk, f"size={size}")
            done = attempt("plain", "-", out)
            assert_told(done, 4, "No space left on device")
            assert left(disk) == []
        remount(disk, "size=16m")
        assert_rerun_is_whole(out, example_run.folder)


def test_a_full_disk_keeps_the_run_that_was_there(tmp_path: Path, example_run: Run) -> None:
    with small_disk(tmp_path / "disk", "16m") as disk:
        shutil.copytree(example_run.folder, disk / "run")
        before = contents(disk / "run")
        used = sum(len(data) for data in before.values()) // 1024
        remount(disk, f"size={used + 200}k")
        assert_told(attempt("plain", "-", disk / "run"), 4, "No space left on device")
        assert contents(disk / "run") == before
        assert left(disk) == ["run"]


def test_a_full_disk_cuts_no_report_that_is_written_again(tmp_path: Path, example_run: Run) -> None:
    with small_disk(tmp_path / "disk", "16m") as disk:
        shutil.copytree(example_run.folder, disk / "run")
        before = contents(disk / "run")
        used = sum(len(data) for data in before.values()) // 1024
        remount(disk, f"size={used + 120}k")
        done = rareplan("report", disk / "run", "--format", "html,xlsx", cwd=tmp_path)
        assert_told(done, 4, "No space left on device")
        assert contents(disk / "run") == before
        assert left(disk / "run") == left(example_run.folder)


def test_every_command_for_a_patient_writes_in_private(tmp_path: Path, example_run: Run) -> None:
    run = shutil.copytree(example_run.folder, tmp_path / "run")
    for more in (("--format", "xlsx"), ("--out", tmp_path / "elsewhere")):
        done = rareplan("report", run, *more, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
    vcf = ROOT / "examples" / "cps1_trio" / "family.vcf.gz"
    rareplan("annotate", vcf, "--out", tmp_path / "elsewhere" / "sites.tsv", cwd=tmp_path)
    written = [*run.iterdir(), *(tmp_path / "elsewhere").iterdir()]
    assert {p.name for p in written} >= {"candidates.xlsx", "family.html", "sites.tsv"}
    assert {stat.S_IMODE(p.stat().st_mode) for p in written} == {0o600}
    assert stat.S_IMODE((tmp_path / "elsewhere").stat().st_mode) == 0o700


def test_a_read_only_disk_is_told_before_any_work(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "16m") as disk:
        remount(disk, "ro")
        done = attempt("plain", "-", disk / "run", TMPDIR=str(tmp_path))
        assert done.returncode == 2
        assert "no folder that can be written to" in done.stderr
        assert left(disk) == []


def test_a_disk_that_becomes_read_only_leaves_no_run(tmp_path: Path, example_run: Run) -> None:
    with small_disk(tmp_path / "disk", "16m") as disk:
        out = disk / "run"
        done = attempt("remount", disk, out, TMPDIR=str(tmp_path))
        assert_told(done, 4, "Read-only file system")
        assert not out.exists()
        assert not any(is_run(entry) for entry in disk.iterdir())
        remount(disk, "rw")
        assert_rerun_is_whole(out, example_run.folder)


def test_inputs_on_a_read_only_disk_are_enough(tmp_path: Path, example_run: Run) -> None:
    with small_disk(tmp_path / "disk", "16m") as disk:
        family = shutil.copytree(ROOT / "examples" / "cps1_trio", disk / "family")
        remount(disk, "ro")
        (tmp_path / "out").mkdir()
        out = tmp_path / "out" / "run"
        assert_rerun_is_whole(out, example_run.folder, RAREPLAN_TEST_FAMILY=str(family))


def another_user() -> list[str]:
    """Words before a command that make it run as a user who may not write here."""
    if os.geteuid() != 0:
        return []
    if not shutil.which("setpriv"):
        pytest.skip("running as another user needs setpriv")
    words = ["setpriv", "--reuid", "65534", "--clear-groups", "--"]
    probe = [*words, sys.executable, "-c", "import rareplan"]
    if subprocess.run(probe, capture_output=True, check=False).returncode:
        pytest.skip("another user may not read this Python")
    return words


@pytest.mark.parametrize("mode", [0o555, 0o700])
def test_a_folder_of_another_user_is_told_before_any_work(mode: int) -> None:
    code = (
        "import sys; from pathlib import Path; from rareplan.rundir import check_target\n"
        "from rareplan.errors import InputError\n"
        "try: check_target(Path(sys.argv[1]) / 'run')\n"
        "except InputError as error: print(error)"
    )
    words = another_user()
    with tempfile.TemporaryDirectory() as folder:
        # 0o700: not even to be looked into; without root the owner is the one kept out.
        Path(folder).chmod(mode if words else mode & 0o555)
        command = [*words, sys.executable, "-c", code, folder]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        Path(folder).chmod(0o700)
    assert "no folder that can be written to" in done.stdout, done.stderr


def test_a_folder_that_is_not_there_is_told_before_any_work(tmp_path: Path) -> None:
    done = attempt("plain", "-", tmp_path / "absent" / "run")
    assert_told(done, 2, "no folder that can be written to")
    assert "absent" not in done.stderr  # a folder may be named after the patient
