"""``rareplan trials``: studies for a gene and disease, or families for a study."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from rareplan.cli.options import snapshot_options

if TYPE_CHECKING:
    from rareplan.config import Settings
    from rareplan.knowledge.store import KnowledgeBase
    from rareplan.model.result import CaseResult
    from rareplan.model.therapy import TrialMatch, TrialSearch
    from rareplan.therapies.trials.study import Study

_EPILOG = """\b
Examples:
  rareplan trials --gene SHANK3 --disease "Phelan-McDermid syndrome" --trials live
  rareplan trials --gene CPS1 --age 0.5 --sex female --country Italy
  rareplan trials --cohort runs/ --nct NCT01234567
  rareplan trials --cohort runs/ --since old_snapshot/

\b
Without --trials live nothing leaves this machine: the stored copy of the registry is used where
the snapshot has one, else a ready-made link is printed. Live, only the gene and disease names
are sent; age, sex and country are compared here. Another service that speaks API v2 is set by
[trials] base_url in --config.
A study that "may fit" is a reason to ask the team, not an answer.
"""


@click.command(epilog=_EPILOG)
@click.option("--gene", help="Gene symbol.")
@click.option("--disease", "diseases", multiple=True, help="Disease name; repeat for synonyms.")
@click.option("--age", type=float, help="Age in years (compared here, never sent).")
@click.option("--sex", type=click.Choice(["male", "female"]), help="Compared here, never sent.")
@click.option("--country", default="", help="Where the family lives, as the registry writes it.")
@click.option(
    "--cohort",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Folder of run directories: which families may fit.",
)
@click.option("--nct", "ncts", multiple=True, help="With --cohort: this study; repeat.")
@click.option(
    "--since",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="With --cohort: what opened, closed or changed since this older snapshot.",
)
@click.option(
    "--trials",
    "mode",
    type=click.Choice(["cached", "live"]),
    default="cached",
    show_default=True,
    help="live asks ClinicalTrials.gov.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@snapshot_options
def trials(
    gene: str | None,
    diseases: tuple[str, ...],
    age: float | None,
    sex: str | None,
    country: str,
    cohort: Path | None,
    ncts: tuple[str, ...],
    since: Path | None,
    mode: str,
    as_json: bool,
    kb: Path | None,
    config: Path | None,
) -> None:
    """Studies held against a patient, criterion by criterion: met, not met, unknown."""
    from rareplan.config import load_settings
    from rareplan.knowledge.store import open_knowledge

    settings, snapshot = load_settings(config), open_knowledge(kb)
    if cohort is not None:
        runs = _runs(cohort)
        if since is not None:
            _show_changes(runs, since, snapshot, settings, as_json=as_json)
        elif ncts:
            studies, stamp = _studies(ncts, mode, snapshot, settings)
            _show_families(runs, studies, stamp, snapshot, settings, as_json=as_json)
        else:
            raise click.UsageError("--cohort needs --nct or --since")
        return
    if not gene:
        raise click.UsageError("give --gene (and --disease), or --cohort with --nct or --since")
    search = _search(gene, diseases, age, sex or "", country, mode, snapshot, settings)
    if as_json:
        click.echo(search.model_dump_json(indent=2))
    else:
        _show(search)


def _search(
    gene: str,
    named: tuple[str, ...],
    age: float | None,
    sex: str,
    country: str,
    mode: str,
    kb: KnowledgeBase,
    settings: Settings,
) -> TrialSearch:
    from dataclasses import replace

    from rareplan.errors import Fault, InputError
    from rareplan.knowledge.genes import genes
    from rareplan.model.result import Candidate
    from rareplan.therapies.trials.facts import Person, trial_patient
    from rareplan.therapies.trials.search import search_for

    found = genes(kb).find(gene)
    if found is None:
        near = ", ".join(genes(kb).nearest(gene)) or "nothing close"
        raise InputError(Fault("--gene", f"'{gene}'", "a gene symbol", f"The nearest are: {near}."))
    bare = Candidate(
        rank=1,
        gene=found.symbol,
        inheritance="",
        probability=0.0,
        phenotype_score=0.0,
        variants=(),
    )
    least = settings.therapies.disease_posterior
    patient = trial_patient(bare, Person(age, sex, country), kb, least)
    if named:
        patient = replace(patient, diseases=tuple(named))
    return search_for(patient, kb, mode, settings)


def _runs(folder: Path) -> list[tuple[str, CaseResult]]:
    """Every run directory in a folder, by name.

    Raises:
        InputError: none there, or a case.json that cannot be read.
    """
    from rareplan.errors import Fault, InputError
    from rareplan.report.store import CASE_FILE, load_result

    paths = sorted(p.parent for p in folder.glob(f"**/{CASE_FILE}"))
    if not paths:
        raise InputError(
            Fault(folder.name, "no run directory", "folders with a case.json", "Check --cohort.")
        )
    return [(str(p.relative_to(folder)), load_result(p)) for p in paths]


def _studies(
    ncts: tuple[str, ...], mode: str, kb: KnowledgeBase, settings: Settings
) -> tuple[list[Study], str]:
    from rareplan.errors import Fault, InputError
    from rareplan.therapies.trials.client import TrialsClient
    from rareplan.therapies.trials.search import stored_studies
    from rareplan.therapies.trials.study import parse_study

    stamp = ""
    found: dict[str, Study | None] = {}
    if mode == "live":
        client = TrialsClient(settings.trials)
        stamp = client.version()
        for nct in ncts:
            record = client.study(nct)
            found[nct] = parse_study(record) if record is not None else None
    else:
        stored = {s.nct_id: s for s in stored_studies(kb)}
        found = {nct: stored.get(nct.upper()) for nct in ncts}
    missing = [nct for nct, study in found.items() if study is None]
    if missing:
        action = (
            "Check the numbers."
            if mode == "live"
            else "Ask the registry with --trials live, or run 'rareplan kb refresh'."
        )
        raise InputError(Fault("--nct", f"no study {', '.join(missing)}", "studies", action))
    return [s for s in found.values() if s is not None], stamp


def _show_families(
    runs: list[tuple[str, CaseResult]],
    studies: list[Study],
    stamp: str,
    kb: KnowledgeBase,
    settings: Settings,
    *,
    as_json: bool,
) -> None:
    import json

    from rareplan.therapies.trials.programme import families_for, families_of

    found = families_for(studies, families_of(runs, kb, settings), stamp)
    if as_json:
        rows = [
            {"run": m.run, "gene": m.gene, "study": m.match.model_dump(mode="json")} for m in found
        ]
        click.echo(json.dumps(rows, indent=2))
        return
    if not found:
        click.echo("No family has this gene or disease.")
    for item in found:
        click.echo(f"{item.run}  {item.gene}  {item.match.nct_id}: {item.match.summary}")
        _requirements(item.match)


def _show_changes(
    runs: list[tuple[str, CaseResult]],
    since: Path,
    kb: KnowledgeBase,
    settings: Settings,
    *,
    as_json: bool,
) -> None:
    import json

    from rareplan.knowledge.store import open_knowledge
    from rareplan.therapies.trials.programme import changes, families_for, families_of
    from rareplan.therapies.trials.search import stored_studies

    old, new = stored_studies(open_knowledge(since)), stored_studies(kb)
    families = families_of(runs, kb, settings)
    by_id = {s.nct_id: s for s in (*old, *new)}
    rows = []
    for change in changes(old, new):
        rows += [
            {
                "run": item.run,
                "gene": item.gene,
                "nct_id": change.nct_id,
                "title": change.title,
                "change": change.kind,
                "detail": change.detail,
                "summary": item.match.summary,
            }
            for item in families_for([by_id[change.nct_id]], families)
        ]
    if as_json:
        click.echo(json.dumps(rows, indent=2))
        return
    if not rows:
        click.echo("Nothing that concerns these families opened, closed or changed.")
    for row in rows:
        click.echo(
            f"{row['run']}  {row['gene']}  {row['nct_id']} {row['change']} ({row['detail']}): "
            f"{row['summary']}"
        )


def _show(search: TrialSearch) -> None:
    click.echo(f"{search.gene}: {search.state}" + (f" ({search.note})" if search.note else ""))
    click.echo(f"Search the registry yourself: {search.link}")
    if search.data_timestamp:
        click.echo(f"Data of {search.data_timestamp}")
    kind = ""
    for match in search.matches:
        if match.kind != kind:
            kind = match.kind
            click.echo(f"\n{kind}")
        click.echo(f"{match.nct_id}  {match.title}\n  {match.summary}  {match.url}")
        _requirements(match)
    for address in search.queries:
        click.echo(f"sent: {address}", err=True)


def _requirements(match: TrialMatch) -> None:
    for item in match.requirements:
        text = f": {item.text}" if item.text else ""
        click.echo(f"    {item.verdict.value:8} {item.name}{text}")
