"""What people see on the terminal: progress while it works, a short table at the end.

Progress goes to standard error and only to a terminal; in a pipe nothing is drawn.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rareplan.model.progress import Progress
    from rareplan.model.result import Candidate, CaseResult


@contextmanager
def step_progress(*, quiet: bool) -> Iterator[Progress]:
    """A progress line on a terminal, silence elsewhere."""
    from rich.console import Console

    from rareplan.model.progress import silent

    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield silent
        return
    from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Bar(*columns, console=console, transient=True) as bar:
        task = bar.add_task("Starting", total=None)

        def tell(step: str, fraction: float | None = None) -> None:
            total = None if fraction is None else 1.0
            bar.update(task, description=step, completed=fraction or 0.0, total=total)

        yield tell


_SHORT = {
    "Pathogenic": "P",
    "Likely pathogenic": "LP",
    "Uncertain significance": "VUS",
    "Likely benign": "LB",
    "Benign": "B",
}


def _effect(candidate: Candidate) -> str:
    lines = []
    for variant in candidate.variants:
        name = variant.hgvs_c or variant.variant
        label = _SHORT.get(variant.classification.label, variant.classification.label)
        protein = variant.hgvs_p.split(":")[-1]
        lines.append(" ".join(part for part in (name, protein, f"[{label}]") if part))
    return "\n".join(lines)


def _mode(candidate: Candidate) -> str:
    phase = candidate.phase.split(":")[0]
    in_trans = "in trans, " if "in trans" in phase else ""
    return f"{candidate.inheritance}\n{in_trans}{candidate.segregation.lower()}"


def show_summary(result: CaseResult, run: Path, top: int) -> None:
    """The ranked list, what remains unexplained, and where the reports lie."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = Console()
    table = Table(title="What may explain the patient", title_justify="left")
    table.add_column("#", justify="right", no_wrap=True)
    table.add_column("Gene", no_wrap=True)
    table.add_column("Variants [class]", overflow="fold", ratio=3)
    table.add_column("Inheritance", overflow="fold", ratio=2)
    table.add_column("Prob.", justify="right", no_wrap=True)
    for candidate in result.candidates[:top]:
        table.add_row(
            str(candidate.rank),
            escape(candidate.gene),
            escape(_effect(candidate)),
            escape(_mode(candidate)),
            f"{candidate.probability:.3f}",
        )
    if result.candidates:
        console.print(table)
    else:
        console.print("No candidate passed the rules. See the funnel in the clinician report.")
    console.print(f"None of the variants here: {result.none_of_these:.3f}")
    for warning in result.warnings:
        console.print(f"[yellow]warning:[/] {escape(warning)}", highlight=False)
    console.print(
        f"Engine: {result.engine}; assembly {result.assembly}; {result.ledger.alleles} alleles"
    )
    for name in ("clinician.html", "family.html", "case.json", "candidates.tsv"):
        console.print(str(run / name), highlight=False, soft_wrap=True)
