"""The tutorial, command for command: what it shows is what is printed."""

from __future__ import annotations

import difflib
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_tutorial_shows_what_is_printed() -> None:
    told = (ROOT / "docs" / "tutorial.md").read_text("utf-8")
    script = [sys.executable, str(ROOT / "scripts" / "build_tutorial"), "--print"]
    made = subprocess.run(script, capture_output=True, text=True, check=True).stdout
    lines = difflib.unified_diff(
        told.splitlines(), made.splitlines(), "docs/tutorial.md", "printed now", lineterm="", n=1
    )
    difference = "\n".join(lines)
    assert not difference, f"run scripts/build_tutorial when this is meant:\n{difference}"
    assert made.count("\n$ rareplan ") >= 12


def test_the_readme_shows_the_same_run() -> None:
    """The demo is the tutorial's first family under another name; the tutorial is run."""
    readme = (ROOT / "README.md").read_text("utf-8")
    tutorial = (ROOT / "docs" / "tutorial.md").read_text("utf-8")
    told = re.search(r"<!-- demo-output -->\n```\n(.*?)```", readme, re.DOTALL)
    run = re.search(r"--out newborn-run\n(.*?)```", tutorial, re.DOTALL)
    assert told
    assert run
    assert told[1] == run[1].replace("newborn-run", "rareplan-out-demo")
    demo = (ROOT / "scripts" / "demo").read_text("utf-8")
    assert all(f"examples/cps1_trio/{name}" in demo for name in ("family.vcf.gz", "terms.txt"))
