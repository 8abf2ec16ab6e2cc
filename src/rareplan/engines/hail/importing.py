"""A family's VCFs as one Hail table: a row a record, the family's calls beside it.

GT is read as text under another name, because Hail's call type drops half calls (``./1``) and
refuses what the rules still want to see; depths and INFO come typed. Record numbers count in
the order of the genome, in which Hail keeps rows (the local engine: in the order of the file).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rareplan.engines.hail.facts import ordered_by_gatk, reads, split_call
from rareplan.model.genome import Assembly, Contig

GT_FIELD = "GT_TEXT"
# GT as the first key of the ninth column; REF or ALT may read "GT" as well.
_GT_IN_FORMAT = "^((?:[^\\t]*+\\t){8})GT(?=[:\\t])"
_ENTRY_FIELDS = ("GQ", "DP", "AD", "AO", "RO", "PS", "PID", "PGT")


@dataclass(frozen=True)
class Source:
    """One VCF to import: where it is, and its header."""

    path: str  # local, or hdfs://, gs://, s3a://
    header: str  # meta lines
    columns: str  # the #CHROM line


def reference_genome(hl: Any, assembly: Assembly, contig_lengths: dict[str, int]) -> Any:
    """A Hail reference with the primary contigs in every usual style and the file's own ones.

    Hail refuses loci outside its reference; the local engine puts them in the ledger, so the
    reference has to know every contig that the header names.
    """
    lengths: dict[str, int] = {}
    for contig, size in assembly.lengths.items():
        for name in {contig.bare, contig.ucsc, *({"M", "chrMT"} if contig is Contig.MT else ())}:
            lengths[name] = size
    lengths.update({name: max(size, 1) for name, size in contig_lengths.items()})
    content = repr((assembly.value, sorted(lengths.items())))
    name = f"rareplan_{hashlib.sha256(content.encode()).hexdigest()[:12]}"
    try:
        return hl.get_reference(name)
    except KeyError:
        return hl.ReferenceGenome(name, list(lengths), lengths)


def _header_file(folder: Path, source: Source) -> Path:
    """The VCF's header with GT under its other name, as text."""
    lines = [
        line.replace("##FORMAT=<ID=GT,", f"##FORMAT=<ID={GT_FIELD},", 1)
        for line in source.header.splitlines()
        if line.startswith("##")
    ]
    path = folder / "header.vcf"
    path.write_text("\n".join([*lines, source.columns]) + "\n", "utf-8")
    return path


def import_matrix(
    hl: Any, source: Source, reference: Any, folder: Path, partitions: int | None = None
) -> Any:
    """A VCF as a MatrixTable with every sample: typed fields, GT as text in :data:`GT_FIELD`."""
    matrix = hl.import_vcf(
        source.path,
        force_bgz=source.path.endswith((".gz", ".bgz")),
        header_file=str(_header_file(folder, source)),
        find_replace=(_GT_IN_FORMAT, f"$1{GT_FIELD}"),
        reference_genome=reference,
        array_elements_required=False,
        call_fields=[],
        min_partitions=partitions,
    )
    return matrix.add_row_index("record")


def with_text_calls(hl: Any, matrix: Any) -> Any:
    """A MatrixTable of somebody else with GT as text and a record number, where it lacks them."""
    if GT_FIELD not in matrix.entry and "GT" in matrix.entry:
        matrix = matrix.annotate_entries(**{GT_FIELD: hl.str(matrix.GT)})
    for name, kind in (("qual", hl.tfloat64), ("filters", hl.tset(hl.tstr))):
        if name not in matrix.row:
            matrix = matrix.annotate_rows(**{name: hl.missing(kind)})
    if "info" not in matrix.row:
        matrix = matrix.annotate_rows(info=hl.struct())
    return matrix if "record" in matrix.row else matrix.add_row_index("record")


def family_rows(
    hl: Any, matrix: Any, wanted: Sequence[str], info: Sequence[str]
) -> tuple[Any, tuple[str, ...]]:
    """Rows of some samples, and the samples in the order of ``calls``.

    Columns: record (0-based, in the order of the genome), contig, pos (1-based), ref, alts, qual,
    filters, info (struct of the wanted fields), calls (array of structs with the raw fields,
    ``h0``, ``h1`` and ``depths``), raw_calls.
    """
    matrix = matrix.filter_cols(hl.literal(set(wanted)).contains(matrix.s))
    samples = tuple(matrix.s.collect())
    entries = {name: matrix[name] for name in _ENTRY_FIELDS if name in matrix.entry}
    matrix = _with_calls(hl, matrix.select_entries(gt=matrix[GT_FIELD], **entries))
    fields = {name: matrix.info[name] for name in info if name in matrix.info}
    matrix = matrix.select_rows("qual", "filters", "record", info=hl.struct(**fields))
    rows = matrix.localize_entries("calls", "columns").key_by().select_globals()
    rows = rows.transmute(
        contig=rows.locus.contig,
        pos=rows.locus.position,
        ref=rows.alleles[0],
        alts=rows.alleles[1:],
    )
    raw = ["gt", *entries]
    rows = rows.annotate(raw_calls=rows.calls.map(lambda call: call.select(*raw)))
    return rows, samples


def _with_calls(hl: Any, matrix: Any) -> Any:
    """Entries with ``h0``, ``h1`` (allele numbers) and ``depths`` (reads by allele, REF first)."""
    first, second = split_call(hl, matrix.gt)
    matrix = matrix.annotate_entries(c0=first, c1=second)
    h0, h1 = ordered_by_gatk(hl, matrix.entry, matrix.c0, matrix.c1)
    matrix = matrix.annotate_entries(
        h0=h0, h1=h1, depths=reads(hl, matrix.entry, hl.len(matrix.alleles) - 1)
    )
    return matrix.drop("c0", "c1")
