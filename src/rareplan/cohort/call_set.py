"""The families of one call set: opened once, judged on Spark many at a time."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from rareplan.cohort.families import Family
from rareplan.cohort.one_family import Task, case_paths
from rareplan.config import Settings
from rareplan.engines.hail.cohort import CallSet, judge_families, open_call_set
from rareplan.errors import RareplanError
from rareplan.knowledge.store import KnowledgeBase
from rareplan.model.case import Case
from rareplan.read.case import read_case

if TYPE_CHECKING:
    from rareplan.cohort.run import CohortRequest

Failures = dict[str, RareplanError]


def judged_tasks(
    families: list[Family], request: CohortRequest, kb: KnowledgeBase, settings: Settings
) -> tuple[Failures, Iterator[list[Task] | Failures]]:
    """Families that cannot be run, and the others' tasks as Spark gets through with them.

    The judged rows of one list are removed when the next is asked for.
    """
    failed: Failures = {}
    try:
        call_set = open_call_set(families[0].source, request.spark_master, request.assembly)
    except RareplanError as error:
        return dict.fromkeys((f.id for f in families), error), iter(())
    cases: list[tuple[Family, Case]] = []
    for family in families:
        try:
            paths = case_paths(family, call_set.header.path, request.assembly)
            cases.append((family, read_case(paths, kb)))
        except RareplanError as error:
            failed[family.id] = error
    return failed, _chunks(call_set, cases, request, kb, settings)


def _chunks(
    call_set: CallSet,
    cases: list[tuple[Family, Case]],
    request: CohortRequest,
    kb: KnowledgeBase,
    settings: Settings,
) -> Iterator[list[Task] | Failures]:
    size = max(1, int(settings.cohort.judged_rows // max(call_set.rows, 1)))
    size = min(size, settings.cohort.judged_families)
    for start in range(0, len(cases), size):
        some = cases[start : start + size]
        folder = Path(tempfile.mkdtemp(prefix="judged-", dir=call_set.session.shared))
        try:
            places = judge_families(
                call_set, [case for _, case in some], kb, settings, folder / "rows"
            )
            yield [
                Task.of(family, call_set.header.path, request, judged)
                for (family, _), judged in zip(some, places, strict=True)
            ]
        except RareplanError as error:
            yield dict.fromkeys((family.id for family, _ in some), error)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
