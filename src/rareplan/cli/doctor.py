"""``rareplan doctor``: what this installation can decide, checked on well-known variants."""

from __future__ import annotations

import json
import shutil
import sys
from collections import Counter
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path

import click

from rareplan.cli.options import PATH

EXAMPLES = """
\b
Examples:
  rareplan doctor
  rareplan doctor --json
  rareplan doctor --kb /data/knowledge/current
"""


@click.command("doctor", epilog=EXAMPLES)
@click.option("--kb", type=PATH, envvar="RAREPLAN_KB", help="Knowledge snapshot.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def doctor(*, kb: Path | None, as_json: bool) -> None:
    """Check the knowledge and say what it can and cannot decide.

    Every file's hash is checked, and 30 well-known variants are named with the snapshot's own
    transcript models. Exit code 3 when a file is damaged or a name is wrong.
    """
    from rareplan.knowledge.store import open_knowledge
    from rareplan.refresh.selfcheck import abilities, check_names

    snapshot = open_knowledge(kb)
    faults = snapshot.verify()
    able = abilities(snapshot)
    names = check_names(snapshot) if not faults else []
    verdicts = Counter(check.verdict for check in names)
    wrong = [check for check in names if check.verdict in ("wrong", "absent")]
    if as_json:
        report = {
            "snapshot": snapshot.name,
            "folder": str(snapshot.root),
            "faults": faults,
            "abilities": [asdict(a) for a in able],
            "engines": _extras(),
            "known_variants": dict(verdicts),
            "wrong": [asdict(c) for c in wrong],
        }
        click.echo(json.dumps(report, indent=2))
    else:
        click.echo(f"Knowledge: {snapshot.name} of {snapshot.created} in {snapshot.root}")
        for fault in faults:
            click.echo(f"  damaged: {fault}")
        for ability in able:
            click.echo(f"  {'yes' if ability.able else 'no ':3} {ability.name}: {ability.text}")
        for name, there in _extras().items():
            click.echo(f"  {'yes' if there else 'no ':3} {name}")
        click.echo(_told(verdicts, len(names)))
        for check in wrong:
            click.echo(f"  {check.gene}: expected {check.expected}; found {check.found}")
        if not all(a.able for a in able[:2]):
            click.echo("Get the rest with: rareplan kb refresh")
            if not able[0].able:
                click.echo("or, offline, the sequence with: rareplan kb sequence GENOME.fa")
    if faults or wrong:
        sys.exit(3)


def _told(verdicts: Counter[str], total: int) -> str:
    text = f"Well-known variants: {verdicts['ok']} of {total} named as ClinVar names them"
    if verdicts["partial"]:
        text += f", {verdicts['partial']} with the right c. name but no sequence for the protein"
    return f"{text}, {verdicts['wrong'] + verdicts['absent']} wrong"


def _extras() -> dict[str, bool]:
    """Optional parts of the installation."""
    return {
        "Hail engine (extra 'hail')": find_spec("hail") is not None,
        "PDF reports (extra 'pdf')": find_spec("weasyprint") is not None,
        "bcftools on the path": shutil.which("bcftools") is not None,
    }
