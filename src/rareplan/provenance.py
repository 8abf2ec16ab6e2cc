"""Where packaged data lie, hashes of what went in, and the record of a run.

``provenance.json`` is the only file of a run that holds the time, so that everything else is
the same bytes for the same input, settings and snapshot.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

from rareplan import __version__

_CHUNK = 1 << 20
SCHEMA_VERSION = "1.0"
DONE_MARK = "provenance.json"
PACKAGES = ("cyvcf2", "hail", "networkx", "numpy", "pandas", "pyarrow", "pydantic", "scipy")


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


def sha256_json(value: Any) -> str:
    """Hex SHA-256 of a JSON value in canonical form (sorted keys, no spaces)."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def input_hashes(paths: Iterable[Path]) -> dict[str, str]:
    """File name to hash, in the order given. Two files of one name get a number."""
    hashes: dict[str, str] = {}
    for path in paths:
        name = path.name
        number = 2
        while name in hashes:
            name = f"{path.name} ({number})"
            number += 1
        hashes[name] = sha256_file(path)
    return hashes


def _package_versions() -> dict[str, str]:
    import platform
    from importlib.metadata import PackageNotFoundError, version

    found = {"rareplan": __version__, "python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


@dataclass(frozen=True)
class RunRecord:
    """When a run began: by the calendar, and by a clock that nobody sets (seconds)."""

    started: datetime
    ticks: float

    @classmethod
    def begin(cls) -> RunRecord:
        """A record that starts now (UTC)."""
        return cls(datetime.now(UTC), time.monotonic())

    @property
    def now(self) -> datetime:
        """The start and what has passed since: never before it, even if the clock was set back."""
        return self.started + timedelta(seconds=time.monotonic() - self.ticks)

    def write(
        self,
        folder: Path,
        options: Mapping[str, Any],
        inputs: Mapping[str, str],
        settings: Mapping[str, Any],
        knowledge: Mapping[str, Any],
        queries: Iterable[str] = (),
    ) -> Path:
        """Write ``provenance.json``: what was asked, what went in, what came out, and when.

        ``queries`` is every query that left this machine, as sent.
        """
        import platform

        outputs = {
            str(path.relative_to(folder)): sha256_file(path)
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }
        record = {
            "schema_version": SCHEMA_VERSION,
            "started": self.started.isoformat(timespec="seconds"),
            "finished": self.now.isoformat(timespec="seconds"),
            "versions": _package_versions(),
            "system": f"{platform.system()} {platform.machine()}",
            "options": dict(options),
            "inputs": dict(inputs),
            "settings_sha256": sha256_json(dict(settings)),
            "settings": dict(settings),
            "knowledge_sha256": sha256_json(dict(knowledge)),
            "knowledge": dict(knowledge),
            "queries_sent": list(queries),
            "outputs": outputs,
        }
        path = folder / DONE_MARK
        path.write_text(json.dumps(record, indent=2, ensure_ascii=False) + "\n", "utf-8")
        return path
