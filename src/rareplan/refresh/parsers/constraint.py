"""gnomAD v4.1 constraint metrics: one transcript a gene (MANE Select, else canonical)."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow as pa

from rareplan.refresh.faults import SourceError
from rareplan.refresh.parts import Inputs
from rareplan.refresh.tables import Built, from_rows

PARSER_VERSION = 1

_NEEDED = {
    "gene", "transcript", "canonical", "mane_select", "lof.pLI", "lof.oe_ci.upper", "mis.z_score",
}  # fmt: skip


def _number(text: str) -> float:
    return math.nan if text in ("", "NA", "NaN", "nan") else float(text)


def _choice(row: dict[str, str]) -> tuple[bool, bool, bool, str]:
    """Sorts the transcript that stands for the gene first: Ensembl's before RefSeq's."""
    return (
        row["mane_select"] != "true",
        row["canonical"] != "true",
        not row["transcript"].startswith("ENST"),
        row["transcript"],
    )


def parse_constraint(lines: Iterable[str], label: str) -> pa.Table:
    """``constraint``: pLI, LOEUF (upper bound of LoF o/e) and missense z."""
    reader = csv.DictReader(lines, delimiter="\t")
    missing = _NEEDED - set(reader.fieldnames or ())
    if missing:
        raise SourceError(f"the constraint file lacks the columns {sorted(missing)}")
    best: dict[str, dict[str, str]] = {}
    for row in reader:
        gene = row["gene"]
        if gene not in ("", "NA") and (gene not in best or _choice(row) < _choice(best[gene])):
            best[gene] = row
    rows = [
        (gene, row["transcript"], _number(row["lof.pLI"]), _number(row["lof.oe_ci.upper"]),
         _number(row["mis.z_score"]), label)
        for gene, row in sorted(best.items())
    ]  # fmt: skip
    return from_rows("constraint", rows)


def build(inputs: Inputs, _work: Path) -> Iterator[Built]:
    """``constraint``."""
    table = parse_constraint(inputs.lines("constraint.tsv"), "gnomAD v4.1")
    yield Built("constraint", table, (inputs.source("constraint.tsv", "4.1"),))
