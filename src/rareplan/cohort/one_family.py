"""One family of a cohort through the pipeline, in this process or in one of several."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

from rareplan.cohort.families import Family, proband_of
from rareplan.engines.choose import EngineRequest
from rareplan.errors import InternalError, RareplanError
from rareplan.knowledge.store import KnowledgeBase, open_knowledge
from rareplan.pipeline import AnalyzeRequest, analyze
from rareplan.read.case import CasePaths
from rareplan.report.run_files import ReportRequest

if TYPE_CHECKING:
    from rareplan.cohort.run import CohortRequest

_WORTH_PROCESSES = 4
"""Families from which starting further processes pays; each opens the knowledge anew."""


@dataclass(frozen=True)
class Task:
    """One family and its request."""

    family: str
    request: AnalyzeRequest

    @classmethod
    def of(
        cls, family: Family, vcf: Path, request: CohortRequest, judged: Path | None = None
    ) -> Task:
        """``vcf`` is the family's file or call set, or the header of a MatrixTable."""
        engine = EngineRequest(
            request.engine, request.spark_master, force=request.force, judged=judged
        )
        target = request.out / family.id
        return cls(
            family.id,
            AnalyzeRequest(
                case_paths(family, vcf, request.assembly), target, engine, ReportRequest(),
                request.knowledge, request.config,
            ),
        )  # fmt: skip


@dataclass(frozen=True)
class Done:
    """What a family's run came to; ``error`` in one line, "" without."""

    family: str
    gene: str = ""
    probability: str = ""
    none_of_these: str = ""
    message: str = ""
    error: str = ""


def case_paths(family: Family, vcf: Path, assembly: str) -> CasePaths:
    """The files of a family; people without a sample are allowed."""
    return CasePaths(
        (vcf,),
        family.hpo,
        family.ped,
        family.case,
        proband=proband_of(family),
        assembly=assembly,
        allow_unsequenced=True,
    )


def run_tasks(tasks: Sequence[Task], knowledge: Path | None, processes: int = 0) -> Iterator[Done]:
    """Run every task; what fails is told and does not stop the rest."""
    processes = processes or len(os.sched_getaffinity(0))
    if processes < 2 or len(tasks) < _WORTH_PROCESSES:
        kb = open_knowledge(knowledge)
        yield from (_run(task, kb) for task in tasks)
        return
    # Spawned, not forked: this process holds a connection to the JVM.
    with ProcessPoolExecutor(
        min(processes, len(tasks)), get_context("spawn"), _open, (knowledge,)
    ) as pool:
        waiting = {pool.submit(_run_there, task): task for task in tasks}
        for future in as_completed(waiting):
            yield _result(future, waiting[future])


def _result(future: Future[Done], task: Task) -> Done:
    try:
        return future.result()
    except BrokenProcessPool:
        return Done(task.family, error="its process ended; was there enough memory?")


_kb: KnowledgeBase


def _open(knowledge: Path | None) -> None:
    """Open the knowledge once in each process."""
    global _kb  # noqa: PLW0603 - a process has one snapshot
    _kb = open_knowledge(knowledge)


def _run_there(task: Task) -> Done:
    return _run(task, _kb)


def _run(task: Task, kb: KnowledgeBase) -> Done:
    try:
        result = analyze(task.request, kb=kb)
    except RareplanError as error:
        return Done(task.family, error=" | ".join(str(error).splitlines()))
    except Exception as error:  # noqa: BLE001 - one family's defect must not end the cohort
        wrapped = InternalError(f"{type(error).__name__}: {error}")
        return Done(task.family, error=" | ".join(str(wrapped).splitlines()))
    top = result.candidates[0] if result.candidates else None
    return Done(
        task.family,
        top.gene if top else "",
        f"{top.probability:.4f}" if top else "",
        f"{result.none_of_these:.4f}",
        "; ".join(result.warnings),
    )
