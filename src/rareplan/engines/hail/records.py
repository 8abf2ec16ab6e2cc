"""Records that came back from Spark, in the shape of cyvcf2's variants.

The local reader's own code then makes the batch, so that survivors of both engines are built
by the same lines.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np

_MISSING_INT = np.iinfo(np.int32).min


class _Info:
    """``variant.INFO``: ``get`` gives what cyvcf2 gives for the same text."""

    def __init__(self, values: dict[str, Any]) -> None:
        self._values = values

    def get(self, key: str, default: Any = None) -> Any:
        value = self._values.get(key)
        if value is None:
            return default
        if isinstance(value, list):
            if value and isinstance(value[0], str):
                return ",".join("." if v is None else v for v in value)
            floats = tuple(_as_float32(v) for v in value)
            return floats[0] if len(floats) == 1 else floats
        return _as_float32(value)


def _as_float32(value: Any) -> Any:
    """As htslib keeps it: INFO floats in 32 bits; integers and texts stay."""
    if isinstance(value, str) and value in {"NaN", "Infinity", "-Infinity"}:
        return float("nan")
    return float(np.float32(value)) if isinstance(value, float) else value


class _Calls:
    """``variant.genotype``: array [s, 3] of two haplotypes and the phase flag."""

    def __init__(self, texts: Sequence[str | None]) -> None:
        self._texts = texts

    def array(self) -> np.ndarray:
        rows = [_call(text) for text in self._texts]
        return np.asarray(rows, np.int16).reshape(len(rows), 3)


def _call(text: str | None) -> tuple[int, int, int]:
    if text is None:
        return -1, -2, 0
    phased = "|" in text
    parts = text.replace("|", "/").split("/")
    numbers = [int(p) if p.isdigit() else -1 for p in parts[:2]]
    if len(numbers) == 1:
        return numbers[0], -2, 0
    return numbers[0], numbers[1], int(phased)


class HailRecord:
    """One record with the attributes that ``read.batches`` asks of a cyvcf2 variant."""

    def __init__(self, text: str) -> None:
        record = json.loads(text)
        self.CHROM: str = record["contig"]
        self.POS: int = record["pos"]
        self.REF: str = record["ref"]
        self.ALT: list[str] = record["alts"] or []
        qual = record.get("qual")
        self.QUAL: float | None = None if qual is None else float(np.float32(qual))
        filters = record.get("filters")
        self.FILTER: str | None = ";".join(filters) if filters else None
        self.INFO = _Info(record.get("info") or {})
        self._calls: list[dict[str, Any]] = [call or {} for call in record["calls"]]
        self.genotype = _Calls([call.get("gt") for call in self._calls])
        self.FORMAT = ["GT", *sorted({k for call in self._calls for k in call if k != "gt"})]

    def format(self, key: str) -> np.ndarray | None:
        """Values of a FORMAT field: [s, width], as cyvcf2 gives them; None when absent."""
        values = [call.get(key) for call in self._calls]
        if all(v is None for v in values):
            return None
        lists = [v if isinstance(v, list) else [v] for v in values]
        flat = [v for one in lists for v in one if v is not None]
        if flat and isinstance(flat[0], str) and flat[0] != "NaN":
            return np.array(["." if one[0] is None else str(one[0]) for one in lists])
        width = max(len(one) for one in lists)
        kind = np.float32 if any(isinstance(v, float) for v in flat) else np.int64
        table = np.full((len(lists), width), np.nan if kind is np.float32 else _MISSING_INT, kind)
        for row, one in enumerate(lists):
            for column, value in enumerate(one):
                if value is not None and not isinstance(value, str):
                    table[row, column] = value
        return table
