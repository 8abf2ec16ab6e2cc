"""Both engines on the same family; one Spark session for the whole test run.

scripts/check runs them (``-m parity``) in a process of their own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from rareplan.config import load_settings
from rareplan.engines import local
from rareplan.engines.choose import EngineRequest
from rareplan.engines.result import EngineResult
from rareplan.knowledge.store import KnowledgeBase, open_knowledge
from rareplan.read.case import CasePaths, read_case

# The number of a record is its place in the file locally and in the genome on Hail.
_NOT_COMPARED = ("record", "allele")


@dataclass(frozen=True)
class Pair:
    """What the two engines found in one family."""

    local: EngineResult
    hail: EngineResult

    def ledger(self, engine: str) -> list[str]:
        table = pq.read_table(getattr(self, engine).ledger)
        columns = [c for c in table.column_names if c not in _NOT_COMPARED]
        rows = zip(*(table[c].to_pylist() for c in columns), strict=True)
        return sorted(map(repr, rows))  # NaN equals itself in text

    def check(self) -> None:
        """Every column of survivors, segregation and ledger is the same."""
        ours, theirs = self.local, self.hail
        assert ours.summary.ledger == theirs.summary.ledger
        assert ours.summary.qc == theirs.summary.qc
        assert ours.summary.warnings == theirs.summary.warnings
        assert [replace(v, record=0) for v in ours.variants] == [
            replace(v, record=0) for v in theirs.variants
        ]
        assert ours.segregations == theirs.segregations
        assert self.ledger("local") == self.ledger("hail")


@pytest.fixture(scope="session")
def both() -> Callable[..., Pair]:
    """A function that runs both engines on a VCF (and PED)."""
    pytest.importorskip("hail", reason="the hail extra is not installed (Python 3.11 only)")
    from rareplan.engines.hail.run import run as run_hail

    starter, settings = open_knowledge(), load_settings()

    def run(
        vcf: Path,
        ped: Path | None = None,
        *,
        assembly: str = "auto",
        proband: str = "",
        snapshot: KnowledgeBase | None = None,
    ) -> Pair:
        kb = snapshot or starter
        paths = CasePaths(
            (vcf,), ped=ped, assembly=assembly, proband=proband, phenotype_needed=False
        )
        case = read_case(paths, kb)
        request = EngineRequest(spark_master="local[2]", force=True)
        return Pair(local.run(case, kb, settings, request), run_hail(case, kb, settings, request))

    return run
