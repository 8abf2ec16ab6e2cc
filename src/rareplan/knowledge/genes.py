"""Genes by any of their names."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from rareplan.knowledge.columns import ragged, texts
from rareplan.knowledge.store import KnowledgeBase
from rareplan.model.genome import Contig

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class Gene:
    """One approved gene; the place is 1-based inclusive on GRCh38, contig OTHER when unknown."""

    symbol: str
    hgnc_id: str
    ensembl_id: str
    entrez_id: str
    name: str
    aliases: tuple[str, ...]
    previous: tuple[str, ...]
    locus_type: str
    contig: Contig
    start: int
    end: int
    strand: int
    omim_ids: tuple[str, ...] = ()
    location: str = ""


class GeneIndex:
    """Look-up by symbol, previous symbol, alias, HGNC, Ensembl or Entrez id (any case)."""

    def __init__(self, table: pa.Table) -> None:
        self._table = table
        self._symbol = {s.upper(): i for i, s in enumerate(texts(table, "symbol"))}

    # Built when first asked: most look-ups are of current symbols, and all names take 25 MB.
    @cached_property
    def _ids(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for column, prefix in (("hgnc_id", ""), ("ensembl_id", ""), ("entrez_id", "NCBIGENE:")):
            for i, value in enumerate(texts(self._table, column)):
                if value:
                    found.setdefault(f"{prefix}{value}".upper(), i)
        return found

    @cached_property
    def _previous(self) -> dict[str, list[int]]:
        return self._names("previous")

    @cached_property
    def _alias(self) -> dict[str, list[int]]:
        return self._names("aliases")

    def _names(self, column: str) -> dict[str, list[int]]:
        offsets, values = ragged(self._table, column)
        names = values.to_pylist()
        found: dict[str, list[int]] = {}
        for i in range(len(offsets) - 1):
            for name in names[offsets[i] : offsets[i + 1]]:
                found.setdefault(name.upper(), []).append(i)
        return found

    def candidates(self, name: str) -> tuple[Gene, ...]:
        """Genes that a name may mean: the current symbol alone, else previous, else aliases."""
        key = name.strip().upper()
        if key.startswith("ENSG"):
            key = key.split(".")[0]
        if key in self._symbol:
            return (self._gene(self._symbol[key]),)
        if key in self._ids:
            return (self._gene(self._ids[key]),)
        rows = self._previous.get(key) or self._alias.get(key) or []
        return tuple(self._gene(row) for row in rows)

    def find(self, name: str) -> Gene | None:
        """The one gene that a name means; None when unknown or ambiguous."""
        found = self.candidates(name)
        return found[0] if len(found) == 1 else None

    def nearest(self, name: str, limit: int = 3) -> tuple[str, ...]:
        """Current symbols that look like a name, for error messages."""
        from rapidfuzz import process

        close = process.extract(name.strip().upper(), self._symbol.keys(), limit=limit)
        return tuple(text for text, _, _ in close)

    def _gene(self, row: int) -> Gene:
        cells = self._table.slice(row, 1).to_pylist()[0]
        for key in ("aliases", "previous", "omim_ids"):
            cells[key] = tuple(cells[key])
        return Gene(**{**cells, "contig": Contig(cells["contig"])})


def genes(kb: KnowledgeBase) -> GeneIndex:
    """The genes of a snapshot, indexed once."""
    return kb.memo("genes", lambda base: GeneIndex(base.table("genes")))
