"""The command line: commands are found by name and imported only when they run."""

from __future__ import annotations

import importlib

import click

from rareplan import __version__

# name -> (module, attribute, one line of help). Kept here so that --help imports nothing.
COMMANDS: dict[str, tuple[str, str, str]] = {
    "analyze": ("rareplan.cli.analyze", "analyze", "One family: rank, plan and report."),
    "cohort": ("rareplan.cli.cohort", "cohort", "Many families, on Hail."),
    "annotate": ("rareplan.cli.annotate", "annotate", "Consequences and HGVS names of a VCF."),
    "rank": ("rareplan.cli.rank", "rank", "Rank diseases and genes by phenotype."),
    "why": ("rareplan.cli.why", "why", "What happened to a gene or variant in a run."),
    "therapies": ("rareplan.cli.therapies", "therapies", "What can be done for a gene."),
    "aso": ("rareplan.cli.aso", "aso", "Antisense suitability by the N1C rules."),
    "trials": ("rareplan.cli.trials", "trials", "Clinical trials, criterion by criterion."),
    "report": ("rareplan.cli.report", "report", "Render a run's reports again."),
    "validate": ("rareplan.cli.validate", "validate", "Find every fault of the input files."),
    "hpo": ("rareplan.cli.hpo", "hpo", "Lint, search and suggest HPO terms."),
    "kb": ("rareplan.cli.kb", "kb", "Status, refresh and history of the knowledge."),
    "reanalyze": ("rareplan.cli.reanalyze", "reanalyze", "What is new for stored runs."),
    "replay": ("rareplan.cli.replay", "replay", "Prove a run: repeat it, compare every byte."),
    "scrub": ("rareplan.cli.scrub", "scrub", "What of a run may go into a bug report."),
    "doctor": ("rareplan.cli.doctor", "doctor", "What this installation can decide."),
}


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
@click.pass_context
def cli(ctx: click.Context) -> None:
    """From a family's VCF and HPO terms to a plan."""
    import os

    # What any command writes of a patient is private. Knowledge is not, and may be for everyone.
    if ctx.invoked_subcommand != "kb":
        os.umask(0o077)


def _stop_on_signals() -> None:
    """Ctrl-C, ``kill`` and a closed terminal end the command as an error would: nothing half-done.

    A signal that the caller has set to be ignored (``nohup``) stays ignored.
    """
    import os
    import signal
    import sys
    from types import FrameType

    def stop(number: int, _: FrameType | None) -> None:
        # Not click.echo: the signal may have come while it held the stream.
        name = signal.Signals(number).name
        os.write(2, f"error: stopped by {name} before the end; there is no result.\n".encode())
        sys.exit(128 + number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, stop)


def main() -> None:
    """Entry point: every error becomes clear lines and an exit code, never a traceback.

    ``RAREPLAN_DEBUG=1`` shows the traceback of an internal error; it may hold patient data.
    """
    import os
    import sys

    from rareplan.errors import InputError, RareplanError

    _stop_on_signals()
    try:
        cli(standalone_mode=True)
    except InputError as error:
        for fault in error.faults:
            click.echo(f"error: {fault}", err=True)
        sys.exit(error.exit_code)
    except RareplanError as error:
        click.echo(f"error: {error}", err=True)
        sys.exit(error.exit_code)
    except MemoryError:
        click.echo("error: out of memory. Close other programs or use a larger machine.", err=True)
        sys.exit(4)
    except OSError as error:
        # The file's name may name the patient, so only the reason is printed.
        click.echo(f"error: the system refused: {error.strerror or error}.", err=True)
        sys.exit(4)
    except Exception as error:
        if os.environ.get("RAREPLAN_DEBUG"):
            raise
        click.echo(
            f"error: internal ({type(error).__name__}). This is a fault of rareplan, nothing was "
            "written. Set RAREPLAN_DEBUG=1 for details.",
            err=True,
        )
        sys.exit(4)
