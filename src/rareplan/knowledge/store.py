"""Read-only access to a snapshot: a folder of tables and a manifest.

Opening reads only the manifest and the sizes of the files, so it takes milliseconds. The bytes of
a table are hashed the first time it is loaded, before anything is parsed: nothing unverified is
ever used, and a run pays only for the tables that it needs. ``verify`` hashes everything.
"""

from __future__ import annotations

import csv
import errno
import hashlib
import io
import json
import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from rareplan.errors import KnowledgeError
from rareplan.provenance import data_dir, sha256_file

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    from rareplan.model.result import SourceVersion

MANIFEST = "manifest.json"
FORMAT = 1
"""Version of the snapshot layout; another major number is refused."""

_HELP = "Run 'rareplan kb refresh', or name another snapshot with --kb."
T = TypeVar("T")


@dataclass
class KnowledgeBase:
    """One snapshot. Tables are loaded on first use and kept; the snapshot is never written to."""

    root: Path
    manifest: dict[str, Any]
    sha256: str
    """SHA-256 of the manifest's bytes: names the snapshot in provenance.json."""
    _cache: dict[str, Any] = field(default_factory=dict, repr=False)
    _lock: threading.RLock = field(default_factory=threading.RLock, repr=False)

    @property
    def name(self) -> str:
        """Name of the snapshot (``starter`` or the time of its refresh)."""
        return str(self.manifest["name"])

    @property
    def created(self) -> str:
        """ISO date on which the snapshot was built."""
        return str(self.manifest["created"])

    @property
    def tables(self) -> tuple[str, ...]:
        """Names of the tables in the snapshot."""
        return tuple(self.manifest["tables"])

    def has(self, table: str) -> bool:
        """Whether the snapshot holds a table."""
        return table in self.manifest["tables"]

    def rows(self, table: str) -> int:
        """Number of rows of a table as the manifest states it; 0 when absent."""
        return int(self.manifest["tables"][table]["rows"]) if self.has(table) else 0

    def path(self, table: str) -> Path:
        """File of a table.

        Raises:
            KnowledgeError: the snapshot does not hold it.
        """
        if not self.has(table):
            raise KnowledgeError(f"the snapshot '{self.name}' has no table '{table}'. {_HELP}")
        return self.root / str(self.manifest["tables"][table]["file"])

    def memo(self, key: str, build: Callable[[KnowledgeBase], T]) -> T:
        """Build something from the snapshot once and keep it."""
        with self._lock:
            if key not in self._cache:
                self._cache[key] = build(self)
            kept: T = self._cache[key]
            return kept

    def table(self, name: str) -> pa.Table:
        """A parquet table, hash-checked on first use.

        Raises:
            KnowledgeError: absent, unreadable, or not the bytes the manifest names.
        """
        return self.memo(f"table:{name}", lambda kb: kb._read_parquet(name))

    def parquet(self, name: str, dictionaries: tuple[str, ...] = ()) -> pq.ParquetFile:
        """A parquet table to be read in parts, hash-checked on first use.

        ``dictionaries``: text columns with few values, to be kept as codes.

        Raises:
            KnowledgeError: as for :meth:`table`.
        """

        def build(kb: KnowledgeBase) -> pq.ParquetFile:
            import pyarrow as pa
            import pyarrow.parquet as pq

            source = pa.BufferReader(pa.py_buffer(kb._verified_bytes(name)))
            return pq.ParquetFile(source, read_dictionary=list(dictionaries))

        return self.memo(f"parquet:{name}", build)

    def arrays(self, name: str) -> Mapping[str, np.ndarray[Any, Any]]:
        """The arrays of an npz file, hash-checked on first use (no pickles).

        Raises:
            KnowledgeError: as for :meth:`table`.
        """
        return self.memo(f"arrays:{name}", lambda kb: kb._read_npz(name))

    def sources(self) -> tuple[SourceVersion, ...]:
        """Every source of the snapshot once, with version, date and licence."""
        from rareplan.model.result import SourceVersion

        found: dict[tuple[str, str], SourceVersion] = {}
        for entry in self.manifest["tables"].values():
            for source in entry["sources"]:
                key = (source["name"], source["version"])
                rows = int(entry["rows"]) + (found[key].rows if key in found else 0)
                found[key] = SourceVersion(
                    name=source["name"],
                    version=source["version"],
                    date=source["date"],
                    licence=source["licence"],
                    sha256=source["sha256"],
                    rows=rows,
                )
        return tuple(found[key] for key in sorted(found))

    def curated(self, name: str) -> list[dict[str, str]]:
        """Rows of a hand-written table, from the snapshot or else from the package.

        Lines that start with ``#`` are comments. Missing cells are empty strings.

        Raises:
            KnowledgeError: no such table, or its hash differs from the manifest.
        """
        return self.memo(f"curated:{name}", lambda kb: kb._read_curated(name))

    def verify(self) -> list[str]:
        """Hash every file; the faults in words, empty when all is well."""
        faults = []
        for name, entry in self.manifest["tables"].items():
            path = self.root / str(entry["file"])
            if not path.is_file():
                faults.append(f"table '{name}': file {entry['file']} is missing")
            elif sha256_file(path) != entry["sha256"]:
                faults.append(f"table '{name}': {entry['file']} is not the file that was built")
        return faults

    def _verified_bytes(self, name: str) -> memoryview:
        import mmap

        path = self.path(name)
        try:
            with path.open("rb") as handle:
                view = memoryview(mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ))
        except (OSError, ValueError) as error:
            if isinstance(error, OSError) and error.errno == errno.ENOMEM:
                raise MemoryError from error
            raise KnowledgeError(
                f"table '{name}' of the snapshot '{self.name}' cannot be read ({error}). {_HELP}"
            ) from error
        if hashlib.sha256(view).hexdigest() != self.manifest["tables"][name]["sha256"]:
            raise KnowledgeError(
                f"table '{name}' of the snapshot '{self.name}' is damaged: its bytes are not "
                f"those that were built. Run 'rareplan kb verify', then 'rareplan kb rollback' "
                "or 'rareplan kb refresh'."
            )
        return view

    def _read_parquet(self, name: str) -> pa.Table:
        import pyarrow as pa
        import pyarrow.parquet as pq

        view = self._verified_bytes(name)
        # Arrow's own allocator keeps what decoding needed, some 60 MB over all tables.
        pa.set_memory_pool(pa.system_memory_pool())
        try:
            # pq.read_table would import pyarrow.dataset, which alone takes 0.2 s.
            return pq.ParquetFile(pa.BufferReader(pa.py_buffer(view))).read(use_threads=False)
        except MemoryError:  # Arrow's is an ArrowException too
            raise
        except pa.ArrowException as error:
            raise KnowledgeError(f"table '{name}' cannot be parsed ({error}). {_HELP}") from error

    def _read_npz(self, name: str) -> Mapping[str, np.ndarray[Any, Any]]:
        import numpy as np

        with np.load(io.BytesIO(self._verified_bytes(name)), allow_pickle=False) as bundle:
            return {key: bundle[key] for key in bundle.files}

    def _read_curated(self, name: str) -> list[dict[str, str]]:
        key = f"curated/{name}"
        if self.has(key):
            text = bytes(self._verified_bytes(key)).decode("utf-8")
        else:
            path = data_dir("knowledge") / "curated" / f"{name}.tsv"
            if not path.is_file():
                raise KnowledgeError(f"there is no curated table '{name}'. {_HELP}")
            text = path.read_text("utf-8")
        lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
        reader = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [{k: (v or "").strip() for k, v in row.items() if k} for row in reader]


def default_path() -> Path:
    """``$RAREPLAN_KB`` when set, else the refreshed snapshot of the user, else the starter."""
    if given := os.environ.get("RAREPLAN_KB"):
        return Path(given)
    current = user_dir() / "current"
    if (current / MANIFEST).is_file():
        return current
    return data_dir("knowledge") / "starter"


def user_dir() -> Path:
    """Where refreshed snapshots live: ``$RAREPLAN_HOME`` or ``$XDG_DATA_HOME/rareplan``."""
    if given := os.environ.get("RAREPLAN_HOME"):
        return Path(given) / "knowledge"
    base = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(base) / "rareplan" / "knowledge"


def open_knowledge(path: Path | None = None) -> KnowledgeBase:
    """Open a snapshot: the given folder, else the default one.

    Checks the manifest, its format, and that every file is there with the right size. The link
    ``current`` is resolved once, so that a swap during a run cannot mix two snapshots.

    Raises:
        KnowledgeError: no snapshot there, or one that is incomplete or of another format.
    """
    root = (path or default_path()).resolve()
    try:
        raw = (root / MANIFEST).read_bytes()
        manifest = json.loads(raw)
    except OSError as error:
        raise KnowledgeError(f"{root} is not a knowledge snapshot ({error}). {_HELP}") from error
    except ValueError as error:
        raise KnowledgeError(f"the manifest of {root} is damaged ({error}). {_HELP}") from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise KnowledgeError(
            f"{root} is a snapshot of another format than this rareplan reads ({FORMAT}). {_HELP}"
        )
    for name, entry in manifest["tables"].items():
        _check_file(root, name, entry)
    return KnowledgeBase(root, manifest, hashlib.sha256(raw).hexdigest())


def _check_file(root: Path, name: str, entry: dict[str, Any]) -> None:
    path = root / str(entry["file"])
    if not path.resolve().is_relative_to(root):
        raise KnowledgeError(f"the manifest of {root} points outside its folder. {_HELP}")
    size = path.stat().st_size if path.is_file() else -1
    if size != int(entry["bytes"]):
        raise KnowledgeError(
            f"the snapshot {root} is incomplete: {entry['file']} (table '{name}') has "
            f"{max(size, 0)} bytes instead of {entry['bytes']}. {_HELP}"
        )
