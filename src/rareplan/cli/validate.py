"""``rareplan validate``: every fault of a family's files, without analysing them."""

from __future__ import annotations

import json
from pathlib import Path

import click

from rareplan.cli.options import family_options, snapshot_options

EXAMPLES = """
\b
Examples:
  rareplan validate family.vcf.gz --ped family.ped --hpo terms.txt
  rareplan validate child.vcf --json
"""


@click.command("validate", epilog=EXAMPLES)
@family_options
@snapshot_options
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")
def validate(
    vcfs: tuple[Path, ...],
    hpo: Path | None,
    ped: Path | None,
    case: Path | None,
    targets: Path | None,
    proband: str,
    assembly: str,
    allow_unsequenced: bool,
    kb: Path | None,
    config: Path | None,
    as_json: bool,
) -> None:
    """Check VCFS, the pedigree and the phenotype; exit code 2 when something is wrong."""
    from collections import Counter

    from rareplan.config import load_settings
    from rareplan.filters.ledger_notices import unread_chromosomes
    from rareplan.knowledge.store import open_knowledge
    from rareplan.model.genome import Contig
    from rareplan.read.allele_rows import repeats
    from rareplan.read.batches import iter_batches
    from rareplan.read.case import CasePaths, read_case

    settings = load_settings(config)
    paths = CasePaths(
        vcfs,
        hpo,
        ped,
        case,
        targets,
        proband,
        assembly,
        allow_unsequenced,
        phenotype_needed=hpo is not None,
    )
    checked = read_case(paths, open_knowledge(kb))
    alleles = repeated = 0
    unread: Counter[str] = Counter()
    for batch in iter_batches(checked, settings.rarity.tags):
        alleles += len(batch)
        unread.update(batch.contig_name[batch.contig == Contig.OTHER].tolist())
        repeated += int(repeats(batch).sum())
    notices = [*checked.notices, *unread_chromosomes(unread)]
    if repeated:
        notices.append(f"{repeated} allele(s) follow themselves in the file: each counts once.")
    summary = {
        "assembly": checked.assembly.value,
        "proband": checked.pedigree.proband_id,
        "family": checked.pedigree.shape,
        "terms": len(checked.terms),
        "alleles": alleles,
        "notices": notices,
    }
    if as_json:
        click.echo(json.dumps(summary, indent=2))
        return
    click.echo(
        f"No fault found: {alleles} alleles, {checked.pedigree.shape}, {checked.assembly.value}."
    )
    for notice in notices:
        click.echo(f"note: {notice}")
