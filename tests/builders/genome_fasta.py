"""A whole chromosome 21 of Ns in which the starter's genes have made-up reading frames."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pysam

from rareplan.knowledge.liftover import liftover
from rareplan.knowledge.sequence import encode, reverse_complement
from rareplan.knowledge.store import KnowledgeBase
from rareplan.knowledge.transcripts import TranscriptBundle
from rareplan.model.genome import Assembly, Contig

_STOPS = ("TAA", "TAG", "TGA")
_SENSE = [a + b + c for a in "ACGT" for b in "ACGT" for c in "ACGT" if a + b + c not in _STOPS]
CONTIG = Contig.CHR21


def chosen_rows(bundle: TranscriptBundle) -> list[int]:
    """Coding transcripts on chromosome 21 that touch no other."""
    rows = [int(r) for r in np.flatnonzero(bundle.contig == CONTIG)]
    alone, last = [], 0
    for place, row in enumerate(rows):
        following = bundle.start[rows[place + 1]] if place + 1 < len(rows) else 1 << 40
        if bundle.start[row] > last and bundle.end[row] < following and bundle.cds_start[row]:
            alone.append(row)
        last = max(last, int(bundle.end[row]))
    return alone


def made_up(bundle: TranscriptBundle, row: int, rng: np.random.Generator) -> str:
    """A transcript 5' to 3' with a reading frame where the model has its CDS."""
    first, stop = int(bundle.cds_first[row]), int(bundle.cds_stop[row])
    codons = [_SENSE[i] for i in rng.integers(0, len(_SENSE), (stop - first) // 3 - 2)]
    bases = "".join(rng.choice(list("ACGT"), int(bundle.length[row])))
    return bases[:first] + "ATG" + "".join(codons) + "TGA" + bases[stop:]


def write_genome(
    path: Path, kb: KnowledgeBase, assembly: Assembly, sequences: dict[int, str]
) -> Path:
    """The FASTA (chr21 only) with its index."""
    bundle = TranscriptBundle.from_knowledge(kb)
    bases = np.full(assembly.lengths[CONTIG], ord("N"), dtype=np.uint8)
    for row, text in sequences.items():
        _place(bases, bundle, row, text, kb, assembly)
    name = "21" if assembly is Assembly.GRCH37 else "chr21"
    path.write_bytes(f">{name}\n".encode() + bases.tobytes() + b"\n")
    pysam.faidx(str(path))
    return path


def _place(
    bases: np.ndarray,
    bundle: TranscriptBundle,
    row: int,
    text: str,
    kb: KnowledgeBase,
    assembly: Assembly,
) -> None:
    text = text if bundle.strand[row] > 0 else reverse_complement(text)
    at = 0
    for exon in range(int(bundle.exon_offset[row]), int(bundle.exon_offset[row + 1])):
        places = np.arange(int(bundle.exon_start[exon]), int(bundle.exon_end[exon]) + 1)
        piece = text[at : at + len(places)]
        at += len(places)
        if assembly is Assembly.GRCH37:
            contigs, places, _ = liftover(kb).to_grch37(np.full(len(places), CONTIG), places)
            places = np.where(contigs == CONTIG, places, 1)
        bases[places - 1] = np.frombuffer(b"ACGTN", dtype=np.uint8)[encode(piece)]
