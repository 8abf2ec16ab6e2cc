"""The wheel, built from the sdist, in an empty environment, does the main job."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow


def test_the_wheel_analyses_the_example(tmp_path: Path) -> None:
    wheels = tmp_path / "wheels"
    pip = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(wheels), str(ROOT)]
    built = subprocess.run(pip, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    venv.create(tmp_path / "env", with_pip=True)
    python = tmp_path / "env" / "bin" / "python"
    (wheel,) = wheels.glob("rareplan-*.whl")
    subprocess.run([str(python), "-m", "pip", "install", "-q", str(wheel)], check=True)
    example = ROOT / "examples" / "cps1_trio"
    command = [
        str(tmp_path / "env" / "bin" / "rareplan"), "analyze", str(example / "family.vcf.gz"),
        "--ped", str(example / "family.ped"), "--case", str(example / "case.toml"),
        "--hpo", str(example / "terms.txt"), "--out", "run",
    ]  # fmt: skip
    clean = {k: v for k, v in os.environ.items() if k not in {"PYTHONPATH", "VIRTUAL_ENV"}}
    done = subprocess.run(
        command, cwd=tmp_path, env=clean, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "CPS1" in done.stdout
    assert (tmp_path / "run" / "family.html").is_file()
