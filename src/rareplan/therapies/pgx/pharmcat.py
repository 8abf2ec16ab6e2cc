"""PharmCAT's JSON instead of our own calls: phenotype.json and report.json, versions 2 and 3."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from rareplan.errors import Fault, InputError
from rareplan.therapies.pgx.call import GeneCall

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAX_BYTES = 64 << 20
_SOURCES = ("CPIC", "DPWG", "FDA")


def read_pharmcat(path: Path) -> dict[str, GeneCall]:
    """Calls by gene. Genes that PharmCAT could not call are left out.

    Version 2 nests genes under their source (CPIC first), version 3 does not; the genes lie
    under ``geneReports`` (phenotype.json) or ``genes`` (report.json).

    Raises:
        InputError: not a PharmCAT JSON file.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise _fault(path, f"more than {MAX_BYTES >> 20} MB")
        data = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise _fault(path, f"no readable JSON ({type(error).__name__})") from error
    genes = data.get("geneReports") or data.get("genes") if isinstance(data, dict) else None
    if not isinstance(genes, dict):
        raise _fault(path, "JSON without gene reports")
    found = {}
    for gene, report in _reports(genes):
        call = _call(gene, report)
        if call and gene not in found:
            found[gene] = call
    return found


def _fault(path: Path, what: str) -> InputError:
    wanted = "PharmCAT's phenotype.json or report.json"
    return InputError(Fault(path.name, what, wanted, "Give PharmCAT's own output."))


def _reports(genes: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    nested = [genes[name] for name in _SOURCES if isinstance(genes.get(name), dict)]
    for group in nested or [genes]:
        for gene, report in group.items():
            for one in report if isinstance(report, list) else [report]:
                if isinstance(one, dict):
                    yield str(one.get("geneSymbol") or gene), one


def _call(gene: str, report: dict[str, Any]) -> GeneCall | None:
    entries = report.get("recommendationDiplotypes") or report.get("sourceDiplotypes") or []
    entries = [entry for entry in entries if isinstance(entry, dict)]
    labels = [str(entry.get("label") or _label(entry)) for entry in entries]
    phenotypes = [str(p) for entry in entries for p in entry.get("phenotypes") or ()]
    phenotypes = [p for p in phenotypes if p.lower() not in {"n/a", "no result"}]
    if not any(labels) or not phenotypes:
        return None
    missing = [v for v in report.get("variants") or () if v.get("missing") or not v.get("call")]
    return GeneCall(
        gene=gene,
        diplotypes=tuple(dict.fromkeys(labels)),
        phenotypes=tuple(dict.fromkeys(phenotypes)),
        found=True,
        tested=(),
        not_tested=tuple(str(v.get("dbSnpId") or v.get("position")) for v in missing),
        source="PharmCAT",
    )


def _label(entry: dict[str, Any]) -> str:
    names = [(entry.get(side) or {}).get("name") for side in ("allele1", "allele2")]
    return "/".join(str(name) for name in names if name)
