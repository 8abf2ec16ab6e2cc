"""The reference holds every command's help as it is; the README names only what exists."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from rareplan.cli.main import COMMANDS

ROOT = Path(__file__).resolve().parents[2]


def test_the_reference_is_current() -> None:
    # In a process of its own: click keeps a command's help option from its first use, so the text
    # would depend on which tests ran before.
    script = ROOT / "scripts" / "build_reference"
    made = subprocess.run(
        [sys.executable, str(script), "--print"], capture_output=True, text=True, check=True
    ).stdout
    told = (ROOT / "docs" / "reference.md").read_text("utf-8")
    assert told == made, "run scripts/build_reference"
    assert all(f"## rareplan {name}\n" in told for name in COMMANDS)


def test_readme_names_only_commands_that_exist() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    used = re.findall(r"^(?:\.venv/bin/)?rareplan ([a-z]+)", text, re.MULTILINE)
    assert used
    assert set(used) <= set(COMMANDS)


def test_benchmark_pages_and_links_exist() -> None:
    text = (ROOT / "docs" / "benchmarks.md").read_text("utf-8")
    linked = set(re.findall(r"\]\((benchmarks/[\w-]+\.md)\)", text))
    pages = {f"benchmarks/{p.name}" for p in (ROOT / "docs" / "benchmarks").glob("*.md")}
    assert linked <= pages
