"""Run directories: health data, so private; whole or not there at all.

A run is written to a hidden sibling and renamed last, so a crash at any point never leaves
something that looks like a finished run. A finished run holds ``provenance.json``.
"""

from __future__ import annotations

import errno
import fcntl
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
_EARLIER = "run"


def is_run(path: Path) -> bool:
    """Whether a folder is a finished run."""
    return (path / DONE_MARK).is_file() and (path / "case.json").is_file()


def check_target(path: Path) -> None:
    """Refuse to write over anything that is not an earlier run or empty.

    Raises:
        InputError: the path is a file, or a folder with something else in it, or its
            parent cannot be written.
    """
    if not _is_writable(path.resolve().parent):
        raise InputError(
            Fault("--out", "no folder that can be written to", "one", "Choose another --out.")
        )
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


def _is_writable(folder: Path) -> bool:
    try:
        return folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)
    except PermissionError:  # in a folder that may not even be looked into
        return False


def _make_private(folder: Path) -> None:
    for entry in folder.rglob("*"):
        entry.chmod(_PRIVATE_DIR if entry.is_dir() else _PRIVATE_FILE)
    folder.chmod(_PRIVATE_DIR)


def _swap_in(staged: Path, target: Path) -> None:
    if not target.exists():
        staged.rename(target)
        return
    with _hidden_sibling(target, "old") as old:
        try:
            target.rename(old / _EARLIER)
            staged.rename(target)
        except BaseException:
            if (old / _EARLIER).exists() and not target.exists():
                (old / _EARLIER).rename(target)
            raise
        shutil.rmtree(old / _EARLIER, ignore_errors=True)


@contextmanager
def _hidden_sibling(target: Path, kind: str) -> Iterator[Path]:
    """A private folder beside the target, removed after; its name tells whose process made it.

    It is locked while the block runs. A number of a process alone would not tell that its maker is
    no more: in a container every run may have the same number.
    """
    prefix = f".{target.name}.{kind}-{os.getpid()}-"
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=target.parent))
    held = os.open(folder, os.O_RDONLY)
    try:
        _lock(held)
        yield folder
    finally:
        # An earlier run that could not be put back stays for clear_leftovers.
        if not (folder / _EARLIER).exists():
            shutil.rmtree(folder, ignore_errors=True)
        os.close(held)


def _lock(folder: int) -> bool | None:
    """Whether an open folder could be locked; None where the file system has no such locks."""
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return False if error.errno in {errno.EWOULDBLOCK, errno.EACCES} else None
    return True


def _is_abandoned(folder: Path, pid: int) -> bool:
    try:
        held = os.open(folder, os.O_RDONLY)
    except OSError:
        return False
    try:
        locked = _lock(held)
    finally:
        os.close(held)
    return not _is_alive(pid) if locked is None else locked


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
        if found is None or not _is_abandoned(entry, int(found[2])):
            continue
        if found[1] == "old" and not target.exists() and is_run(entry / _EARLIER):
            (entry / _EARLIER).rename(target)
        shutil.rmtree(entry, ignore_errors=True)


@contextmanager
def scratch_beside(target: Path) -> Iterator[Path]:
    """A private folder for what is not yet part of the run, on the same disk; removed after."""
    clear_leftovers(target)
    with _hidden_sibling(target.resolve(), "scratch") as scratch:
        yield scratch


@contextmanager
def staged_run(target: Path) -> Iterator[Path]:
    """A private folder to fill; it becomes ``target`` when the block ends without an error.

    On any error it is removed and ``target`` stays as it was.
    """
    target = target.resolve()
    with _hidden_sibling(target, "partial") as staged:
        yield staged
        _make_private(staged)
        _swap_in(staged, target)
