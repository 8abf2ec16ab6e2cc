"""A finished run directory, opened for questions: its ledger, case.json and provenance.json."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rareplan.errors import Fault, InputError
from rareplan.filters.ledger import METADATA_KEY
from rareplan.model.genome import Contig, contig_from_name

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class Run:
    """A finished run directory, opened for questions."""

    folder: Path
    ledger: pa.Table
    rules: tuple[dict[str, str], ...]
    case: dict[str, Any]
    provenance: dict[str, Any]

    @property
    def assembly(self) -> str:
        """Assembly of the input, as the ledger's positions."""
        return str(self.case.get("assembly", ""))


def open_run(folder: Path) -> Run:
    """Open a run directory.

    Raises:
        InputError: it is not one, or its ledger cannot be read.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    ledger = folder / "ledger.parquet"
    if not ledger.is_file():
        raise InputError(
            Fault(folder.name, "no ledger.parquet", "a finished run directory", "Check the path.")
        )
    try:
        table = pq.read_table(ledger)
        rules = tuple(json.loads((table.schema.metadata or {})[METADATA_KEY]))
    except (pa.ArrowException, KeyError, ValueError, OSError) as error:
        raise InputError(
            Fault("ledger.parquet", "a file that cannot be read", "a ledger of rareplan",
                  "Run the analysis again.")
        ) from error  # fmt: skip
    return Run(folder, table, rules, _json(folder / "case.json"), _json(folder / "provenance.json"))


def _json(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}


def rows_of_gene(run: Run, gene: str) -> pa.Table:
    """Ledger rows of a gene (rows in several genes name them all, joined by ``;``)."""
    import pyarrow.compute as pc

    names = pc.unique(run.ledger["gene"].cast("string")).to_pylist()
    mine = [n for n in names if gene.upper() in (n or "").upper().split(";")]
    return run.ledger.filter(pc.is_in(run.ledger["gene"].cast("string"), _strings(mine)))


def _strings(values: Sequence[str]) -> pa.Array:
    import pyarrow as pa

    return pa.array(values, pa.string())


def rows_in(run: Run, contig: Contig, start: int, end: int) -> pa.Table:
    """Ledger rows that overlap a range (1-based inclusive), reference blocks too."""
    import pyarrow.compute as pc

    names = pc.unique(run.ledger["contig"].cast("string")).to_pylist()
    mine = [n for n in names if contig_from_name(n or "") is contig]
    near = pc.and_(
        pc.less_equal(run.ledger["pos"], end), pc.greater_equal(run.ledger["end"], start)
    )
    return run.ledger.filter(
        pc.and_(near, pc.is_in(run.ledger["contig"].cast("string"), _strings(mine)))
    )
