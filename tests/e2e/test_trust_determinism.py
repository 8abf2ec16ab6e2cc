"""Same input, settings and snapshot: the same bytes, on any number of cores, without a network."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.conftest import Run, rareplan
from tests.e2e.trust import ROOT, contents


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same analysis with sockets blocked, one core, another hash seed, zone and language."""
    out = tmp_path_factory.mktemp("elsewhere") / "other-name"
    command = [sys.executable, "-m", "tests.builders.analyze_child", "offline", "-", str(out)]
    environment = {
        **os.environ, "PYTHONHASHSEED": "4242", "TZ": "Pacific/Auckland", "LC_ALL": "C",
        "OMP_NUM_THREADS": "1", "ARROW_NUM_THREADS": "1",
    }  # fmt: skip
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
        timeout=300, preexec_fn=_one_core,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return out


def _one_core() -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def test_every_file_has_the_same_bytes(example_run: Run, elsewhere: Path) -> None:
    assert example_run.code == 0, example_run.err
    here, there = contents(example_run.folder), contents(elsewhere)
    assert here.keys() == there.keys()
    assert {"case.json", "clinician.html", "family.html", "ledger.parquet"} <= here.keys()
    assert [name for name in here if here[name] != there[name]] == []


def test_the_socket_guard_bites() -> None:
    code = (
        "import sys, tests.builders.analyze_child as c; sys.addaudithook(c._no_sockets);"
        "import socket; socket.create_connection(('127.0.0.1', 9))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert "network used" in done.stderr


def test_nothing_was_sent_and_the_run_is_private(example_run: Run) -> None:
    record = json.loads((example_run.folder / "provenance.json").read_text("utf-8"))
    assert record["queries_sent"] == []
    assert stat.S_IMODE(example_run.folder.stat().st_mode) == 0o700
    modes = {stat.S_IMODE(p.stat().st_mode) for p in example_run.folder.iterdir()}
    assert modes == {0o600}
    assert sorted(p.name for p in example_run.folder.parent.iterdir()) == ["run"]


def test_htslib_says_nothing(example_run: Run) -> None:
    assert "[W::" not in example_run.err
    assert "[E::" not in example_run.err


def test_a_run_proves_itself_and_an_edited_one_does_not(example_run: Run, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(example_run.folder, copy)
    letter = copy / "family.html"
    letter.write_bytes(letter.read_bytes() + b" ")
    done = rareplan("replay", copy, "--json", cwd=tmp_path)
    outcome = json.loads(done.stdout)
    assert outcome["differs"] == []
    assert outcome["changed"] == []
    assert outcome["edited"] == ["family.html"]
    assert done.returncode == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda o: o["options"]["vcfs"].__setitem__(0, "/nowhere/family.vcf.gz"), "no such file"),
        (lambda o: o["inputs"].update({"terms.txt": "0" * 64}), "a file that changed since"),
        (lambda o: o["options"].update(trials="live"), "a run that asked ClinicalTrials.gov"),
        (lambda o: o.pop("options"), "a damaged record"),
    ],
)
def test_a_run_that_cannot_be_repeated_says_why(
    example_run: Run, tmp_path: Path, change, words: str
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(example_run.folder, copy)
    path = copy / "provenance.json"
    record = json.loads(path.read_text("utf-8"))
    change(record)
    path.write_text(json.dumps(record), "utf-8")
    done = rareplan("replay", copy, cwd=tmp_path)
    assert done.returncode == 2
    assert words in done.stderr
