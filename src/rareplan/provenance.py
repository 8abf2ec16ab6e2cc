"""Where packaged data lie, hashes of what went in, and the record of a run."""

from __future__ import annotations

import hashlib
from importlib.resources import files
from pathlib import Path

_CHUNK = 1 << 20


def data_dir(name: str) -> Path:
    """Folder of packaged data: ``knowledge`` or ``templates``.

    In an installed wheel it lies in ``rareplan/_data``; in a source tree at the top.
    """
    packaged = Path(str(files("rareplan"))) / "_data" / name
    if packaged.is_dir():
        return packaged
    return Path(__file__).resolve().parents[2] / name


def sha256_file(path: Path) -> str:
    """Hex SHA-256 of a file's bytes."""
    digest = hashlib.sha256()
    with path.open("rb") as handle:
        while chunk := handle.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
