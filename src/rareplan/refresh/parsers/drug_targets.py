"""Drugs on gene products: Open Targets, ChEMBL and DGIdb, each into ``drug_targets``."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from rareplan.refresh.faults import SourceError
from rareplan.refresh.parts import Inputs
from rareplan.refresh.tables import Built, from_rows

PARSER_VERSION = 1
Row = tuple[str, str, str, str, bool, str]

_APPROVED_PHASE = 4
# DGIdb joins sources of many licences; these are open (CC0, CC BY, public domain).
_DGIDB_OPEN = {
    "CIViC",
    "FDA",
    "ClearityFoundationBiomarkers",
    "CGI",
    "MyCancerGenome",
    "NCI",
    "OncoKB",
}


def open_targets(
    mechanisms: Iterable[dict[str, Any]], drugs: Iterable[dict[str, Any]]
) -> list[Row]:
    """Rows from the mechanism and molecule tables; targets stay Ensembl ids."""
    known = {d["id"]: d for d in drugs}
    rows = set()
    for mechanism in mechanisms:
        for drug_id in mechanism.get("chemblIds") or ():
            drug = known.get(drug_id, {})
            for target in mechanism.get("targets") or ():
                rows.add(
                    (str(drug.get("name") or drug_id), drug_id, str(target),
                     str(mechanism.get("actionType") or ""), _is_approved(drug), "Open Targets")
                )  # fmt: skip
    return sorted(rows)


def _is_approved(drug: dict[str, Any]) -> bool:
    if "isApproved" in drug:
        return bool(drug["isApproved"]) and not drug.get("hasBeenWithdrawn")
    stage = drug.get("maximumClinicalStage", drug.get("maximumClinicalTrialPhase"))
    return stage in ("APPROVAL", "PHASE_4", _APPROVED_PHASE, float(_APPROVED_PHASE))


def chembl(records: Iterable[dict[str, Any]]) -> list[Row]:
    """Rows from ChEMBL's mechanism records; targets are ChEMBL target ids."""
    rows = set()
    for record in records:
        if record.get("molecule_chembl_id") and record.get("target_chembl_id"):
            rows.add(
                (str(record.get("molecule_pref_name") or record["molecule_chembl_id"]),
                 record["molecule_chembl_id"], record["target_chembl_id"],
                 str(record.get("action_type") or ""),
                 int(record.get("max_phase") or 0) == _APPROVED_PHASE, "ChEMBL")
            )  # fmt: skip
    return sorted(rows)


def dgidb(lines: Iterable[str]) -> list[Row]:
    """Rows from DGIdb's ``interactions.tsv``, sources with open licences only."""
    reader = csv.DictReader((x for x in lines if not x.startswith("#")), delimiter="\t")
    names = set(reader.fieldnames or ())
    kind = "interaction_types" if "interaction_types" in names else "interaction_type"
    approved = "drug_is_approved" if "drug_is_approved" in names else "approved"
    missing = {"gene_name", "drug_name", "interaction_source_db_name", kind, approved} - names
    if missing:
        raise SourceError(f"DGIdb interactions lack the columns {sorted(missing)}")
    rows = set()
    for row in reader:
        source = row["interaction_source_db_name"]
        if row["gene_name"] and row["drug_name"] and source in _DGIDB_OPEN:
            action = "" if row[kind] == "NULL" else row[kind].upper()
            rows.add(
                (row["drug_name"], row["drug_concept_id"], row["gene_name"], action,
                 row[approved].upper() == "TRUE", f"DGIdb: {source}")
            )  # fmt: skip
    return sorted(rows)


def _parquet(inputs: Inputs, file: str) -> list[dict[str, Any]]:
    with inputs.open(file) as handle:
        found: list[dict[str, Any]] = pq.read_table(io.BytesIO(handle.read())).to_pylist()
    return found


def build(inputs: Inputs, _work: Path) -> Iterator[Built]:
    """The source's part of ``drug_targets``."""
    if inputs.has("mechanisms.parquet"):
        file = "mechanisms.parquet"
        rows = open_targets(_parquet(inputs, file), _parquet(inputs, "molecules.parquet"))
    elif inputs.has("mechanisms.json"):
        file = "mechanisms.json"
        with inputs.open(file) as handle:
            rows = chembl(json.load(handle))
    else:
        file = "interactions.tsv"
        rows = dgidb(inputs.lines(file))
    if not rows:
        raise SourceError(f"{inputs.spec.name}: no drug with a target")
    yield Built("drug_targets", from_rows("drug_targets", rows), (inputs.source(file),))
