"""ClinicalTrials.gov studies for the diseases of the curated tables (API v2 records)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from rareplan.refresh.faults import SourceError
from rareplan.refresh.parts import Inputs
from rareplan.refresh.tables import Built, from_rows

PARSER_VERSION = 2
_MODULES = (
    "identificationModule", "statusModule", "sponsorCollaboratorsModule", "descriptionModule",
    "conditionsModule", "designModule", "armsInterventionsModule", "eligibilityModule",
)  # fmt: skip


def parse_studies(records: Iterable[dict[str, Any]], query: str) -> list[tuple[Any, ...]]:
    """``trials`` rows of one query."""
    rows = []
    for record in records:
        section = record.get("protocolSection") or {}
        identity = section.get("identificationModule") or {}
        if not identity.get("nctId"):
            raise SourceError("a ClinicalTrials.gov record has no nctId")
        status = section.get("statusModule") or {}
        arms = section.get("armsInterventionsModule") or {}
        updated = status.get("lastUpdatePostDateStruct") or {}
        rows.append(
            (identity["nctId"], identity.get("briefTitle", ""), status.get("overallStatus", ""),
             (section.get("conditionsModule") or {}).get("conditions") or [],
             [i.get("name", "") for i in arms.get("interventions") or ()],
             (section.get("designModule") or {}).get("phases") or [],
             updated.get("date", ""), query, json.dumps({"protocolSection": _kept(section)}))
        )  # fmt: skip
    return rows


def _kept(section: dict[str, Any]) -> dict[str, Any]:
    """What matching reads; contacts and officials are people and are left out."""
    kept = {name: section[name] for name in _MODULES if name in section}
    places = (section.get("contactsLocationsModule") or {}).get("locations") or []
    named = ("country", "city", "status")
    sites = [{k: p[k] for k in named if k in p} for p in places]
    return kept | {"contactsLocationsModule": {"locations": sites}}


def build(inputs: Inputs, _work: Path) -> Iterator[Built]:
    """``trials``: a study once, under the first query that found it."""
    found: dict[str, tuple[Any, ...]] = {}
    for name in sorted(inputs.files):
        with inputs.open(name) as handle:
            for row in parse_studies(json.load(handle), inputs.label(name)):
                found.setdefault(row[0], row)
    rows = [found[nct] for nct in sorted(found)]
    table: pa.Table = from_rows("trials", rows)
    yield Built("trials", table, (inputs.source(min(inputs.files)),))
