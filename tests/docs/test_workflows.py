"""The workflow examples: linted, parsed and run with the tools that are at hand."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = ROOT / "examples" / "workflows"


def test_the_image_gets_everything_that_the_wheel_is_made_of() -> None:
    text = (WORKFLOWS / "Dockerfile").read_text("utf-8")
    copied = {name for line in re.findall(r"^COPY (.*) \S+$", text, re.MULTILINE)
              for name in line.split()}  # fmt: skip
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    needed = {"pyproject.toml", "src", project["project"]["readme"], *wheel["force-include"]}
    needed |= set(project["project"]["license-files"])
    assert needed == copied
    assert all((ROOT / name).exists() for name in copied)


def test_hadolint_has_no_finding() -> None:
    hadolint = shutil.which("hadolint")
    if hadolint is None:
        pytest.skip("hadolint is not installed")
    done = subprocess.run(
        [hadolint, str(WORKFLOWS / "Dockerfile")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_nextflow_parses() -> None:
    parser = pytest.importorskip("groovy_parser.parser", reason="groovy-parser is not installed")
    text = (WORKFLOWS / "main.nf").read_text("utf-8")
    assert parser.parse_groovy_content(text).data == "compilation_unit"
    with pytest.raises(Exception, match=r"(?s).+"):
        parser.parse_groovy_content(text.replace("workflow {", "workflow {{", 1))


def test_both_workflows_use_options_that_exist() -> None:
    described = subprocess.run(
        [sys.executable, "-m", "rareplan", "analyze", "--help"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    for name in ("Snakefile", "main.nf", "Dockerfile"):
        text = (WORKFLOWS / name).read_text("utf-8")
        own = {"--families", "--cores", "--mount", "--rm", "--network", "--from",
               "--no-cache-dir", "--no-deps", "--wheel-dir"}  # fmt: skip
        used = set(re.findall(r"--[a-z-]+", text)) - own
        assert used
        assert all(option in described for option in used), (name, used)


def test_snakemake_runs_both_examples(tmp_path: Path) -> None:
    snakemake = shutil.which("snakemake")
    if snakemake is None:
        pytest.skip("snakemake is not installed")
    page = (WORKFLOWS / "README.md").read_text("utf-8")
    (commands,) = re.findall(r"```\n(mkdir families\n.*?)```", page, re.DOTALL)
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-e", "-c", commands], cwd=tmp_path / "examples" / "workflows",
        env=os.environ | {"PATH": path}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    runs = tmp_path / "examples" / "workflows" / "runs"
    assert {p.name for p in runs.iterdir()} == {"newborn", "child"}
    assert all((p / "family.html").is_file() for p in runs.iterdir())
