"""Real CDS of chromosomes 21 and 22 and the mitochondrion: every SNV against Biopython."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest
from Bio.Seq import Seq
from tests.builders.genes import Gene, bundle_from

from rareplan.annotate import annotate_sites
from rareplan.annotate.codons import THREE
from rareplan.annotate.text import pair_text
from rareplan.knowledge.sequence import reverse_complement

FILES = (
    ("vepcache84_chr21_transcripts_with_cds.tsv.gz", 21, 15),
    ("vepcache84_chr22_transcripts_with_cds.tsv.gz", 22, 15),
    ("vepcache107_refseq_MT_coding.tsv.gz", 25, 13),
)


def transcripts(path: Path, contig: int) -> list[tuple[Gene, str]]:
    """Transcripts whose CDS fits their exons; the sequence is the CDS with N for the UTRs."""
    found = []
    for line in gzip.decompress(path.read_bytes()).decode().splitlines():
        cells = line.rstrip("\n").split("\t")
        cds, first = cells[12], cells[18]
        if not cds or not first.isdigit() or cds.startswith("N"):
            continue
        exons = sorted(tuple(map(int, x.split(":")[0].split("-"))) for x in cells[10].split(","))
        strand = int(cells[6])
        genomic = [p for a, b in exons for p in range(a, b + 1)][:: 1 if strand > 0 else -1]
        start = int(first) - 1
        # Mitochondrial stop codons are completed by the poly-A tail, which no genome has.
        cds = cds[: len(genomic) - start]
        stop = start + len(cds)
        span = tuple(sorted((genomic[start], genomic[stop - 1])))
        gene = Gene(
            cells[1], strand, exons, span, contig, codon_table=int(cells[15] or 1),
            transcript_class="MANE Select", gene=cells[4],
        )  # fmt: skip
        found.append((gene, "N" * start + cds + "N" * (len(genomic) - stop)))
    return found


@pytest.mark.shared
@pytest.mark.parametrize(("name", "contig", "least"), FILES)
def test_every_snv_of_real_transcripts(
    shared_data: Path, name: str, contig: int, least: int
) -> None:
    models = transcripts(shared_data / "consequences" / name, contig)
    assert len(models) >= least
    checked = sum(_check(gene, text) for gene, text in models)
    assert checked > 8000


def _check(gene: Gene, text: str) -> int:
    bundle = bundle_from([gene], lambda _: text)
    genomic = [p for a, b in gene.exons for p in range(a, b + 1)]
    if gene.strand < 0:
        genomic.reverse()
    first, stop = int(bundle.cds_first[0]), int(bundle.cds_stop[0])
    cds = text[first:stop]
    whole = len(cds) // 3 * 3
    table = gene.codon_table
    protein = str(Seq(cds[:whole]).translate(table=table))
    pos, ref, alt, want = [], [], [], []
    for i in range(whole):
        k = i // 3
        for base in "ACGT":
            if base == cds[i]:
                continue
            codon = list(cds[3 * k : 3 * k + 3])
            codon[i % 3] = base
            now = str(Seq("".join(codon)).translate(table=table))
            pos.append(genomic[first + i])
            ref.append(cds[i] if gene.strand > 0 else reverse_complement(cds[i]))
            alt.append(base if gene.strand > 0 else reverse_complement(base))
            want.append((k, protein[k], now, "".join(codon)))
    annotated = annotate_sites(
        np.full(len(pos), gene.contig, dtype=np.int8),
        np.array(pos),
        np.array(ref, dtype=object),
        np.array(alt, dtype=object),
        bundle,
    )
    names = pair_text(annotated).hgvs_p.to_pylist()
    starts = {"ATG"} if table == 1 else {"ATG", "ATA", "ATT", "ATC", "GTG"}
    for (k, old, now, codon), name in zip(want, names, strict=True):
        if k == 0:
            assert name == ("p.(Met1=)" if codon in starts else "p.(Met1?)")
        elif old == "*" and now != "*":
            assert name.startswith(f"p.(Ter{k + 1}{THREE[now]}ext")
        else:
            assert name == f"p.({THREE[old]}{k + 1}{'=' if old == now else THREE[now]})"
    return len(want)
