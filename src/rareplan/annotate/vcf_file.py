"""Consequences of a whole VCF: to a table or into a VCF.

Output is written beside its place and moved there when it is whole, so that a fault leaves
nothing behind.
"""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from rareplan.annotate.normalise import Fetch
from rareplan.annotate.resolve import resolve_pairs
from rareplan.annotate.table import ConsequenceTable, annotate_sites
from rareplan.annotate.terms import TERMS
from rareplan.annotate.text import PairText, pair_text
from rareplan.annotate.vcf_annotations import AnnotationReader
from rareplan.errors import Fault, InputError
from rareplan.htslib import open_vcf, stop_at_broken
from rareplan.knowledge.clinvar import ClinVarTable
from rareplan.knowledge.liftover import Liftover
from rareplan.knowledge.sequence import reverse_complement
from rareplan.knowledge.transcripts import TranscriptBundle
from rareplan.model.consequence import SO_IMPACT, Consequence
from rareplan.model.genome import Contig, contig_from_name

CHUNK = 32768
COLUMNS = (
    "chrom", "pos", "ref", "alt", "gene", "transcript", "consequence", "impact", "hgvs_c", "hgvs_p",
)  # fmt: skip
INFO_ID = "RPCSQ"
INFO_FIELDS = (
    "Allele", "Consequence", "IMPACT", "SYMBOL", "Gene", "Feature", "RefSeq", "CLASS", "BIOTYPE",
    "EXON", "INTRON", "HGVSc", "HGVSp", "CDS_position", "Protein_position", "Amino_acids",
    "Codons", "SPLICE_DISTANCE", "NMD", "RESOLVED",
)  # fmt: skip


@dataclass
class Summary:
    """What was seen: alleles, rows written, alleles by worst term, and what could not be done."""

    alleles: int = 0
    rows: int = 0
    unresolved: int = 0
    settled: int = 0
    """Of the unresolved ones: told by the file's own annotation or by ClinVar."""
    mismatches: int = 0
    not_lifted: int = 0
    worst: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Annotator:
    """Everything that consequences need: transcripts, and for GRCh37 the liftover."""

    bundle: TranscriptBundle
    lift: Liftover | None = None
    fetch: Fetch | None = None
    pick: bool = False
    reader: AnnotationReader = field(default_factory=AnnotationReader)
    clinvar: ClinVarTable | None = None
    """With ``reader``: what settles a coding change that coordinates leave open (tables)."""
    foreign_mt: bool = False
    """The file's mitochondrion is hg19's old chrM, whose positions name other bases than rCRS."""


@dataclass(frozen=True)
class _Chunk:
    chrom: list[str]
    pos: npt.NDArray[np.int64]
    ref: npt.NDArray[np.object_]
    alt: npt.NDArray[np.object_]
    contig: npt.NDArray[np.int8]
    counts: list[int]


def write_table(source: Path, target: Path, annotator: Annotator) -> Summary:
    """One row for each allele and transcript, in the order of the file; tab-separated.

    Raises:
        InputError: records that htslib cannot read.
    """
    summary = Summary()
    with _staged(target) as staged, staged.open("w", encoding="utf-8") as out:
        out.write("\t".join(COLUMNS) + "\n")
        for records, chunk in _chunks(source):
            table, lifted = _annotate(chunk, annotator, summary)
            texts = pair_text(table)
            summary.settled += resolve_pairs(
                texts, table, records, chunk.counts, annotator.reader, annotator.clinvar
            )
            out.writelines(_lines(chunk, table, texts, lifted, annotator.pick, summary))
    return summary


def write_vcf(source: Path, target: Path, annotator: Annotator) -> Summary:
    """The VCF itself with ``RPCSQ`` in INFO, one entry for each alternate and transcript.

    Raises:
        InputError: records that htslib cannot read.
    """
    from cyvcf2 import Writer

    summary = Summary()
    template = open_vcf(source, lazy=True)
    template.add_info_to_header(
        {
            "ID": INFO_ID,
            "Number": ".",
            "Type": "String",
            "Description": "Consequences by rareplan. Format: " + "|".join(INFO_FIELDS),
        }
    )
    mode = "wz" if target.suffix in {".gz", ".bgz"} else "w"
    with _staged(target) as staged:
        writer = Writer(str(staged), template, mode)
        try:
            for records, chunk in _chunks(source, template):
                table, lifted = _annotate(chunk, annotator, summary)
                _write_records(writer, records, chunk, table, lifted, summary)
        finally:
            writer.close()
    return summary


def _write_records(
    writer: Any,
    records: Sequence[Any],
    chunk: _Chunk,
    table: ConsequenceTable,
    lifted: npt.NDArray[np.bool_],
    summary: Summary,
) -> None:
    row = 0
    for record, count in zip(records, chunk.counts, strict=True):
        entries: list[str] = []
        for i in range(row, row + count):
            if lifted[i]:
                entries += [_entry(str(chunk.alt[i]), c) for c in table.consequences(i)]
        row += count
        summary.rows += len(entries)
        if entries:
            record.INFO[INFO_ID] = ",".join(entries)
        writer.write_record(record)


def _entry(alt: str, c: Consequence) -> str:
    escapes = {True: "escapes", False: "triggers", None: ""}[c.escapes_nmd]
    cells = (
        alt, "&".join(c.terms), c.impact.value, c.gene, c.gene_id, c.transcript, c.refseq,
        c.transcript_class.replace(" ", "_"), c.biotype, c.exon, c.intron, c.hgvs_c, c.hgvs_p,
        _text(c.cds_position), _text(c.protein_position), c.amino_acids, c.codons,
        _text(c.splice_distance), escapes, "YES" if c.resolved else "NO",
    )  # fmt: skip
    # INFO values must hold neither of these (VCF 4.3, section 1.2); HGVS uses "=" and ";".
    return "|".join(x.replace("=", "%3D").replace(";", "%3B").replace(" ", "_") for x in cells)


def _text(value: int | None) -> str:
    return "" if value is None else str(value)


@contextmanager
def _staged(target: Path) -> Iterator[Path]:
    """A path in the target's folder that becomes the target when all went well."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(
        prefix=".rareplan-", suffix="".join(target.suffixes[-2:]), dir=target.parent
    )
    os.close(handle)
    staged = Path(name)
    try:
        yield staged
        staged.replace(target)
    finally:
        staged.unlink(missing_ok=True)


def _chunks(source: Path, reader: Any = None) -> Iterator[tuple[list[Any], _Chunk]]:
    reader = reader or open_vcf(source, lazy=True)
    codes: dict[str, int] = {}
    contigs: set[str] = set()
    seen = 0
    while True:
        records: list[Any] = []
        try:
            records.extend(islice(reader, CHUNK))
            stop_at_broken(records, contigs)
        except Exception as error:
            fault = Fault(
                f"{source.name} near record {seen + len(records) + 1}",
                "a line that htslib cannot parse",
                "a VCF record",
                "Mend or remove the line, or export the file again.",
            )
            raise InputError(fault) from error
        if not records:
            return
        seen += len(records)
        yield records, _chunk(records, codes)


def _chunk(records: Sequence[Any], codes: dict[str, int]) -> _Chunk:
    chrom: list[str] = []
    pos: list[int] = []
    ref: list[str] = []
    alt: list[str] = []
    counts: list[int] = []
    for record in records:
        alts = record.ALT
        name, place, bases = record.CHROM, record.POS, record.REF
        counts.append(len(alts))
        for one in alts:
            chrom.append(name)
            pos.append(place)
            ref.append(bases)
            alt.append(one)
    for name in set(chrom) - codes.keys():
        codes[name] = int(contig_from_name(name))
    return _Chunk(
        chrom=chrom,
        pos=np.array(pos, dtype=np.int64),
        ref=_objects(ref),
        alt=_objects(alt),
        contig=np.fromiter([codes[name] for name in chrom], dtype=np.int8, count=len(chrom)),
        counts=counts,
    )


def _objects(values: Sequence[str]) -> npt.NDArray[np.object_]:
    made = np.empty(len(values), dtype=object)
    made[:] = values
    return made


def _annotate(
    chunk: _Chunk, annotator: Annotator, summary: Summary
) -> tuple[ConsequenceTable, npt.NDArray[np.bool_]]:
    contig, pos, ref, alt = chunk.contig, chunk.pos, chunk.ref, chunk.alt
    lifted = np.ones(len(pos), dtype=bool)
    if annotator.lift is not None:
        contig, pos, ref, alt, lifted = _lifted(chunk, annotator.lift)
    if annotator.foreign_mt:
        lifted &= chunk.contig != Contig.MT
        contig = np.where(lifted, contig, 0).astype(np.int8)
    table = annotate_sites(contig, pos, ref, alt, annotator.bundle, fetch=annotator.fetch)
    summary.alleles += len(pos)
    summary.not_lifted += int((~lifted).sum())
    summary.unresolved += int(table.unresolved.sum())
    summary.mismatches += table.mismatches
    ranks, counts = np.unique(table.worst_rank[lifted], return_counts=True)
    for rank, count in zip(ranks.tolist(), counts.tolist(), strict=True):
        summary.worst[TERMS[rank]] += count
    return table, lifted


def _lifted(chunk: _Chunk, lift: Liftover) -> tuple[Any, Any, Any, Any, npt.NDArray[np.bool_]]:
    """Places and alleles on GRCh38; contig 0 where both ends do not map side by side."""
    contig, pos, strand = lift.to_grch38(chunk.contig, chunk.pos)
    sizes = np.fromiter(map(len, chunk.ref), dtype=np.int64, count=len(chunk.ref))
    last_contig, last, _ = lift.to_grch38(chunk.contig, chunk.pos + sizes - 1)
    whole = (contig > 0) & (last_contig == contig) & (last - pos == strand * (sizes - 1))
    ref, alt = chunk.ref.copy(), chunk.alt.copy()
    for i in np.flatnonzero(whole & (strand < 0)).tolist():
        # The anchor base of an indel lies on the wrong side now; trimming copes with either.
        ref[i], alt[i] = reverse_complement(ref[i]), reverse_complement(alt[i])
    contig = np.where(whole, contig, 0).astype(np.int8)
    return contig, np.where(strand < 0, last, pos), ref, alt, whole


def _lines(
    chunk: _Chunk,
    table: ConsequenceTable,
    texts: PairText,
    lifted: npt.NDArray[np.bool_],
    pick: bool,
    summary: Summary,
) -> list[str]:
    order = table.reporting_order
    if pick and len(order):
        first = np.concatenate(([True], np.diff(table.query[order]) > 0))
        order = order[first]
    heads = [
        f"{c}\t{p}\t{r}\t{a}\t"
        for c, p, r, a in zip(
            chunk.chrom, chunk.pos.tolist(), chunk.ref.tolist(), chunk.alt.tolist(), strict=True
        )
    ]
    query = table.query[order].tolist()
    g, tr, co, im, hc, hp = (
        texts.gene, texts.transcript, texts.consequence, texts.impact, texts.hgvs_c, texts.hgvs_p,
    )  # fmt: skip
    lines = [
        f"{heads[i]}{g[k]}\t{tr[k]}\t{co[k]}\t{im[k]}\t{hc[k]}\t{hp[k]}\n"
        for i, k in zip(query, order.tolist(), strict=True)
    ]
    bare = np.ones(len(heads), dtype=bool)
    bare[table.query] = False
    missing = np.flatnonzero(bare).tolist()
    if missing:
        lines = _with_bare(lines, query, heads, missing, table, lifted)
    summary.rows += len(lines)
    return lines


def _with_bare(
    lines: list[str],
    query: list[int],
    heads: list[str],
    missing: list[int],
    table: ConsequenceTable,
    lifted: npt.NDArray[np.bool_],
) -> list[str]:
    """Rows of alleles that touch no transcript, put in their places."""
    worst = table.worst_rank
    tagged = list(zip(query, lines, strict=True))
    for i in missing:
        term = TERMS[int(worst[i])] if lifted[i] else "sequence_variant"
        tagged.append((i, f"{heads[i]}\t\t{term}\t{SO_IMPACT[term].value}\t\t\n"))
    tagged.sort(key=lambda pair: pair[0])
    return [line for _, line in tagged]
