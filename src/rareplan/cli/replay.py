"""``rareplan replay``: prove a finished run from its own provenance.json."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rareplan.pipeline import AnalyzeRequest

EXAMPLES = """
\b
Examples:
  rareplan replay child.rareplan
  rareplan replay child.rareplan --json
"""


@click.command("replay", epilog=EXAMPLES)
@click.argument("run_dir", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the comparison as JSON.")
def replay(run_dir: Path, *, as_json: bool) -> None:
    """Repeat the analysis of RUN_DIR from its record and compare every file, byte by byte.

    Inputs must lie where they lay. Exit code 1 when a file differs; what has changed since (the
    program, the settings, the knowledge) is then named. Nothing is sent anywhere.
    """
    record = _record(run_dir)
    request = _request(run_dir, record)
    again = _run_again(request)
    outcome = compare(record, again, _on_disk(run_dir, record))
    if as_json:
        click.echo(json.dumps(outcome, indent=2))
    else:
        _tell(outcome)
    if not outcome["same"]:
        sys.exit(1)


def _record(run_dir: Path) -> dict[str, Any]:
    from rareplan.errors import Fault, InputError
    from rareplan.rundir import DONE_MARK, is_run

    if not is_run(run_dir):
        raise InputError(
            Fault(run_dir.name, "no finished run", "a run directory of 'rareplan analyze'",
                  "Check the path.")
        )  # fmt: skip
    try:
        record = json.loads((run_dir / DONE_MARK).read_text("utf-8"))
        whole = isinstance(record["options"]["vcfs"], list) and bool(record["outputs"])
    except (ValueError, KeyError, TypeError):
        whole, record = False, {}
    if not whole:
        raise InputError(
            Fault(f"{run_dir.name}/{DONE_MARK}", "a damaged record", "what analyze wrote",
                  "Analyse the family anew.")
        )  # fmt: skip
    found: dict[str, Any] = record
    return found


def _request(run_dir: Path, record: Mapping[str, Any]) -> AnalyzeRequest:
    from rareplan.errors import Fault, InputError
    from rareplan.pipeline import request_of
    from rareplan.provenance import input_hashes

    options = {"today": record["started"][:10], **record["options"]}
    request = request_of(options, run_dir)
    if request.trials == "live":
        raise InputError(
            Fault(run_dir.name, "a run that asked ClinicalTrials.gov",
                  "a run without --trials live",
                  "Trials change by the day, so that such a run cannot be repeated exactly.")
        )  # fmt: skip
    extra = [request.pharmcat] if request.pharmcat else []
    files = [*request.paths.all_files, *extra]
    gone = [f for f in (*files, request.config) if f is not None and not f.is_file()]
    faults = [
        Fault(path.name, "no such file", "the run's own input", "Put it back where it was.")
        for path in gone
    ]
    if not faults:
        now = input_hashes(files)
        faults = [
            Fault(name, "a file that changed since", "the run's own input", "Analyse anew.")
            for name in now
            if now[name] != record["inputs"].get(name)
        ]
    if faults:
        raise InputError(faults)
    return request


def _run_again(request: AnalyzeRequest) -> dict[str, Any]:
    import tempfile
    from dataclasses import replace

    from rareplan.pipeline import analyze
    from rareplan.rundir import DONE_MARK

    with tempfile.TemporaryDirectory(prefix="rareplan-replay-") as folder:
        out = Path(folder) / "run"
        analyze(replace(request, out=out))
        found: dict[str, Any] = json.loads((out / DONE_MARK).read_text("utf-8"))
    return found


def _on_disk(run_dir: Path, record: Mapping[str, Any]) -> dict[str, str]:
    from rareplan.provenance import sha256_file

    paths = {name: run_dir / name for name in record["outputs"]}
    return {name: sha256_file(path) if path.is_file() else "" for name, path in paths.items()}


def compare(
    first: Mapping[str, Any], again: Mapping[str, Any], on_disk: Mapping[str, str]
) -> dict[str, Any]:
    """Two records of a run and the hashes of its files now; ``same`` when all agree.

    ``edited`` are files of the run that were changed or removed after it ended, ``differs``
    those that the repetition wrote otherwise, ``changed`` what may explain it.
    """
    before, after = first["outputs"], again["outputs"]
    differs = sorted(n for n in before.keys() | after.keys() if before.get(n) != after.get(n))
    edited = sorted(n for n in before if on_disk.get(n) != before[n])
    changed = [
        f"{name} {first['versions'].get(name, 'absent')} -> {again['versions'].get(name, 'absent')}"
        for name in sorted(first["versions"].keys() | again["versions"].keys())
        if first["versions"].get(name) != again["versions"].get(name)
    ]
    changed += [
        word
        for word in ("settings", "knowledge")
        if first[f"{word}_sha256"] != again[f"{word}_sha256"]
    ]
    return {
        "same": not differs and not edited,
        "files": len(before),
        "differs": differs,
        "edited": edited,
        "changed": changed,
    }


def _tell(outcome: Mapping[str, Any]) -> None:
    if outcome["same"]:
        click.echo(f"The same bytes: {outcome['files']} files repeated.")
    for name in outcome["edited"]:
        click.echo(f"changed after the run ended: {name}")
    for name in outcome["differs"]:
        click.echo(f"repeated differently: {name}")
    if outcome["differs"]:
        since = ", ".join(outcome["changed"])
        click.echo(f"changed since the run: {since or 'nothing that the record knows'}")
