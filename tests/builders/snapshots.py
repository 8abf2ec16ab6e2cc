"""Snapshots that differ from the starter in chosen tables."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa

from rareplan.knowledge import KnowledgeBase
from rareplan.refresh.tables import Built, Source, link_or_copy, write_table


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
