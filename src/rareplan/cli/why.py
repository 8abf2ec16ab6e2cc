"""``rareplan why``: what happened to a gene or a variant in a finished run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rareplan.filters.queries import Query
    from rareplan.filters.run_ledger import Run
    from rareplan.filters.why import AlleleFate, Answer

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
    from rareplan.errors import InputError
    from rareplan.filters.queries import parse_query
    from rareplan.filters.run_ledger import open_run
    from rareplan.filters.why import explain
    from rareplan.read.targets import read_targets

    run = open_run(run_dir)
    if targets is not None and (faults := read_targets(targets)[1]):
        raise InputError(faults)
    asked = parse_query(query)
    if asked.kind == "hgvs":
        answer = _by_name(run, asked, kb)
    elif asked.kind == "gene":
        answer = _gene(run, asked, kb, targets)
    else:
        answer = _elsewhere(run, asked, explain(run, asked, targets), kb)
    if as_json:
        import json
        from dataclasses import asdict

        click.echo(json.dumps(asdict(answer), indent=2))
        return
    _print(answer)


def _gene(run: Run, asked: Query, kb: Path | None, targets: Path | None) -> Answer:
    """A gene under any of its names; where it lies when the file has no allele of it.

    Raises:
        InputError: the text is no gene, and nothing else that can be asked.
    """
    from dataclasses import replace

    from rareplan.errors import Fault, InputError
    from rareplan.filters.run_ledger import rows_of_gene
    from rareplan.filters.why import coverage_notes, explain
    from rareplan.knowledge.genes import genes
    from rareplan.knowledge.store import open_knowledge

    if asked.text and len(rows_of_gene(run, asked.text)):
        return explain(run, asked, targets)
    known = genes(open_knowledge(kb))
    gene = known.find(asked.text) if asked.text else None
    if gene is None:
        near = ", ".join(known.nearest(asked.text)) if asked.text else ""
        raise InputError(
            Fault(
                "QUERY",
                f"'{asked.text[:60]}'",
                "a gene, chr-pos-ref-alt, a range, or an HGVS name with its transcript or gene",
                f"Genes with a like name: {near}." if near else "See 'rareplan why --help'.",
            )
        )
    answer = explain(run, replace(asked, text=gene.symbol), targets)
    notes = list(answer.notes)
    if gene.symbol.upper() != asked.text.upper():
        notes.insert(0, f"{asked.text} is now {gene.symbol}")
    if not answer.alleles and gene.start and run.assembly == "GRCh38":
        place = replace(asked, contig=gene.contig, start=gene.start, end=gene.end)
        notes.append(f"{gene.symbol} lies at {gene.contig.ucsc}:{gene.start}-{gene.end} (GRCh38)")
        notes += coverage_notes(run, place, targets)
    return replace(answer, notes=tuple(notes))


def _elsewhere(run: Run, asked: Query, answer: Answer, kb: Path | None) -> Answer:
    """An allele that is not there, or was named on the other assembly: looked up on that."""
    from dataclasses import replace

    from rareplan.filters.why import explain
    from rareplan.knowledge.liftover import liftover
    from rareplan.knowledge.store import open_knowledge

    named_other = asked.assembly not in {"", run.assembly}
    if asked.kind != "allele" or (answer.alleles and not named_other):
        return answer
    chain = liftover(open_knowledge(kb))
    lift = chain.to_grch38 if run.assembly == "GRCh38" else chain.to_grch37
    contigs, places, strands = lift([int(asked.contig)], [asked.start])
    other = "GRCh37" if run.assembly == "GRCh38" else "GRCh38"
    if int(strands[0]) != 1:
        note = f"{asked.text} has no counterpart in {run.assembly}"
        return replace(answer, alleles=(), notes=(note,)) if named_other else answer
    start = int(places[0])
    moved = replace(
        asked, contig=type(asked.contig)(int(contigs[0])), start=start,
        end=start + len(asked.ref) - 1,
    )  # fmt: skip
    found = explain(run, moved)
    name = f"{moved.contig.bare}-{start}-{asked.ref}-{asked.alt}"
    if named_other:
        return replace(found, notes=(f"on {run.assembly} this is {name}", *found.notes))
    if not found.alleles:
        return answer
    hint = f"read as {other} it is {name}, which is in the file: ask for that"
    return replace(answer, notes=(*answer.notes, hint))


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
        need = " (protein names need sequence knowledge)" if ":p." in asked.text else ""
        note = (
            f"no allele of the VCF in {gene} has this name{need}; 'rareplan why RUN {gene}' lists "
            "those that there are"
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
