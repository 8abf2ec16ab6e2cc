"""The snapshot's tables for Hail on a cluster: keyed by locus or gene, one folder a table."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from rareplan.errors import KnowledgeError
from rareplan.knowledge.store import KnowledgeBase

BY_LOCUS = ("clinvar", "frequencies")
BY_GENE = ("transcripts", "constraint", "dosage", "validity", "gene_disease")


def export_hail(kb: KnowledgeBase, out: Path, tmp: Path) -> dict[str, int]:
    """Write ``<table>.ht`` for what the snapshot holds; rows by table.

    Hail must have been started by the caller (its settings are the cluster's own).

    Raises:
        KnowledgeError: the folder exists and holds something.
    """
    import hail as hl

    if out.exists() and any(out.iterdir()):
        raise KnowledgeError(f"{out} is not empty")
    out.mkdir(parents=True, exist_ok=True)
    rows = {}
    for name in (*BY_LOCUS, *BY_GENE):
        if not kb.has(name):
            continue
        source = tmp / f"{name}.parquet"
        _spark_parquet(kb, name, source)
        table: Any = hl.Table.from_spark(_read(hl, source))
        table = _keyed_by_locus(hl, table) if name in BY_LOCUS else table.key_by("gene")
        table = table.annotate_globals(snapshot=kb.name, snapshot_sha256=kb.sha256)
        table.write(str(out / f"{name}.ht"), overwrite=True)
        rows[name] = kb.rows(name)
    (out / "rareplan.json").write_text(
        json.dumps({"snapshot": kb.name, "sha256": kb.sha256, "rows": rows}, indent=1), "utf-8"
    )
    return rows


def _spark_parquet(kb: KnowledgeBase, name: str, path: Path) -> None:
    """Rewrite a table in encodings that Spark's reader knows (no delta pages, no int8)."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = kb.table(name)
    small = [f for f in table.schema if f.type == pa.int8()]
    for field in small:
        at = table.schema.get_field_index(field.name)
        table = table.set_column(at, field.name, table.column(at).cast(pa.int32()))
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, path, version="1.0", data_page_version="1.0")


def _read(hl: Any, path: Path) -> Any:
    return hl.utils.java.Env.spark_session().read.parquet(str(path))


def _keyed_by_locus(hl: Any, table: Any) -> Any:
    names = hl.literal({**{i: f"chr{i}" for i in range(1, 23)}, 23: "chrX", 24: "chrY", 25: "chrM"})
    locus = hl.locus(names[table.contig], table.pos, reference_genome="GRCh38")
    return table.annotate(locus=locus, alleles=[table.ref, table.alt]).key_by("locus", "alleles")
