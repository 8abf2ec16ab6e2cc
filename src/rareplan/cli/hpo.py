"""``rareplan hpo``: lint a list of terms, search the ontology, ask the next best question."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rareplan.cli.options import PATH

if TYPE_CHECKING:
    from rareplan.knowledge.store import KnowledgeBase

_KB = click.option("--kb", type=PATH, envvar="RAREPLAN_KB", help="Knowledge snapshot.")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")

EXAMPLES = """
\b
Examples:
  rareplan hpo lint terms.txt
  rareplan hpo search "hole in the heart"
  rareplan hpo suggest --hpo terms.txt --top 5
  rareplan hpo graph --out graph.graphml
"""


@click.group("hpo", epilog=EXAMPLES)
def hpo() -> None:
    """Work on a patient's HPO terms before they are used."""


@hpo.command("lint")
@click.argument("terms", type=PATH)
@_JSON
@_KB
def lint_terms(terms: Path, *, as_json: bool, kb: Path | None) -> None:
    """Find obsolete, redundant, contradictory, vague and misplaced TERMS.

    Exit code 2 when a term cannot be used as it stands.
    """
    from rareplan.errors import InputError
    from rareplan.knowledge.graph_tables import load_ranking
    from rareplan.knowledge.hpo import ontology
    from rareplan.knowledge.store import open_knowledge
    from rareplan.prioritise.phenotype.lint import GivenTerm, lint
    from rareplan.read.hpo_file import beside_faults, lookup_text, read_terms

    snapshot = open_knowledge(kb)
    raw, faults = read_terms(terms)
    faults += beside_faults(raw, ontology(snapshot))
    if faults:
        raise InputError(faults)
    given = [GivenTerm(lookup_text(r.text), r.where, r.excluded) for r in raw]
    findings = lint(given, ontology(snapshot), load_ranking(snapshot))
    if as_json:
        click.echo(json.dumps([asdict(f) for f in findings], indent=2))
    else:
        for f in findings:
            name = " ".join(part for part in (f.term, f.label) if part)
            click.echo(f"{f.level}: {f.where}: {name} {f.text}. {f.action}".replace("  ", " "))
        click.echo(f"{len(given)} term(s), {len(findings)} finding(s).")
    if any(f.level == "error" for f in findings):
        sys.exit(2)


@hpo.command("search")
@click.argument("text")
@click.option("--top", type=click.IntRange(min=1), default=10, show_default=True)
@_JSON
@_KB
def search_terms(text: str, *, top: int, as_json: bool, kb: Path | None) -> None:
    """Find terms whose label or synonym fits TEXT, best first."""
    from rareplan.knowledge.hpo import ontology
    from rareplan.knowledge.store import open_knowledge
    from rareplan.prioritise.phenotype.search import search

    hits = search(ontology(open_knowledge(kb)), text, top=top)
    if as_json:
        click.echo(json.dumps([asdict(h) for h in hits], indent=2))
        return
    for hit in hits:
        also = f" ({hit.matched})" if hit.matched.casefold() != hit.label.casefold() else ""
        click.echo(f"{hit.id}\t{hit.label}{also}\t{hit.score:.0f}")
    if not hits:
        click.echo("Nothing found. Try other words; HPO's labels are American English.")


@hpo.command("suggest")
@click.option("--hpo", "terms", type=PATH, required=True, help="The patient's terms so far.")
@click.option("--sex", type=click.Choice(["male", "female"]), help="Of the patient, if known.")
@click.option("--top", type=click.IntRange(min=1), default=5, show_default=True)
@_JSON
@_KB
def suggest_terms(
    terms: Path, *, sex: str | None, top: int, as_json: bool, kb: Path | None
) -> None:
    """What to look for next: the terms whose answer would tell most."""
    from rareplan.knowledge.hpo import ontology
    from rareplan.knowledge.store import open_knowledge
    from rareplan.prioritise.phenotype import PhenotypeRanker
    from rareplan.prioritise.phenotype.suggest import suggest

    snapshot = open_knowledge(kb)
    observed, excluded = _read(snapshot, terms)
    ranker = PhenotypeRanker.from_knowledge(snapshot)
    ranking = ranker.rank(observed, excluded, sex=sex)
    questions = suggest(ranker, ranking, observed, excluded, top=top)
    words = ontology(snapshot)
    if as_json:
        rows = [{**asdict(q), "layperson": words.layperson(q.term)} for q in questions]
        click.echo(json.dumps(rows, indent=2))
        return
    for place, q in enumerate(questions, start=1):
        plain = words.layperson(q.term)
        also = f" ({plain})" if plain.casefold() != q.label.casefold() else ""
        click.echo(
            f"{place}. {q.term} {q.label}{also}: {q.information:.3f} bit, expected yes "
            f"{q.p_yes:.2f}; a yes speaks for {', '.join(q.for_yes)}"
        )


@hpo.command("graph")
@click.option("--out", type=PATH, required=True, help="A .graphml or .json file.")
@click.option("--disease", "diseases", multiple=True, help="Only the evidence for this disease.")
@click.option("--hpo", "terms", type=PATH, help="The patient's terms, with --disease.")
@_KB
def export_graph(
    out: Path, *, diseases: tuple[str, ...], terms: Path | None, kb: Path | None
) -> None:
    """Export the knowledge graph, or the evidence for one disease."""
    from rareplan.knowledge.graph import build_graph, evidence_graph, write_graph
    from rareplan.knowledge.store import open_knowledge

    if bool(diseases) != (terms is not None):
        raise click.UsageError("--disease and --hpo go together.")
    snapshot = open_knowledge(kb)
    if terms is not None:
        observed, _ = _read(snapshot, terms)
        graph = evidence_graph(snapshot, diseases, observed)
    else:
        graph = build_graph(snapshot)
    write_graph(graph, out)
    click.echo(f"{graph.number_of_nodes()} nodes, {graph.number_of_edges()} edges; {out}")


def _read(kb: KnowledgeBase, path: Path) -> tuple[list[str], list[str]]:
    """Observed and excluded ids of a file of terms."""
    from rareplan.errors import InputError
    from rareplan.knowledge.hpo import ontology
    from rareplan.read.hpo_file import read_terms, resolve_terms

    raw, faults = read_terms(path)
    terms, more, _ = resolve_terms(raw, ontology(kb))
    if faults or more:
        raise InputError([*faults, *more])
    return [t.id for t in terms if not t.excluded], [t.id for t in terms if t.excluded]
