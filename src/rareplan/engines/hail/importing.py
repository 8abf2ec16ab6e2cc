"""A family's VCFs as one Hail table: a row a record, the family's calls beside it.

GT is read as text under another name, because Hail's call type drops half calls (``./1``) and
refuses what the rules still want to see; depths and INFO come typed. The record number is
the place in the file, which the ledger prints.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rareplan.model.genome import Assembly, Contig

GT_FIELD = "GT_TEXT"
_ENTRY_FIELDS = ("GQ", "DP", "AD", "AO", "RO", "PS", "PID", "PGT")


@dataclass(frozen=True)
class Imported:
    """``rows``: a Hail table; ``samples`` are the entries' order; ``header`` is the VCF's own."""

    rows: Any
    samples: tuple[str, ...]
    header: str


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
    key = f"rareplan_{assembly.value}_{abs(hash(tuple(sorted(lengths.items())))):x}"
    known = hl.utils.java.Env.hc()._references if hasattr(hl.utils.java, "Env") else {}
    return known.get(key) or hl.ReferenceGenome(key, list(lengths), lengths)


def _header_file(folder: Path, header: str, columns: str) -> Path:
    """The VCF's header with GT under its other name, as text."""
    lines = [
        line.replace("##FORMAT=<ID=GT,", f"##FORMAT=<ID={GT_FIELD},", 1)
        for line in header.splitlines()
        if line.startswith("##")
    ]
    path = folder / "header.vcf"
    path.write_text("\n".join([*lines, columns]) + "\n", "utf-8")
    return path


def import_vcf(
    hl: Any,
    path: str,
    *,
    header: str,
    columns: str,
    reference: Any,
    wanted: Sequence[str],
    info: Sequence[str],
    folder: Path,
    partitions: int | None = None,
) -> Imported:
    """One VCF with the columns and fields that the rules need.

    Args:
        hl: the Hail module of the session.
        path: local path, or hdfs://, gs://, s3a://.
        header: meta lines of the file.
        columns: its ``#CHROM`` line.
        reference: from :func:`reference_genome`.
        wanted: samples to keep.
        info: INFO fields to keep, where present.
        folder: private folder for the header file.
        partitions: least number of partitions; Hail's default when None.
    """
    matrix = hl.import_vcf(
        path,
        force_bgz=path.endswith((".gz", ".bgz")),
        header_file=str(_header_file(folder, header, columns)),
        find_replace=("\\tGT([:\\t])", f"\t{GT_FIELD}$1"),
        reference_genome=reference,
        array_elements_required=False,
        min_partitions=partitions,
    )
    matrix = matrix.add_row_index("record")
    keep = hl.literal(set(wanted))
    matrix = matrix.filter_cols(keep.contains(matrix.s))
    samples = tuple(matrix.s.collect())
    entries = {name: matrix[name] for name in _ENTRY_FIELDS if name in matrix.entry}
    matrix = matrix.select_entries(gt=matrix[GT_FIELD], **entries)
    fields = {name: matrix.info[name] for name in info if name in matrix.info}
    matrix = matrix.select_rows("qual", "filters", "record", info=hl.struct(**fields))
    rows = matrix.localize_entries("calls", "columns").key_by()
    rows = rows.select_globals()
    rows = rows.transmute(
        contig=rows.locus.contig,
        pos=rows.locus.position,
        ref=rows.alleles[0],
        alts=rows.alleles[1:],
    )
    return Imported(rows, samples, header)
