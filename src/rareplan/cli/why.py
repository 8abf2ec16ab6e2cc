"""``rareplan why``: what happened to a gene or a variant in a finished run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rareplan.filters.run_ledger import Run
    from rareplan.filters.why import AlleleFate, Answer, Query

_LISTED = 25


@click.command(
    "why",
    epilog="""\b
Examples:
  rareplan why run/ CPS1
  rareplan why run/ 2-210591886-C-T
  rareplan why run/ chr2:210590000-210600000
  rareplan why run/ NM_001875.5:c.1003C>T
  rareplan why run/ "CPS1:p.Gln335Ter" --json""",
)
@click.argument("run_dir", type=click.Path(path_type=Path))
@click.argument("query")
@click.option("--targets", type=click.Path(path_type=Path),
              help="BED of the target regions, to tell whether a place was looked at.")  # fmt: skip
@click.option("--kb", type=click.Path(path_type=Path), help="Knowledge snapshot, for HGVS names.")
@click.option("--json", "as_json", is_flag=True, help="The whole answer as JSON.")
def why(run_dir: Path, query: str, targets: Path | None, kb: Path | None, *, as_json: bool) -> None:
    """Tell at which rule a gene's or variant's way ended in RUN_DIR, and what would rescue it.

    QUERY is a gene, chr-pos-ref-alt, a range, or an HGVS c. or p. name with its transcript or
    gene. Positions are those of the input's assembly.
    """
    from rareplan.filters.run_ledger import open_run
    from rareplan.filters.why import explain, parse_query

    run = open_run(run_dir)
    asked = parse_query(query)
    answer = _by_name(run, asked, kb) if asked.kind == "hgvs" else explain(run, asked, targets)
    if as_json:
        import json
        from dataclasses import asdict

        click.echo(json.dumps(asdict(answer), indent=2))
        return
    _print(answer)


def _by_name(run: Run, asked: Query, kb: Path | None) -> Answer:
    from rareplan.engines.naming import rows_by_hgvs
    from rareplan.filters.why import Answer, fate_of
    from rareplan.knowledge.store import open_knowledge

    gene, rows = rows_by_hgvs(run, open_knowledge(kb), asked.text)
    if rows:
        return Answer(asked.text, asked.kind, tuple(fate_of(run, row) for row in rows))
    if not gene:
        note = "give the name with its transcript or gene, as NM_001875.5:c.1003C>T"
    else:
        note = (
            f"no allele of the VCF in {gene} has this name (protein names need sequence knowledge)"
        )
    return Answer(asked.text, asked.kind, notes=(note,))


def _print(answer: Answer) -> None:
    click.echo(f"{answer.query} ({answer.kind})")
    for note in answer.notes:
        click.echo(f"  {note}")
    if len(answer.alleles) > 1:
        told = ", ".join(f"{name} {n}" for name, n in sorted(answer.counts.items()))
        click.echo(f"  {len(answer.alleles)} alleles: {told}" if told else "")
    for fate in answer.alleles[:_LISTED]:
        _print_allele(fate, full=len(answer.alleles) == 1)
    if len(answer.alleles) > _LISTED:
        click.echo(f"  ... and {len(answer.alleles) - _LISTED} more (--json lists them)")


def _print_allele(fate: AlleleFate, *, full: bool) -> None:
    rank = f", rank {fate.rank}" if fate.rank else ""
    head = " ".join(p for p in (fate.gene, fate.genotype, fate.consequence) if p)
    click.echo(f"\n{fate.variant}  {head}{rank}")
    click.echo(f"  {fate.story}")
    if fate.exempt:
        click.echo(f"  exempt from rarity and consequence: {fate.exempt}")
    if fate.rescue:
        click.echo(f"  rescue: {fate.rescue}")
    if full:
        for step in fate.steps:
            value = f" {step.value}" if step.value else ""
            click.echo(f"    {step.outcome:8}{step.rule:18}{value}  ({step.threshold})")
