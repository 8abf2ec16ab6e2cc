"""Many families: one import of their call set, then the pipeline for each of them.

A failed family is reported and does not stop the rest; a rerun skips what is done, as long as
input, settings and knowledge are the same.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from rareplan.config import load_settings
from rareplan.engines.choose import EngineRequest
from rareplan.errors import Fault, InputError, RareplanError
from rareplan.knowledge.store import open_knowledge
from rareplan.model.progress import Progress, silent
from rareplan.model.result import CaseResult
from rareplan.pipeline import AnalyzeRequest, analyze
from rareplan.provenance import input_hashes, sha256_json
from rareplan.read.case import CasePaths
from rareplan.read.ped import read_ped
from rareplan.report.run_files import ReportRequest
from rareplan.rundir import is_run

COLUMNS = ("family", "vcf", "ped", "hpo", "case")
_CASE_ENDINGS = (".toml", ".json")


@dataclass(frozen=True)
class Family:
    """One line of a manifest. ``source`` is a VCF or a MatrixTable."""

    id: str
    source: str
    ped: Path | None = None
    hpo: Path | None = None
    case: Path | None = None


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


def _path(folder: Path, text: str) -> Path | None:
    if not text:
        return None
    return Path(text) if Path(text).is_absolute() else folder / text


def read_manifest(path: Path) -> tuple[Family, ...]:
    """Families of a TSV with the columns family, vcf (or mt), ped, hpo, case.

    Raises:
        InputError: every fault of the manifest.
    """
    with path.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle, delimiter="\t"))
    faults, families = [], []
    for number, row in enumerate(rows, start=2):
        source = (row.get("vcf") or row.get("mt") or "").strip()
        id_ = (row.get("family") or "").strip()
        if not id_ or not source or "/" in id_ or id_.startswith("."):
            faults.append(
                Fault(
                    f"{path.name} line {number}",
                    "no usable family or vcf",
                    "both columns filled",
                    "A family's name becomes a folder: no slash, no leading dot.",
                )
            )
            continue
        remote = "://" in source
        place = source if remote else str(_path(path.parent, source))
        others = [_path(path.parent, (row.get(c) or "").strip()) for c in ("ped", "hpo", "case")]
        families.append(Family(id_, place, *others))
    twice = [id_ for id_, n in Counter(f.id for f in families).items() if n > 1]
    if twice:
        faults.append(
            Fault(path.name, f"{len(twice)} families twice", "one line a family", "Merge.")
        )
    if not rows:
        faults.append(
            Fault(path.name, "no family", "a TSV with the columns " + " ".join(COLUMNS), "Add.")
        )
    if faults:
        raise InputError(faults)
    return tuple(families)


def families_of_call_set(source: str, ped: Path, phenotypes: Path) -> tuple[Family, ...]:
    """One family for each family of the PED that has ``FAMILY.txt``, ``.toml`` or ``.json``.

    Raises:
        InputError: the PED is faulty, or no family has a phenotype file.
    """
    people, faults = read_ped(ped)
    if faults:
        raise InputError(faults)
    families = []
    for id_ in dict.fromkeys(p.family for p in people):
        hpo = phenotypes / f"{id_}.txt"
        case = next((c for e in _CASE_ENDINGS if (c := phenotypes / f"{id_}{e}").is_file()), None)
        if hpo.is_file() or case is not None:
            families.append(Family(id_, source, ped, hpo if hpo.is_file() else None, case))
    if not families:
        raise InputError(
            Fault(
                str(phenotypes),
                "no phenotype file of any family",
                "FAMILY.txt or FAMILY.toml",
                "Name the files after the family column of the PED.",
            )
        )
    return tuple(families)


def run_cohort(request: CohortRequest, progress: Progress = silent) -> tuple[Outcome, ...]:
    """Analyse every family into ``out/FAMILY``; writes cohort.tsv and recurrent.tsv."""
    request.out.mkdir(parents=True, exist_ok=True)
    outcomes: list[Outcome] = []
    results: dict[str, CaseResult | None] = {}
    for group in _by_source(request.families):
        matrix = ""
        for family in group:
            progress(f"Family {family.id}", len(outcomes) / len(request.families))
            key = _key(family, request)
            if _is_done(request.out / family.id, key):
                outcomes.append(Outcome(family.id, "skipped"))
                continue
            try:
                matrix = matrix or _import(family, request, shared=len(group) > 1)
                result = _one(family, matrix, request)
            except RareplanError as error:
                message = " | ".join(str(error).splitlines())
                outcomes.append(Outcome(family.id, "failed", message=message))
                continue
            _mark(request.out / family.id, key)
            results[family.id] = result
            outcomes.append(_outcome(family.id, result))
    _write(request.out / "cohort.tsv", [asdict(o) for o in outcomes])
    _write(request.out / "recurrent.tsv", list(_recurrent(request)))
    return tuple(outcomes)


def _by_source(families: Iterable[Family]) -> list[list[Family]]:
    groups: dict[str, list[Family]] = {}
    for family in families:
        groups.setdefault(family.source, []).append(family)
    return list(groups.values())


def _import(family: Family, request: CohortRequest, *, shared: bool) -> str:
    """Where the call set lies as a MatrixTable; "" when the family's VCF is read directly."""
    if request.engine != "hail":
        return ""
    if family.source.rstrip("/").endswith(".mt"):
        return family.source
    if not shared:
        return ""
    from rareplan.engines.hail.cohort import import_once

    return import_once(family.source, request.spark_master, request.assembly)


def _one(family: Family, matrix: str, request: CohortRequest) -> CaseResult:
    vcf = Path(family.source)
    if family.source.rstrip("/").endswith(".mt"):
        from rareplan.engines.hail.cohort import header_of_matrix

        vcf = header_of_matrix(family.source, request.spark_master)
    proband = _proband_of(family)
    paths = CasePaths(
        (vcf,),
        family.hpo,
        family.ped,
        family.case,
        proband=proband,
        assembly=request.assembly,
        allow_unsequenced=True,
    )
    engine = EngineRequest(request.engine, request.spark_master, force=request.force, matrix=matrix)
    return analyze(
        AnalyzeRequest(
            paths,
            request.out / family.id,
            engine,
            ReportRequest(),
            request.knowledge,
            request.config,
        )
    )


def _proband_of(family: Family) -> str:
    """First affected person of the family with a parent named, else the first affected one."""
    if family.ped is None:
        return ""
    people = [p for p in read_ped(family.ped)[0] if p.family == family.id]
    affected = [p for p in people if p.affected]
    best = next((p for p in affected if p.father or p.mother), None)
    return (best or affected[0]).id if affected else ""


def _key(family: Family, request: CohortRequest) -> str:
    """Names input, settings and knowledge: the same key, the same result."""
    files = [p for p in (family.ped, family.hpo, family.case) if p and p.is_file()]
    source = Path(family.source)
    stat = source.stat() if source.exists() else None
    return sha256_json(
        {
            "files": input_hashes(files),
            "source": [family.source, stat.st_size if stat else 0, stat.st_mtime_ns if stat else 0],
            "settings": load_settings(request.config).model_dump(mode="json"),
            "knowledge": open_knowledge(request.knowledge).sha256,
            "engine": request.engine,
        }
    )


def _is_done(run: Path, key: str) -> bool:
    mark = run / "cohort.key"
    return is_run(run) and mark.is_file() and mark.read_text("utf-8") == key


def _mark(run: Path, key: str) -> None:
    (run / "cohort.key").write_text(key, "utf-8")
    (run / "cohort.key").chmod(0o600)


def _outcome(id_: str, result: CaseResult) -> Outcome:
    top = result.candidates[0] if result.candidates else None
    return Outcome(
        id_,
        "done",
        top.gene if top else "",
        f"{top.probability:.4f}" if top else "",
        f"{result.none_of_these:.4f}",
        "; ".join(result.warnings),
    )


def _top_genes(run: Path) -> list[tuple[str, str]]:
    """(gene, variant) of a run's likely candidates (probability 0.1 or more)."""
    data = json.loads((run / "case.json").read_text("utf-8"))
    return [
        (c["gene"], v["variant"])
        for c in data["candidates"]
        if c["probability"] >= 0.1
        for v in c["variants"]
    ]


def _recurrent(request: CohortRequest) -> Iterator[dict[str, object]]:
    """Genes and variants that are likely in more than one family."""
    genes: dict[str, set[str]] = {}
    variants: dict[str, set[str]] = {}
    for family in request.families:
        run = request.out / family.id
        for gene, variant in _top_genes(run) if is_run(run) else ():
            genes.setdefault(gene, set()).add(family.id)
            variants.setdefault(f"{gene} {variant}", set()).add(family.id)
    for kind, found in (("gene", genes), ("variant", variants)):
        for name, families in sorted(found.items()):
            if len(families) > 1:
                yield {
                    "kind": kind,
                    "name": name,
                    "families": len(families),
                    "which": ";".join(sorted(families)),
                }


def _write(path: Path, rows: list[dict[str, object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as handle:
        if rows:
            writer = csv.DictWriter(handle, list(rows[0]), delimiter="\t", lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    path.chmod(0o600)
