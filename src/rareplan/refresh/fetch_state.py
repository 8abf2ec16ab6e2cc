"""Files in the download cache and what is remembered of them."""

from __future__ import annotations

import email.utils
import hashlib
import json
import os
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from rareplan.refresh.spec import SourceFile


@dataclass(frozen=True)
class Fetched:
    """A file in the cache and what is known of it."""

    path: Path
    url: str
    sha256: str
    version: str = ""
    modified: str = ""
    """ISO date of Last-Modified, or of the copy in a mirror folder."""
    transferred: int = 0
    changed: bool = False
    opener: Callable[[], Any] | None = None
    """Opens the bytes of a file that is never stored."""


@dataclass(frozen=True)
class FileState:
    """What is remembered of a file in the cache."""

    url: str = ""
    etag: str = ""
    last_modified: str = ""
    sha256: str = ""
    bytes: int = -1
    version: str = ""


@dataclass(frozen=True)
class Politeness:
    """How requests behave: seconds and counts."""

    connect_timeout: float = 20.0
    read_timeout: float = 120.0
    retries: int = 5
    backoff: float = 1.0
    max_backoff: float = 60.0


def digest_of_text(text: str) -> str:
    """Hex SHA-256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def in_mirror(folder: Path, file: SourceFile) -> tuple[Path, str] | None:
    """The file that someone copied to the mirror folder, and its version."""
    if (folder / file.id).is_file():
        return folder / file.id, ""
    if file.pattern and folder.is_dir():
        for path in sorted(folder.iterdir(), reverse=True):
            if match := re.fullmatch(file.pattern, path.name):
                return path, match.group(1)
    name = Path(urlsplit(file.url).path).name
    return (folder / name, "") if name and (folder / name).is_file() else None


def conditions(known: FileState) -> dict[str, str]:
    """Headers that ask for a file only when it changed."""
    headers = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {name: value for name, value in headers.items() if value and known.bytes >= 0}


def known_file(path: Path, state: FileState, transferred: int) -> Fetched:
    """A file of the cache as it is."""
    when = email.utils.parsedate_to_datetime(state.last_modified) if state.last_modified else None
    return Fetched(
        path, state.url, state.sha256, state.version,
        when.date().isoformat() if when else "", transferred,
    )  # fmt: skip


def write_whole(path: Path, payload: bytes) -> None:
    """Write a file in one step."""
    part = path.with_suffix(path.suffix + ".part")
    with part.open("wb") as handle:
        handle.write(payload)
        handle.flush()
        os.fsync(handle.fileno())
    part.replace(path)


def load_state(path: Path) -> FileState:
    """What is known of a file in the cache; an empty state when nothing is."""
    try:
        return FileState(**json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return FileState()


def save_state(path: Path, state: FileState) -> None:
    """Remember the state of a file."""
    write_whole(path, json.dumps(asdict(state), sort_keys=True).encode())


Progress = Callable[[str, int, int], None]
"""Called with a file's name, bytes so far, and bytes in all (0 when unknown)."""


def silent(_name: str, _done: int, _all: int) -> None:
    """No progress."""
