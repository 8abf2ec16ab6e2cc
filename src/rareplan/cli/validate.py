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
    from rareplan.config import load_settings
    from rareplan.knowledge.store import open_knowledge
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
    alleles = sum(len(batch) for batch in iter_batches(checked, settings.rarity.tags))
    summary = {
        "assembly": checked.assembly.value,
        "proband": checked.pedigree.proband_id,
        "family": checked.pedigree.shape,
        "terms": len(checked.terms),
        "alleles": alleles,
        "notices": list(checked.notices),
    }
    if as_json:
        click.echo(json.dumps(summary, indent=2))
        return
    click.echo(
        f"No fault found: {alleles} alleles, {checked.pedigree.shape}, {checked.assembly.value}."
    )
    for notice in checked.notices:
        click.echo(f"note: {notice}")
