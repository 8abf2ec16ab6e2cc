"""A joint call set, imported once for all of its families."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rareplan.engines.hail.importing import Source, import_matrix, reference_genome
from rareplan.engines.hail.session import Session, get_session
from rareplan.errors import InputError
from rareplan.read.vcf_header import read_header, settle_assembly


def import_once(vcf: str, master: str, assembly: str = "auto") -> str:
    """Import a joint VCF into a MatrixTable in the session's folder, and say where it lies.

    Raises:
        InputError: the header is faulty.
    """
    header, faults = read_header(Path(vcf))
    if header is None:
        raise InputError(faults)
    session = get_session(master)
    found, faults = settle_assembly([header], assembly)
    if found is None:
        raise InputError(faults)
    reference = reference_genome(session.hl, found, header.contig_lengths)
    plan = Source(vcf, header.text, header.columns)
    place = str(session.folder / f"{abs(hash(vcf)):x}.mt")
    import_matrix(session.hl, plan, reference, session.folder).write(place, overwrite=True)
    return place


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


def header_of_matrix(path: str, master: str) -> Path:
    """A VCF without records that says what a MatrixTable holds: contigs, fields and samples."""
    session: Session = get_session(master)
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
