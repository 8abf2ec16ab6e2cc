"""Transcript models from GFF3: the flavours of MANE (RefSeq and Ensembl) and of Ensembl.

Coordinates stay as they are in GFF3: 1-based inclusive.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO, cast
from urllib.parse import unquote

from rareplan.model.genome import Contig, contig_from_name
from rareplan.refresh.faults import SourceError

_GENE_KINDS = {"gene", "ncRNA_gene", "pseudogene"}
_PARTS = {"exon", "CDS"}
_BIOTYPES = {"NMD": "nonsense_mediated_decay", "mRNA": "protein_coding"}


@dataclass
class Model:
    """One transcript as it is being read."""

    ident: str
    contig: Contig
    strand: int
    start: int
    end: int
    attributes: dict[str, str]
    gene: dict[str, str] = field(default_factory=dict)
    exons: list[tuple[int, int]] = field(default_factory=list)
    cds: list[tuple[int, int, int]] = field(default_factory=list)
    protein: str = ""

    @property
    def cross(self) -> dict[str, str]:
        """``Dbxref`` of the transcript (HGNC without its doubled prefix)."""
        pairs = (x.split(":", 1) for x in self.attributes.get("Dbxref", "").split(",") if ":" in x)
        return {key: value.removeprefix("HGNC:") for key, value in pairs}

    @property
    def cds_span(self) -> tuple[int, int]:
        """Genomic first and last base of the CDS; zeros when non-coding."""
        if not self.cds:
            return 0, 0
        return min(c[0] for c in self.cds), max(c[1] for c in self.cds)

    @property
    def cds_phase(self) -> int:
        """Bases before the first whole codon (GFF3 phase of the first coding segment)."""
        if not self.cds:
            return 0
        first = min(self.cds) if self.strand > 0 else max(self.cds)
        return first[2]


def open_text(path: Path) -> TextIO:
    """Open a plain or gzip-compressed text file."""
    if path.suffix in {".gz", ".bgz"}:
        return cast("TextIO", gzip.open(path, "rt", encoding="utf-8"))
    return path.open(encoding="utf-8")


def _attributes(text: str) -> dict[str, str]:
    pairs = (x.split("=", 1) for x in text.strip().split(";") if "=" in x)
    return {key: unquote(value) for key, value in pairs}


def read_models(lines: Iterable[str]) -> Iterator[Model]:
    """Transcripts of a GFF3 file in file order; exons ascending.

    Only primary contigs are kept. Parts may stand before or after their transcript.

    Raises:
        SourceError: a line that is not GFF3.
    """
    genes: dict[str, dict[str, str]] = {}
    models: dict[str, Model] = {}
    parts: list[tuple[str, str, int, int, int, str]] = []
    for number, line in enumerate(lines, start=1):
        if line.startswith("#") or not line.strip():
            continue
        cells = line.rstrip("\n").split("\t")
        if len(cells) != 9 or not (cells[3].isdigit() and cells[4].isdigit()):
            raise SourceError(f"GFF3 line {number} has not nine columns with two positions")
        contig = contig_from_name(cells[0])
        if contig is Contig.OTHER:
            continue
        kind, start, end = cells[2], int(cells[3]), int(cells[4])
        found = _attributes(cells[8])
        if kind in _PARTS:
            phase = int(cells[7]) if cells[7].isdigit() else 0
            protein = found.get("protein_id", "")
            parts.extend(
                (parent, kind, start, end, phase, protein)
                for parent in found.get("Parent", "").split(",")
            )
        elif kind in _GENE_KINDS:
            genes[found.get("ID", "")] = found
        elif "Parent" in found and "ID" in found:
            strand = -1 if cells[6] == "-" else 1
            models[found["ID"]] = Model(found["ID"], contig, strand, start, end, found)
    _attach(models, genes, parts)
    yield from (m for m in models.values() if m.exons)


def _attach(
    models: dict[str, Model],
    genes: dict[str, dict[str, str]],
    parts: list[tuple[str, str, int, int, int, str]],
) -> None:
    for model in models.values():
        model.gene = genes.get(model.attributes["Parent"], {})
    for parent, kind, start, end, phase, protein in parts:
        model_or_none = models.get(parent)
        if model_or_none is None:
            continue
        if kind == "exon":
            model_or_none.exons.append((start, end))
        else:
            model_or_none.cds.append((start, end, phase))
            model_or_none.protein = protein or model_or_none.protein
    for model in models.values():
        model.exons.sort()


def biotype_of(model: Model) -> str:
    """Ensembl's biotype of a transcript."""
    found = model.attributes
    name = found.get("transcript_type") or found.get("biotype") or found.get("gbkey", "")
    return _BIOTYPES.get(name, name)
