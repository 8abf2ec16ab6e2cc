"""CPIC's gene-drug pairs, in the columns of the starter's ``pgx_guidelines``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from rareplan.refresh.faults import SourceError
from rareplan.refresh.parts import Inputs
from rareplan.refresh.tables import Built

PARSER_VERSION = 1

COLUMNS = (
    "gene", "drug", "rx_norm", "atc", "guideline", "cpiclevel", "cpiclevel_status",
    "pharm_gkblevel", "fdalabel", "pmid",
)  # fmt: skip


def parse_pairs(records: Iterable[dict[str, Any]]) -> pa.Table:
    """``pgx_guidelines``, sorted."""
    rows = []
    for record in records:
        if not record.get("genesymbol") or not record.get("drugname"):
            raise SourceError("a CPIC pair has no gene or no drug")
        rows.append(
            (record["genesymbol"], record["drugname"],
             str(record.get("drugid") or "").removeprefix("RxNorm:"), "",
             record.get("guidelineurl") or "", record.get("cpiclevel") or "",
             "Provisional" if record.get("provisional") else "Final",
             record.get("clinpgxlevel") or record.get("pgkbcalevel") or "",
             record.get("pgxtesting") or "", ";".join(record.get("pmids") or ()))
        )  # fmt: skip
    if not rows:
        raise SourceError("CPIC gave no pair")
    columns = list(zip(*sorted(rows), strict=True))
    return pa.table({k: pa.array(c, pa.string()) for k, c in zip(COLUMNS, columns, strict=True)})


def build(inputs: Inputs, _work: Path) -> Iterator[Built]:
    """``pgx_guidelines``."""
    with inputs.open("pairs.json") as handle:
        table = parse_pairs(json.load(handle))
    yield Built("pgx_guidelines", table, (inputs.source("pairs.json"),))
