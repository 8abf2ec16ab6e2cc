"""Population frequencies by allele, when the snapshot holds them; one chromosome in memory.

The table is sorted by contig and position. Whatever the size of the genome-wide table, only the
row groups of the chromosome that is asked for are read, in the file's own order, and the last
chromosome is kept: a VCF comes chromosome by chromosome.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from rareplan.errors import KnowledgeError
from rareplan.knowledge.alleles import AlleleIndex, Ints, allele_codes
from rareplan.knowledge.columns import array
from rareplan.knowledge.store import KnowledgeBase
from rareplan.model.variant import Frequency

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

_KEPT = 2
CODE = "code"
"""Optional column with :func:`rareplan.knowledge.alleles.allele_codes` worked out beforehand."""


@dataclass(frozen=True)
class _Chromosome:
    """The rows of one contig; ``first`` is the table row of its first row."""

    first: int
    index: AlleleIndex
    file: pq.ParquetFile
    groups: list[int]

    @cached_property
    def facts(self) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any], pa.ChunkedArray]:
        """Frequencies, homozygotes and groups: read when the first allele was found."""
        table = self.file.read_row_groups(self.groups, ["max_af", "homozygotes", "af_group"])
        return (
            array(table, "max_af", np.float32),
            array(table, "homozygotes", np.int32),
            table.column("af_group"),
        )


@dataclass
class FrequencyTable:
    """Highest group frequency (a fraction) and homozygotes of each allele (GRCh38)."""

    file: pq.ParquetFile
    source: str
    min_af: float
    """Alleles below this frequency and without homozygotes are not in the table; 0: all are."""
    groups: dict[int, list[int]] = field(default_factory=dict)
    starts: dict[int, int] = field(default_factory=dict)
    _kept: OrderedDict[int, _Chromosome] = field(default_factory=OrderedDict, repr=False)

    def __len__(self) -> int:
        return int(self.file.metadata.num_rows)

    def covers(self, contig: int) -> bool:
        """Whether the table has rows of a contig: elsewhere absence says nothing."""
        return contig in self.groups

    def find(self, contig: Any, pos: Any, ref: Any, alt: Any) -> Ints:
        """Row of each GRCh38 allele or -1: int8[n], int64[n], texts, texts -> int64[n]."""
        import pyarrow as pa

        contigs, positions = np.asarray(contig), np.asarray(pos, dtype=np.int32)
        rows = np.full(len(contigs), -1, dtype=np.int64)
        refs = ref if isinstance(ref, pa.Array) else pa.array(ref, pa.string())
        alts = alt if isinstance(alt, pa.Array) else pa.array(alt, pa.string())
        for code in np.unique(contigs).tolist():
            if code not in self.groups:
                continue
            part = self._chromosome(code)
            at = np.flatnonzero(contigs == code)
            if len(at) < len(contigs):
                found = part.index.find_keys(positions[at], refs.take(at), alts.take(at))
            else:  # the usual case: a batch of one chromosome
                found = part.index.find_keys(positions, refs, alts)
            rows[at] = np.where(found >= 0, found + part.first, -1)
        return rows

    def frequency(self, row: int) -> Frequency:
        """The frequency in a row that :meth:`find` gave."""
        code = max((c for c in self.starts if self.starts[c] <= row), key=self.starts.__getitem__)
        part = self._chromosome(code)
        at = row - part.first
        max_af, homozygotes, group = part.facts
        count = int(homozygotes[at])
        return Frequency(
            max_af=float(max_af[at]),
            group=str(group[at].as_py() or ""),
            source=self.source,
            homozygotes=count if count >= 0 else None,
        )

    def _chromosome(self, code: int) -> _Chromosome:
        if code not in self._kept:
            known = CODE in self.file.schema_arrow.names
            columns = ["pos", CODE] if known else ["pos", "ref", "alt"]
            table = self.file.read_row_groups(self.groups[code], columns)
            codes = (
                array(table, CODE, np.int64)
                if known
                else allele_codes(table.column("ref"), table.column("alt"))
            )
            index = AlleleIndex(array(table, "pos", np.int32), codes)
            groups = self.groups[code]
            self._kept[code] = _Chromosome(self.starts[code], index, self.file, groups)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(code)
        return self._kept[code]


def frequencies(kb: KnowledgeBase) -> FrequencyTable | None:
    """The frequency table of a snapshot; None when it has none (the starter)."""
    return kb.memo("frequencies", _build) if kb.has("frequencies") else None


def _build(kb: KnowledgeBase) -> FrequencyTable:
    file = kb.parquet("frequencies", ("af_group",))
    entry = kb.manifest["tables"]["frequencies"]
    source = entry["sources"][0]
    table = FrequencyTable(
        file,
        f"{source['name']} {source['version']}",
        float(entry.get("notes", {}).get("min_af", 0.0)),
    )
    row = 0
    for group in range(file.metadata.num_row_groups):
        contigs = file.read_row_group(group, ["contig"]).column("contig").to_numpy()
        code = int(contigs[0])
        if int(contigs[-1]) != code:  # a group may hold one contig only
            raise KnowledgeError("a row group of the frequency table spans two contigs")
        table.starts.setdefault(code, row)
        table.groups.setdefault(code, []).append(group)
        row += len(contigs)
    return table
