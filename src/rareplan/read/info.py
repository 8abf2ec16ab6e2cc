"""INFO fields that the rules need: population frequencies, structural variants, annotations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from rareplan.config import RarityTags

ANNOTATION_TAGS = ("CSQ", "vep", "ANN", "BCSQ", "SpliceAI")
_FORMAT = re.compile(r"Format:\s*\"?([^\"]+)", re.IGNORECASE)
# Symbols that cover bases: without an end nothing can be said of them.
_SPANNING = ("DEL", "DUP", "CNV", "INV")
# Group names as gnomAD writes them next to the frequency.
_GROUP_TAGS = ("grpmax", "gnomAD_grpmax", "popmax", "gnomAD_popmax", "AF_popmax_group")


@dataclass
class InfoFields:
    """Per row of the batch; NaN or absent where unknown."""

    max_af: np.ndarray
    af_source: np.ndarray
    af_group: np.ndarray
    homozygotes: np.ndarray
    ends: dict[int, int] = field(default_factory=dict)
    sv_type: dict[int, str] = field(default_factory=dict)
    copy_number: dict[int, float] = field(default_factory=dict)
    annotations: dict[str, dict[int, str]] = field(default_factory=dict)
    wrong: dict[int, tuple[str, str, str]] = field(default_factory=dict)
    """Rows with a value that cannot be: what was found, expected, and what to do."""


def _number(value: Any, allele: int, n_alt: int) -> float:
    """Value of one ALT of a Number=A (or, with one ALT, Number=1) field; NaN if unclear."""
    if isinstance(value, tuple):
        value = value[allele - 1] if len(value) == n_alt and allele else None
    elif n_alt > 1:
        if not isinstance(value, str) or value.count(",") != n_alt - 1:
            return float("nan")
        value = value.split(",")[allele - 1]
    try:
        return as_written(value)
    except (TypeError, ValueError):
        return float("nan")


def _whole(value: Any, allele: int) -> int | None:
    """A whole number of INFO; of several that of the allele, else the first. None if unclear."""
    if isinstance(value, tuple):
        value = value[allele - 1 if 0 < allele <= len(value) else 0]
    try:
        return None if value is None else int(str(value).split(",", 1)[0])
    except ValueError:
        return None


def as_written(value: Any) -> float:
    """The decimal number of the file.

    htslib keeps INFO floats in 32 bits, so 0.001 would come back as 0.00100000005 and fall on
    the wrong side of a threshold. Seven significant digits are what 32 bits hold for sure.
    """
    return float(f"{value:.7g}") if isinstance(value, float) else float(value)


def as_fraction(value: float) -> float:
    """A frequency, or NaN when it cannot be one (negative, above 1)."""
    return value if 0.0 <= value <= 1.0 else float("nan")


def numbers_of(values: Sequence[Any]) -> np.ndarray:
    """A field of records with one ALT: float64, the decimals of the file, NaN if unclear."""
    if all(type(v) is float or v is None for v in values):
        numbers = np.array(values, np.float64)
        known = np.flatnonzero(~np.isnan(numbers))
        written = numbers[known].astype(np.float32).astype("U16").astype(np.float64)
        numbers[known] = written
    else:
        numbers = np.array([_number(v, 1, 1) for v in values], np.float64)
    return numbers


def _not_a_fraction(tag: str, value: float) -> tuple[str, str, str]:
    """A frequency above 1: read as unknown, it would make a common variant look rare."""
    return f"INFO {tag}={value:g}", "a fraction from 0 to 1", "Is it a percentage? Divide by 100."


@dataclass
class InfoReader:
    """Which tags a file has, and how its CSQ is laid out."""

    grpmax: tuple[str, ...]
    total: tuple[str, ...]
    homozygotes: tuple[str, ...]
    group: str
    annotations: tuple[str, ...]
    csq_tag: str = ""
    csq_allele: int = -1
    csq_grpmax: dict[str, int] = field(default_factory=dict)
    csq_total: dict[str, int] = field(default_factory=dict)

    @classmethod
    def from_header(cls, header: Iterable[Any], ids: set[str], tags: RarityTags) -> InfoReader:
        """What the header declares out of what the settings name."""
        reader = cls(
            grpmax=tuple(t for t in tags.grpmax if t in ids),
            total=tuple(t for t in (*tags.total, *tags.fallback_total) if t in ids),
            homozygotes=tuple(t for t in tags.homozygotes if t in ids),
            group=next((t for t in _GROUP_TAGS if t in ids), ""),
            annotations=tuple(t for t in ANNOTATION_TAGS if t in ids),
        )
        for line in header:
            if line["HeaderType"] == "INFO" and line["ID"] in {"CSQ", "vep"}:
                reader._lay_out_csq(line["ID"], line["Description"], tags)
        return reader

    def _lay_out_csq(self, tag: str, description: str, tags: RarityTags) -> None:
        match = _FORMAT.search(description)
        if not match:
            return
        names = [name.strip().strip('"') for name in match.group(1).split("|")]
        place = {name: i for i, name in enumerate(names)}
        if "Allele" not in place:
            return
        self.csq_tag, self.csq_allele = tag, place["Allele"]
        # VEP's own column AF is the 1000 Genomes frequency, not the callset's.
        self.csq_grpmax = {t: place[t] for t in (*tags.grpmax, "MAX_AF") if t in place}
        self.csq_total = {t: place[t] for t in (*tags.total, "AF") if t in place}

    def read(
        self,
        variants: Sequence[Any],
        records: np.ndarray,
        alleles: np.ndarray,
        decoded: np.ndarray,
        symbolic: Sequence[int],
    ) -> InfoFields:
        """Values of every row whose record is decoded; END and SVTYPE of symbolic rows."""
        n = len(records)
        fields = InfoFields(
            np.full(n, np.nan), np.full(n, "", object), np.full(n, "", object), np.full(n, np.nan)
        )
        fields.annotations = {tag: {} for tag in self.annotations}
        for row in symbolic:
            self._structural(variants[records[row]], row, int(alleles[row]), fields)
        if not (self.grpmax or self.total or self.annotations or self.homozygotes):
            return fields
        open_ = decoded[records]
        if not self.group and not self.annotations:
            alone = np.ones(n, np.bool_)
            alone[1:] &= records[1:] != records[:-1]
            alone[:-1] &= alone[1:] | (records[:-1] != records[1:])
            plain = np.flatnonzero(open_ & alone & (alleles > 0))
            if len(plain):
                self._plain_rows(variants, records, plain, fields)
            open_ = open_ & ~(alone & (alleles > 0))
        for row in np.flatnonzero(open_).tolist():
            self._row(variants[records[row]], row, int(alleles[row]), fields)
        return fields

    def _plain_rows(
        self, variants: Sequence[Any], records: np.ndarray, rows: np.ndarray, fields: InfoFields
    ) -> None:
        """Rows that are the only ALT of their record, tag by tag."""
        infos = [variants[r].INFO for r in records[rows].tolist()]
        for level in (self.grpmax, self.total):
            unknown = np.isnan(fields.max_af[rows])  # a group maximum goes before any total
            for tag in level:
                values = numbers_of([info.get(tag) for info in infos])
                for i in np.flatnonzero(values > 1.0).tolist():
                    fields.wrong.setdefault(int(rows[i]), _not_a_fraction(tag, values[i]))
                values[~((values >= 0.0) & (values <= 1.0))] = np.nan
                here = fields.max_af[rows]
                better = unknown & ((np.isnan(here) & ~np.isnan(values)) | (values > here))
                fields.max_af[rows[better]] = values[better]
                fields.af_source[rows[better]] = tag
        for tag in self.homozygotes:
            counts = np.array([_number(info.get(tag), 1, 1) for info in infos])
            fields.homozygotes[rows] = np.fmax(fields.homozygotes[rows], counts)

    def _structural(self, variant: Any, row: int, allele: int, fields: InfoFields) -> None:
        info = variant.INFO
        end = _whole(info.get("END"), 1)
        if end is None and (length := _whole(info.get("SVLEN"), allele)) is not None:
            end = variant.POS + abs(length)
        kind = info.get("SVTYPE")
        alt = variant.ALT[allele - 1]
        if end is None:
            if alt[1:4] in _SPANNING and len(variant.REF) == 1:
                found = f"{alt[:20]} without END or SVLEN in INFO"
                fields.wrong[row] = found, "where it ends", "Give END, or leave the record out."
        elif end < variant.POS and alt[1:4] in _SPANNING:
            found = f"INFO END={end} before POS {variant.POS}"
            fields.wrong[row] = found, "an end after the start", "Mend or remove the record."
        else:
            fields.ends[row] = end
        fields.sv_type[row] = str(kind) if kind else ""
        copies = info.get("CN")
        if isinstance(copies, tuple):
            copies = copies[0]
        if isinstance(copies, int | float):
            fields.copy_number[row] = float(copies)

    def _row(self, variant: Any, row: int, allele: int, fields: InfoFields) -> None:
        info = variant.INFO
        for tag in self.annotations:
            if (text := info.get(tag)) is not None:
                fields.annotations[tag][row] = str(text)
        if not allele:
            return
        n_alt = len(variant.ALT)
        best, source = self._frequency(info, allele, n_alt, fields.wrong, row)
        if np.isnan(best) and self.csq_tag and row in fields.annotations.get(self.csq_tag, {}):
            text = fields.annotations[self.csq_tag][row]
            best, source = self._csq_frequency(text, variant.REF, variant.ALT, allele)
        fields.max_af[row], fields.af_source[row] = best, source
        if source and self.group and (name := info.get(self.group)) is not None:
            fields.af_group[row] = str(name).split(",")[
                min(allele, n_alt) - 1 if "," in str(name) else 0
            ]
        for tag in self.homozygotes:
            count = _number(info.get(tag), allele, n_alt)
            if not np.isnan(count):
                fields.homozygotes[row] = np.fmax(fields.homozygotes[row], count)

    def _frequency(
        self,
        info: Any,
        allele: int,
        n_alt: int,
        wrong: dict[int, tuple[str, str, str]],
        row: int,
    ) -> tuple[float, str]:
        """Highest group frequency; without one the highest total; and the tag it came from."""
        for level in (self.grpmax, self.total):
            best, source = float("nan"), ""
            for tag in level:
                value = info.get(tag)
                if value is None:
                    continue
                number = _number(value, allele, n_alt)
                if number > 1.0:
                    wrong.setdefault(row, _not_a_fraction(tag, number))
                number = as_fraction(number)
                if number > best or (np.isnan(best) and not np.isnan(number)):
                    best, source = number, tag
            if source:
                return best, source
        return float("nan"), ""

    def _csq_frequency(
        self, text: str, ref: str, alts: Sequence[str], allele: int
    ) -> tuple[float, str]:
        wanted = vep_allele(ref, alts, allele)
        entries = [e.split("|") for e in text.split(",")]
        mine = [e for e in entries if e[self.csq_allele] == wanted] if len(alts) > 1 else entries
        for level in (self.csq_grpmax, self.csq_total):
            best, source = float("nan"), ""
            for tag, column in level.items():
                for entry in mine:
                    number = _csq_number(entry[column] if column < len(entry) else "")
                    if number > best or (np.isnan(best) and not np.isnan(number)):
                        best, source = number, f"{self.csq_tag}:{tag}"
            if source:
                return best, source
        return float("nan"), ""


def _csq_number(text: str) -> float:
    """A frequency in CSQ, plain or ``A:0.01``; the highest of several joined by ``&``."""
    best = float("nan")
    for part in text.split("&"):
        try:
            best = np.fmax(best, as_fraction(float(part.rpartition(":")[2])))
        except ValueError:
            continue
    return float(best)


def vep_allele(ref: str, alts: Sequence[str], allele: int) -> str:
    """How VEP names an ALT in CSQ: the first base goes when all alleles share it."""
    alt = alts[allele - 1]
    plain = [a for a in alts if a != "*" and not a.startswith("<")]
    if any(len(a) != len(ref) for a in plain) and all(a[:1] == ref[:1] for a in plain):
        return alt[1:] or "-"
    return alt
