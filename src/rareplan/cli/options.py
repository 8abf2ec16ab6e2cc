"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])
PATH = click.Path(path_type=Path)

_FAMILY = (
    click.argument("vcfs", nargs=-1, required=True, type=PATH, metavar="VCFS..."),
    click.option("--hpo", type=PATH, help="HPO ids or labels, one a line; '-' or NOT excludes."),
    click.option("--ped", type=PATH, help="Pedigree, 6 columns. Not needed for one sample."),
    click.option("--case", type=PATH, help="Case file (TOML) or GA4GH phenopacket (.json)."),
    click.option("--targets", type=PATH, help="BED of covered regions, for 'why'."),
    click.option("--proband", default="", help="Sample name of the patient."),
    click.option(
        "--assembly",
        type=click.Choice(["auto", "GRCh37", "GRCh38"]),
        default="auto",
        show_default=True,
        help="Reference of the VCF; auto reads the header.",
    ),
    click.option("--allow-unsequenced", is_flag=True, help="People of the PED may lack a sample."),
)
_SNAPSHOT = (
    click.option(
        "--kb", type=PATH, envvar="RAREPLAN_KB", help="Knowledge snapshot  [default: starter]"
    ),
    click.option("--config", type=PATH, help="TOML that overrides rareplan's thresholds."),
)


def _apply(command: Command, options: tuple[Callable[[Command], Command], ...]) -> Command:
    for option in reversed(options):
        command = option(command)
    return command


def family_options(command: Command) -> Command:
    """Files of one family."""
    return _apply(command, _FAMILY)


def snapshot_options(command: Command) -> Command:
    """Knowledge snapshot and thresholds."""
    return _apply(command, _SNAPSHOT)
