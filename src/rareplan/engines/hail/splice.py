"""SpliceAI's scores in INFO, as a Hail expression (``engines.matching.spliceai_score``)."""

from __future__ import annotations

from typing import Any

Expr = Any


def splice_effect(hl: Any, info: Expr, alt: Expr, least: float) -> Expr:
    """Whether some delta score of an allele is at least ``least``; False without the field."""
    if "SpliceAI" not in info.dtype.fields:
        return hl.bool(False)
    raw = info.SpliceAI
    entries = (raw if isinstance(raw.dtype, hl.tarray) else raw.split(",")).map(
        lambda text: text.split("[|]")
    )
    mine = entries.filter(
        lambda e: (hl.len(e) >= 6) & ((e[0] == alt) | (hl.len(e[0]) != hl.len(alt)))
    )
    scores = mine.flatmap(lambda e: e[2:6].map(hl.parse_float64))
    found = scores.any(lambda score: hl.or_else(score >= least, hl.bool(False)))
    return hl.or_else(found, hl.bool(False))
