"""MONDO's SSSOM mapping table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow as pa

from rareplan.refresh.faults import SourceError
from rareplan.refresh.parts import Inputs
from rareplan.refresh.tables import Built, from_rows

PARSER_VERSION = 1

# SNOMED CT needs a licence of its own; MedDRA and ICD-10-WHO too: not carried.
_PREFIXES = {
    "OMIM": "OMIM", "OMIMPS": "OMIMPS", "Orphanet": "ORPHA", "DOID": "DOID", "GARD": "GARD",
    "MEDGEN": "MEDGEN", "UMLS": "UMLS", "mesh": "MESH", "NCIT": "NCIT", "EFO": "EFO",
    "DECIPHER": "DECIPHER",
}  # fmt: skip


def parse_sssom(lines: Iterable[str]) -> pa.Table:
    """``xrefs``: MONDO id, other id (``ORPHA:``, ``OMIM:``), predicate, MONDO label."""
    columns: list[str] = []
    rows = set()
    for raw in lines:
        if raw.startswith("#"):
            continue
        fields = raw.rstrip("\n").split("\t")
        if not columns:
            columns = fields
            needed = {"subject_id", "subject_label", "predicate_id", "object_id"}
            if not needed <= set(columns):
                raise SourceError(f"mondo.sssom.tsv: columns {columns} lack {sorted(needed)}")
            continue
        row = dict(zip(columns, fields, strict=False))
        prefix, _, local = row["object_id"].partition(":")
        if prefix in _PREFIXES and row["subject_id"].startswith("MONDO:"):
            other = f"{_PREFIXES[prefix]}:{local}"
            rows.add((row["subject_id"], other, row["predicate_id"], row["subject_label"]))
    if not rows:
        raise SourceError("mondo.sssom.tsv holds no mapping")
    return from_rows("xrefs", sorted(rows))


def exact_mondo(xrefs: pa.Table) -> dict[str, str]:
    """Other id -> MONDO id over exact matches."""
    table = xrefs.to_pydict()
    return {
        other: mondo
        for mondo, other, predicate in zip(
            table["mondo_id"], table["other_id"], table["predicate"], strict=True
        )
        if predicate == "skos:exactMatch"
    }


def build(inputs: Inputs, _work: Path) -> Iterator[Built]:
    """``xrefs``."""
    version = ""
    for line in inputs.lines("mondo.sssom.tsv"):
        if not line.startswith("#"):
            break
        if line.startswith("# mapping_set_version:"):
            version = line.split(":", 1)[1].strip().strip("'\"")
    date = next(iter(re.findall(r"\d{4}-\d{2}-\d{2}", version)), "")
    source = inputs.source("mondo.sssom.tsv", version, date)
    yield Built("xrefs", parse_sssom(inputs.lines("mondo.sssom.tsv")), (source,))
