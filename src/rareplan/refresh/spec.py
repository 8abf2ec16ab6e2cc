"""A source is a TOML file in ``knowledge/sources``: where it is, what it is, its terms."""

from __future__ import annotations

import tomllib
from pathlib import Path

from pydantic import Field, ValidationError

from rareplan.config import Section
from rareplan.errors import KnowledgeError
from rareplan.provenance import data_dir


class SourceFile(Section):
    """One file of a source.

    Either ``url`` is complete, or it is a folder listing and ``pattern`` (a regular expression
    with one group, the version) names the file in it.
    """

    id: str
    url: str
    pattern: str = ""
    mirrors: tuple[str, ...] = ()
    checksum_url: str = ""
    """An ``.md5`` or ``.sha256`` file beside it; ``{name}`` stands for the file's own name."""
    gzip: bool = False
    max_bytes: int
    pages: str = ""
    """Key of the next-page token in a paged JSON answer; its records are joined."""
    optional: bool = False
    stream: bool = False
    """Read while it comes and never stored."""


class SourceSpec(Section):
    """One upstream."""

    id: str
    name: str
    home: str
    parser: str
    licence: str
    terms: str
    redistribution: str
    cadence_days: int
    opt_in: bool = False
    files: tuple[SourceFile, ...]
    min_rows: dict[str, int] = Field(default_factory=dict)
    note: str = ""


def load_specs(folder: Path | None = None) -> dict[str, SourceSpec]:
    """Every source by id, in the order of the file names.

    Raises:
        KnowledgeError: a file is not what a source file must be; says which and where.
    """
    found: dict[str, SourceSpec] = {}
    faults = []
    for path in sorted((folder or data_dir("knowledge") / "sources").glob("*.toml")):
        try:
            spec = SourceSpec.model_validate(tomllib.loads(path.read_text("utf-8")))
        except (tomllib.TOMLDecodeError, ValidationError) as error:
            faults.append(f"{path.name}: {error}")
            continue
        found[spec.id] = spec
    if faults:
        raise KnowledgeError("source files are wrong:\n" + "\n".join(faults))
    return found
