"""A joint call set: imported once, and judged for many families in one pass over it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rareplan.config import Settings
from rareplan.engines.hail.family_vcf import MORE_FIELDS, pharmacogene_places
from rareplan.engines.hail.importing import (
    Source,
    import_matrix,
    records,
    reference_genome,
    with_text_calls,
)
from rareplan.engines.hail.judge import FamilyColumns
from rareplan.engines.hail.judged import JudgedFamily
from rareplan.engines.hail.prepare import judge_of, record_source
from rareplan.engines.hail.session import LONG_BYTES, Session, get_session
from rareplan.engines.hail.spark_faults import spark_faults
from rareplan.engines.hail.table import allele_rows, write_rows
from rareplan.engines.matching import Matcher
from rareplan.errors import InputError
from rareplan.knowledge.store import KnowledgeBase
from rareplan.model.case import Case
from rareplan.model.genome import Assembly
from rareplan.read.vcf_header import VcfHeader, read_header, settle_assembly


@dataclass(frozen=True)
class CallSet:
    """A call set as a MatrixTable with numbered records; ``header`` is what a VCF of it says."""

    session: Session
    header: VcfHeader
    matrix: str
    rows: int


def is_matrix(source: str) -> bool:
    """Whether a name is that of a MatrixTable."""
    return source.rstrip("/").endswith(".mt")


def open_call_set(source: str, master: str, assembly: str = "auto") -> CallSet:
    """Import a joint VCF into a MatrixTable in the session's folder, or open a MatrixTable.

    Raises:
        InputError: the header is faulty, or a line cannot be parsed.
    """
    if is_matrix(source):
        session = get_session(master, long=True)
        with spark_faults(session):
            header = _header(header_of_matrix(source, session))
            return CallSet(session, header, source, _rows(session, source))
    header = _header(Path(source))
    found, faults = settle_assembly([header], assembly)
    if found is None:
        raise InputError(faults)
    session = get_session(master, long=Path(source).stat().st_size >= LONG_BYTES)
    place = str(session.shared / f"{_identity(Path(source), found)}.mt")
    with spark_faults(session):
        if not Path(place, "_SUCCESS").is_file():
            reference = reference_genome(session.hl, found, header.contig_lengths)
            plan = Source.of(header)
            matrix = import_matrix(session.hl, plan, reference, session.shared, session.cores)
            matrix.write(place, overwrite=True)
        return CallSet(session, header, place, _rows(session, place))


def _header(path: Path) -> VcfHeader:
    header, faults = read_header(path)
    if header is None:
        raise InputError(faults)
    return header


def _identity(source: Path, assembly: Assembly) -> str:
    """Names a file's content in this process and any other: where, how large, when changed."""
    stat = source.stat()
    told = f"{source.resolve()}\n{stat.st_size}\n{stat.st_mtime_ns}\n{assembly.value}"
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _rows(session: Session, place: str) -> int:
    return int(session.hl.read_matrix_table(place).count_rows())


def judge_families(
    call_set: CallSet, cases: Sequence[Case], kb: KnowledgeBase, settings: Settings, folder: Path
) -> list[Path]:
    """Judge every allele for every family in one pass; a folder for ``EngineRequest.judged`` each.

    The families share knowledge, settings and reference. ``folder`` must not exist yet, and every
    worker must see it.

    Raises:
        InputError: a line of the call set cannot be parsed.
        InternalError: Spark failed.
    """
    hl = call_set.session.hl
    families = [FamilyColumns.of(case.pedigree, call_set.header.samples) for case in cases]
    source = record_source(call_set.header, cases[0], settings, call_set.session.folder)
    matcher = Matcher.open(kb, cases[0].assembly, settings)
    with spark_faults(call_set.session):
        matrix = with_text_calls(hl, hl.read_matrix_table(call_set.matrix))
        if "record" not in matrix.row:
            matrix = matrix.add_row_index("record")
        reference = matrix.locus.dtype.reference_genome
        judge = judge_of(hl, reference, source, matcher, kb, cases[0], settings)
        rows = records(hl, matrix, None, MORE_FIELDS)
        places = pharmacogene_places(kb, cases[0].assembly)
        table = allele_rows(judge, rows, families, places)
        write_rows(table, str(folder), by_family=len(families) > 1)
    names = (
        [folder / f"family={i}" for i in range(len(families))] if len(families) > 1 else [folder]
    )
    for place, family in zip(names, families, strict=True):
        JudgedFamily(place, family.samples).write()
    return names


def _info_lines(hl: Any, matrix: Any) -> list[str]:
    if "info" not in matrix.row:
        return []
    lines = []
    for name, kind in matrix.info.dtype.items():
        inner = kind.element_type if isinstance(kind, hl.tarray) else kind
        word = {hl.tint32: "Integer", hl.tint64: "Integer", hl.tfloat64: "Float",
                hl.tfloat32: "Float", hl.tbool: "Flag"}.get(inner, "String")  # fmt: skip
        number = "A" if isinstance(kind, hl.tarray) else ("0" if word == "Flag" else "1")
        lines.append(f'##INFO=<ID={name},Number={number},Type={word},Description="{name}">')
    return lines


def header_of_matrix(path: str, session: Session) -> Path:
    """A VCF without records that says what a MatrixTable holds: contigs, fields and samples."""
    hl = session.hl
    matrix = hl.read_matrix_table(path)
    reference = matrix.locus.dtype.reference_genome
    lines = ["##fileformat=VCFv4.2"]
    lines += [f"##contig=<ID={c},length={reference.lengths[c]}>" for c in reference.contigs]
    lines += _info_lines(hl, matrix)
    for name in ("GT", "AD", "DP", "GQ", "PL", "PS", "PID", "PGT"):
        if name in matrix.entry or name == "GT":
            kind = "String" if name in {"GT", "PID", "PGT"} else "Integer"
            number = {"AD": "R", "PL": "G"}.get(name, "1")
            lines.append(f'##FORMAT=<ID={name},Number={number},Type={kind},Description="{name}">')
    columns = ["#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO", "FORMAT"]
    target = session.folder / f"{Path(path).stem}.header.vcf"
    target.write_text(
        "\n".join([*lines, "\t".join([*columns, *matrix.s.collect()])]) + "\n", "utf-8"
    )
    return target
