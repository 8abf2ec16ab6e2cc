"""``rareplan analyze``: one family, from files to reports."""

from __future__ import annotations

import json
from pathlib import Path

import click

from rareplan.cli.options import family_options, snapshot_options

EXAMPLES = """
\b
Examples:
  rareplan analyze family.vcf.gz --ped family.ped --hpo terms.txt
  rareplan analyze child.vcf --case case.toml --hpo terms.txt --out child-run
  rareplan analyze son.vcf.gz father.vcf.gz mother.vcf.gz --ped f.ped --hpo terms.txt
  rareplan analyze family.vcf.gz --case phenopacket.json --format html,pdf --json
  rareplan analyze calls.mt --ped family.ped --hpo terms.txt --out run
"""


def _default_out(vcf: Path) -> Path:
    stem = vcf.name
    for ending in (".gz", ".bgz", ".vcf", ".mt"):
        stem = stem.removesuffix(ending)
    return Path(f"{stem}.rareplan")


@click.command("analyze", epilog=EXAMPLES)
@family_options
@snapshot_options
@click.option(
    "--out", type=click.Path(path_type=Path), help="Run directory  [default: NAME.rareplan]"
)
@click.option(
    "--engine",
    type=click.Choice(["auto", "local", "hail"]),
    default="auto",
    show_default=True,
    help="local for one family; hail for a MatrixTable or a Spark cluster.",
)
@click.option("--spark-master", default="", help="Spark master for --engine hail (spark://...).")
@click.option(
    "--trials",
    type=click.Choice(["off", "cached", "live"]),
    default="cached",
    show_default=True,
    help="live asks ClinicalTrials.gov with gene and disease names only.",
)
@click.option("--pharmcat", type=click.Path(path_type=Path), help="PharmCAT JSON, used for PGx.")
@click.option("--trust-annotations", is_flag=True, help="Prefer the VCF's own CSQ, ANN or BCSQ.")
@click.option(
    "--force", is_flag=True, help="Go on after a failed sample check; every report says so."
)
@click.option(
    "--format", "formats", default="html", show_default=True, help="html, pdf, xlsx; commas."
)
@click.option(
    "--language",
    "languages",
    default="en",
    show_default=True,
    help="Language of the family report: en, es; commas.",
)
@click.option("--top", default=10, show_default=True, help="Candidates shown on the terminal.")
@click.option("--json", "as_json", is_flag=True, help="Print a summary as JSON.")
@click.option("--quiet", is_flag=True, help="Print nothing but errors.")
def analyze(
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
    out: Path | None,
    engine: str,
    spark_master: str,
    trials: str,
    pharmcat: Path | None,
    trust_annotations: bool,
    force: bool,
    formats: str,
    languages: str,
    top: int,
    as_json: bool,
    quiet: bool,
) -> None:
    """Rank what explains the patient in VCFS, say what can be done, and write the reports.

    VCFS: one joint file, or one file a person. Nothing leaves this machine unless
    --trials live is given.
    """
    from rareplan.cli.console import show_summary, step_progress
    from rareplan.engines.choose import EngineRequest
    from rareplan.pipeline import AnalyzeRequest
    from rareplan.pipeline import analyze as run
    from rareplan.read.case import CasePaths
    from rareplan.report.run_files import ReportRequest

    target = out or _default_out(vcfs[0])
    request = AnalyzeRequest(
        paths=CasePaths(vcfs, hpo, ped, case, targets, proband, assembly, allow_unsequenced),
        out=target,
        engine=EngineRequest(
            engine, spark_master, trust_annotations=trust_annotations, force=force
        ),
        reports=ReportRequest.parse(formats, languages),
        knowledge=kb,
        config=config,
        trials=trials,
        pharmcat=pharmcat,
    )
    with step_progress(quiet=quiet or as_json) as progress:
        if any(path.suffix == ".mt" for path in vcfs):  # which only Hail reads
            from rareplan.cohort.matrix import analyze_matrix

            result = analyze_matrix(request, progress)
        else:
            result = run(request, progress)
    for query in dict.fromkeys(q for search in result.trials for q in search.queries):
        click.echo(f"sent: {query}", err=True)
    if as_json:
        summary = {
            "run": str(target),
            "none_of_these": result.none_of_these,
            "candidates": [
                {
                    "rank": c.rank,
                    "gene": c.gene,
                    "inheritance": c.inheritance,
                    "probability": c.probability,
                    "variants": [v.variant for v in c.variants],
                }
                for c in result.candidates[:top]
            ],
            "warnings": list(result.warnings),
        }
        click.echo(json.dumps(summary, indent=2))
    elif not quiet:
        show_summary(result, target, top)
