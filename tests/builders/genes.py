"""Small genomes with genes, made by code: models, sequence, GFF3, FASTA and bundles."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa

from rareplan.knowledge.sequence import PackedSequence, encode, reverse_complement
from rareplan.knowledge.transcripts import TranscriptBundle
from rareplan.model.genome import Contig

STOPS = ("TAA", "TAG", "TGA")
SENSE = [a + b + c for a in "ACGT" for b in "ACGT" for c in "ACGT" if a + b + c not in STOPS]


@dataclass
class Gene:
    """One transcript of one gene; exons ascending, 1-based inclusive."""

    name: str
    strand: int
    exons: list[tuple[int, int]]
    cds: tuple[int, int] | None = None
    contig: int = 1
    transcript_class: str = "MANE Select"
    biotype: str = "protein_coding"
    phase: int = 0
    codon_table: int = 1
    transcript: str = ""
    refseq: str = ""
    protein: str = ""
    gene: str = ""

    @property
    def symbol(self) -> str:
        return self.gene or self.name

    @property
    def ident(self) -> str:
        return self.transcript or f"ENST{self.name}"

    @property
    def start_codon(self) -> int:
        """Genomic position of the first base of the CDS, in the direction of transcription."""
        assert self.cds is not None
        return self.cds[0] if self.strand > 0 else self.cds[1]

    @property
    def cds_parts(self) -> list[tuple[int, int]]:
        if self.cds is None:
            return []
        a, b = self.cds
        return [(max(s, a), min(e, b)) for s, e in self.exons if s <= b and e >= a]


@dataclass
class World:
    """Genes on contigs whose sequence is known in parts (N elsewhere)."""

    genes: list[Gene]
    genome: dict[int, str]
    spliced: dict[str, str] = field(default_factory=dict)

    def rna(self, gene: Gene) -> str:
        if gene.ident in self.spliced:
            return self.spliced[gene.ident]
        seq = self.genome[gene.contig]
        text = "".join(seq[a - 1 : b] for a, b in gene.exons)
        return text if gene.strand > 0 else reverse_complement(text)

    def fetch(self, contig: int, start: int, end: int) -> str:
        return self.genome[contig][start - 1 : end]

    def bundle(self, *, with_sequence: bool = True) -> TranscriptBundle:
        return bundle_from(self.genes, self.rna if with_sequence else None)

    def write_fasta(self, path: Path) -> Path:
        with path.open("w") as out:
            for contig, seq in self.genome.items():
                out.write(f">{Contig(contig).bare}\n")
                out.writelines(seq[i : i + 60] + "\n" for i in range(0, len(seq), 60))
        return path

    def write_gff(self, path: Path) -> Path:
        lines = ["##gff-version 3"]
        for gene in self.genes:
            lines += gff_lines(gene)
        path.write_text("\n".join(lines) + "\n")
        return path


def gff_lines(gene: Gene) -> list[str]:
    """Ensembl-flavoured GFF3 of one gene."""
    chrom = Contig(gene.contig).bare
    strand = "+" if gene.strand > 0 else "-"
    span = f"{gene.exons[0][0]}\t{gene.exons[-1][1]}\t.\t{strand}"

    def row(kind: str, a: int, b: int, phase: str, text: str) -> str:
        return f"{chrom}\ttest\t{kind}\t{a}\t{b}\t.\t{strand}\t{phase}\t{text}"

    about = f"Name={gene.symbol};biotype={gene.biotype}"
    lines = [
        f"{chrom}\ttest\tgene\t{span}\t.\tID=gene:G{gene.symbol};{about}",
        f"{chrom}\ttest\tmRNA\t{span}\t.\tID=transcript:{gene.ident};Parent=gene:G{gene.symbol};{about}",
    ]
    parent = f"Parent=transcript:{gene.ident}"
    lines += [row("exon", a, b, ".", parent) for a, b in gene.exons]
    if gene.cds is None:
        return lines
    parts = gene.cds_parts
    ordered = parts if gene.strand > 0 else parts[::-1]
    phase = gene.phase
    for a, b in ordered:
        lines.append(row("CDS", a, b, str(phase), parent))
        phase = (3 - (b - a + 1 - phase) % 3) % 3
    for a, b in gene.exons:
        low, high = gene.cds
        kinds = ("five_prime_UTR", "three_prime_UTR")
        left, right = kinds if gene.strand > 0 else kinds[::-1]
        if a < low:
            lines.append(row(left, a, min(b, low - 1), ".", parent))
        if b > high:
            lines.append(row(right, max(a, high + 1), b, ".", parent))
    return lines


def bundle_from(genes: Sequence[Gene], rna: object = None) -> TranscriptBundle:
    """Bundle of genes; ``rna`` maps a gene to its spliced sequence (None: coordinates only)."""
    texts = [rna(g) if callable(rna) else "" for g in genes]
    offsets, total = [], 0
    for text in texts:
        offsets.append(total if text else -1)
        total += len(text)
    table = transcript_table(genes, offsets)
    if rna is None:
        return TranscriptBundle.from_table(table)
    packed = PackedSequence.from_codes(encode("".join(texts)))
    return TranscriptBundle.from_table(
        table,
        {
            "packed": packed.packed,
            "n_mask": packed.n_mask,
            "length": np.array([packed.length], dtype=np.int64),
        },
    )


def transcript_table(genes: Sequence[Gene], offsets: Sequence[int]) -> pa.Table:
    def ints(values: Iterable[int], kind: pa.DataType) -> pa.Array:
        return pa.array(list(values), kind)

    return pa.table(
        {
            "transcript": [g.ident for g in genes],
            "refseq": [g.refseq for g in genes],
            "protein": [g.protein for g in genes],
            "gene": [g.symbol for g in genes],
            "hgnc_id": ["" for _ in genes],
            "gene_id": [f"ENSG{g.symbol}" for g in genes],
            "transcript_class": [g.transcript_class for g in genes],
            "biotype": [g.biotype for g in genes],
            "contig": ints((g.contig for g in genes), pa.int8()),
            "strand": ints((g.strand for g in genes), pa.int8()),
            "start": ints((g.exons[0][0] for g in genes), pa.int32()),
            "end": ints((g.exons[-1][1] for g in genes), pa.int32()),
            "cds_start": ints((g.cds[0] if g.cds else 0 for g in genes), pa.int32()),
            "cds_end": ints((g.cds[1] if g.cds else 0 for g in genes), pa.int32()),
            "cds_phase": ints((g.phase for g in genes), pa.int8()),
            "codon_table": ints((g.codon_table for g in genes), pa.int8()),
            "sequence_offset": ints(offsets, pa.int64()),
            "exon_starts": pa.array([[a for a, _ in g.exons] for g in genes], pa.list_(pa.int32())),
            "exon_ends": pa.array([[b for _, b in g.exons] for g in genes], pa.list_(pa.int32())),
        }
    )


def random_bases(rng: random.Random, size: int) -> str:
    return "".join(rng.choices("ACGT", k=size))


def random_world(seed: int, genes: int, *, contigs: Iterable[int] = (1,)) -> World:
    """Genes on both strands with UTRs, 1 to 12 exons, and introns of 60 to 2,000 bases."""
    rng = random.Random(seed)
    made: list[Gene] = []
    genome: dict[int, str] = {}
    for contig in contigs:
        pieces = [random_bases(rng, 6000)]
        at = 6000
        for number in range(genes):
            gene, text = _random_gene(rng, f"{contig:02d}{number:05d}", contig, at)
            made.append(gene)
            pieces += [text, random_bases(rng, 200)]
            at += len(text) + 200
        pieces.append(random_bases(rng, 6000))
        genome[contig] = "".join(pieces)
    return World(made, genome)


def _random_gene(rng: random.Random, name: str, contig: int, at: int) -> tuple[Gene, str]:
    codons = ["ATG", *rng.choices(SENSE, k=rng.randint(30, 400)), rng.choice(STOPS)]
    cds = "".join(codons)
    five, three = random_bases(rng, rng.randint(20, 300)), random_bases(rng, rng.randint(20, 600))
    rna = five + cds + three
    cuts = sorted(rng.sample(range(30, len(rna) - 30), k=rng.randint(0, min(11, len(rna) // 90))))
    cuts = [c for i, c in enumerate(cuts) if i == 0 or c - cuts[i - 1] >= 12]
    bounds = [0, *cuts, len(rna)]
    blocks, text, position = [], [], 0
    for i, (a, b) in enumerate(pairwise(bounds)):
        if i:
            size = rng.randint(60, 2000)
            text.append("GT" + random_bases(rng, size - 4) + "AG")
            position += size
        blocks.append((position, position + b - a))
        text.append(rna[a:b])
        position += b - a
    sequence = "".join(text)
    first, last = _genomic(blocks, len(five)), _genomic(blocks, len(five) + len(cds) - 1)
    if rng.random() < 0.5:
        exons = [(at + a + 1, at + b) for a, b in blocks]
        return Gene(name, 1, exons, (at + first + 1, at + last + 1), contig), sequence
    size = len(sequence)
    exons = sorted((at + size - b + 1, at + size - a) for a, b in blocks)
    span = (at + size - last, at + size - first)
    return Gene(name, -1, exons, span, contig), reverse_complement(sequence)


def _genomic(blocks: Sequence[tuple[int, int]], offset: int) -> int:
    for a, b in blocks:
        if offset < b - a:
            return a + offset
        offset -= b - a
    raise ValueError(offset)


def random_variants(
    world: World, seed: int, count: int, *, indels: float = 0.3, reach: int = 12, longest: int = 8
) -> list[tuple[int, int, str, str]]:
    """Alleles in and around exons (contig, 1-based pos, ref, alt), sorted, left-aligned."""
    rng = random.Random(seed)
    found: set[tuple[int, int, str, str]] = set()
    while len(found) < count:
        gene = rng.choice(world.genes)
        a, b = rng.choice(gene.exons)
        pos = rng.randint(a - reach, b + reach)
        seq = world.genome[gene.contig]
        kind = rng.random()
        size = rng.randint(1, longest)
        if kind >= indels:
            ref = seq[pos - 1]
            alt = rng.choice([x for x in "ACGT" if x != ref])
        elif kind < indels * 0.45:
            ref = seq[pos - 1 : pos + size]
            alt = ref[0]
        elif kind < indels * 0.9:
            ref = seq[pos - 1]
            alt = ref + random_bases(rng, size)
        else:
            ref = seq[pos - 1 : pos - 1 + max(size, 2)]
            alt = random_bases(rng, len(ref))
        if "N" in ref or ref == alt:
            continue
        found.add((gene.contig, *left_aligned(seq, pos, ref, alt)))
    return sorted(found)


def left_aligned(seq: str, pos: int, ref: str, alt: str) -> tuple[int, str, str]:
    """Plain left-alignment, for tests only (the slow textbook way)."""
    while ref[-1] == alt[-1] and (len(ref) > 1 or len(alt) > 1):
        if len(ref) == 1 or len(alt) == 1:
            pos -= 1
            if seq[pos - 1] == "N":
                return pos + 1, ref, alt
            ref, alt = seq[pos - 1] + ref, seq[pos - 1] + alt
        ref, alt = ref[:-1], alt[:-1]
    while len(ref) > 1 and len(alt) > 1 and ref[0] == alt[0]:
        pos, ref, alt = pos + 1, ref[1:], alt[1:]
    return pos, ref, alt


_INFO = (
    "AC=1;AF=0.167;AN=6;BaseQRankSum=0.62;DP=104;ExcessHet=3.01;FS=1.2;MLEAC=1;MLEAF=0.167;"
    "MQ=60;MQRankSum=0;QD=14.9;ReadPosRankSum=0.3;SOR=0.7;VQSLOD=19.2;culprit=FS"
)
_CALLS = (
    "GT:AD:DP:GQ:PL\t0|1:17,16:33:99:430,0,470\t0|0:35,0:35:99:0,99,1485\t0|0:36,0:36:99:0,99,1500"
)


def write_vcf(
    path: Path,
    variants: Iterable[tuple[int, int, str, str]],
    lengths: Mapping[int, int],
    *,
    trio: bool = False,
) -> Path:
    """Sites only, or with a caller's INFO and three samples."""
    info, calls = (_INFO, "\t" + _CALLS) if trio else (".", "")
    columns = "\tFORMAT\tson\tmother\tfather" if trio else ""
    with path.open("w") as out:
        out.write("##fileformat=VCFv4.2\n")
        out.writelines(
            f'##INFO=<ID={entry.split("=")[0]},Number=1,Type=String,Description="x">\n'
            for entry in _INFO.split(";")
        )
        out.writelines(
            f'##FORMAT=<ID={name},Number=.,Type={kind},Description="x">\n'
            for name, kind in [
                ("GT", "String"),
                *((x, "Integer") for x in ("AD", "DP", "GQ", "PL")),
            ]
        )
        for contig, size in lengths.items():
            out.write(f"##contig=<ID={Contig(contig).bare},length={size}>\n")
        out.write(f"#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO{columns}\n")
        for contig, pos, ref, alt in variants:
            out.write(f"{Contig(contig).bare}\t{pos}\t.\t{ref}\t{alt}\t.\tPASS\t{info}{calls}\n")
    return path
