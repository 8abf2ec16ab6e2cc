"""HGNC complete set (tab separated): symbols, aliases, previous symbols, identifiers."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from rareplan.refresh.faults import SourceError
from rareplan.refresh.parts import Inputs
from rareplan.refresh.tables import Built

PARSER_VERSION = 1

_NEEDED = {
    "hgnc_id", "symbol", "name", "locus_type", "status", "location", "alias_symbol",
    "prev_symbol", "entrez_id", "ensembl_gene_id", "omim_id", "date_modified",
}  # fmt: skip


@dataclass(frozen=True)
class HgncGene:
    """One approved gene."""

    hgnc_id: str
    symbol: str
    name: str
    locus_type: str
    location: str
    aliases: tuple[str, ...]
    previous: tuple[str, ...]
    entrez_id: str
    ensembl_id: str
    omim_ids: tuple[str, ...]


def _split(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.strip('"').split("|") if part.strip())


def parse_hgnc(lines: Iterable[str]) -> list[HgncGene]:
    """Approved genes in the order of their HGNC number."""
    reader = csv.DictReader(lines, delimiter="\t")
    missing = _NEEDED - set(reader.fieldnames or ())
    if missing:
        raise SourceError(f"HGNC complete set lacks the columns {sorted(missing)}")
    genes = [
        HgncGene(
            row["hgnc_id"], row["symbol"], row["name"], row["locus_type"], row["location"],
            _split(row["alias_symbol"]), _split(row["prev_symbol"]), row["entrez_id"],
            row["ensembl_gene_id"], _split(row["omim_id"]),
        )
        for row in reader
        if row["status"] == "Approved"
    ]  # fmt: skip
    if not genes:
        raise SourceError("HGNC complete set holds no approved gene")
    return sorted(genes, key=lambda gene: int(gene.hgnc_id.split(":")[1]))


def build(inputs: Inputs, _work: Path) -> Iterator[Built]:
    """``hgnc_genes``: what becomes ``genes`` once the loci are known."""
    genes = parse_hgnc(inputs.lines("hgnc_complete_set.txt"))
    rows = [{k: list(v) if isinstance(v, tuple) else v for k, v in vars(g).items()} for g in genes]
    newest = max(
        (row["date_modified"] or "")
        for row in csv.DictReader(inputs.lines("hgnc_complete_set.txt"), delimiter="\t")
    )
    source = inputs.source("hgnc_complete_set.txt", f"complete set {newest}", newest)
    yield Built("hgnc_genes", pa.Table.from_pylist(rows), (source,))
