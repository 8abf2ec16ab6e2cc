"""Indexes beside a VCF: used only where they can be of this very file."""

from __future__ import annotations

from pathlib import Path


def has_index(path: Path) -> bool:
    """Whether ``FILE.tbi`` or ``FILE.csi`` lies beside a VCF and is not older than it.

    An index left over from an earlier version of the file leads past records without a word; the
    file is then read from end to end.
    """
    try:
        written = path.stat().st_mtime
        beside = [Path(f"{path}{ending}") for ending in (".tbi", ".csi")]
        return any(index.is_file() and index.stat().st_mtime >= written for index in beside)
    except OSError:
        return False
