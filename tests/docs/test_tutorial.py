"""The tutorial, command for command: what it shows is what is printed."""

from __future__ import annotations

import difflib
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
