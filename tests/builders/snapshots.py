"""Snapshots that differ from the starter in chosen tables."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from rareplan.knowledge import KnowledgeBase
from rareplan.model.genome import contig_from_name
from rareplan.refresh.tables import Built, Source, from_rows, link_or_copy, write_table


def variant_of(
    base: KnowledgeBase,
    folder: Path,
    name: str,
    created: str,
    tables: dict[str, Callable[[pa.Table], pa.Table]],
) -> Path:
    """A copy of a snapshot under another name, with some tables edited."""
    folder.mkdir(parents=True)
    manifest = json.loads(json.dumps(base.manifest))
    for table, entry in manifest["tables"].items():
        if table in tables:
            sources = tuple(Source(**s) for s in entry["sources"])
            built = Built(table, tables[table](base.table(table)), sources)
            manifest["tables"][table] = write_table(folder, built)
        else:
            target = folder / entry["file"]
            target.parent.mkdir(parents=True, exist_ok=True)
            link_or_copy(base.root / entry["file"], target)
    manifest |= {"name": name, "created": created}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def with_frequencies(
    base: KnowledgeBase, folder: Path, rows: list[tuple[str, int, str, str, float, int]]
) -> Path:
    """A copy of a snapshot with a frequency table: contig, pos, ref, alt, max_af, homozygotes."""
    folder = variant_of(base, folder, "with frequencies", base.created, {})
    coded = sorted((int(contig_from_name(c)), *rest) for c, *rest in rows)
    path = folder.parent / f"{folder.name}-frequencies.parquet"
    schema = from_rows("frequencies", []).schema
    with pq.ParquetWriter(path, schema) as writer:
        for contig in dict.fromkeys(row[0] for row in coded):  # a row group holds one contig
            mine = [(*r[:4], r[4], "afr", r[5]) for r in coded if r[0] == contig]
            writer.write_table(from_rows("frequencies", mine))
    source = Source("made by a test", "1", "2024-01-01", "CC0", "", "")
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["tables"]["frequencies"] = write_table(folder, Built("frequencies", path, (source,)))
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder
