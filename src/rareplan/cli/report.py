"""``rareplan report``: render a run again from its case.json."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import click


def _words(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(w.strip().lower() for w in text.split(",") if w.strip()))


@click.command(
    "report",
    epilog="""\b
Examples:
  rareplan report run/
  rareplan report run/ --audience family --language es --format html,pdf
  rareplan report run/case.json --out elsewhere/ --audience counselor
  rareplan report run/ --format xlsx --json""",
)
@click.argument("run_dir", type=click.Path(path_type=Path))
@click.option("--audience", default="clinician,family", show_default=True,
              help="clinician, family, counselor; several with commas.")  # fmt: skip
@click.option("--format", "formats", default="html", show_default=True,
              help="html, pdf, json, tsv, xlsx, fhir, phenopacket; with commas.")  # fmt: skip
@click.option("--language", default="en", show_default=True,
              help="Languages of the family letter: en, es; several with commas.")  # fmt: skip
@click.option("--out", type=click.Path(path_type=Path, file_okay=False),
              help="Folder to write to; the run directory when left out.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="List the files written as JSON.")
def report(
    run_dir: Path, audience: str, formats: str, language: str, out: Path | None, *, as_json: bool
) -> None:
    """Write the reports of RUN_DIR again, from its case.json and nothing else.

    The same case.json and the same version of rareplan give the same bytes. Nothing is
    fetched, and nothing leaves this machine.
    """
    from rareplan.report.render import load_result, render_run

    result = load_result(run_dir)
    target = out or (run_dir if run_dir.is_dir() else run_dir.parent)
    is_new = not target.exists()
    target.mkdir(parents=True, exist_ok=True)
    try:
        # Beside the old files until all of them are whole: a full disk must not cut them.
        with TemporaryDirectory(prefix=".report-", dir=target) as staged:
            words = _words(formats), _words(audience), _words(language)
            new = render_run(result, Path(staged), *words)
            written = [path.replace(target / path.relative_to(staged)) for path in new]
    finally:
        if is_new and not any(target.iterdir()):
            target.rmdir()
    if as_json:
        import json

        click.echo(json.dumps({"files": [str(path) for path in written]}, indent=2))
        return
    for path in written:
        click.echo(path)
