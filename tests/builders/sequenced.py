"""Snapshots whose transcripts have sequence, made up codon by codon."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from rareplan.knowledge import KnowledgeBase, open_knowledge
from rareplan.knowledge.sequence import PackedSequence, encode, reverse_complement
from rareplan.knowledge.store import default_path
from rareplan.knowledge.transcripts import TranscriptBundle
from rareplan.model.genome import Assembly, Contig
from rareplan.refresh.tables import Built, Source, write_table
from tests.builders.genes import SENSE, Gene, World, random_bases, transcript_table
from tests.builders.snapshots import variant_of

SOURCE = Source("made for a test", "1", "2026-01-01", "none", "", "")


@dataclass(frozen=True)
class Sequenced:
    """The snapshot and the transcript that has a sequence."""

    root: Path
    kb: KnowledgeBase
    row: int

    @property
    def bundle(self) -> TranscriptBundle:
        return TranscriptBundle.from_knowledge(self.kb)

    def snv(self, cds: int, alt: str) -> tuple[int, str, str]:
        """GRCh38 position, REF and ALT of a change of the 1-based base ``cds`` to ``alt``."""
        bundle, row = self.bundle, self.row
        anchor = int(bundle.cds_first[row]) + cds - 1
        exons = range(int(bundle.exon_offset[row]), int(bundle.exon_offset[row + 1]))
        forward = bundle.strand[row] > 0
        for exon in exons:
            begin, size = (
                int(bundle.exon_spliced[exon]),
                int(bundle.exon_end[exon] - bundle.exon_start[exon] + 1),
            )
            if begin <= anchor < begin + size:
                into = anchor - begin
                pos = bundle.exon_start[exon] + into if forward else bundle.exon_end[exon] - into
                offset = int(bundle.sequence_offset[row]) + anchor
                assert bundle.sequence is not None
                ref = bundle.sequence.text(offset, offset + 1)
                if not forward:
                    ref, alt = reverse_complement(ref), reverse_complement(alt)
                return int(pos), ref, alt
        raise ValueError(cds)


def sequenced(folder: Path, gene: str, codons: Mapping[int, str]) -> Sequenced:
    """The starter with a sequence for the MANE Select transcript of ``gene``.

    Codons (by 1-based number) are as given, all others random and none a stop.
    """
    base = open_knowledge(default_path())
    bundle = TranscriptBundle.from_knowledge(base)
    row = int(np.flatnonzero((bundle.gene == gene) & (bundle.class_tier == 0))[0])
    name = str(bundle.transcript[row])
    rng = random.Random(5)
    first, stop = int(bundle.cds_first[row]), int(bundle.cds_stop[row])
    inner = rng.choices(SENSE, k=(stop - first) // 3)
    inner[0], inner[-1] = "ATG", "TAA"
    for number, codon in codons.items():
        inner[number - 1] = codon
    text = random_bases(rng, first) + "".join(inner)
    text += random_bases(rng, int(bundle.length[row]) - stop)

    def with_offset(table: pa.Table) -> pa.Table:
        offsets = [0 if t == name else -1 for t in table["transcript"].to_pylist()]
        at = table.column_names.index("sequence_offset")
        return table.set_column(at, "sequence_offset", pa.array(offsets, pa.int64()))

    root = variant_of(base, folder, "sequenced", "2026-01-01", {"transcripts": with_offset})
    packed = PackedSequence.from_codes(encode(text))
    arrays = packed.as_arrays()
    manifest = json.loads((root / "manifest.json").read_text())
    manifest["tables"]["sequence"] = write_table(root, Built("sequence", arrays, (SOURCE,)))
    (root / "manifest.json").write_text(json.dumps(manifest))
    kb = open_knowledge(root)
    rows = TranscriptBundle.from_knowledge(kb)
    return Sequenced(root, kb, int(np.flatnonzero(rows.transcript == name)[0]))


def snapshot_of_world(folder: Path, world: World) -> Path:
    """The starter with the genes of a world in place of its own; those with bases get sequence."""
    genes = sorted(world.genes, key=lambda g: (g.contig, g.exons[0][0]))
    texts = [world.rna(g) if g.contig in world.genome else "" for g in genes]
    ends = np.cumsum([0, *map(len, texts)])[:-1].tolist()
    offsets = [end if text else -1 for end, text in zip(ends, texts, strict=True)]
    table = transcript_table(genes, offsets)
    shutil.rmtree(folder, ignore_errors=True)
    base = open_knowledge(default_path())
    root = variant_of(base, folder, "world", "2026-01-01", {"transcripts": lambda _: table})
    packed = PackedSequence.from_codes(encode("".join(texts)))
    arrays = packed.as_arrays()
    manifest = json.loads((root / "manifest.json").read_text())
    manifest["tables"]["sequence"] = write_table(root, Built("sequence", arrays, (SOURCE,)))
    (root / "manifest.json").write_text(json.dumps(manifest))
    return root


def real_world(seed: int, contig: int) -> tuple[World, World]:
    """The starter's gene models with made-up bases on one contig; and those of the contig alone."""
    bundle = TranscriptBundle.from_knowledge(open_knowledge(default_path()))
    rng = np.random.default_rng(seed)
    size = Assembly.GRCH38.lengths[Contig(contig)]
    bases = np.frombuffer(b"ACGT", dtype=np.uint8)[rng.integers(0, 4, size)].copy()
    genes = [_gene(bundle, row) for row in range(len(bundle))]
    mine = [g for g in genes if g.contig == contig]
    for gene in mine:
        if gene.cds is not None:
            _set_frame(bases, gene, rng)
    genome = {contig: bases.tobytes().decode("ascii")}
    return World(genes, genome), World(mine, genome)


def _gene(bundle: TranscriptBundle, row: int) -> Gene:
    exons = slice(int(bundle.exon_offset[row]), int(bundle.exon_offset[row + 1]))
    starts, ends = bundle.exon_start[exons].tolist(), bundle.exon_end[exons].tolist()
    low, high = int(bundle.cds_start[row]), int(bundle.cds_end[row])
    return Gene(
        str(bundle.gene[row] or bundle.gene_id[row]), int(bundle.strand[row]),
        list(zip(starts, ends, strict=True)), (low, high) if low else None,
        int(bundle.contig[row]), str(bundle.transcript_class[row]), str(bundle.biotype[row]),
        int(bundle.cds_phase[row]), int(bundle.codon_table[row]), str(bundle.transcript[row]),
        str(bundle.refseq[row]), str(bundle.protein[row]),
    )  # fmt: skip


def _set_frame(bases: np.ndarray, gene: Gene, rng: np.random.Generator) -> None:
    """A reading frame in the gene's CDS; where genes overlap, that of the last one holds."""
    places = np.concatenate([np.arange(a, b + 1) for a, b in gene.cds_parts])
    codons = [SENSE[i] for i in rng.integers(0, len(SENSE), len(places) // 3)]
    codons[0], codons[-1] = "ATG", "TGA"
    text = "".join(codons)
    if gene.strand < 0:
        text = reverse_complement(text)
    bases[places[: len(text)] - 1] = np.frombuffer(text.encode(), dtype=np.uint8)
