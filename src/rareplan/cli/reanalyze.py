"""``rareplan reanalyze``: what is new for the families of stored runs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rareplan.cli.options import PATH

if TYPE_CHECKING:
    from rareplan.knowledge.store import KnowledgeBase
    from rareplan.refresh.layout import Home
    from rareplan.refresh.reanalysis import Outcome

EXAMPLES = """
\b
Examples:
  rareplan reanalyze runs/*
  rareplan reanalyze runs/smith --kb /data/knowledge/current
  rareplan reanalyze runs/* --through 2026-01 --through 2026-06 --through current
"""


@click.command("reanalyze", epilog=EXAMPLES)
@click.argument("runs", nargs=-1, required=True, type=PATH, metavar="RUN_DIR...")
@click.option("--kb", "target", type=PATH, envvar="RAREPLAN_KB", help="The newer snapshot.")
@click.option(
    "--through", multiple=True, metavar="SNAPSHOT",
    help="Snapshots in order, by name or folder: replays the time between them.",
)  # fmt: skip
@click.option("--home", type=PATH, help="Folder of snapshots.")
@click.option("--config", type=PATH, help="TOML that overrides rareplan's settings.")
@click.option("--keep", is_flag=True, help="Keep the new run beside the old one.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def reanalyze(
    *,
    runs: tuple[Path, ...],
    target: Path | None,
    through: tuple[str, ...],
    home: Path | None,
    config: Path | None,
    keep: bool,
    as_json: bool,
) -> None:
    """Tell what new knowledge means for stored runs, with the reason and few alerts.

    Only runs that a change can touch are analysed again. A family that declined alerts gets
    none. Each run remembers what was looked at (reanalysis.json).
    """
    from rareplan.config import load_settings
    from rareplan.refresh.layout import Home

    place = Home(home) if home else Home.default()
    settings = load_settings(config)
    outcomes: list[Outcome] = []
    for run in runs:
        outcomes += _one(run, place, _targets(place, target, through), settings, keep=keep)
    if as_json:
        click.echo(json.dumps([asdict(o) for o in outcomes], indent=2, ensure_ascii=False))
        return
    for outcome in outcomes:
        _tell(outcome)


def _targets(place: Home, target: Path | None, through: tuple[str, ...]) -> list[KnowledgeBase]:
    from rareplan.knowledge.store import open_knowledge

    if through:
        return [place.open(name) for name in through]
    return [open_knowledge(target)]


def _one(
    run: Path, place: Home, targets: list[KnowledgeBase], settings: Any, *, keep: bool
) -> list[Outcome]:
    from datetime import UTC, datetime

    from rareplan.refresh.diff import diff_snapshots
    from rareplan.refresh.reanalysis import Outcome, load_history, read_case, reanalyse

    case = read_case(run)
    history = load_history(run, case, str(_snapshot_of(run)["name"]))
    old = _find(place, history.snapshot, targets)
    if old is None:
        note = f"the snapshot '{history.snapshot}' of this run is no longer on disk"
        return [Outcome(run.name, history.snapshot, targets[-1].name, note=note)]
    outcomes = []
    for new in targets:
        if new.sha256 == old.sha256:
            outcomes.append(Outcome(run.name, old.name, new.name, note="the same knowledge"))
            continue
        replayed = len(targets) > 1
        day = date.fromisoformat(new.created) if replayed else datetime.now(UTC).date()
        changes = diff_snapshots(old, new)
        found = reanalyse(
            run, changes, new, settings.reanalysis, day, lambda r, kb: _again(r, kb, keep=keep)
        )
        outcomes.append(found)
        old = new
    return outcomes


def _snapshot_of(run: Path) -> Mapping[str, Any]:
    record = json.loads((run / "provenance.json").read_text("utf-8"))
    found: Mapping[str, Any] = record["knowledge"]
    return found


def _find(place: Home, name: str, targets: list[KnowledgeBase]) -> KnowledgeBase | None:
    """The snapshot of a run: by name in the home, else the starter, else beside a target."""
    from rareplan.errors import KnowledgeError

    beside = [kb.root.parent / name for kb in targets]
    for attempt in (name, *map(str, beside)):
        try:
            found = place.open(attempt)
        except KnowledgeError:
            continue
        if found.name == name:
            return found
    return None


def _again(run: Path, kb: KnowledgeBase, *, keep: bool) -> Mapping[str, Any]:
    """Analyse a stored run once more, with its own options and the newer snapshot."""
    import tempfile
    from dataclasses import replace

    from rareplan.errors import Fault, InputError
    from rareplan.pipeline import analyze, request_of
    from rareplan.provenance import input_hashes

    record = json.loads((run / "provenance.json").read_text("utf-8"))
    request = request_of(record["options"], run)
    files = [*request.paths.all_files, *([request.pharmcat] if request.pharmcat else [])]
    missing = [p.name for p in files if not p.is_file()]
    if missing:
        raise InputError(
            Fault(run.name, f"inputs that are gone ({', '.join(missing)})", "the run's own inputs",
                  "Put them back where they were, or analyse the family anew.")
        )  # fmt: skip
    if input_hashes(files) != record["inputs"]:
        raise InputError(
            Fault(run.name, "inputs that changed since", "the run's own inputs", "Analyse anew.")
        )
    with tempfile.TemporaryDirectory(prefix="rareplan-reanalysis-") as tmp:
        out = run.with_name(f"{run.name}.{kb.name}") if keep else Path(tmp) / "run"
        # Nothing is asked of the network again, whatever the first run was allowed.
        result = analyze(replace(request, out=out, knowledge=kb.root, today=None, trials="cached"))
    content: Mapping[str, Any] = result.model_dump(mode="json")
    return content


def _tell(outcome: Outcome) -> None:
    click.echo(f"{outcome.run} ({outcome.old} -> {outcome.new})")
    for alert in outcome.alerts:
        mark = "later (budget used)" if alert.held_back else "NEW"
        click.echo(f"  {mark} {alert.day}: {alert.text}")
        for reason in alert.reasons:
            click.echo(f"    because {reason}")
    if outcome.note:
        click.echo(f"  {outcome.note}")
