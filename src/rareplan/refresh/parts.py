"""Tables of one source, parsed once for each state of its files and kept under their digest."""

from __future__ import annotations

import gzip
import hashlib
import importlib
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import IO, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from rareplan.errors import KnowledgeError
from rareplan.provenance import sha256_file
from rareplan.refresh.faults import SourceError
from rareplan.refresh.fetch_state import Fetched
from rareplan.refresh.layout import Home
from rareplan.refresh.spec import SourceSpec
from rareplan.refresh.tables import Built, Source, write_table

_INDEX = "part.json"


@dataclass(frozen=True)
class Inputs:
    """The files of one source as its parser sees them."""

    spec: SourceSpec
    files: Mapping[str, Fetched]
    labels: Mapping[str, str] = field(default_factory=dict)

    def has(self, file: str) -> bool:
        """Whether an optional file came."""
        return file in self.files

    def spec_order(self) -> list[str]:
        """The files that came, in the order of the source file."""
        return [f.id for f in self.spec.files if f.id in self.files]

    def label(self, file: str) -> str:
        """What a file was asked for with; its id where it was not made from a template."""
        return self.labels.get(file, file)

    def open(self, file: str) -> IO[bytes]:
        """Bytes of a file, unpacked when it is gzip."""
        opener = self.files[file].opener
        if opener is not None:
            return gzip.GzipFile(fileobj=io.BufferedReader(opener(), 1 << 20))  # type: ignore[return-value]
        path = self.files[file].path
        with path.open("rb") as handle:
            packed = handle.read(2) == b"\x1f\x8b"
        return gzip.open(path, "rb") if packed else path.open("rb")  # type: ignore[return-value]

    def lines(self, file: str) -> Iterator[str]:
        """Text lines of a file, unpacked when it is gzip."""
        with self.open(file) as raw, io.TextIOWrapper(raw, "utf-8", newline="") as text:
            yield from text

    def source(self, file: str, version: str = "", date: str = "") -> Source:
        """Provenance of a file; the upstream's own version where the parser found one."""
        got = self.files[file]
        when = date or got.modified
        return Source(
            name=self.spec.name,
            version=version or got.version or when,
            date=when,
            licence=self.spec.licence,
            url=got.url,
            sha256=got.sha256,
        )


@dataclass(frozen=True)
class Part:
    """One source's tables on disk."""

    source: str
    digest: str
    folder: Path
    index: Mapping[str, Any]

    @property
    def rows(self) -> dict[str, int]:
        """Rows by table."""
        return {name: int(entry["rows"]) for name, entry in self.index["tables"].items()}

    def sources(self, table: str) -> tuple[Source, ...]:
        """Provenance of a table."""
        return tuple(Source(**entry) for entry in self.index["tables"][table]["sources"])

    def path(self, table: str) -> Path:
        """File of a table."""
        return self.folder / str(self.index["tables"][table]["file"])

    def table(self, name: str) -> pa.Table:
        """A parquet table."""
        return pq.read_table(self.path(name))

    def arrays(self, name: str) -> dict[str, np.ndarray[Any, Any]]:
        """Named arrays."""
        with np.load(self.path(name), allow_pickle=False) as bundle:
            return {key: bundle[key] for key in bundle.files}

    def version(self) -> str:
        """The upstream's version, for people."""
        versions = (s["version"] for e in self.index["tables"].values() for s in e["sources"])
        return next(iter(versions), "")


def parser_of(spec: SourceSpec) -> ModuleType:
    """The parser module of a source."""
    return importlib.import_module(f"rareplan.refresh.parsers.{spec.parser}")


def digest_of(spec: SourceSpec, files: Mapping[str, Fetched]) -> str:
    """Names the outcome: the files' hashes and the parser's version."""
    version = parser_of(spec).PARSER_VERSION
    text = json.dumps([version, sorted((k, f.sha256) for k, f in files.items())])
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def load_part(home: Home, source: str, digest: str) -> Part | None:
    """A part that was built before, if it is whole."""
    folder = home.parts / source / digest
    try:
        index = json.loads((folder / _INDEX).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    for entry in index["tables"].values():
        path = folder / entry["file"]
        if not path.is_file() or sha256_file(path) != entry["sha256"]:
            return None
    return Part(source, digest, folder, index)


def build_part(
    home: Home,
    spec: SourceSpec,
    files: Mapping[str, Fetched],
    labels: Mapping[str, str] | None = None,
) -> Part:
    """Parse one source into an immutable folder, or take the one that is there.

    Raises:
        SourceError: the files are not what the source's documentation says.
    """
    digest = digest_of(spec, files)
    known = load_part(home, spec.id, digest)
    if known:
        return known
    parser = parser_of(spec)
    with home.staged(home.parts / spec.id) as staged:
        try:
            tables: Iterable[Built] = parser.build(Inputs(spec, files, labels or {}), staged)
            return _stored(home, spec.id, digest, tables, parser.PARSER_VERSION, staged)
        except KnowledgeError:
            raise
        except (ValueError, KeyError, IndexError, EOFError, TypeError, OSError) as error:
            if isinstance(error, OSError) and error.errno:
                raise
            raise SourceError(f"{spec.id}: unreadable ({type(error).__name__}: {error})") from error


def store_part(home: Home, source: str, digest: str, tables: Iterable[Built], parser: int) -> Part:
    """Keep tables that were not parsed from fetched files, as a part like any other."""
    known = load_part(home, source, digest)
    if known:
        return known
    with home.staged(home.parts / source) as staged:
        return _stored(home, source, digest, tables, parser, staged)


def _stored(
    home: Home, source: str, digest: str, tables: Iterable[Built], parser: int, staged: Path
) -> Part:
    """Write the tables and the index, and move the folder to its final name."""
    entries = {b.name: write_table(staged, b) | {"parser_version": parser} for b in tables}
    for leftover in staged.glob("*.streamed"):
        leftover.unlink()
    index = {"source": source, "digest": digest, "tables": entries}
    (staged / _INDEX).write_text(json.dumps(index, indent=1, sort_keys=True), "utf-8")
    final = home.parts / source / digest
    if final.exists():  # a damaged earlier build
        final.rename(staged.with_name(f"{staged.name}-old"))
    staged.chmod(0o755)
    staged.rename(final)
    part = load_part(home, source, digest)
    if part is None:
        raise SourceError(f"{source}: the parsed tables did not reach the disk")
    return part
