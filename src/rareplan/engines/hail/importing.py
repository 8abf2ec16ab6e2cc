"""VCFs and MatrixTables as Hail tables: a row a record, the calls beside it.

GT is read as text under another name, because Hail's call type drops half calls (``./1``) and
refuses what the rules still want to see; depths and INFO come typed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rareplan.model.genome import Assembly, Contig
from rareplan.read.vcf_header import VcfHeader

GT_FIELD = "GT_TEXT"
# GT as the first key of the ninth column; REF or ALT may read "GT" as well. The rest of the line
# is matched too, so that it is not searched for a second place.
_GT_IN_FORMAT = "^((?:[^\\t]*+\\t){8})GT(?=[:\\t])(.*+)"
ENTRY_FIELDS = ("GQ", "DP", "AD", "AO", "RO", "PS", "PID", "PGT")
_SMALL_PARTITION, _PARTITION = 2 << 20, 32 << 20
_WAVES = 16
"""Partitions a core, before they grow beyond the small size: enough that no core waits."""


@dataclass(frozen=True)
class Source:
    """One VCF to import: where it is, and its header."""

    path: str  # local, or hdfs://, gs://, s3a://
    header: str  # meta lines
    columns: str  # the #CHROM line
    size: int = 0  # bytes, 0 unknown
    compression: str = "none"  # as read.vcf_header names it

    @classmethod
    def of(cls, header: VcfHeader, path: str = "") -> Source:
        """The file whose header was read; ``path`` if its records lie elsewhere."""
        place = path or str(header.path)
        return cls(place, header.text, header.columns, size_of(place), header.compression)

    def partitions(self, cores: int) -> int | None:
        """Parts to read it in: several a core, none below 2 MB; None to let Hail choose."""
        if not self.size:
            return None
        few = min(-(-self.size // _SMALL_PARTITION), _WAVES * cores)
        return max(few, -(-self.size // _PARTITION))


def size_of(path: str) -> int:
    """Bytes of a local file; 0 for one elsewhere."""
    return Path(path).stat().st_size if Path(path).is_file() else 0


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


def import_matrix(hl: Any, source: Source, reference: Any, folder: Path, cores: int) -> Any:
    """A VCF as a MatrixTable with every sample: typed fields, GT as text in :data:`GT_FIELD`."""
    return hl.import_vcf(
        source.path,
        force_bgz=source.compression == "bgzip" and source.path.endswith((".gz", ".bgz")),
        force=source.compression == "gzip",
        header_file=str(_header_file(folder, source)),
        find_replace=(_GT_IN_FORMAT, f"$1{GT_FIELD}$2"),
        reference_genome=reference,
        array_elements_required=False,
        call_fields=[],
        min_partitions=source.partitions(cores),
    )


def with_text_calls(hl: Any, matrix: Any) -> Any:
    """A MatrixTable of somebody else with GT as text, where it lacks that."""
    if GT_FIELD not in matrix.entry and "GT" in matrix.entry:
        matrix = matrix.annotate_entries(**{GT_FIELD: hl.str(matrix.GT)})
    if "PGT" in matrix.entry and matrix.PGT.dtype == hl.tcall:  # as import_vcf has it by default
        matrix = matrix.annotate_entries(PGT=hl.str(matrix.PGT))
    for name, kind in (("qual", hl.tfloat64), ("filters", hl.tset(hl.tstr))):
        if name not in matrix.row:
            matrix = matrix.annotate_rows(**{name: hl.missing(kind)})
    if "info" not in matrix.row:
        matrix = matrix.annotate_rows(info=hl.struct())
    return matrix


def records(hl: Any, matrix: Any, info: Sequence[str] | None, more: Sequence[str] = ()) -> Any:
    """Rows of a MatrixTable with the calls of every sample, in its order.

    Columns: contig, pos (1-based), ref, alts, qual, filters, info (struct of the wanted fields;
    all simple ones with None), calls (array of structs: ``gt`` and the raw fields, with those of
    ``more``), and ``record`` (0-based, in the order of the genome) if the matrix has it.
    """
    wanted = (*ENTRY_FIELDS, *more)
    entries = {name: matrix[name] for name in wanted if name in matrix.entry}
    matrix = matrix.select_entries(gt=matrix[GT_FIELD], **entries)
    names = simple_fields(hl, matrix.info.dtype) if info is None else info
    fields = {name: matrix.info[name] for name in names if name in matrix.info}
    kept = ("qual", "filters", *(("record",) if "record" in matrix.row else ()))
    matrix = matrix.select_rows(*kept, info=hl.struct(**fields))
    rows = matrix.localize_entries("calls", "columns").key_by().select_globals()
    return rows.transmute(
        contig=rows.locus.contig,
        pos=rows.locus.position,
        ref=rows.alleles[0],
        alts=rows.alleles[1:],
    )


def simple_fields(hl: Any, info: Any) -> tuple[str, ...]:
    """Fields of an INFO struct that a VCF can hold: numbers, texts, flags and arrays of them."""
    plain = (hl.tint32, hl.tint64, hl.tfloat32, hl.tfloat64, hl.tstr, hl.tbool)

    def simple(kind: Any) -> bool:
        inner = kind.element_type if isinstance(kind, hl.tarray) else kind
        return inner in plain

    return tuple(name for name, kind in info.items() if simple(kind))
