"""Run directories: health data, so private; whole or not there at all.

A run is written to a hidden sibling and renamed last, so a crash at any point never leaves
something that looks like a finished run. A finished run holds ``provenance.json``.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rareplan.errors import Fault, InputError

DONE_MARK = "provenance.json"
_PRIVATE_DIR = 0o700
_PRIVATE_FILE = 0o600


def is_run(path: Path) -> bool:
    """Whether a folder is a finished run."""
    return (path / DONE_MARK).is_file() and (path / "case.json").is_file()


def check_target(path: Path) -> None:
    """Refuse to write over anything that is not an earlier run or empty.

    Raises:
        InputError: the path is a file, or a folder with something else in it, or its
            parent cannot be written.
    """
    if path.exists() and not path.is_dir():
        raise InputError(
            Fault(path.name, "a file", "a folder to write to", "Choose another --out.")
        )
    if path.is_dir() and any(path.iterdir()) and not is_run(path):
        raise InputError(
            Fault(
                path.name,
                "a folder that holds other files",
                "an empty folder, an earlier run, or a new name",
                "Choose another --out.",
            )
        )
    parent = path.resolve().parent
    if not parent.is_dir() or not os.access(parent, os.W_OK):
        raise InputError(
            Fault(
                str(path.parent), "no folder that can be written to", "one", "Choose another --out."
            )
        )


def _make_private(folder: Path) -> None:
    for entry in folder.rglob("*"):
        entry.chmod(_PRIVATE_DIR if entry.is_dir() else _PRIVATE_FILE)
    folder.chmod(_PRIVATE_DIR)


def _swap_in(staged: Path, target: Path) -> None:
    if not target.exists():
        staged.rename(target)
        return
    old = _hidden_sibling(target, "old")
    target.rename(old / "run")
    staged.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def _hidden_sibling(target: Path, kind: str) -> Path:
    """A private folder beside the target; its name tells whose process made it."""
    prefix = f".{target.name}.{kind}-{os.getpid()}-"
    return Path(tempfile.mkdtemp(prefix=prefix, dir=target.parent))


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def clear_leftovers(target: Path) -> None:
    """Undo what a killed run left beside the target.

    An earlier run that was moved aside comes back; unfinished folders of processes that are no
    more are removed.
    """
    target = target.resolve()
    left = re.compile(rf"\.{re.escape(target.name)}\.(partial|scratch|old)-(\d+)-\w+")
    for entry in sorted(target.parent.iterdir()):
        found = left.fullmatch(entry.name)
        if found is None or _is_alive(int(found[2])):
            continue
        if found[1] == "old" and not target.exists() and is_run(entry / "run"):
            (entry / "run").rename(target)
        shutil.rmtree(entry, ignore_errors=True)


@contextmanager
def scratch_beside(target: Path) -> Iterator[Path]:
    """A private folder for what is not yet part of the run, on the same disk; removed after."""
    clear_leftovers(target)
    scratch = _hidden_sibling(target.resolve(), "scratch")
    try:
        yield scratch
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


@contextmanager
def staged_run(target: Path) -> Iterator[Path]:
    """A private folder to fill; it becomes ``target`` when the block ends without an error.

    On any error it is removed and ``target`` stays as it was.
    """
    target = target.resolve()
    staged = _hidden_sibling(target, "partial")
    try:
        yield staged
        _make_private(staged)
        _swap_in(staged, target)
    finally:
        if staged.exists():
            shutil.rmtree(staged, ignore_errors=True)
