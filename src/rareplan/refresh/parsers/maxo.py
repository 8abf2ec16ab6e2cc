"""MAxO annotations: medical actions for rare diseases."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow as pa

from rareplan.refresh.faults import SourceError
from rareplan.refresh.parts import Inputs
from rareplan.refresh.tables import Built, from_rows

PARSER_VERSION = 1

_NEEDED = {"disease_id", "source_id", "maxo_id", "maxo_name", "hpo_id", "relation"}


def parse_maxo(lines: Iterable[str]) -> tuple[str, pa.Table]:
    """Newest date and ``disease_actions``."""
    reader = csv.DictReader(lines, delimiter="\t")
    missing = _NEEDED - set(reader.fieldnames or ())
    if missing:
        raise SourceError(f"maxo-annotations.tsv lacks the columns {sorted(missing)}")
    rows, newest = set(), ""
    for row in reader:
        newest = max(newest, row.get("last_updated") or "")
        rows.add(
            (row["disease_id"], row["maxo_id"], row["maxo_name"], row["relation"], row["hpo_id"],
             row["source_id"])
        )  # fmt: skip
    if not rows:
        raise SourceError("maxo-annotations.tsv holds no annotation")
    return newest, from_rows("disease_actions", sorted(rows))


def build(inputs: Inputs, _work: Path) -> Iterator[Built]:
    """``disease_actions``."""
    newest, table = parse_maxo(inputs.lines("maxo-annotations.tsv"))
    source = inputs.source("maxo-annotations.tsv", newest, newest)
    yield Built("disease_actions", table, (source,))
