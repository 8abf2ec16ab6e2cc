"""What regulators approved: openFDA's Drugs@FDA, FDA orphan designations, EMA medicines."""

from __future__ import annotations

import csv
import json
import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from rareplan.refresh.faults import SourceError
from rareplan.refresh.parts import Inputs
from rareplan.refresh.tables import Built, from_rows

PARSER_VERSION = 1
_LARGEST = 2_000_000_000
Row = tuple[str, str, str, str, str, bool, str, str]


def iso_date(text: str) -> str:
    """ISO date of ``20010510``, ``07/17/2015`` read as day first where it must be, ...; or ''."""
    for style in ("%Y%m%d", "%Y-%m-%d", "%d/%m/%Y", "%Y-%m-%d %H:%M:%S"):
        try:
            return datetime.strptime(text.strip(), style).date().isoformat()  # noqa: DTZ007
        except ValueError:
            continue
    return ""


def us_date(text: str) -> str:
    """ISO date of the US style that FDA's orphan export uses (``9/05/17``, ``11/20/2001``)."""
    for style in ("%m/%d/%Y", "%m/%d/%y"):
        try:
            return datetime.strptime(text.strip(), style).date().isoformat()  # noqa: DTZ007
        except ValueError:
            continue
    return ""


def drugs_at_fda(records: Iterable[dict[str, Any]]) -> list[Row]:
    """First approval and marketing status of each application's products."""
    rows = set()
    for record in records:
        dates = [
            s.get("submission_status_date", "")
            for s in record.get("submissions", ())
            if s.get("submission_status") == "AP" and s.get("submission_type") == "ORIG"
        ]
        for product in record.get("products", ()) if dates else ():
            names = [i["name"] for i in product.get("active_ingredients", ()) if i.get("name")]
            rows.add(
                ("; ".join(sorted(names)), product.get("brand_name", ""), "", "FDA",
                 product.get("marketing_status", ""), False, iso_date(min(dates)),
                 record.get("application_number", ""))
            )  # fmt: skip
    return sorted(rows)


def orphan_designations(lines: Iterable[str]) -> list[Row]:
    """FDA orphan designations with their approvals."""
    reader = csv.DictReader(lines)
    needed = {"Generic Name", "Trade Name", "Orphan Designation", "Orphan Designation Status"}
    missing = needed - set(reader.fieldnames or ())
    if missing:
        raise SourceError(f"the FDA orphan export lacks the columns {sorted(missing)}")
    rows = set()
    for row in reader:
        approved = row.get("Approved Labeled Indication") or ""
        rows.add(
            (row["Generic Name"], row["Trade Name"], approved or row["Orphan Designation"], "FDA",
             row["Orphan Designation Status"], True,
             us_date(row.get("Marketing Approval Date") or row.get("Date Designated") or ""),
             row.get("CF Grid Key") or "")
        )  # fmt: skip
    return sorted(rows)


def ema_medicines(records: Iterable[dict[str, Any]]) -> list[Row]:
    """Human medicines of EMA's JSON report."""
    rows = set()
    for record in records:
        if record.get("category") != "Human":
            continue
        rows.add(
            (record.get("international_non_proprietary_name_common_name") or
             record.get("active_substance") or "", record.get("name_of_medicine", ""),
             record.get("therapeutic_indication", ""), "EMA", record.get("medicine_status", ""),
             str(record.get("orphan_medicine", "")).lower() == "yes",
             iso_date(record.get("marketing_authorisation_date") or ""),
             record.get("ema_product_number", ""))
        )  # fmt: skip
    return sorted(rows)


def _zipped_json(path: Path) -> Any:
    """The one JSON file of a zip archive, refusing one that unpacks to too much."""
    with zipfile.ZipFile(path) as archive:
        name = next((n for n in archive.namelist() if n.endswith(".json")), "")
        if not name or archive.getinfo(name).file_size > _LARGEST:
            raise SourceError(f"{path.name}: no JSON file of a sensible size inside")
        with archive.open(name) as handle:
            return json.load(handle)


def build(inputs: Inputs, _work: Path) -> Iterator[Built]:
    """The source's part of ``approvals``."""
    if inputs.has("drugsfda.json.zip"):
        file = "drugsfda.json.zip"
        try:
            content = _zipped_json(inputs.files[file].path)
        except zipfile.BadZipFile as error:
            raise SourceError(f"{file}: {error}") from error
        updated = content.get("meta", {}).get("last_updated", "")
        rows = drugs_at_fda(content["results"])
    elif inputs.has("orphan.csv"):
        file, updated = "orphan.csv", ""
        rows = orphan_designations(inputs.lines(file))
    else:
        file, updated = "medicines.json", ""
        with inputs.open(file) as handle:
            content = json.load(handle)
        rows = ema_medicines(content["data"] if isinstance(content, dict) else content)
    if not rows:
        raise SourceError(f"{inputs.spec.name}: no product")
    yield Built("approvals", from_rows("approvals", rows), (inputs.source(file, updated, updated),))
