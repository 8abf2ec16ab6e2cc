"""What the tests of faults share: an attempt under a fault, and what must be true after it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PATIENT_WORDS = ("proband", "HP:", "0/1", "ornithine", "CPS1", "family.vcf")


def attempt(fault: str, value: object, out: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """One analysis of the example family in a process of its own, under a fault."""
    command = [sys.executable, "-m", "tests.builders.analyze_child", fault, str(value), str(out)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "TMPDIR": str(out.parent), **more}
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
        timeout=300,
    )  # fmt: skip


def left(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a run but the one that holds times."""
    files = (p for p in folder.rglob("*") if p.is_file() and p.name != "provenance.json")
    return {str(p.relative_to(folder)): p.read_bytes() for p in files}


def assert_told(done: subprocess.CompletedProcess[str], code: int, *words: str) -> None:
    """One line for people, without a traceback and without the patient."""
    assert done.returncode == code, done.stderr
    assert done.stderr.startswith("error: ")
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr
    assert all(word in done.stderr for word in words), done.stderr
    assert not any(word in done.stderr for word in PATIENT_WORDS)


def assert_rerun_is_whole(out: Path, example: Path, **more: str) -> None:
    """The same command again: leftovers gone, and the bytes of a run that nothing disturbed."""
    done = attempt("plain", "-", out, **more)
    assert done.returncode == 0, done.stderr
    assert left(out.parent) == [out.name]
    assert contents(out) == contents(example)
