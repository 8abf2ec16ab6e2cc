"""GenCC submissions (tab separated export): validity by submitter."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow as pa

from rareplan.refresh.faults import SourceError
from rareplan.refresh.parts import Inputs
from rareplan.refresh.tables import Built, from_rows

PARSER_VERSION = 1

_NEEDED = {
    "gene_curie", "gene_symbol", "disease_curie", "classification_title", "moi_title",
    "submitter_title", "submitted_run_date",
}  # fmt: skip


def parse_gencc(lines: Iterable[str]) -> tuple[str, pa.Table]:
    """Newest run date and ``validity``; ClinGen's own rows come from ClinGen."""
    reader = csv.DictReader(lines, delimiter="\t")
    missing = _NEEDED - set(reader.fieldnames or ())
    if missing:
        raise SourceError(f"the GenCC export lacks the columns {sorted(missing)}")
    rows, newest = set(), ""
    for row in reader:
        newest = max(newest, (row["submitted_run_date"] or "").strip("'"))
        if row["submitter_title"] != "ClinGen":
            rows.add(
                (row["gene_symbol"], row["gene_curie"], row["disease_curie"],
                 row["classification_title"], row["moi_title"],
                 f"GenCC: {row['submitter_title']}")
            )  # fmt: skip
    return newest, from_rows("validity", sorted(rows))


def build(inputs: Inputs, _work: Path) -> Iterator[Built]:
    """GenCC's part of ``validity``."""
    newest, table = parse_gencc(inputs.lines("submissions.tsv"))
    yield Built("validity", table, (inputs.source("submissions.tsv", newest, newest[:10]),))
