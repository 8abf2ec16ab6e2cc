"""MANE's GFF3 and RNA, from text to the bundle that calls consequences."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from tests.builders.genes import Gene, World, random_world, transcript_table

from rareplan.knowledge.sequence import PackedSequence
from rareplan.knowledge.transcripts import TranscriptBundle
from rareplan.refresh.parsers.mane import pack, parse_gff, sequence_fault


def refseq_gff(world: World) -> str:
    lines = ["##gff-version 3"]
    for gene in world.genes:
        strand = "+" if gene.strand > 0 else "-"
        tail = f"Dbxref=HGNC:HGNC:77;gene={gene.name};tag=MANE Select"
        span = (gene.exons[0][0], gene.exons[-1][1])

        def row(
            kind: str, a: int, b: int, phase: str, text: str, gene: Gene = gene, way: str = strand
        ) -> str:
            return f"chr{gene.contig}\tBestRefSeq\t{kind}\t{a}\t{b}\t.\t{way}\t{phase}\t{text}"

        parent = f"Parent=rna-NM_{gene.name}.2;{tail}"
        lines.append(row("gene", *span, ".", f"ID=gene-{gene.name};Name={gene.name}"))
        ident = f"ID=rna-NM_{gene.name}.2;Parent=gene-{gene.name};transcript_id=NM_{gene.name}.2"
        lines.append(row("mRNA", *span, ".", f"{ident};gbkey=mRNA;{tail}"))
        lines += [row("exon", a, b, ".", parent) for a, b in gene.exons]
        lines += [
            row("CDS", a, b, "0", f"{parent};protein_id=NP_{gene.name}.1")
            for a, b in gene.cds_parts
        ]
    return "\n".join(lines) + "\n"


def test_models_and_sequence_arrive_in_the_bundle() -> None:
    world = random_world(2, 10)
    models = sorted(parse_gff(refseq_gff(world).splitlines()).values(), key=lambda m: m.start)
    genes = sorted(world.genes, key=lambda g: g.exons[0][0])
    sequences = {f"NM_{g.name}.2": world.rna(g) for g in genes}
    offsets, arrays, without = pack(models, sequences)
    assert without == 0
    read = [
        Gene(
            g.name, m.strand, m.exons, (min(a for a, _ in m.cds), max(b for _, b in m.cds)),
            int(m.contig),
        )
        for g, m in zip(genes, models, strict=True)
    ]  # fmt: skip
    bundle = TranscriptBundle.from_table(transcript_table(read, offsets), arrays)
    assert isinstance(bundle.sequence, PackedSequence)
    for row, (gene, model) in enumerate(zip(genes, models, strict=True)):
        offset = int(bundle.sequence_offset[row])
        assert bundle.sequence.text(offset, offset + int(bundle.length[row])) == world.rna(gene)
        assert model.coding_offsets() == (bundle.cds_first[row], bundle.cds_stop[row])
        first = offset + int(bundle.cds_first[row])
        assert bundle.sequence.text(first, first + 3) == "ATG"


def test_a_sequence_that_does_not_fit_is_left_out() -> None:
    world = random_world(4, 3)
    models = sorted(parse_gff(refseq_gff(world).splitlines()).values(), key=lambda m: m.start)
    one, two, _ = sorted(world.genes, key=lambda g: g.exons[0][0])
    first, _ = models[0].coding_offsets()
    stopped = world.rna(one)[: first + 6] + "TAA" + world.rna(one)[first + 9 :]
    assert sequence_fault(models[0], world.rna(one)) == ""
    assert sequence_fault(models[0], stopped) == "the CDS has a stop at codon 3"
    offsets, _, without = pack(models, {f"NM_{two.name}.2": world.rna(two)})
    assert (offsets, without) == ([-1, 0, -1], 2)


@pytest.mark.shared
def test_the_real_gff_of_chromosome_22(shared_data: Path) -> None:
    path = shared_data / "consequences" / "MANE_refseq_chr22.gff.gz"
    with gzip.open(path, "rt") as lines:
        models = list(parse_gff(lines).values())
    assert len(models) == 423
    for model in models:
        first, stop = model.coding_offsets()
        assert (stop - first) % 3 == 0
        assert 0 <= first < stop <= model.length
