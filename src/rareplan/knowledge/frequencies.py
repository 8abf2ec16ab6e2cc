"""Population frequencies by allele, when the snapshot holds them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from rareplan.knowledge.alleles import AlleleIndex, Ints
from rareplan.knowledge.columns import array
from rareplan.knowledge.store import KnowledgeBase
from rareplan.model.variant import Frequency

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class FrequencyTable:
    """Highest group frequency (a fraction) and homozygotes of each allele (GRCh38)."""

    index: AlleleIndex
    max_af: np.ndarray[Any, np.dtype[np.float64]]
    homozygotes: np.ndarray[Any, np.dtype[np.int64]]
    group: pa.ChunkedArray
    source: str

    def find(self, contig: Any, pos: Any, ref: Any, alt: Any) -> Ints:
        """Row of each GRCh38 allele or -1: int8[n], int64[n], texts, texts -> int64[n]."""
        return self.index.find(contig, pos, ref, alt)

    def frequency(self, row: int) -> Frequency:
        """The frequency in a row that :meth:`find` gave."""
        count = int(self.homozygotes[row])
        return Frequency(
            max_af=float(self.max_af[row]),
            group=str(self.group[row].as_py() or ""),
            source=self.source,
            homozygotes=count if count >= 0 else None,
        )


def frequencies(kb: KnowledgeBase) -> FrequencyTable | None:
    """The frequency table of a snapshot; None when it has none (the starter)."""
    return kb.memo("frequencies", _build) if kb.has("frequencies") else None


def _build(kb: KnowledgeBase) -> FrequencyTable:
    table = kb.table("frequencies")
    source = kb.manifest["tables"]["frequencies"]["sources"][0]
    return FrequencyTable(
        AlleleIndex.of(table),
        array(table, "max_af", np.float64),
        array(table, "homozygotes", np.int64),
        table.column("af_group"),
        f"{source['name']} {source['version']}",
    )
