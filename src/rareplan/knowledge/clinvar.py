"""ClinVar's own classifications by allele and by place."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from rareplan.knowledge.alleles import AlleleIndex, Ints
from rareplan.knowledge.columns import array
from rareplan.knowledge.store import KnowledgeBase
from rareplan.model.genome import Assembly, Contig
from rareplan.model.variant import ClinVarRecord, VariantKey

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

PATHOGENIC = frozenset({"Pathogenic", "Likely pathogenic", "Pathogenic/Likely pathogenic"})


@dataclass(frozen=True)
class OtherRows:
    """Uncertain, benign and conflicting alleles: found by code, read a row group at a time."""

    index: AlleleIndex
    file: pq.ParquetFile
    group_rows: int

    def cells(self, row: int) -> dict[str, Any]:
        """One row."""
        group = self.file.read_row_group(row // self.group_rows)
        found: dict[str, Any] = group.slice(row % self.group_rows, 1).to_pylist()[0]
        return found


@dataclass(frozen=True)
class ClinVarTable:
    """ClinVar of the snapshot (GRCh38), found by allele, position range or codon.

    ``table`` holds what is (likely) pathogenic, all of it in memory. A refreshed snapshot also
    has every other classification; their rows count on from ``len(table)`` and are read from
    disk one at a time, so that millions of them cost little.
    """

    table: pa.Table
    index: AlleleIndex
    date: str
    scope: str
    """What there is: the starter has only P/LP with two stars or more."""
    other: OtherRows | None = None

    def __len__(self) -> int:
        return int(self.table.num_rows)

    def find(self, contig: Any, pos: Any, ref: Any, alt: Any) -> Ints:
        """Row of each GRCh38 allele or -1: int8[n], int64[n], texts, texts -> int64[n]."""
        rows = self.index.find(contig, pos, ref, alt)
        if self.other is None:
            return rows
        others = self.other.index.find(contig, pos, ref, alt)
        found: Ints = np.where((rows < 0) & (others >= 0), others + len(self), rows)
        return found

    def _cells(self, row: int) -> dict[str, Any]:
        if row >= len(self) and self.other is not None:
            return self.other.cells(row - len(self))
        cells: dict[str, Any] = self.table.slice(row, 1).to_pylist()[0]
        return cells

    def record(self, row: int) -> ClinVarRecord:
        """The record in a row that :meth:`find` gave."""
        cells = self._cells(row)
        return ClinVarRecord(
            variation_id=cells["variation_id"],
            significance=cells["significance"],
            stars=cells["stars"],
            diseases=tuple(cells["diseases"]),
            consequences=tuple(cells["consequences"]),
            date=self.date,
        )

    def key(self, row: int) -> VariantKey:
        """The allele in a row."""
        cells = self._cells(row)
        return VariantKey(
            Assembly.GRCH38, Contig(cells["contig"]), cells["pos"], cells["ref"], cells["alt"]
        )

    def between(self, contig: int, start: int, end: int) -> list[int]:
        """Pathogenic rows in a 1-based inclusive range: the same gene, exon or splice site."""
        return list(self.index.between(contig, start, end))

    def at_positions(self, contig: int, positions: tuple[int, ...]) -> list[int]:
        """Pathogenic rows at any of the positions: the three bases of a codon (PM5, PS1)."""
        rows = (row for pos in positions for row in self.index.between(contig, pos, pos))
        return sorted(set(rows))

    def pathogenic(self, rows: list[int], min_stars: int = 1) -> list[int]:
        """The rows whose classification is P, LP or P/LP with at least ``min_stars``."""
        mask = self.pathogenic_mask(min_stars)
        return [row for row in rows if mask[row]]

    def pathogenic_mask(self, min_stars: int = 1) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """For every row of ``table`` whether it is P, LP or P/LP with at least ``min_stars``."""
        return self._classified & (self._stars >= min_stars)

    @cached_property
    def _stars(self) -> np.ndarray[Any, Any]:
        return array(self.table, "stars", np.int8)

    @cached_property
    def _classified(self) -> np.ndarray[Any, np.dtype[np.bool_]]:
        import pyarrow as pa
        import pyarrow.compute as pc

        # "Pathogenic/Likely pathogenic|drug response" and the like count by their first part.
        first = pc.list_element(pc.split_pattern(self.table.column("significance"), "|"), 0)
        found: np.ndarray[Any, Any] = pc.is_in(first, pa.array(sorted(PATHOGENIC))).to_numpy()
        return found


def clinvar(kb: KnowledgeBase) -> ClinVarTable:
    """The ClinVar table of a snapshot, indexed once."""
    return kb.memo("clinvar", _build)


def _build(kb: KnowledgeBase) -> ClinVarTable:
    table = kb.table("clinvar")
    entry = kb.manifest["tables"]["clinvar"]
    scope = str(entry.get("notes", {}).get("scope", "every classification"))
    other = _other(kb) if kb.rows("clinvar_other") else None
    date = str(entry["sources"][0]["date"])
    return ClinVarTable(table, AlleleIndex.of(table), date, scope, other)


def _other(kb: KnowledgeBase) -> OtherRows:
    file = kb.parquet("clinvar_other")
    places = file.read(["contig", "pos", "code"], use_threads=False)
    return OtherRows(AlleleIndex.of(places), file, file.metadata.row_group(0).num_rows)
