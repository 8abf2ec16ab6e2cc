"""One family's own records out of a cohort's call set: candidates and pharmacogenes.

The records came back from Spark whole, so the file is written here without another job.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from rareplan.engines.hail.callset_tags import HEADER, others
from rareplan.engines.hail.importing import ENTRY_FIELDS
from rareplan.knowledge.store import KnowledgeBase
from rareplan.model.genome import Assembly, contig_from_name

MORE_FIELDS = ("PL",)
"""FORMAT fields that no rule asks for, but that a reader of the family's file expects."""
_FIXED = ("#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO", "FORMAT")


def pharmacogene_places(kb: KnowledgeBase, assembly: Assembly) -> list[int]:
    """Contig code << 32 | 1-based position of the pharmacogene variants, ascending."""
    if not kb.has("pgx_variants"):
        return []
    table = kb.table("pgx_variants")
    name = "grch37_position" if assembly is Assembly.GRCH37 else "grch38_position"
    pairs = zip(table["chromosome"].to_pylist(), table[name].to_pylist(), strict=True)
    return sorted({int(contig_from_name(c)) << 32 | int(p) for c, p in pairs if str(p).isdigit()})


def _text(value: Any) -> str:
    if value is None or value == "NaN" or (isinstance(value, float) and math.isnan(value)):
        return "."
    if isinstance(value, list):
        return ",".join(map(_text, value)) or "."
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def _info(values: dict[str, Any]) -> str:
    parts = [
        key if value is True else f"{key}={_text(value)}"
        for key, value in values.items()
        if value is not None and value is not False
    ]
    return ";".join(parts) or "."


def _call(call: dict[str, Any], keys: Sequence[str]) -> str:
    return ":".join([call.get("gt") or "./.", *(_text(call.get(key)) for key in keys)])


def _line(record: dict[str, Any]) -> str:
    filters = record.get("filters")
    calls = [call or {} for call in record["calls"]]
    info = record.get("info") or {}
    if record.get("callset"):
        info |= others(record["callset"], calls)
    keys = [k for k in (*ENTRY_FIELDS, *MORE_FIELDS) if any(c.get(k) is not None for c in calls)]
    fixed = [
        record["contig"], str(record["pos"]), ".", record["ref"],
        ",".join(record["alts"] or ["."]), _text(record.get("qual")),
        "." if filters is None else ";".join(filters) or "PASS",
        _info(info), ":".join(["GT", *keys]),
    ]  # fmt: skip
    return "\t".join([*fixed, *(_call(call, keys) for call in calls)])


def write_family_vcf(
    path: Path, header: str, samples: Sequence[str], records: Iterable[str]
) -> Path:
    """Write records (JSON, in the order of the genome) of some samples.

    ``header``: the meta lines of the call set.
    """
    lines = [line for line in header.splitlines() if line.startswith("##")]
    lines += HEADER
    lines.append("\t".join([*_FIXED, *samples]))
    lines += [_line(json.loads(text)) for text in records]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path
