"""``rareplan aso``: antisense eligibility by the N1C VARIANT guidelines."""

from __future__ import annotations

from pathlib import Path

import click

_EPILOG = """\b
Examples:
  rareplan aso --batch variants.tsv --out verdicts.tsv
  rareplan aso --gene CEP290 --hgvs "NM_025114.4:c.2991+1655A>G" --mechanism LoF --inheritance AR
  rareplan aso --gene DMD --hgvs "c.(6912+1_6913-1)_(7309+1_7310-1)del" --json

\b
Columns of the batch file (tab-separated, any order):
  id gene transcript hgvs_c mechanism inheritance
  and, where known: hgvs_p assembly chrom pos ref alt splicing_effect rna_evidence wt_transcript
  haploinsufficiency known_aso classification
Out: id strategy verdict reason trace would_change flags, one row a strategy.
A gene may go by an older name. Without hgvs_c the variant is read from assembly (GRCh37 or
GRCh38), chrom, pos, ref, alt; with both, they must agree.

"Eligible" means that a working antisense is known, never that it will help this patient.
"""


@click.command(epilog=_EPILOG)
@click.option("--batch", type=click.Path(path_type=Path, dir_okay=False), help="TSV of variants.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="TSV of verdicts.")
@click.option("--gene", help="Gene symbol of one variant.")
@click.option("--hgvs", help="Its c. description, with or without the transcript.")
@click.option("--mechanism", default="", help="LoF, GoF, DN, haploinsufficiency, CNV_gain ...")
@click.option("--inheritance", default="", help="AD, AR, XLD, XLR ...")
@click.option("--rna", default="", help="RNA evidence in words: patient RNA-seq, minigene ...")
@click.option("--json", "as_json", is_flag=True, help="JSON for one variant.")
@click.option("--kb", type=click.Path(path_type=Path), help="Knowledge snapshot.")
@click.option("--config", type=click.Path(path_type=Path), help="Settings (TOML).")
def aso(
    batch: Path | None,
    out: Path | None,
    gene: str | None,
    hgvs: str | None,
    mechanism: str,
    inheritance: str,
    rna: str,
    as_json: bool,
    kb: Path | None,
    config: Path | None,
) -> None:
    """Antisense strategies for a variant: four verdicts with every node of the tree."""
    if batch is not None:
        if out is None:
            raise click.UsageError("--batch needs --out")
        _run_batch(batch, out, kb, config)
        return
    if not gene or not hgvs:
        raise click.UsageError("give --batch and --out, or --gene and --hgvs")
    row = {
        "id": f"{gene} {hgvs}",
        "gene": gene,
        "transcript": "",
        "hgvs_c": hgvs,
        "mechanism": mechanism,
        "inheritance": inheritance,
        "rna_evidence": rna,
    }
    _run_one(row, kb, config, as_json=as_json)


def _run_batch(batch: Path, out: Path, kb: Path | None, config: Path | None) -> None:
    from rareplan.config import load_settings
    from rareplan.knowledge.store import open_knowledge
    from rareplan.therapies.aso.batch import (
        assess_rows,
        check_output,
        read_rows,
        unused_columns,
        write_verdicts,
    )

    settings = load_settings(config).antisense
    check_output(batch, out)
    rows = read_rows(batch)
    if unused := unused_columns(rows):
        click.echo(f"note: columns not used: {', '.join(unused)}", err=True)
    verdicts = assess_rows(rows, open_knowledge(kb), settings)
    write_verdicts(out, verdicts)
    click.echo(f"{len(rows)} variants, {len(verdicts)} verdicts: {out}", err=True)


def _run_one(row: dict[str, str], kb: Path | None, config: Path | None, *, as_json: bool) -> None:
    import json

    from rareplan.config import load_settings
    from rareplan.knowledge.store import open_knowledge
    from rareplan.therapies.aso.batch import assess_rows

    verdicts = assess_rows([row], open_knowledge(kb), load_settings(config).antisense)
    if as_json:
        click.echo(json.dumps([v.model_dump() for v in verdicts], indent=2))
        return
    for verdict in verdicts:
        click.echo(f"{verdict.strategy}: {verdict.verdict}\n  {verdict.reason}")
        for node in verdict.trace:
            fact = f" [{node.fact}]" if node.fact else ""
            click.echo(f"    {node.node} {node.question}{fact} -> {node.answer}")
        if verdict.would_change:
            click.echo(f"  would change it: {verdict.would_change}")
        for flag in verdict.flags:
            click.echo(f"  note: {flag}")
