"""ClinGen: dosage sensitivity (FTP table) and gene-disease validity (download)."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow as pa

from rareplan.refresh.faults import SourceError
from rareplan.refresh.parts import Inputs
from rareplan.refresh.tables import Built, from_rows

PARSER_VERSION = 1

_NOT_SCORED = -1


def _score(text: str) -> int:
    return int(text) if text.strip().isdigit() else _NOT_SCORED


def parse_dosage(lines: Iterable[str]) -> tuple[str, pa.Table]:
    """Date and ``dosage``: 0-3, 30 recessive, 40 unlikely, -1 not yet scored."""
    date, columns, rows = "", list[str](), {}
    for raw in lines:
        line = raw.rstrip("\n")
        if line.startswith("#"):
            fields = line.removeprefix("#").strip().split("\t")
            if "Gene Symbol" in fields:
                columns = fields
            elif found := re.search(r"(\d{2} \w{3}[a-z]*,\s?\d{4})", line):
                date = found.group(1)
            continue
        if not columns:
            raise SourceError("the ClinGen dosage table has no header line")
        row = dict(zip(columns, line.split("\t"), strict=False))
        rows[row["Gene Symbol"]] = (
            row["Gene Symbol"], _score(row["Haploinsufficiency Score"]),
            _score(row["Triplosensitivity Score"]),
        )  # fmt: skip
    return date, from_rows("dosage", sorted(rows.values()))


def parse_validity(lines: Iterable[str]) -> tuple[str, pa.Table]:
    """Date and ``validity`` of ClinGen's export (a CSV with a title block)."""
    date, columns, rows = "", list[str](), []
    for fields in csv.reader(lines):
        if not fields or fields[0].startswith("+++"):
            continue
        if fields[0].startswith("FILE CREATED"):
            date = fields[0].split(":", 1)[1].strip()
        elif fields[0] == "GENE SYMBOL":
            columns = fields
        elif columns:
            row = dict(zip(columns, fields, strict=False))
            rows.append(
                (row["GENE SYMBOL"], row["GENE ID (HGNC)"], row["DISEASE ID (MONDO)"],
                 row["CLASSIFICATION"], row["MOI"], "ClinGen")
            )  # fmt: skip
    if not columns:
        raise SourceError("the ClinGen validity export has no header line")
    return date, from_rows("validity", sorted(rows))


def build(inputs: Inputs, _work: Path) -> Iterator[Built]:
    """``dosage`` and ClinGen's part of ``validity``."""
    date, dosage = parse_dosage(inputs.lines("dosage.tsv"))
    yield Built("dosage", dosage, (inputs.source("dosage.tsv", date),))
    created, validity = parse_validity(inputs.lines("validity.csv"))
    yield Built("validity", validity, (inputs.source("validity.csv", created, created),))
