"""The order of the steps. Each goes from a typed thing to a typed thing; nothing else here."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from rareplan.config import Settings, load_settings
from rareplan.engines.choose import EngineRequest, run_engine
from rareplan.engines.result import EngineResult
from rareplan.filters.ledger_notices import ledger_notices
from rareplan.knowledge.store import KnowledgeBase, open_knowledge
from rareplan.knowledge.therapies import curated_therapies
from rareplan.model.case import Case
from rareplan.model.pedigree import Sex
from rareplan.model.progress import Progress, silent
from rareplan.model.result import CaseResult
from rareplan.prioritise.rank import RankedCase, rank_candidates, rank_phenotypes
from rareplan.provenance import RunRecord, input_hashes
from rareplan.read.at_positions import covered_by, records_at
from rareplan.read.case import CasePaths, read_case
from rareplan.report.assemble import Findings, assemble
from rareplan.report.run_files import ReportRequest, write_run_files
from rareplan.rundir import check_target, scratch_beside, staged_run
from rareplan.therapies.care import CarePlan, plan_care
from rareplan.therapies.medicines import unread_medicines
from rareplan.therapies.pgx import GeneCall, call_pgx, pgx_positions, read_pharmcat

FORCED = (
    "The samples do not fit the pedigree and the analysis was forced (--force): "
    "every finding may be wrong."
)


@dataclass(frozen=True)
class AnalyzeRequest:
    """Everything that one ``rareplan analyze`` was asked for."""

    paths: CasePaths
    out: Path
    engine: EngineRequest = field(default_factory=EngineRequest)
    reports: ReportRequest = field(default_factory=ReportRequest)
    knowledge: Path | None = None
    config: Path | None = None
    trials: str = "cached"
    pharmcat: Path | None = None
    today: date | None = None
    """The run's date, for what counts as stale; a replay gives that of the first run."""


def analyze(
    request: AnalyzeRequest, progress: Progress = silent, kb: KnowledgeBase | None = None
) -> CaseResult:
    """One family, from files to a run directory.

    ``kb``: the request's snapshot where the caller has opened it already (a cohort).

    Raises:
        InputError: something given is wrong; nothing was written.
        KnowledgeError: the snapshot is missing or damaged.
    """
    check_target(request.out)
    with scratch_beside(request.out) as scratch:
        engine = replace(request.engine, scratch=scratch)
        opened = kb or open_knowledge(request.knowledge)
        return _analyze(replace(request, engine=engine), progress, opened)


def _analyze(request: AnalyzeRequest, progress: Progress, kb: KnowledgeBase) -> CaseResult:
    record = RunRecord.begin()
    today = request.today or record.started.date()
    settings = load_settings(request.config)
    progress("Reading the family")
    case = read_case(request.paths, kb)
    told = read_pharmcat(request.pharmcat) if request.pharmcat else {}
    found = run_engine(case, kb, settings, request.engine, progress)
    case = replace(case, vcf_paths=(found.family_vcf,)) if found.family_vcf else case
    progress("Ranking against the phenotype")
    phenotype = rank_phenotypes(case, kb, settings)
    ranked = rank_candidates(case, found.variants, found.segregations, phenotype, kb, settings)
    progress("Looking for what can be done")
    care = plan_care(
        case, ranked.candidates, found.variants, kb, settings, request.trials,
        pgx=lambda genes: _pgx(case, genes, kb, settings) | told, today=today,
    )  # fmt: skip
    extra = [request.pharmcat] if request.pharmcat else []
    inputs = input_hashes([*request.paths.all_files, *extra])
    unread = unread_medicines(case.medicines, curated_therapies(kb).drugs)
    findings = _findings(found, ranked, care, (*ledger_notices(found.ledger), *unread))
    result = assemble(case, findings, inputs, kb, settings)
    progress("Writing the reports")
    with staged_run(request.out) as folder:
        write_run_files(result, case, folder, request.reports)
        shutil.move(found.ledger, folder / "ledger.parquet")
        options = _options(request, today)
        record.write(
            folder, options, inputs, settings.model_dump(mode="json"), kb.manifest, care.queries
        )
    return result


def _pgx(
    case: Case, genes: frozenset[str], kb: KnowledgeBase, settings: Settings
) -> dict[str, GeneCall]:
    """Pharmacogenes from the whole VCF: what the filter dropped is not yet known to be absent."""
    places = [(p.contig, p.pos, p.end) for p in pgx_positions(kb, genes, case.assembly)]
    records = records_at(case, places, settings.quality)
    sex = case.pedigree.proband.sex
    male = None if sex is Sex.UNKNOWN else sex is Sex.MALE
    return call_pgx(kb, genes, records, covered_by(case), case.assembly, male=male)


def _findings(
    found: EngineResult, ranked: RankedCase, care: CarePlan, odd: tuple[str, ...]
) -> Findings:
    summary = found.summary
    forced = (FORCED,) if summary.forced else ()
    return Findings(
        engine=summary.engine,
        ledger=summary.ledger,
        qc=summary.qc,
        variants=found.variants,
        candidates=ranked.candidates,
        none_of_these=ranked.none_of_these,
        secondary=ranked.secondary,
        carrier=ranked.carrier,
        therapies=care.therapies,
        trials=care.trials,
        warnings=(*forced, *odd, *summary.warnings, *ranked.warnings),
    )


def _options(request: AnalyzeRequest, today: date) -> dict[str, object]:
    """What replays the run: paths as given, made absolute, and every choice."""
    paths = request.paths
    return {
        "vcfs": [str(p.resolve()) for p in paths.vcfs],
        **{
            name: str(path.resolve()) if path else None
            for name, path in (
                ("hpo", paths.hpo),
                ("ped", paths.ped),
                ("case", paths.case),
                ("targets", paths.targets),
                ("knowledge", request.knowledge),
                ("config", request.config),
                ("pharmcat", request.pharmcat),
            )
        },
        "proband": paths.proband,
        "assembly": paths.assembly,
        "allow_unsequenced": paths.allow_unsequenced,
        "engine": request.engine.name,
        "spark_master": request.engine.spark_master,
        "trust_annotations": request.engine.trust_annotations,
        "force": request.engine.force,
        "formats": list(request.reports.formats),
        "languages": list(request.reports.languages),
        "trials": request.trials,
        "today": today.isoformat(),
    }


def request_of(options: Mapping[str, Any], out: Path) -> AnalyzeRequest:
    """The request behind the ``options`` of a run's provenance.json, with another target."""
    given = {
        name: Path(options[name]) if options.get(name) else None
        for name in ("hpo", "ped", "case", "targets", "knowledge", "config", "pharmcat")
    }
    return AnalyzeRequest(
        paths=CasePaths(
            tuple(Path(p) for p in options["vcfs"]), given["hpo"], given["ped"], given["case"],
            given["targets"], options["proband"], options["assembly"],
            options["allow_unsequenced"],
        ),
        out=out,
        engine=EngineRequest(
            options["engine"], options["spark_master"],
            trust_annotations=options["trust_annotations"], force=options["force"],
        ),
        reports=ReportRequest(tuple(options["formats"]), tuple(options["languages"])),
        knowledge=given["knowledge"],
        config=given["config"],
        trials=options["trials"],
        pharmcat=given["pharmcat"],
        today=date.fromisoformat(options["today"]),
    )  # fmt: skip
