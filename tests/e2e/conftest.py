"""Runs of the whole program, as a user starts it."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest


@dataclass(frozen=True)
class Run:
    """One finished command and its run directory."""

    code: int
    out: str
    err: str
    folder: Path

    @property
    def case(self) -> dict[str, Any]:
        return json.loads((self.folder / "case.json").read_text("utf-8"))

    def rank_of(self, gene: str) -> int | None:
        return next((c["rank"] for c in self.case["candidates"] if c["gene"] == gene), None)


def rareplan(*arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "rareplan", *map(str, arguments)]
    return subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, check=False, timeout=600
    )


@pytest.fixture
def run_in(tmp_path: Path):
    """A function that runs ``rareplan analyze`` in an empty folder."""

    def run(*arguments: object, out: str = "run") -> Run:
        done = rareplan("analyze", *arguments, "--out", out, cwd=tmp_path)
        return Run(done.returncode, done.stdout, done.stderr, tmp_path / out)

    return run


@pytest.fixture(scope="session")
def example_run(tmp_path_factory: pytest.TempPathFactory, project_root: Path) -> Run:
    """The example family, run once for every test that looks at it."""
    folder = tmp_path_factory.mktemp("example")
    example = project_root / "examples" / "cps1_trio"
    done = rareplan(
        "analyze",
        example / "family.vcf.gz",
        "--ped",
        example / "family.ped",
        "--case",
        example / "case.toml",
        "--hpo",
        example / "terms.txt",
        "--out",
        "run",
        cwd=folder,
    )
    return Run(done.returncode, done.stdout, done.stderr, folder / "run")
