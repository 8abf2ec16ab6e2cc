"""Shell completion as docs/completion.md describes it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# What bash itself does on Tab: call the function registered for the command, read COMPREPLY.
TAB = """
set -euo pipefail
. "$1"
COMP_WORDS=({words}) COMP_CWORD={last}
function_name="$(complete -p rareplan | sed 's/.*-F \\([^ ]*\\) .*/\\1/')"
"$function_name" rareplan
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


def environment() -> dict[str, str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return os.environ | {"PATH": path}


def written(shell: str, target: Path) -> Path:
    """The script that the documentation tells to write."""
    page = (ROOT / "docs" / "completion.md").read_text("utf-8")
    (command,) = re.findall(
        rf"^ +(_RAREPLAN_COMPLETE={shell}_source rareplan) > ", page, re.MULTILINE
    )
    name, program = command.split(" ")
    variable, value = name.split("=")
    done = subprocess.run(
        [program], env=environment() | {variable: value}, capture_output=True, text=True, check=True
    )
    target.write_text(done.stdout, "utf-8")
    return target


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("rareplan an", {"analyze", "annotate"}),
        ("rareplan analyze --eng", {"--engine"}),
        ("rareplan analyze --engine ''", {"auto", "local", "hail"}),
        ("rareplan kb roll", {"rollback"}),
    ],
)
def test_bash_completes(words: str, expected: set[str], tmp_path: Path) -> None:
    ask = "(( BASH_VERSINFO[0] * 10 + BASH_VERSINFO[1] < 44 ))"
    if subprocess.run(["bash", "-c", ask], check=False).returncode == 0:
        pytest.skip("this bash is older than 4.4 (macOS brings 3.2)")
    script = written("bash", tmp_path / "rareplan")
    program = TAB.format(words=words, last=len(words.split()) - 1)
    done = subprocess.run(
        ["bash", "-c", program, "bash", str(script)],
        env=environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert set(done.stdout.split()) == expected


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_take_the_script(shell: str, tmp_path: Path) -> None:
    script = written(shell, tmp_path / "rareplan")
    assert "_RAREPLAN_COMPLETE" in script.read_text("utf-8")
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed: the script was written, not parsed")
    subprocess.run([shell, "-n", str(script)], check=True, capture_output=True)
