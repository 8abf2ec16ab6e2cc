"""The command line: commands are found by name and imported only when they run."""

from __future__ import annotations

import importlib

import click

from rareplan import __version__

# name -> (module, attribute, one line of help). Kept here so that --help imports nothing.
COMMANDS: dict[str, tuple[str, str, str]] = {}


class LazyGroup(click.Group):
    """A group that imports a command's module when the command is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Names in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import one command."""
        if cmd_name not in COMMANDS:
            return None
        module, attribute, _ = COMMANDS[cmd_name]
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List commands from the table, without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry[2]) for name, entry in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="rareplan")
def cli() -> None:
    """From a family's VCF and HPO terms to a plan."""


def main() -> None:
    """Entry point: turns rareplan's own errors into one clear line each and an exit code."""
    import sys

    from rareplan.errors import InputError, RareplanError

    try:
        cli(standalone_mode=True)
    except InputError as error:
        for fault in error.faults:
            click.echo(f"error: {fault}", err=True)
        sys.exit(error.exit_code)
    except RareplanError as error:
        click.echo(f"error: {error}", err=True)
        sys.exit(error.exit_code)
