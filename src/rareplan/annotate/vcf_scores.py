"""Scores that other tools left in INFO: SpliceAI's own field, dbNSFP lists, single numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from rareplan.annotate.vcf_csq import highest

# INFO ids by the name of the score; matched without case.
_PLAIN: dict[str, tuple[str, ...]] = {
    "revel": ("revel", "revel_score", "dbnsfp_revel_score"),
    "alphamissense": (
        "alphamissense", "am_pathogenicity", "alphamissense_score", "dbnsfp_alphamissense_score",
    ),
    "cadd": ("cadd", "cadd_phred", "dbnsfp_cadd_phred"),
    "bayesdel": ("bayesdel", "bayesdel_noaf_score", "dbnsfp_bayesdel_noaf_score"),
    "spliceai": ("spliceai_max", "spliceai_ds_max"),
}  # fmt: skip
PLAIN_TAGS: dict[str, str] = {tag: name for name, tags in _PLAIN.items() for tag in tags}
"""Score name by lower-case INFO id."""


def spliceai(text: str, alt: str) -> dict[str, float]:
    """Highest delta score of an allele by gene symbol, from ``ALLELE|SYMBOL|DS_AG|...`` entries."""
    found: dict[str, float] = {}
    for entry in text.split(","):
        cells = entry.split("|")
        if len(cells) < 6 or cells[0] != alt:
            continue
        values = [v for c in cells[2:6] if (v := highest(c)) is not None]
        if values:
            found[cells[1]] = max(found.get(cells[1], 0.0), *values)
    return found


def plain_scores(info: Mapping[str, Any], allele: int, alleles: int) -> dict[str, float]:
    """Scores in INFO fields of their own.

    dbNSFP joins the values of several transcripts; the highest counts. In a record with several
    alternates only a list with one value for each can be told apart; others are left out.

    Args:
        info: INFO id to value (text, number or tuple).
        allele: 1-based number of the alternate.
        alleles: how many alternates the record has.
    """
    found: dict[str, float] = {}
    for tag, raw in info.items():
        name = PLAIN_TAGS.get(tag.lower())
        if name is None or raw is None:
            continue
        parts = [str(v) for v in raw] if isinstance(raw, tuple | list) else str(raw).split(",")
        if alleles > 1:
            parts = [parts[allele - 1]] if len(parts) == alleles else []
        values = [v for p in parts if (v := highest(re.sub(r"[^\d.,;|&eE+-]", "", p))) is not None]
        if values:
            found[name] = max(values)
    return found
