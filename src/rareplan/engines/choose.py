"""Which engine runs: ``local`` for one family in VCFs, ``hail`` for a cluster or by request."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rareplan.config import Settings
from rareplan.knowledge.store import KnowledgeBase
from rareplan.model.case import Case
from rareplan.model.progress import Progress, silent

if TYPE_CHECKING:
    from rareplan.engines.result import EngineResult


@dataclass(frozen=True)
class EngineRequest:
    """What the command line asked of the engine."""

    name: str = "auto"
    spark_master: str = ""
    trust_annotations: bool = False
    force: bool = False
    scratch: Path | None = None
    """Where the ledger is written until the run is whole; the caller removes it."""
    judged: Path | None = None
    """Rows of a joint call set that Spark has judged already (engines.hail.cohort)."""

    @property
    def chosen(self) -> str:
        """``local`` or ``hail``; never a silent fallback from one to the other."""
        if self.name == "auto":
            return "hail" if self.spark_master or self.judged else "local"
        return self.name


def run_engine(
    case: Case,
    kb: KnowledgeBase,
    settings: Settings,
    request: EngineRequest,
    progress: Progress = silent,
) -> EngineResult:
    """Survivors, segregation, ledger and sample checks from the chosen engine.

    Raises:
        InputError: a record of the VCF is wrong, or the family's samples do not fit the
            pedigree and ``force`` was not given.
    """
    if request.chosen == "hail":
        from rareplan.engines.hail.run import run as run_hail

        return run_hail(case, kb, settings, request, progress)
    from rareplan.engines.local import run as run_local

    return run_local(case, kb, settings, request, progress)
