"""``rareplan rank``: diseases and genes by phenotype, one case or many."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rareplan.cli.options import PATH

if TYPE_CHECKING:
    from rareplan.knowledge.store import KnowledgeBase
    from rareplan.model.case import PhenotypeTerm

EXAMPLES = """
\b
Examples:
  rareplan rank --hpo terms.txt
  rareplan rank --hpo terms.txt --genes panel.txt --top 20 --format json
  rareplan rank --hpo terms.txt --graph evidence.graphml
  rareplan rank --batch cases.tsv --out ranks.tsv --top 100
"""


@click.command("rank", epilog=EXAMPLES)
@click.option("--hpo", type=PATH, help="HPO ids or labels, one a line; '-' or NOT excludes.")
@click.option("--genes", type=PATH, help="Only diseases of these genes, one symbol a line.")
@click.option("--batch", type=PATH, help="TSV: case, observed (;), excluded (;) [, sex, onset].")
@click.option("--out", type=PATH, help="Where the ranks of --batch go.")
@click.option("--top", type=click.IntRange(min=1), help="Rows a case  [default: 20, batch 100]")
@click.option("--sex", type=click.Choice(["male", "female"]), help="Of the patient, if known.")
@click.option("--onset", help="HPO onset term, for example HP:0003577 (congenital).")
@click.option(
    "--catalogue",
    type=click.Choice(["OMIM", "ORPHA", "all"]),
    default="OMIM",
    show_default=True,
    help="Diseases listed. Every disease counts in the probabilities.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "tsv"]),
    default="table",
    show_default=True,
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option("--graph", type=PATH, help="Write the evidence graph (.graphml or .json).")
@click.option("--kb", type=PATH, envvar="RAREPLAN_KB", help="Knowledge snapshot.")
def rank(
    hpo: Path | None,
    genes: Path | None,
    batch: Path | None,
    out: Path | None,
    top: int | None,
    sex: str | None,
    onset: str | None,
    catalogue: str,
    form: str,
    *,
    as_json: bool,
    graph: Path | None,
    kb: Path | None,
) -> None:
    """Rank diseases by how well they explain a patient's HPO terms."""
    from rareplan.knowledge.store import open_knowledge

    if (hpo is None) == (batch is None):
        raise click.UsageError("Give either --hpo or --batch.")
    if (batch is None) != (out is None):
        raise click.UsageError("--batch and --out go together.")
    snapshot = open_knowledge(kb)
    if batch is not None and out is not None:
        _rank_many(snapshot, batch, out, top or 100, catalogue)
        return
    assert hpo is not None
    answer = _rank_one(snapshot, hpo, genes, top or 20, (sex, onset), catalogue)
    if graph is not None:
        from rareplan.knowledge.graph import evidence_graph, write_graph

        observed = [t["id"] for t in answer["observed"]]
        best = [d["disease"] for d in answer["diseases"][:5]]
        write_graph(evidence_graph(snapshot, best, observed), graph)
    _print(answer, "json" if as_json else form)


def _rank_many(kb: KnowledgeBase, batch: Path, out: Path, top: int, catalogue: str) -> None:
    from rareplan.knowledge.hpo import ontology
    from rareplan.prioritise.phenotype import PhenotypeRanker
    from rareplan.prioritise.phenotype.batch import HEADER, as_line, rank_batch, read_batch

    cases = read_batch(batch)
    named = {term for case in cases for term in (*case.observed, *case.excluded)}
    unknown = sorted(term for term in named if ontology(kb).resolve(term) is None)
    ranker = PhenotypeRanker.from_knowledge(kb)
    empty = 0
    part = out.with_name(out.name + ".part")
    try:
        with part.open("w", encoding="utf-8") as handle:
            handle.write(HEADER)
            for _, rows in rank_batch(ranker, cases, top=top, catalogue=catalogue):
                handle.writelines(as_line(row) for row in rows)
                empty += not rows
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)
    if unknown:
        shown = ", ".join(unknown[:10])
        click.echo(f"warning: {len(unknown)} unknown term(s) not used: {shown}", err=True)
    if empty:
        click.echo(f"warning: {empty} case(s) without a usable HPO term have no row.", err=True)
    click.echo(f"{len(cases)} cases ranked; {out}")


def _read_terms(kb: KnowledgeBase, hpo: Path) -> tuple[list[PhenotypeTerm], list[str]]:
    from rareplan.errors import Fault, InputError
    from rareplan.knowledge.hpo import ontology
    from rareplan.read.hpo_file import read_terms, resolve_terms

    raw, faults = read_terms(hpo)
    terms, more, notices = resolve_terms(raw, ontology(kb))
    if not faults and not more and not any(not t.excluded for t in terms):
        more = [Fault(hpo.name, "no observed HPO term", "at least one", "Add a line.")]
    if faults or more:
        raise InputError([*faults, *more])
    return terms, notices


def _read_genes(kb: KnowledgeBase, path: Path, notices: list[str]) -> set[str]:
    """Symbols of a panel, previous ones and aliases made current where the snapshot can."""
    from rareplan.errors import Fault, InputError
    from rareplan.knowledge.genes import genes as gene_names
    from rareplan.knowledge.graph_tables import load_ranking

    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            Fault(path.name, "no readable text file", "gene symbols", "Check --genes.")
        ) from error
    given = sorted({line.split("#")[0].strip() for line in lines} - {""})
    if not given:
        raise InputError(Fault(path.name, "no gene", "one symbol a line", "Check --genes."))
    known = set(map(str, load_ranking(kb).genes))
    panel, without = set(), []
    for symbol in given:
        current = symbol
        if symbol not in known and kb.has("genes"):
            found = gene_names(kb).find(symbol)
            current = found.symbol if found else symbol
        panel.add(current)
        if current != symbol:
            notices.append(f"{symbol} is now {current}; the current symbol was used.")
        if current not in known:
            without.append(symbol)
    if without:
        shown = ", ".join(without[:10])
        notices.append(f"{len(without)} gene(s) without an annotated disease: {shown}")
    return panel


def _rank_one(
    kb: KnowledgeBase,
    hpo: Path,
    genes: Path | None,
    top: int,
    about: tuple[str | None, str | None],
    catalogue: str,
) -> dict[str, Any]:
    from rareplan.errors import InputError
    from rareplan.knowledge.graph_compile import ONSET_STAGE
    from rareplan.prioritise.phenotype import PhenotypeRanker
    from rareplan.prioritise.phenotype.answer import answer_case
    from rareplan.prioritise.phenotype.batch import onset_fault

    if about[1] and about[1] not in ONSET_STAGE:
        raise InputError(onset_fault("--onset", about[1]))
    terms, notices = _read_terms(kb, hpo)
    panel = _read_genes(kb, genes, notices) if genes else None
    ranker = PhenotypeRanker.from_knowledge(kb)
    answer = answer_case(
        ranker, terms, sex=about[0], onset=about[1], panel=panel, catalogue=catalogue, top=top
    )
    return {"knowledge": kb.name, "notices": notices, **answer}


def _print(answer: dict[str, Any], form: str) -> None:
    if form == "json":
        click.echo(json.dumps(answer, indent=2))
        return
    for notice in answer["notices"]:
        click.echo(f"note: {notice}", err=True)
    if form == "tsv":
        click.echo("rank\tdisease\tgene\tscore\tposterior\tname")
        for row in answer["diseases"]:
            genes = ";".join(row["genes"])
            click.echo(
                f"{row['rank']}\t{row['disease']}\t{genes}\t{row['score']:.4f}\t"
                f"{row['posterior']:.6f}\t{row['name']}"
            )
        return
    _print_table(answer)


def _print_table(answer: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(title="Diseases that fit the phenotype", title_justify="left")
    table.add_column("#", justify="right", no_wrap=True)
    table.add_column("Disease", no_wrap=True)
    table.add_column("Name", overflow="fold", ratio=3)
    table.add_column("Gene", overflow="fold", ratio=1)
    table.add_column("Prob.", justify="right", no_wrap=True)
    table.add_column("For / against", overflow="fold", ratio=3)
    for row in answer["diseases"]:
        said = sorted(row["terms"], key=lambda m: -m["contribution"])
        pro = [m["label"] for m in said if m["contribution"] > 0 and m["matched_term"]][:3]
        contra = [m["label"] for m in reversed(said) if m["contribution"] < 0][:2]
        words = "; ".join([*(f"+ {p}" for p in pro), *(f"- {c}" for c in contra)])
        table.add_row(
            str(row["rank"]),
            row["disease"],
            escape(row["name"]),
            ", ".join(row["genes"]),
            f"{row['posterior']:.4f}",
            escape(words),
        )
    console = Console()
    console.print(table)
    console.print(f"None of the catalogue's diseases: {answer['none_of_these']:.4f}")
