"""Run directories: health data, so private; whole or not there at all.

A run is written to a hidden sibling and renamed last, so a crash at any point never leaves
something that looks like a finished run. A finished run holds ``provenance.json``.
"""

from __future__ import annotations

import os
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
    old = Path(tempfile.mkdtemp(prefix=f".{target.name}.old-", dir=target.parent))
    target.rename(old / "run")
    staged.rename(target)
    shutil.rmtree(old, ignore_errors=True)


@contextmanager
def staged_run(target: Path) -> Iterator[Path]:
    """A private folder to fill; it becomes ``target`` when the block ends without an error.

    On any error it is removed and ``target`` stays as it was.
    """
    target = target.resolve()
    staged = Path(tempfile.mkdtemp(prefix=f".{target.name}.partial-", dir=target.parent))
    try:
        yield staged
        _make_private(staged)
        _swap_in(staged, target)
    finally:
        if staged.exists():
            shutil.rmtree(staged, ignore_errors=True)
