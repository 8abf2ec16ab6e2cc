"""Reads VCFs into :class:`AlleleBatch` blocks with cyvcf2 (htslib).

Every ALT of every record becomes one row, shared bases trimmed (suffix first, one base kept);
left-alignment needs the reference sequence and is not done here. Depths, qualities, INFO and
annotations are decoded only where a sample of ``focus`` carries an allele of the record: that
is what keeps a genome close to the speed of a bare pass through the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from rareplan.config import RarityTags
from rareplan.errors import Fault, InputError
from rareplan.htslib import declared_contigs, open_vcf, stop_at_broken
from rareplan.model.batch import AlleleBatch, concatenate
from rareplan.model.case import Case
from rareplan.model.genome import Assembly, Contig, contig_from_name
from rareplan.read.allele_rows import filters_of, haplotypes, objects, place_alleles
from rareplan.read.formats import RecordFields, read_fields
from rareplan.read.info import InfoReader
from rareplan.read.record_checks import MAX_FAULTS, bare_records, record_faults
from rareplan.read.record_lines import record_count, worded
from rareplan.read.vcf_header import read_header

CHUNK = 32768
"""Records a block: large enough for numpy, small enough for memory (about 40 MB a trio)."""
_DECODED = 2048
"""Records decoded together: few enough to stay in the processor's cache."""
_FORMAT_TEXT = {"PS", "PID", "PGT"}


@dataclass
class RecordSource:
    """One open VCF, and how its header says that records are to be read."""

    path: Path
    vcf: Any
    samples: tuple[str, ...]
    focus: tuple[int, ...]
    info: InfoReader
    formats: frozenset[str]
    rows: Any = None
    """Iterator over the records: the whole file, or one contig through the index."""
    contigs: dict[str, int] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    """Contigs of which a record was read."""
    lengths: dict[str, int] = field(default_factory=dict)
    records: int = 0
    whole: bool = True
    """Whether the file is read from its first record on, so that records can be counted."""
    faults: list[Fault] = field(default_factory=list)

    def contig(self, name: str) -> int:
        """Code of a contig name, remembered."""
        if name not in self.contigs:
            self.contigs[name] = int(contig_from_name(name))
        return self.contigs[name]


def open_source(
    path: Path, wanted: Sequence[str], focus: Sequence[str], tags: RarityTags, assembly: Assembly
) -> RecordSource:
    """Open a VCF for some samples; only records that a focus sample carries are decoded."""
    try:
        vcf = open_vcf(path, wanted, lazy=True)
    except Exception as error:
        raise InputError(
            Fault(path.name, "a header that htslib cannot read", "a VCF", "Export the file again.")
        ) from error
    samples = tuple(vcf.samples)
    header = list(vcf.header_iter())
    ids = {
        kind: {h["ID"] for h in header if h["HeaderType"] == kind} for kind in ("INFO", "FORMAT")
    }
    source = RecordSource(
        path=path,
        vcf=vcf,
        samples=samples,
        focus=tuple(samples.index(s) for s in focus if s in samples),
        info=InfoReader.from_header(header, ids["INFO"], tags),
        formats=frozenset(ids["FORMAT"]),
        rows=vcf,
        lengths=_lengths(vcf),
        seen=declared_contigs(vcf),
    )
    if assembly is Assembly.GRCH37 and vcf_mt_is_hg19(vcf):
        # hg19's chrM is NC_001807, not rCRS: its positions name other bases.
        source.contigs.update({n: int(Contig.OTHER) for n in ("chrM", "M", "chrMT")})
    return source


def _lengths(vcf: Any) -> dict[str, int]:
    """Contig lengths of a header; none when it does not give them all."""
    try:
        return dict(zip(vcf.seqnames, map(int, vcf.seqlens), strict=True))
    except (AttributeError, ValueError):
        return {}


def vcf_mt_is_hg19(vcf: Any) -> bool:
    """Whether the header's mitochondrion is the 16,571-base chrM of UCSC hg19."""
    return 16571 in _lengths(vcf).values()


def samples_of(path: Path) -> tuple[str, ...]:
    """Sample columns of a VCF."""
    return tuple(open_vcf(path, lazy=True).samples)


def _next_chunk(source: RecordSource, rows: int) -> list[Any]:
    chunk: list[Any] = []
    try:
        chunk.extend(islice(source.rows, rows))  # keeps what was read before a fault
        stop_at_broken(chunk, source.seen, source.path)
    except Exception as error:
        number = source.records + len(chunk) + 1
        fault = Fault(
            f"{source.path.name} record {number}",
            "a line that htslib cannot parse",
            "a VCF record",
            "Mend or remove the line, or export the file again.",
        )
        if not source.whole:
            raise InputError([*source.faults, fault]) from error
        header, _ = read_header(source.path)
        real = record_count(header) if header is not None else -1
        if 0 <= real < number:  # nothing but empty lines follows, as an editor may leave them
            return chunk[: max(0, real - source.records)]
        raise InputError(worded(source.path, [*source.faults, fault])) from error
    return chunk


def _check_calls(source: RecordSource, fields: RecordFields, n_alt: np.ndarray) -> None:
    highest = fields.gt.reshape(len(n_alt), -1).max(axis=1, initial=-2)
    for number in np.flatnonzero(highest > n_alt)[:MAX_FAULTS].tolist():
        if len(source.faults) < MAX_FAULTS:
            source.faults.append(
                Fault(
                    f"{source.path.name} record {source.records + number + 1}",
                    "a GT that names an allele the record does not have",
                    "allele numbers up to the count of ALT alleles",
                    "Export the file again.",
                )
            )


def batch_of(
    source: RecordSource, variants: list[Any], numbers: np.ndarray | None = None
) -> AlleleBatch:
    """A block of records as alleles; ``numbers`` are their places in the file if not in order."""
    if numbers is None:
        numbers = np.arange(len(variants)) + source.records
    alt_names = [v.ALT for v in variants]
    n_alt = np.fromiter(map(len, alt_names), np.int64, len(variants))
    rows = np.maximum(n_alt, 1)
    records = np.repeat(np.arange(len(variants)), rows)
    first = np.repeat(np.cumsum(rows) - rows, rows)
    alleles = (np.arange(len(records)) - first + 1).astype(np.int16)
    alleles[n_alt[records] == 0] = 0
    fields = read_fields(variants, source.samples, source.focus, source.formats, n_alt)
    _check_calls(source, fields, n_alt)
    refs, alts, pos, lengths, symbolic = place_alleles(variants, alt_names, records)
    names = [v.CHROM for v in variants]
    if len(source.faults) < MAX_FAULTS:
        where, lines = source.path.name, source.records
        source.faults += record_faults(
            where, lines, records, refs, alts, pos, source.lengths, names
        )
        source.faults += bare_records(where, lines, variants, fields.gt)
    codes = {name: source.contig(name) for name in set(names)}
    contig = np.fromiter([codes[name] for name in names], np.int8, len(names))
    filters, passed = filters_of([v.FILTER for v in variants])
    info = source.info.read(variants, records, alleles, fields.decoded, symbolic)
    for row, told in list(info.wrong.items())[: max(0, MAX_FAULTS - len(source.faults))]:
        record = source.records + int(records[row]) + 1
        source.faults.append(Fault(f"{source.path.name} record {record}", *told))
    end = pos + lengths - 1
    for row, value in info.ends.items():
        end[row] = max(value, end[row])
    batch = AlleleBatch(
        samples=source.samples,
        record=numbers[records],
        allele=alleles,
        contig=contig[records],
        pos=pos,
        end=end,
        ref=refs,
        alt=alts,
        contig_name=objects(names)[records],
        qual=np.array([v.QUAL for v in variants], np.float64)[records],
        filter_pass=passed[records],
        filters=filters[records],
        hap=haplotypes(fields, records, alleles),
        phased=fields.phased[records],
        decoded=fields.decoded[records],
        gq=fields.gq[records],
        dp=fields.dp[records],
        ad_ref=fields.reads[records, :, 0],
        ad_alt=np.take_along_axis(
            fields.reads[records], alleles[:, None, None].astype(np.int64), axis=2
        )[:, :, 0],
        phase_set=_phase_sets(fields, records),
        max_af=info.max_af,
        af_source=info.af_source,
        af_group=info.af_group,
        homozygotes=info.homozygotes,
        sv_type=info.sv_type,
        copy_number=info.copy_number,
        annotations=info.annotations,
    )
    source.records += len(variants)
    return batch


def _phase_sets(fields: RecordFields, records: np.ndarray) -> dict[tuple[int, int], str]:
    if not fields.phase_set:
        return {}
    found: dict[tuple[int, int], str] = {}
    firsts = np.searchsorted(records, np.arange(records[-1] + 2))
    for (record, sample), name in fields.phase_set.items():
        for row in range(int(firsts[record]), int(firsts[record + 1])):
            found[row, sample] = name
    return found


def _batch_of_text(source: RecordSource, chunk: list[Any]) -> AlleleBatch:
    try:
        return batch_of(source, chunk)
    except UnicodeDecodeError as error:
        first, last = source.records + 1, source.records + len(chunk)
        fault = Fault(
            f"{source.path.name} records {first} to {last}",
            "bytes that are no text",
            "a VCF in UTF-8",
            "Convert it, or export the file again.",
        )
        raise InputError([*source.faults, fault]) from error


def read_file(
    path: Path,
    samples: Sequence[str],
    focus: Sequence[str],
    tags: RarityTags,
    assembly: Assembly,
    *,
    rows: int = CHUNK,
    contig: str = "",
) -> Iterator[AlleleBatch]:
    """Blocks of one VCF, restricted to ``samples`` (columns in the file's order).

    With ``contig`` only that one is read, through the file's index.

    Raises:
        InputError: unreadable records, or GT that names alleles which are not there
            (all such records up to 20, after the whole file was read).
    """
    source = open_source(path, samples, focus, tags, assembly)
    if contig:
        source.rows, source.whole = source.vcf(contig), False
    parts: list[AlleleBatch] = []
    while chunk := _next_chunk(source, min(rows, _DECODED)):
        parts.append(_batch_of_text(source, chunk))
        if len(parts) * _DECODED >= rows:
            yield concatenate(parts)
            parts = []
    if parts:
        yield concatenate(parts)
    if source.faults:
        raise InputError(worded(source.path, source.faults) if source.whole else source.faults)


def iter_batches(case: Case, tags: RarityTags, *, rows: int = CHUNK) -> Iterator[AlleleBatch]:
    """Blocks of a case's VCFs with the family's samples.

    Columns stand in the order of the file, or of the pedigree when several files are joined.

    Raises:
        InputError: see :func:`read_file`.
    """
    wanted = [p.id for p in case.pedigree.people if p.id in case.pedigree.sequenced]
    focus = [case.pedigree.proband_id]
    if len(case.vcf_paths) == 1:
        yield from read_file(case.vcf_paths[0], wanted, focus, tags, case.assembly, rows=rows)
        return
    from rareplan.read.merge import merged_batches

    yield from merged_batches(case.vcf_paths, wanted, focus, tags, case.assembly, rows=rows)
