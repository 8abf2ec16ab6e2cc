"""``rareplan cohort``: many families, on Hail."""

from __future__ import annotations

import json
from pathlib import Path

import click

from rareplan.cli.options import PATH, snapshot_options

EXAMPLES = """
\b
Examples:
  rareplan cohort manifest.tsv --out runs
  rareplan cohort joint.vcf.gz --ped all.ped --phenotypes hpo/ --out runs
  rareplan cohort calls.mt --ped all.ped --phenotypes hpo/ --out runs --spark-master spark://host:7077
"""


@click.command("cohort", epilog=EXAMPLES)
@click.argument("source", metavar="INPUT")
@click.option("--out", type=PATH, required=True, help="Folder for one run directory a family.")
@click.option("--ped", type=PATH, help="Pedigree of all families (call set as input).")
@click.option("--phenotypes", type=PATH, help="Folder with FAMILY.txt, .toml or .json.")
@click.option(
    "--engine",
    type=click.Choice(["hail", "local"]),
    default="hail",
    show_default=True,
    help="local reads a call set anew for each family.",
)
@click.option(
    "--spark-master",
    default="",
    help="Spark master (spark://...); else this machine. A cluster needs a folder that every "
    "machine sees, named in RAREPLAN_SPARK_TMP.",
)
@click.option(
    "--assembly",
    type=click.Choice(["auto", "GRCh37", "GRCh38"]),
    default="auto",
    show_default=True,
    help="Reference of the call set; auto reads the header.",
)
@click.option("--force", is_flag=True, help="Go on after a failed sample check.")
@snapshot_options
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")
def cohort(
    source: str,
    out: Path,
    ped: Path | None,
    phenotypes: Path | None,
    engine: str,
    spark_master: str,
    assembly: str,
    force: bool,
    kb: Path | None,
    config: Path | None,
    as_json: bool,
) -> None:
    """Analyse every family of INPUT: a manifest (.tsv), a joint VCF or a MatrixTable (.mt).

    A manifest is a TSV with the columns family, vcf, ped, hpo and case. A failed family is
    reported in cohort.tsv and does not stop the rest; a rerun skips what is done. Genes and
    variants that are likely in several families are in recurrent.tsv, samples that stand out
    from the batch in batch_qc.tsv.
    """
    from rareplan.cli.console import step_progress
    from rareplan.cohort import CohortRequest, families_of_call_set, read_manifest, run_cohort
    from rareplan.errors import Fault, InputError

    if source.endswith(".tsv"):
        if not Path(source).is_file():
            raise InputError(Fault(source, "no such file", "a manifest", "Check the path."))
        families = read_manifest(Path(source))
    elif ped is None or phenotypes is None:
        raise InputError(
            Fault("cohort", "a call set without --ped or --phenotypes", "both", "Add them.")
        )
    else:
        families = families_of_call_set(source, ped, phenotypes)
    request = CohortRequest(families, out, engine, spark_master, assembly, kb, config, force=force)
    with step_progress(quiet=as_json) as progress:
        outcomes = run_cohort(request, progress)
    counts = {s: sum(o.status == s for o in outcomes) for s in ("done", "skipped", "failed")}
    if as_json:
        click.echo(json.dumps({"out": str(out), **counts}))
    else:
        click.echo(", ".join(f"{n} {s}" for s, n in counts.items()))
        click.echo(str(out / "cohort.tsv"))
    if counts["failed"]:
        raise SystemExit(2)
