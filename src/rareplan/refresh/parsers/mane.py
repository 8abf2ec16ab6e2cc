"""MANE: models from the RefSeq GFF3, names from the summary, sequence from the RNA FASTA.

Every coding transcript is checked against its sequence: as long as its exons, an ATG (or a
documented other start codon) where the CDS begins, a stop where it ends, none before. What fails
keeps its model but gets no sequence, so that nothing is translated from a wrong frame.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import numpy as np

from rareplan.knowledge.coding import coding_fault
from rareplan.knowledge.sequence import PackedSequence, encode
from rareplan.model.genome import Contig, contig_from_name
from rareplan.refresh.faults import SourceError
from rareplan.refresh.parts import Inputs
from rareplan.refresh.tables import Built, from_rows

PARSER_VERSION = 1

_TAGS = ("MANE Select", "MANE Plus Clinical")
_SUMMARY = {
    "HGNC_ID", "symbol", "RefSeq_nuc", "RefSeq_prot", "Ensembl_Gene", "Ensembl_nuc",
    "Ensembl_prot", "MANE_status",
}  # fmt: skip


@dataclass
class Model:
    """One transcript while its lines are being read; 1-based inclusive."""

    refseq: str
    gene: str
    contig: Contig
    strand: int
    start: int
    end: int
    biotype: str
    tag: str
    exons: list[tuple[int, int]] = field(default_factory=list)
    cds: list[tuple[int, int]] = field(default_factory=list)

    @property
    def length(self) -> int:
        """Bases of the spliced transcript."""
        return sum(b - a + 1 for a, b in self.exons)

    def coding_offsets(self) -> tuple[int, int]:
        """The CDS as 0-based half-open offsets into the spliced transcript."""
        low, high = min(a for a, _ in self.cds), max(b for _, b in self.cds)
        before = sum(max(0, min(b, low - 1) - a + 1) for a, b in self.exons if a < low)
        inside = sum(max(0, min(b, high) - max(a, low) + 1) for a, b in self.exons)
        first = before if self.strand > 0 else self.length - before - inside
        return first, first + inside


def _attributes(text: str) -> dict[str, str]:
    pairs = (item.partition("=") for item in text.split(";") if item)
    return {key: unquote(value) for key, _, value in pairs}


def parse_gff(lines: Iterable[str]) -> dict[str, Model]:
    """Models by RefSeq accession from a GFF3 in RefSeq's style; patches are left out."""
    models: dict[str, Model] = {}
    by_id: dict[str, Model] = {}
    for line in lines:
        fields = line.rstrip("\n").split("\t")
        if line.startswith("#") or len(fields) != 9 or fields[2] == "gene":
            continue
        contig = contig_from_name(fields[0])
        if contig is Contig.OTHER:
            continue
        keys = _attributes(fields[8])
        start, end = int(fields[3]), int(fields[4])
        if "Parent" in keys and keys["Parent"].startswith("gene-"):
            model = Model(
                keys.get("transcript_id") or keys.get("Name", ""), keys.get("gene", ""), contig,
                1 if fields[6] == "+" else -1, start, end,
                "protein_coding" if fields[2] == "mRNA" else fields[2], keys.get("tag", ""),
            )  # fmt: skip
            by_id[keys["ID"]] = models[model.refseq] = model
        elif (parent := by_id.get(keys.get("Parent", ""))) is not None:
            target = {"exon": parent.exons, "CDS": parent.cds}.get(fields[2])
            if target is not None:
                target.append((start, end))
    if not models:
        raise SourceError("the MANE GFF3 holds no transcript on a primary contig")
    for model in models.values():
        model.exons.sort()
    return models


def parse_fasta(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    """(accession, sequence) of each record."""
    name, parts = "", list[str]()
    for raw in lines:
        line = raw.strip()
        if line.startswith(">"):
            if name:
                yield name, "".join(parts)
            name, parts = re.split(r"[\s|]", line[1:].strip(), maxsplit=1)[0], []
        else:
            parts.append(line)
    if name:
        yield name, "".join(parts)


def parse_summary(lines: Iterable[str]) -> dict[str, dict[str, str]]:
    """Rows of the summary by RefSeq transcript."""
    reader = csv.DictReader((line.removeprefix("#") for line in lines), delimiter="\t")
    missing = _SUMMARY - set(reader.fieldnames or ())
    if missing:
        raise SourceError(f"the MANE summary lacks the columns {sorted(missing)}")
    return {row["RefSeq_nuc"]: row for row in reader}


def sequence_fault(model: Model, sequence: str, codon_table: int = 1) -> str:
    """Why a sequence does not fit its model; empty when it does."""
    if len(sequence) != model.length:
        return f"{len(sequence)} bases for exons of {model.length}"
    if not model.cds:
        return ""
    first, stop = model.coding_offsets()
    return coding_fault(sequence[first:stop].upper(), codon_table)


def pack(models: list[Model], sequences: dict[str, str]) -> tuple[list[int], dict[str, Any], int]:
    """Offsets by model, the packed arrays, and how many models got no sequence."""
    offsets, chunks, at, without = [], [], 0, 0
    for model in models:
        text = sequences.get(model.refseq, "")
        if not text or sequence_fault(model, text):
            offsets.append(-1)
            without += 1
            continue
        offsets.append(at)
        chunks.append(encode(text))
        at += len(text)
    joined = np.concatenate(chunks) if chunks else np.zeros(0, np.uint8)
    packed = PackedSequence.from_codes(joined)
    arrays = packed.as_arrays()
    return offsets, arrays, without


def _row(model: Model, row: dict[str, str], offset: int) -> tuple[Any, ...]:
    low = min((a for a, _ in model.cds), default=0)
    high = max((b for _, b in model.cds), default=0)
    tag = next((t for t in _TAGS if t in (row["MANE_status"], model.tag)), "")
    return (
        row["Ensembl_nuc"], model.refseq, row["RefSeq_prot"], row["symbol"], row["HGNC_ID"],
        row["Ensembl_Gene"].split(".")[0], tag, model.biotype, model.contig, model.strand,
        model.start, model.end, low, high, [a for a, _ in model.exons],
        [b for _, b in model.exons], 1, offset,
    )  # fmt: skip


def build(inputs: Inputs, _work: Path) -> Iterator[Built]:
    """``transcripts`` and ``sequence``."""
    named = parse_summary(inputs.lines("summary.txt.gz"))
    models = [m for m in parse_gff(inputs.lines("refseq.gff.gz")).values() if m.refseq in named]
    models.sort(key=lambda m: (m.contig, m.start, m.end, m.refseq))
    wanted = {m.refseq for m in models}
    sequences = {k: s for k, s in parse_fasta(inputs.lines("rna.fna.gz")) if k in wanted}
    offsets, arrays, without = pack(models, sequences)
    if without > len(models) * _MOST_WITHOUT:
        raise SourceError(f"{without} of {len(models)} MANE transcripts have no fitting sequence")
    sources = (inputs.source("refseq.gff.gz"), inputs.source("summary.txt.gz"))
    rows = [_row(m, named[m.refseq], o) for m, o in zip(models, offsets, strict=True)]
    notes = {"without_sequence": without}
    yield Built("transcripts", from_rows("transcripts", rows), sources, notes=notes)
    yield Built("sequence", arrays, (inputs.source("rna.fna.gz"),))


_MOST_WITHOUT = 0.02
"""More misfits than this mean that the three files are not of one release."""
