"""The transcript bundle: MANE's GFF3 and RNA FASTA to models and packed sequence.

Source: NCBI and EMBL-EBI, Matched Annotation from NCBI and EMBL-EBI (Morales et al. 2022,
PMID 35388217). MANE transcripts equal GRCh38 base by base, so the spliced RNA is all the
sequence that coding and HGVS calls need; no genome is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from rareplan.knowledge.sequence import PackedSequence, encode
from rareplan.refresh.faults import SourceError
from rareplan.refresh.parsers.gff3 import Model, biotype_of, open_text, read_models
from rareplan.refresh.tables import from_rows

_CLASSES = {"mane_select": "MANE Select", "mane_plus_clinical": "MANE Plus Clinical"}
_STOPS = {"TAA", "TAG", "TGA"}


@dataclass(frozen=True)
class Bundle:
    """What the builder made.

    ``arrays`` go into ``sequence.npz``: ``packed`` (uint8), ``n_mask`` (int64), ``length``
    (int64, one entry). ``remarks`` name every CDS that does not read from Met to a single stop,
    and every transcript without (fitting) sequence; such transcripts keep their coordinates.
    """

    table: pa.Table
    arrays: dict[str, npt.NDArray[Any]]
    remarks: tuple[str, ...]


def build_bundle(gff: Path, rna: Path, summary: Path | None = None) -> Bundle:
    """Bundle from ``MANE.GRCh38.*_genomic.gff.gz`` and ``*_rna.fna.gz``.

    Args:
        gff: RefSeq or Ensembl flavour.
        rna: the FASTA of the same flavour.
        summary: ``MANE.GRCh38.*.summary.txt.gz``, for Ensembl gene ids with the RefSeq flavour.

    Raises:
        SourceError: no MANE transcript in the GFF3, or files that are not what they should be.
    """
    with open_text(gff) as lines:
        models = [m for m in read_models(lines) if _class_of(m)]
    if not models:
        raise SourceError(f"{gff.name} holds no transcript with a MANE tag")
    with open_text(rna) as lines:
        sequences = read_fasta(lines)
    gene_ids: dict[str, str] = {}
    if summary is not None:
        with open_text(summary) as lines:
            gene_ids = read_gene_ids(lines)
    return bundle_of(models, sequences, gene_ids)


def read_fasta(lines: Iterable[str]) -> dict[str, str]:
    """Sequences by the first word of their header, upper case."""
    found: dict[str, list[str]] = {}
    current: list[str] = []
    for line in lines:
        if line.startswith(">"):
            current = found.setdefault(line[1:].split(None, 1)[0], [])
        else:
            current.append(line.strip())
    return {name: "".join(pieces).upper() for name, pieces in found.items()}


def read_gene_ids(lines: Iterable[str]) -> dict[str, str]:
    """Ensembl gene id (without version) by RefSeq and Ensembl transcript of MANE's summary."""
    rows = (line.rstrip("\n").split("\t") for line in lines)
    header = [name.lstrip("#") for name in next(rows, [])]
    try:
        gene, nm, enst = (header.index(x) for x in ("Ensembl_Gene", "RefSeq_nuc", "Ensembl_nuc"))
    except ValueError as error:
        raise SourceError("MANE's summary lacks its usual columns") from error
    return {
        row[key]: row[gene].split(".")[0] for row in rows if len(row) > enst for key in (nm, enst)
    }


@dataclass(frozen=True)
class _Names:
    transcript: str
    refseq: str
    protein: str
    gene: str
    hgnc_id: str
    gene_id: str


def _class_of(model: Model) -> str:
    tags = model.attributes.get("tag", "").replace(" ", "_").lower().split(",")
    return next((_CLASSES[tag] for tag in tags if tag in _CLASSES), "")


def _names(model: Model, gene_ids: Mapping[str, str]) -> _Names:
    found, cross = model.attributes, model.cross
    own = found.get("transcript_id", model.ident.split("-")[-1].split(":")[-1])
    ensembl = own.startswith("ENS")
    transcript = own if ensembl else cross.get("Ensembl", own)
    refseq = cross.get("RefSeq", "") if ensembl else own
    gene_id = found.get("gene_id", "").split(".")[0] if ensembl else gene_ids.get(own, "")
    hgnc = cross.get("HGNC", "") or model.gene.get("hgnc_id", "").removeprefix("HGNC:")
    return _Names(
        transcript=transcript,
        refseq=refseq,
        protein=model.protein,
        gene=found.get("gene_name") or found.get("gene") or model.gene.get("Name", ""),
        hgnc_id=f"HGNC:{hgnc}" if hgnc else "",
        gene_id=gene_id,
    )


def bundle_of(
    models: Sequence[Model], sequences: Mapping[str, str], gene_ids: Mapping[str, str]
) -> Bundle:
    """Bundle from models already read; sequences by RefSeq or Ensembl transcript name."""
    rows: list[tuple[Any, ...]] = []
    codes: list[npt.NDArray[np.uint8]] = []
    remarks: list[str] = []
    offset = 0
    for model in sorted(models, key=lambda m: (int(m.contig), m.start, m.end, m.ident)):
        names = _names(model, gene_ids)
        text = sequences.get(names.transcript) or sequences.get(names.refseq, "")
        remark = check_cds(model, text)
        if remark:
            remarks.append(f"{names.refseq or names.transcript} ({names.gene}): {remark}")
        fits = len(text) == sum(b - a + 1 for a, b in model.exons)
        cds_start, cds_end = model.cds_span
        rows.append(
            (names.transcript, names.refseq, names.protein, names.gene, names.hgnc_id,
             names.gene_id, _class_of(model), biotype_of(model), int(model.contig), model.strand,
             model.exons[0][0], model.exons[-1][1], cds_start, cds_end,
             [a for a, _ in model.exons], [b for _, b in model.exons], 1,
             offset if fits else -1)
        )  # fmt: skip
        if fits:
            codes.append(encode(text))
            offset += len(text)
    joined = np.concatenate(codes) if codes else np.zeros(0, dtype=np.uint8)
    packed = PackedSequence.from_codes(joined)
    arrays: dict[str, npt.NDArray[Any]] = {
        "packed": packed.packed,
        "n_mask": packed.n_mask,
        "length": np.array([packed.length], dtype=np.int64),
    }
    return Bundle(from_rows("transcripts", rows), arrays, tuple(remarks))


def check_cds(model: Model, text: str) -> str:
    """What is wrong with a transcript's sequence, in words; empty when it reads well.

    An inner TGA is reported too: in MANE it is a selenocysteine codon, not a mistake.
    """
    size = sum(b - a + 1 for a, b in model.exons)
    if len(text) != size:
        return f"RNA of {len(text)} bases for exons of {size}" if text else "no RNA sequence"
    if not model.cds:
        return ""
    coding = _cds_text(model, text)
    codons = [coding[i : i + 3] for i in range(0, len(coding), 3)]
    faults = []
    if len(coding) % 3:
        faults.append("CDS is no multiple of 3")
    if codons[0] != "ATG":
        faults.append(f"begins with {codons[0]}, not ATG")
    if codons[-1] not in _STOPS:
        faults.append("does not end with a stop codon")
    inner = sorted({c for c in codons[:-1] if c in _STOPS})
    if inner:
        faults.append(f"has {'/'.join(inner)} inside the CDS")
    return "; ".join(faults)


def _cds_text(model: Model, text: str) -> str:
    first, last = model.cds_span
    before = sum(min(b, first - 1) - a + 1 for a, b in model.exons if a < first)
    after = sum(b - max(a, last + 1) + 1 for a, b in model.exons if b > last)
    if model.strand < 0:
        before, after = after, before
    return text[before : len(text) - after]
