"""``rareplan kb``: how fresh the knowledge is, and everything that keeps it so."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rareplan.cli.options import PATH

if TYPE_CHECKING:
    from rareplan.refresh.layout import Home
    from rareplan.refresh.summary import RefreshSummary

_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
_HOME = click.option(
    "--home", type=PATH, help="Folder of snapshots  [default: $RAREPLAN_HOME/knowledge]"
)
_SOURCES = click.option("--sources-dir", type=PATH, hidden=True, help="Other source files.")

EXAMPLES = """
\b
Examples:
  rareplan kb status
  rareplan kb refresh
  rareplan kb refresh --from /media/copied-files
  rareplan kb sequence GRCh38.fa
  rareplan kb diff starter current --format html --out changes.html
  rareplan kb rollback
"""


def _home(given: Path | None) -> Home:
    from rareplan.refresh.layout import Home

    return Home(given) if given else Home.default()


@click.group("kb", epilog=EXAMPLES)
def kb() -> None:
    """Knowledge: status, refresh, sequence, diff, verify, rollback, sources, schedule."""


@kb.command("status")
@click.option("--kb", "path", type=PATH, envvar="RAREPLAN_KB", help="Knowledge snapshot.")
@_JSON
def status(*, path: Path | None, as_json: bool) -> None:
    """Sources of the snapshot in use: version, date, licence, and what is stale.

    Exit code 1 when a source is stale, for monitoring.
    """
    from datetime import UTC, datetime

    from rareplan.config import load_settings
    from rareplan.knowledge.store import open_knowledge
    from rareplan.refresh.spec import load_specs
    from rareplan.refresh.status import as_dict, source_status

    snapshot = open_knowledge(path)
    today = datetime.now(UTC).date()
    factor = load_settings().refresh.stale_factor
    found = source_status(snapshot, load_specs(), today, factor)
    if as_json:
        click.echo(json.dumps(as_dict(snapshot, found), indent=2, ensure_ascii=False))
    else:
        click.echo(f"{snapshot.name}, built {snapshot.created}, in {snapshot.root}")
        for s in found:
            age = "age unknown" if s.age_days is None else f"{s.age_days} days old"
            mark = "  STALE" if s.stale else ""
            click.echo(f"  {s.name} {s.version} ({age}; {s.licence}){mark}")
    if any(s.stale for s in found):
        sys.exit(1)


@kb.command("refresh")
@click.argument("sources", nargs=-1)
@click.option("--with", "opt_in", multiple=True, metavar="SOURCE", help="Also an opt-in source.")
@click.option("--from", "mirror", type=PATH, help="Folder of copied files: no network is used.")
@click.option("--accept-drift", multiple=True, metavar="SOURCE", help="Accept its new size.")
@click.option("--config", type=PATH, help="TOML that overrides rareplan's settings.")
@_HOME
@_SOURCES
@_JSON
def refresh(
    *,
    sources: tuple[str, ...],
    opt_in: tuple[str, ...],
    mirror: Path | None,
    accept_drift: tuple[str, ...],
    config: Path | None,
    home: Path | None,
    sources_dir: Path | None,
    as_json: bool,
) -> None:
    """Fetch what changed upstream and build a new snapshot; the old one stays until it is whole.

    Exit code 0: all well; 1: some sources failed and kept their last state; 3: no new snapshot.
    """
    from rareplan.cli.console import step_progress
    from rareplan.config import load_settings
    from rareplan.refresh.job import RefreshRequest
    from rareplan.refresh.job import refresh as run
    from rareplan.refresh.spec import load_specs

    request = RefreshRequest(sources, opt_in, mirror, accept_drift)
    with step_progress(quiet=as_json) as tell:

        def moved(name: str, done: int, total: int) -> None:
            tell(f"{name} {done / 1e6:.0f} MB", done / total if total else None)

        summary = run(
            _home(home), load_specs(sources_dir), load_settings(config).refresh, request,
            progress=moved, tell=tell,
        )  # fmt: skip
    wrong = _self_check(_home(home)) if summary.changed else []
    if as_json:
        click.echo(json.dumps(json.loads(summary.as_json()) | {"wrong_names": wrong}, indent=2))
    else:
        click.echo("\n".join([_told(summary), *(f"self-check: {text}" for text in wrong)]))
    if summary.exit_code or wrong:
        sys.exit(summary.exit_code or 1)


@kb.command("sequence")
@click.argument("fasta", type=PATH)
@click.option("--config", type=PATH, help="TOML that overrides rareplan's settings.")
@_HOME
@_JSON
def sequence(*, fasta: Path, config: Path | None, home: Path | None, as_json: bool) -> None:
    """Read transcript sequence from a genome FASTA that you have: no network.

    FASTA: GRCh38 or GRCh37, plain or packed by bgzip, with its .fai. A new snapshot is made that
    resolves coding changes; every later command uses it.
    """
    from rareplan.cli.console import step_progress
    from rareplan.config import load_settings
    from rareplan.refresh.genome import SEQUENCE
    from rareplan.refresh.job import add_genome
    from rareplan.refresh.spec import load_specs

    place = _home(home)
    with step_progress(quiet=as_json) as tell:
        summary, part = add_genome(
            place, load_specs(), load_settings(config).refresh, fasta, tell=tell
        )
    read = len(part.arrays(SEQUENCE)["transcript"])
    left = part.index["tables"][SEQUENCE]["notes"]["left_out"]
    wrong = _self_check(place) if summary.changed else []
    if as_json:
        told = {"transcripts": read, "left_out": left, "wrong_names": wrong}
        click.echo(json.dumps(json.loads(summary.as_json()) | told, indent=2))
    else:
        click.echo(f"{read} transcripts with sequence from {fasta.name}")
        for reason, count in sorted(left.items()):
            click.echo(f"  {count} without: {reason}")
        click.echo("\n".join([_told(summary), *(f"self-check: {text}" for text in wrong)]))
    if summary.exit_code or wrong:
        sys.exit(summary.exit_code or 1)


def _self_check(place: Home) -> list[str]:
    """Well-known variants that the new snapshot does not name as ClinVar does."""
    from rareplan.refresh.selfcheck import check_names

    checks = check_names(place.open("current"))
    return [
        f"{c.gene}: expected {c.expected}; found {c.found}"
        for c in checks
        if c.verdict in ("wrong", "absent")
    ]


def _told(summary: RefreshSummary) -> str:
    lines = []
    for o in summary.sources:
        size = f", {o.transferred / 1e6:.1f} MB" if o.transferred else ""
        lines.append(f"{o.source}: {o.status} {o.version}{size} {o.message}".rstrip())
    lines += [f"fault: {fault}" for fault in summary.faults]
    if summary.changed:
        lines.append(f"New snapshot {summary.snapshot}. See: rareplan kb diff")
    elif not summary.faults:
        lines.append("Nothing new: the snapshot stays.")
    return "\n".join(lines)


@kb.command("diff")
@click.argument("old", default="")
@click.argument("new", default="current")
@click.option(
    "--format", "style", type=click.Choice(["text", "json", "html"]), default="text",
    show_default=True, help="Form of the answer.",
)  # fmt: skip
@click.option("--out", type=PATH, help="Write to a file instead.")
@click.option("--limit", type=int, default=25, show_default=True, help="Lines a layer in text.")
@_HOME
def diff(
    *, old: str, new: str, style: str, out: Path | None, limit: int, home: Path | None
) -> None:
    """What changed between two snapshots: OLD (default: the one before) and NEW.

    A snapshot is named as in 'kb verify', by its folder, or is 'starter' or 'current'.
    """
    from rareplan.refresh.diff import diff_snapshots
    from rareplan.refresh.diff_text import as_html, as_json, as_text

    place = _home(home)
    before = [name for name in place.names() if name < place.in_use()]
    found = diff_snapshots(
        place.open(old or (before[-1] if before else "starter")), place.open(new)
    )
    text = {"text": lambda: as_text(found, limit), "json": lambda: as_json(found),
            "html": lambda: as_html(found)}[style]()  # fmt: skip
    if out:
        out.write_text(text + "\n", "utf-8")
    else:
        click.echo(text)


@kb.command("verify")
@click.argument("name", default="")
@_HOME
@_JSON
def verify(*, name: str, home: Path | None, as_json: bool) -> None:
    """Hash every file of a snapshot (default: all of them, and the starter)."""
    from rareplan.errors import KnowledgeError

    place = _home(home)
    faults: dict[str, list[str]] = {}
    for one in [name] if name else ["starter", *place.names()]:
        try:
            faults[one] = place.open(one).verify()
        except KnowledgeError as error:
            faults[one] = [str(error)]
    if as_json:
        click.echo(json.dumps(faults, indent=2))
    else:
        for one, found in faults.items():
            click.echo(f"{one}: {'; '.join(found) or 'whole'}")
    if any(faults.values()):
        sys.exit(3)


@kb.command("rollback")
@click.argument("name", default="")
@_HOME
def rollback(*, name: str, home: Path | None) -> None:
    """Use the snapshot before the one in use, or the one that is named."""
    place = _home(home)
    with place.locked():
        click.echo(f"In use: {place.rollback(name)}")


@kb.command("sources")
@_SOURCES
@_JSON
def sources(*, sources_dir: Path | None, as_json: bool) -> None:
    """Every source that 'refresh' knows: address, licence, rhythm, opt-in or not."""
    from rareplan.refresh.spec import load_specs

    specs = load_specs(sources_dir)
    if as_json:
        listed = {name: spec.model_dump(mode="json") for name, spec in specs.items()}
        click.echo(json.dumps(listed, indent=2))
        return
    for spec in specs.values():
        opt = " (opt-in)" if spec.opt_in else ""
        click.echo(f"{spec.id}{opt}: {spec.name}, every {spec.cadence_days} days")
        click.echo(f"  licence: {spec.licence} ({spec.terms}); passing on: {spec.redistribution}")
        for file in spec.files[:3]:
            click.echo(f"  {file.url}")
        if len(spec.files) > 3:
            click.echo(f"  ... and {len(spec.files) - 3} more files")
        if spec.note:
            click.echo(f"  {spec.note}")


@kb.command("schedule")
@click.option(
    "--every", type=click.Choice(["daily", "weekly", "monthly"]), default="weekly",
    show_default=True, help="How often.",
)  # fmt: skip
@click.option("--cron", is_flag=True, help="Print a cron line instead of systemd units.")
@click.option("--install", is_flag=True, help="Write the units for the user's systemd.")
def schedule(*, every: str, cron: bool, install: bool) -> None:
    """Print, or install, what runs the refresh by itself."""
    from rareplan.refresh.schedule import cron_line, units
    from rareplan.refresh.schedule import install as write

    if cron:
        click.echo(cron_line(every))
        return
    if install:
        for path in write(every):
            click.echo(str(path))
        click.echo("Now: systemctl --user enable --now rareplan-refresh.timer")
        return
    for name, text in units(every).items():
        click.echo(f"# {name}\n{text}")


@kb.command("export")
@click.argument("out", type=PATH)
@click.option("--name", default="current", show_default=True, help="Snapshot.")
@click.option("--spark-master", default="", help="Spark master URL  [default: this machine]")
@_HOME
def export(*, out: Path, name: str, spark_master: str, home: Path | None) -> None:
    """Write the snapshot's tables as Hail tables for a cluster."""
    import tempfile

    from rareplan.engines.hail.session import get_session
    from rareplan.refresh.export import export_hail

    snapshot = _home(home).open(name)
    get_session(spark_master)  # ended when the process ends
    with tempfile.TemporaryDirectory(prefix="rareplan-") as tmp:
        rows = export_hail(snapshot, out, Path(tmp))
    for table, count in rows.items():
        click.echo(f"{table}: {count} rows")
