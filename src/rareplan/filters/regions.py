"""Which genes a place lies in, and whether it is in an exon or its splice region.

The gene models cut the genome into segments; a place is one binary search.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rareplan.knowledge.store import KnowledgeBase
from rareplan.knowledge.transcripts import TranscriptBundle
from rareplan.model.batch import Bools, Bytes, Ints

_SHIFT = 32


def _keys(contig: Bytes, pos: Ints) -> Ints:
    return contig.astype(np.int64) << _SHIFT | pos


@dataclass(frozen=True)
class RegionIndex:
    """GRCh38 segments; ``names[code]`` are gene symbols joined by ``;``, code 0 is no gene."""

    gene_borders: Ints
    gene_code: Ints
    names: tuple[str, ...]
    exon_borders: Ints
    exon_depth: Ints  # running number of exonic segments up to and with each

    def genes(self, contig: Bytes, start: Ints, end: Ints) -> Ints:
        """Gene code of each interval (1-based inclusive, n).

        An interval over several segments gets the code of the first one that has a gene.
        """
        low = np.searchsorted(self.gene_borders, _keys(contig, start), side="right") - 1
        codes: Ints = np.where(low >= 0, self.gene_code[np.maximum(low, 0)], 0)
        for i in np.flatnonzero((end > start) & (codes == 0)).tolist():
            key = int(contig[i]) << _SHIFT | int(end[i])
            high = int(np.searchsorted(self.gene_borders, key, side="right")) - 1
            inside = self.gene_code[max(int(low[i]), 0) : high + 1]
            found = inside[inside > 0]
            codes[i] = found[0] if len(found) else 0
        return codes

    def exonic(self, contig: Bytes, start: Ints, end: Ints) -> Bools:
        """Whether any base of each interval lies in an exon or its splice region."""
        low = np.searchsorted(self.exon_borders, _keys(contig, start), side="right") - 1
        high = np.searchsorted(self.exon_borders, _keys(contig, end), side="right") - 1
        before = np.where(low > 0, self.exon_depth[np.maximum(low - 1, 0)], 0)
        upto = np.where(high >= 0, self.exon_depth[np.maximum(high, 0)], 0)
        return np.asarray(upto > before)


def _cover(low: Ints, high: Ints) -> tuple[Ints, Ints]:
    """Borders of the union of half-open intervals, and how many cover each segment."""
    borders = np.unique(np.concatenate((low, high)))
    steps = np.zeros(len(borders) + 1, np.int64)
    np.add.at(steps, np.searchsorted(borders, low), 1)
    np.add.at(steps, np.searchsorted(borders, high), -1)
    return borders, np.cumsum(steps)[: len(borders)]


def _gene_segments(bundle: TranscriptBundle) -> tuple[Ints, Ints, tuple[str, ...]]:
    low, high = _keys(bundle.contig, bundle.start), _keys(bundle.contig, bundle.end + 1)
    borders = np.unique(np.concatenate((low, high)))
    first, stop = np.searchsorted(borders, low), np.searchsorted(borders, high)
    owners: list[list[str]] = [[] for _ in borders]
    labels = np.where(bundle.gene != "", bundle.gene, bundle.gene_id)
    for row, (a, b) in enumerate(zip(first.tolist(), stop.tolist(), strict=True)):
        for segment in range(a, b):
            if labels[row] not in owners[segment]:
                owners[segment].append(labels[row])
    names = {"": 0}
    codes = [names.setdefault(";".join(o), len(names)) for o in owners]
    return borders, np.asarray(codes, np.int64), tuple(names)


def region_index(kb: KnowledgeBase, splice_region: int) -> RegionIndex:
    """The index of a snapshot's gene models, built once per width of the splice region."""

    def build(snapshot: KnowledgeBase) -> RegionIndex:
        bundle = TranscriptBundle.from_knowledge(snapshot)
        gene_borders, gene_code, names = _gene_segments(bundle)
        contig = np.repeat(bundle.contig, np.diff(bundle.exon_offset))
        low = _keys(contig, np.maximum(bundle.exon_start - splice_region, 0))
        borders, depth = _cover(low, _keys(contig, bundle.exon_end + splice_region + 1))
        return RegionIndex(gene_borders, gene_code, names, borders, np.cumsum(depth > 0))

    return kb.memo(f"regions:{splice_region}", build)
