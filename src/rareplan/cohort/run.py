"""Runs a cohort: Spark judges all families of a call set together, then each gets its own run.

A failed family is reported and does not stop the rest; a rerun skips what is done, as long as
input, settings and knowledge are the same.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from rareplan.cohort.batch_qc import batch_qc
from rareplan.cohort.families import Family
from rareplan.cohort.one_family import Task, run_tasks
from rareplan.cohort.recurrence import CallsetFact, callset_facts, recurrent
from rareplan.config import Settings, load_settings
from rareplan.errors import RareplanError
from rareplan.knowledge.store import KnowledgeBase, open_knowledge
from rareplan.model.progress import Progress, silent
from rareplan.provenance import input_hashes, sha256_json
from rareplan.rundir import is_run

KEY_FILE = "cohort.key"
FACTS_FILE = "cohort_facts.tsv"


@dataclass(frozen=True)
class Outcome:
    """One line of cohort.tsv."""

    family: str
    status: str  # done, skipped, failed
    gene: str = ""
    probability: str = ""
    none_of_these: str = ""
    message: str = ""


@dataclass(frozen=True)
class CohortRequest:
    """Everything that one ``rareplan cohort`` was asked for."""

    families: tuple[Family, ...]
    out: Path
    engine: str = "hail"
    spark_master: str = ""
    assembly: str = "auto"
    knowledge: Path | None = None
    config: Path | None = None
    force: bool = False
    processes: int = 0
    """How many families are finished at a time after Spark; 0: one a processor."""


def run_cohort(request: CohortRequest, progress: Progress = silent) -> tuple[Outcome, ...]:
    """Analyse every family into ``out/FAMILY``; writes the tables of the cohort."""
    request.out.mkdir(mode=0o700, parents=True, exist_ok=True)
    kb, settings = open_knowledge(request.knowledge), load_settings(request.config)
    outcomes: dict[str, Outcome] = {}
    keys = {f.id: _key(f, request, kb, settings) for f in request.families}
    for group in _by_source(request.families):
        todo = []
        for family in group:
            if _is_done(request.out / family.id, keys[family.id]):
                outcomes[family.id] = Outcome(family.id, "skipped")
            else:
                todo.append(family)
        for outcome in _run_group(todo, request, kb, settings):
            outcomes[outcome.family] = outcome
            if outcome.status == "done":
                _mark(request.out / outcome.family, keys[outcome.family])
            progress(f"Family {outcome.family}", len(outcomes) / len(request.families))
    ordered = tuple(outcomes[f.id] for f in request.families)
    _write_tables(request, settings, ordered)
    return ordered


def _by_source(families: Iterable[Family]) -> list[list[Family]]:
    groups: dict[str, list[Family]] = {}
    for family in families:
        groups.setdefault(family.source, []).append(family)
    return list(groups.values())


def _run_group(
    families: list[Family], request: CohortRequest, kb: KnowledgeBase, settings: Settings
) -> Iterator[Outcome]:
    """The families of one source; those of a call set are judged together."""
    if not families:
        return
    matrix = families[0].source.rstrip("/").endswith(".mt")
    if request.engine == "hail" and (matrix or len(families) > 1):
        from rareplan.cohort.call_set import judged_tasks

        failed, chunks = judged_tasks(families, request, kb, settings)
        yield from (Outcome(id_, "failed", message=_line(error)) for id_, error in failed.items())
        for chunk in chunks:
            yield from _outcomes(chunk, request)
        return
    tasks = [Task.of(family, Path(family.source), request) for family in families]
    yield from _outcomes(tasks, request, alone=True)


def _outcomes(
    tasks: list[Task] | dict[str, RareplanError], request: CohortRequest, *, alone: bool = False
) -> Iterator[Outcome]:
    if isinstance(tasks, dict):
        yield from (Outcome(id_, "failed", message=_line(e)) for id_, e in tasks.items())
        return
    for done in run_tasks(tasks, request.knowledge, 1 if alone else request.processes):
        if done.error:
            yield Outcome(done.family, "failed", message=done.error)
        else:
            yield Outcome(
                done.family, "done", done.gene, done.probability, done.none_of_these, done.message
            )


def _line(error: Exception) -> str:
    return " | ".join(str(error).splitlines())


def _key(family: Family, request: CohortRequest, kb: KnowledgeBase, settings: Settings) -> str:
    """Names input, settings and knowledge: the same key, the same result."""
    files = [p for p in (family.ped, family.hpo, family.case) if p and p.is_file()]
    source = Path(family.source)
    stat = source.stat() if source.exists() else None
    return sha256_json(
        {
            "files": input_hashes(files),
            "source": [family.source, stat.st_size if stat else 0, stat.st_mtime_ns if stat else 0],
            "settings": settings.model_dump(mode="json"),
            "knowledge": kb.sha256,
            "engine": request.engine,
        }
    )


def _is_done(run: Path, key: str) -> bool:
    mark = run / KEY_FILE
    return is_run(run) and mark.is_file() and mark.read_text("utf-8") == key


def _mark(run: Path, key: str) -> None:
    (run / KEY_FILE).write_text(key, "utf-8")
    (run / KEY_FILE).chmod(0o600)


def _write_tables(
    request: CohortRequest, settings: Settings, outcomes: tuple[Outcome, ...]
) -> None:
    """cohort.tsv, recurrent.tsv, batch_qc.tsv, and what the cohort says of each family's own."""
    out = request.out
    runs = {f.id: out / f.id for f in request.families if is_run(out / f.id)}
    _write(out / "cohort.tsv", [asdict(o) for o in outcomes])
    facts: list[CallsetFact] = callset_facts(runs, settings.cohort)
    _write(out / "recurrent.tsv", [asdict(r) for r in recurrent(facts, settings.cohort)])
    _write(out / "batch_qc.tsv", [asdict(r) for r in batch_qc(runs, settings.cohort)])
    for id_, run in runs.items():
        _write(run / FACTS_FILE, [asdict(f) for f in facts if f.family == id_])


def _write(path: Path, rows: list[dict[str, object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as handle:
        if rows:
            writer = csv.DictWriter(handle, list(rows[0]), delimiter="\t", lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    path.chmod(0o600)
