"""Records as text: what is wrong with a line, in the words of who has to mend it.

htslib says only that a line cannot be parsed, or nothing at all. The first lines of every file
are therefore looked at as text, and a file in which a fault was found is read again as text.
Columns and fields: VCF 4.3, sections 1.6.1 and 1.6.2.
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from rareplan.errors import Fault
from rareplan.read.header_fields import types_of
from rareplan.read.record_checks import MAX_FAULTS, is_symbol, letters_ok
from rareplan.read.vcf_header import VcfHeader, read_header

LOOKED_AT = 500
_MOST_CELLS = 20_000
_GT = re.compile(r"(?:\.|\d+)(?:[/|](?:\.|\d+))*")
_FLOAT = re.compile(
    r"\.|[+-]?(?:\d+\.?\d*(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?|nan|inf(?:inity)?)", re.IGNORECASE
)
_INTEGER = re.compile(r"\.|[+-]?\d+")
_COPY_AGAIN = "Is the file cut? Copy or export it again."
_MEND = "Mend or remove the line, or export the file again."
_Told = tuple[str, str, str]


@dataclass
class LineCheck:
    """Looks at the records of one file, line by line; counts what is odd but readable."""

    header: VcfHeader
    oddities: Counter[str] = field(default_factory=Counter)
    example: dict[str, int] = field(default_factory=dict)
    with_gt: int = 0
    records: int = 0
    types: dict[str, str] = field(init=False)
    info_types: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        lines = self.header.text.splitlines()
        self.types, self.info_types = types_of(lines), types_of(lines, "INFO")

    @property
    def columns(self) -> int:
        """Columns that each record must have."""
        return 9 + len(self.header.samples)

    def odd(self, kind: str, number: int) -> None:
        """Count something that is read, but worth a word."""
        self.oddities[kind] += 1
        self.example.setdefault(kind, number)

    def fault_of(self, number: int, line: str) -> Fault | None:
        """What is wrong with the line of this number (from 1); the first fault of it."""
        told = self._told(number, line)
        where = f"{self.header.path.name} line {number} (record {self.records + 1})"
        self.records += 1
        return Fault(where, *told) if told else None

    def _told(self, number: int, line: str) -> _Told | None:
        if "\ufffd" in line:
            return "bytes that are not text in UTF-8", "a VCF record", "Save the file as UTF-8."
        if "\0" in line:
            return "a NUL byte", "a VCF record", _MEND
        if not line.strip():
            return "an empty line", "a VCF record", "Remove the line."
        cells = line.split("\t")
        self._look_at_info(number, cells[7] if len(cells) > 8 else "")
        return (
            self._shape(line, cells)
            or self._place(number, cells)
            or self._alleles(number, cells)
            or self._samples(number, cells)
        )

    def _look_at_info(self, number: int, text: str) -> None:
        """Fields that are numbers in the header and words here: htslib takes them for missing."""
        for part in text.split(";"):
            key, _, value = part.partition("=")
            pattern = {"Integer": _INTEGER, "Float": _FLOAT}.get(self.info_types.get(key, ""))
            if pattern and not all(pattern.fullmatch(v) for v in value.split(",")):
                self.odd(f"have no number in INFO {key}, which is then unknown", number)

    def _shape(self, line: str, cells: list[str]) -> _Told | None:
        expected = f"{self.columns} columns, one a sample after FORMAT"
        if len(cells) == self.columns:
            return None
        if line.startswith("#"):
            return "a header line after the column line", "a VCF record", "Move it up."
        if len(cells) < 8 <= len(line.split()):
            return (
                "spaces between the columns", "tabs", "Put tabs back; an editor may have lost them."
            )  # fmt: skip
        if len(cells) == 8:
            return "no genotype columns", expected, _COPY_AGAIN
        if len(cells) > self.columns:
            return f"{len(cells)} columns", expected, "Name the sample in #CHROM, or remove it."
        many = "column" if len(cells) == 1 else "columns"
        return f"{len(cells)} {many}", expected, _COPY_AGAIN

    def _place(self, number: int, cells: list[str]) -> _Told | None:
        name, pos = cells[0], cells[1]
        if not name:
            return "no contig name", "CHROM", _MEND
        if not pos.isascii() or not pos.isdigit() or len(pos) > 10:
            return f"POS '{pos[:20]}'", "a whole number", _MEND
        if int(pos) < 1 and not is_symbol(cells[4]):
            return "POS 0", "a position from 1", _MEND
        length = self.header.contig_lengths.get(name)
        if length and int(pos) > length and not is_symbol(cells[4]):
            found = f"{name[:30]}:{pos}, beyond the end of its contig"
            return found, f"at most {length}", "Is the file of another assembly?"
        if not _FLOAT.fullmatch(cells[5]):
            self.odd("have no number as QUAL, which is then unknown", number)
        return None

    def _alleles(self, number: int, cells: list[str]) -> _Told | None:
        ref, alts = cells[3], cells[4].split(",")
        dash = "ANNOVAR's '-' is no VCF allele: begin both with the base before."
        if not letters_ok(ref, alternate=False):
            found = f"REF '{ref[:20]}', which is not made of bases"
            return found, "a VCF record", dash if ref == "-" else _MEND
        for alt in alts:
            if not letters_ok(alt, alternate=True):
                found = f"ALT '{alt[:20]}', which is neither bases nor a symbol"
                return found, "a VCF record", dash if alt == "-" else _MEND
        if len({a.upper() for a in alts}) < len(alts):
            return f"ALT '{cells[4][:40]}' with one allele twice", "each allele once", _MEND
        if ref.upper() in {a.upper() for a in alts}:
            self.odd("have an ALT that equals REF", number)
        return None

    def _samples(self, number: int, cells: list[str]) -> _Told | None:
        keys = cells[8].split(":")
        if not cells[8] or cells[8] == ".":
            return "no genotype columns", "FORMAT with GT", _COPY_AGAIN
        if len(set(keys)) < len(keys):
            return f"FORMAT '{cells[8][:40]}' with a field twice", "each field once", _MEND
        self.with_gt += "GT" in keys
        n_alt = 0 if cells[4] == "." else cells[4].count(",") + 1
        for sample, cell in zip(self.header.samples, cells[9:], strict=True):
            told = self._cell(number, keys, cell, n_alt)
            if told is not None:
                found, expected, action = told
                return f"{found} of sample '{sample[:40]}'", expected, action
        return None

    def _cell(self, number: int, keys: list[str], cell: str, n_alt: int) -> _Told | None:
        values = cell.split(":")
        if len(values) > len(keys):
            return f"{len(values)} fields", f"at most {len(keys)}, as FORMAT says", _MEND
        for key, value in zip(keys, values, strict=False):
            told = self._genotype(number, value, n_alt) if key == "GT" else self._value(key, value)
            if told is not None:
                return told
            if key == "AD" and n_alt and "," in value and value.count(",") != n_alt:
                self.odd("have AD for another number of alleles: it is not used there", number)
        return None

    def _genotype(self, number: int, value: str, n_alt: int) -> _Told | None:
        if not _GT.fullmatch(value):
            action = "VCF 4.4's leading separator is not read; write VCF 4.3." \
                if value[:1] in {"/", "|"} else "Write alleles as 0/1."  # fmt: skip
            return f"GT '{value[:20]}'", "allele numbers, as 0/1", action
        alleles = re.split(r"[/|]", value)
        if any(a != "." and int(a) > n_alt for a in alleles):
            found = f"GT '{value[:20]}', which names an allele the record does not have,"
            return found, f"allele numbers up to {n_alt}", "Export the file again."
        if len(alleles) > 2:
            self.odd("have a call of more than two haplotypes", number)
        return None

    def _value(self, key: str, value: str) -> _Told | None:
        type_ = self.types.get(key, "")
        pattern = {"Integer": _INTEGER, "Float": _FLOAT}.get(type_)
        if pattern is None or value == ".":
            return None
        if all(pattern.fullmatch(part) for part in value.split(",")):
            return None
        wanted = "a whole number" if type_ == "Integer" else "a number"
        is_float = type_ == "Integer" and all(_FLOAT.fullmatch(p) for p in value.split(","))
        action = f"Write Type=Float in the header's line of {key}." if is_float else _MEND
        return f"{key} '{value[:20]}'", f"{wanted}, as the header says", action


def _lines(header: VcfHeader) -> Iterator[tuple[int, str]]:
    """Line numbers from 1 and the lines after the column line; blank lines at the end left out."""
    zipped = header.compression != "none"
    blank: list[int] = []
    with gzip.open(header.path, "rb") if zipped else header.path.open("rb") as handle:
        seen = False
        for number, raw in enumerate(handle, start=1):
            if not seen:
                seen = raw.startswith(b"#CHROM")
                continue
            line = raw.decode("utf-8", "replace").rstrip("\r\n")
            if not line.strip():
                blank.append(number)
                continue
            yield from ((n, "") for n in blank)
            blank = []
            yield number, line


def record_count(header: VcfHeader) -> int:
    """Lines after the header, blank ones at the end not counted; -1 when it cannot be read."""
    try:
        return sum(1 for _ in _lines(header))
    except (OSError, EOFError, zlib.error):
        return -1


def first_faults(header: VcfHeader) -> tuple[list[Fault], list[str]]:
    """Faults of the first records, and notices about what is odd in them."""
    check = LineCheck(header)
    faults: list[Fault] = []
    most = max(20, min(LOOKED_AT, _MOST_CELLS // max(len(header.samples), 1)))
    try:
        for number, line in _lines(header):
            if check.records >= most or len(faults) >= MAX_FAULTS:
                break
            fault = check.fault_of(number, line)
            if fault is not None:
                faults.append(fault)
    except (OSError, EOFError, zlib.error):
        return [*faults, _damaged(header, check.records)], []
    name = header.path.name
    if not check.records:
        return [], [f"{name} holds no variant: no record follows the header."]
    if not faults and not check.with_gt:
        faults.append(
            Fault(name, f"no GT in FORMAT of the first {check.records} records",
                  "genotypes (GT) of each sample",
                  "Give a germline VCF with calls such as 0/1; of copy numbers, too.")
        )  # fmt: skip
    notices = [
        f"{name}: {count} of the first {check.records} records {kind} (line {check.example[kind]})."
        for kind, count in check.oddities.items()
    ]
    return faults, notices


def all_faults(header: VcfHeader) -> list[Fault]:
    """Faults of the whole file up to 20; for a file that is known to have some."""
    check = LineCheck(header)
    faults: list[Fault] = []
    try:
        for number, line in _lines(header):
            fault = check.fault_of(number, line)
            if fault is not None:
                faults.append(fault)
                if len(faults) >= MAX_FAULTS:
                    break
    except (OSError, EOFError, zlib.error):
        faults.append(_damaged(header, check.records))
    return faults


def _damaged(header: VcfHeader, records: int) -> Fault:
    found = f"compressed data that is cut or damaged after record {records}"
    return Fault(header.path.name, found, "a whole file", "Copy or export the file again.")


def worded(path: Path, otherwise: list[Fault]) -> list[Fault]:
    """The faults of a file with line numbers and what stands there; else those that were met."""
    header, _ = read_header(path)
    if header is None:
        return otherwise
    before = header.text.count("\n") + 2
    numbered = [_with_line(fault, before) for fault in otherwise]
    as_text = all_faults(header)
    if not as_text:
        return numbered
    return [*as_text, *(f for f in numbered if "INFO" in f.found)][:MAX_FAULTS]


def _with_line(fault: Fault, before: int) -> Fault:
    """The fault with the line of its record; ``before`` lines go before the first."""
    name, marked, number = fault.where.rpartition(" record ")
    if not marked or not number.isdigit():
        return fault
    return replace(fault, where=f"{name} line {before + int(number)} (record {number})")
