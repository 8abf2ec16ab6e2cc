"""``rareplan scrub``: what of a run or a file may go into a bug report."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

EXAMPLES = """
\b
Examples:
  rareplan scrub child.rareplan > report.json
  rareplan scrub family.vcf.gz --record 4711
"""
_ENDINGS = {".vcf", ".gz", ".bgz", ".toml", ".json", ".txt", ".ped", ".bed", ".tsv"}
_CHOICES = (
    "assembly", "engine", "trust_annotations", "force", "allow_unsequenced", "formats",
    "languages", "trials",
)  # fmt: skip
_HEADER_ID = re.compile(r"^##(INFO|FORMAT|FILTER|ALT)=<ID=([A-Za-z_][\w.]{0,30})[,>]")


@click.command("scrub", epilog=EXAMPLES)
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--record", type=int, help="Shape of this record of a VCF (1 is the first).")
def scrub(path: Path, record: int | None) -> None:
    """Print what describes a run directory or a VCF without describing the patient.

    Only what is known to be harmless is kept: versions, choices, changed settings, counts, names
    of INFO and FORMAT fields. No names, paths, hashes, dates, genes, terms, positions or alleles.
    Read it before you send it.
    """
    found = _of_run(path) if path.is_dir() else _of_vcf(path, record)
    click.echo(json.dumps(found, indent=2))


def _of_run(folder: Path) -> dict[str, Any]:
    from rareplan.errors import Fault, InputError
    from rareplan.rundir import DONE_MARK, is_run

    if not is_run(folder):
        raise InputError(
            Fault(folder.name, "no finished run", "a run directory or a VCF", "Check the path.")
        )
    try:
        record = json.loads((folder / DONE_MARK).read_text("utf-8"))
        case = json.loads((folder / "case.json").read_text("utf-8"))
        return {
            "versions": record["versions"],
            "system": record["system"],
            "options": _options(record["options"]),
            "settings_changed": _changed(record["settings"]),
            "knowledge": record["knowledge"].get("name", ""),
            "ledger": _counts(case.get("ledger") or {}),
            "candidates": len(case.get("candidates", ())),
            "warnings": len(case.get("warnings", ())),
        }
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(
            Fault(folder.name, "a damaged record", "what analyze wrote", "Send only the versions.")
        ) from error


def _options(options: Mapping[str, Any]) -> dict[str, Any]:
    """Choices as they are; of files only how many, and their endings."""
    kept = {name: options[name] for name in _CHOICES if name in options}
    kept["vcfs"] = [_ending(name) for name in options["vcfs"]]
    for name in ("hpo", "ped", "case", "targets", "pharmcat", "knowledge", "config"):
        kept[name] = _ending(options[name]) if options.get(name) else None
    kept["proband"] = bool(options.get("proband"))
    return kept


def _ending(name: str) -> str:
    return "".join(s for s in Path(name).suffixes if s in _ENDINGS) or "given"


def _changed(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings that differ from the built-in ones: numbers and switches; texts only as changed."""
    from rareplan.config import load_settings

    defaults = load_settings().model_dump(mode="json")
    found: dict[str, Any] = {}

    def walk(given: Any, known: Any, path: str) -> None:
        if isinstance(given, Mapping) and isinstance(known, Mapping):
            for key in known:
                walk(given.get(key), known[key], f"{path}.{key}" if path else key)
        elif given != known:
            found[path] = given if isinstance(given, bool | int | float) else "changed"

    walk(settings, defaults, "")
    return found


def _counts(ledger: Mapping[str, Any]) -> dict[str, Any]:
    from rareplan.filters.rules import RULES

    known = {rule.name for rule in RULES}
    stopped = {
        rule["rule"]: int(rule["stopped"])
        for rule in ledger.get("rules", ())
        if rule.get("rule") in known and isinstance(rule.get("stopped"), int)
    }
    return {"alleles": ledger.get("alleles"), "passed": ledger.get("passed"), "stopped": stopped}


def _of_vcf(path: Path, record: int | None) -> dict[str, Any]:
    from rareplan.errors import InputError
    from rareplan.read.vcf_header import read_header

    header, faults = read_header(path)
    if header is None:
        raise InputError(faults)
    ids: dict[str, list[str]] = {}
    for line in header.text.splitlines():
        if match := _HEADER_ID.match(line):
            ids.setdefault(match[1], []).append(match[2])
    found: dict[str, Any] = {
        "fileformat": header.text.splitlines()[0][:30],
        "compression": header.compression,
        "samples": len(header.samples),
        "contigs": len(header.contig_lengths),
        "chr_prefix": any(name.startswith("chr") for name in header.contig_lengths),
        "assemblies": sorted(a.value for a in header.assemblies),
        "fields": {kind: sorted(set(names)) for kind, names in ids.items()},
    }
    if record is not None:
        found["record"] = _record_shape(path, record, {n for names in ids.values() for n in names})
    return found


def _record_shape(path: Path, wanted: int, fields: set[str]) -> list[str]:
    """Columns of one record: bases as N, digits as 9, other letters as x; field names stay."""
    import gzip

    from rareplan.errors import Fault, InputError

    with gzip.open(path, "rb") if path.suffix in {".gz", ".bgz"} else path.open("rb") as handle:
        number = 0
        for line in handle:
            if line.startswith(b"#"):
                continue
            number += 1
            if number == wanted:
                cells = line.decode("utf-8", "replace").rstrip("\r\n").split("\t")
                return [_shape(cell, fields, bases=i in {3, 4}) for i, cell in enumerate(cells)]
    raise InputError(
        Fault(path.name, f"{number} records", f"at least {wanted}", "Check the number.")
    )


def _shape(cell: str, fields: set[str], *, bases: bool) -> str:
    letter = "N" if bases else "x"

    def masked(match: re.Match[str]) -> str:
        word = match[0]
        if word in fields:
            return word
        return "".join("9" if c.isdigit() else letter if c.isalpha() else c for c in word)

    return re.sub(r"[^\s:;,=|/<>\[\]*.+-]+", masked, cell)
