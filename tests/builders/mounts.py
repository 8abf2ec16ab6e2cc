"""Real file systems of a test's own: one that gets full, one that is read-only. Needs root."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


def _mount(*options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["mount", *options], capture_output=True, text=True, check=False)


def remount(folder: Path, options: str) -> None:
    """Change a mounted file system: ``ro``, ``rw``, ``size=8m``."""
    assert _mount("-o", f"remount,{options}", str(folder)).returncode == 0


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    """A file system in memory of that size (``600k``), mounted on a new folder."""
    if not sys.platform.startswith("linux") or os.geteuid() != 0 or not shutil.which("mount"):
        pytest.skip("mounting a file system needs root on Linux")
    folder.mkdir()
    done = _mount("-t", "tmpfs", "-o", f"size={size},mode=0700", "tmpfs", str(folder))
    if done.returncode:
        pytest.skip(f"this machine forbids mounting: {done.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)
