"""GRCh37 to GRCh38 and back, position by position, over aligned blocks."""

from __future__ import annotations

import bisect
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from rareplan.knowledge.alleles import position_keys
from rareplan.knowledge.store import KnowledgeBase
from rareplan.model.genome import Contig

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class _Blocks:
    key: Array
    src_start: Array
    src_end: Array
    dst_contig: Array
    dst_start: Array
    strand: Array

    @classmethod
    def of(cls, a: Mapping[str, Array]) -> _Blocks:
        key = position_keys(a["src_contig"], a["src_start"])
        order = np.argsort(key, kind="stable")
        return cls(
            key[order], a["src_start"].astype(np.int64)[order],
            a["src_end"].astype(np.int64)[order], a["dst_contig"].astype(np.int8)[order],
            a["dst_start"].astype(np.int64)[order], a["strand"].astype(np.int8)[order],
        )  # fmt: skip

    def lift(self, contig: Array, pos: Array) -> tuple[Array, Array, Array]:
        at = np.searchsorted(self.key, position_keys(contig, pos), side="right") - 1
        at = np.maximum(at, 0)
        shift = pos - self.src_start[at]
        same = (self.key[at] >> 32) == contig
        inside = same & (shift >= 0) & (pos <= self.src_end[at])
        out = np.where(inside, self.dst_contig[at], np.int8(0)).astype(np.int8)
        where = np.where(inside, self.dst_start[at] + self.strand[at] * shift, 0)
        turn = np.where(inside, self.strand[at], np.int8(0)).astype(np.int8)
        mito = contig == Contig.MT  # rCRS in both assemblies
        out[mito], where[mito], turn[mito] = Contig.MT, pos[mito], 1
        return out, where, turn


class Liftover:
    """Vectorised liftover of 1-based positions between primary contigs.

    Results: contig int8[n] (0 where the position has no counterpart), position int64[n],
    strand int8[n] (-1: REF and ALT must be reverse-complemented; 0 unmapped).
    """

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        self._arrays = arrays
        self._forward = _Blocks.of(arrays)

    @cached_property
    def _back(self) -> _Blocks:
        return _Blocks.of(_without_overlap(_turned(self._arrays)))

    def to_grch38(self, contig: Any, pos: Any) -> tuple[Array, Array, Array]:
        """GRCh37 positions to GRCh38."""
        return self._forward.lift(np.asarray(contig, np.int8), np.asarray(pos, np.int64))

    def to_grch37(self, contig: Any, pos: Any) -> tuple[Array, Array, Array]:
        """GRCh38 positions to GRCh37; where several map to one base, the longest block wins."""
        return self._back.lift(np.asarray(contig, np.int8), np.asarray(pos, np.int64))


def liftover(kb: KnowledgeBase) -> Liftover:
    """The liftover of a snapshot, built once."""
    return kb.memo("liftover", lambda base: Liftover(base.arrays("chain_37_38")))


def _turned(a: Mapping[str, Array]) -> dict[str, Array]:
    """The blocks with source and target exchanged."""
    length = a["src_end"].astype(np.int64) - a["src_start"]
    up = a["strand"] > 0
    first = np.where(up, a["dst_start"], a["dst_start"] - length)
    return {
        "src_contig": a["dst_contig"],
        "src_start": first,
        "src_end": first + length,
        "dst_contig": a["src_contig"],
        "dst_start": np.where(up, a["src_start"], a["src_end"]),
        "strand": a["strand"],
    }


def _without_overlap(a: Mapping[str, Array]) -> dict[str, Array]:
    """Cut from each block what a longer one covers, so that one search finds every base."""
    taken: dict[int, list[tuple[int, int]]] = {}
    kept: list[tuple[int, int, int]] = []
    order = np.argsort(a["src_start"] - a["src_end"], kind="stable")
    starts, ends = a["src_start"].tolist(), a["src_end"].tolist()
    contigs = a["src_contig"].tolist()
    for i in order.tolist():
        spans = taken.setdefault(contigs[i], [])
        for low, high in _free(spans, starts[i], ends[i]):
            bisect.insort(spans, (low, high))
            kept.append((i, low, high))
    index, low_, high_ = (np.array(column) for column in zip(*kept, strict=True))
    cut = {name: values[index] for name, values in a.items()}
    cut["dst_start"] = cut["dst_start"] + cut["strand"] * (low_ - cut["src_start"])
    return cut | {"src_start": low_, "src_end": high_}


def _free(spans: list[tuple[int, int]], start: int, end: int) -> list[tuple[int, int]]:
    """The parts of start..end that no span covers; spans are sorted and apart."""
    at = max(bisect.bisect_right(spans, (start, start)) - 1, 0)
    free = []
    for low, high in spans[at : bisect.bisect_right(spans, (end, end)) + 1]:
        if high < start:
            continue
        if low > end:
            break
        if low > start:
            free.append((start, low - 1))
        start = high + 1
    if start <= end:
        free.append((start, end))
    return free
