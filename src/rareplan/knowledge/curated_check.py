"""Holds the curated tables to their schemas, and rows to the rules between tables.

``validate_curated`` runs in the tests and in the release check; it returns every fault in words.
"""

from __future__ import annotations

import csv
import re
import tomllib
from collections import Counter
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

TABLES = ("therapies", "cautions", "mechanisms", "variant_effects", "pathway_edges", "drugs")
_SIDE = {
    "up": {"lof", "haploinsufficiency", "dn"},
    "replace": {"lof", "haploinsufficiency", "dn"},
    "down": {"gof", "dn"},
}
_LIVE = {"approved", "accelerated", "conditional", "exceptional circumstances", "label restricted"}
Row = dict[str, str]


def validate_curated(folder: Path) -> list[str]:
    """Every fault of the tables in a folder; an empty list when all is well."""
    faults: list[str] = []
    tables: dict[str, list[Row]] = {}
    for name in TABLES:
        schema = tomllib.loads((folder / f"{name}.schema.toml").read_text("utf-8"))
        rows, found = _read(folder / f"{name}.tsv", list(schema["columns"]))
        tables[name] = rows
        faults += found + list(_check_rows(name, rows, schema))
    faults += _therapy_rules(tables["therapies"])
    faults += _names_agree(tables)
    return faults


def _read(path: Path, columns: list[str]) -> tuple[list[Row], list[str]]:
    lines = [line for line in path.read_text("utf-8").splitlines() if not line.startswith("#")]
    reader = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    header = next(reader)
    if header != columns:
        return [], [f"{path.name}: columns {header} instead of {columns}"]
    faults, rows = [], []
    for number, cells in enumerate(reader, 2):
        if len(cells) != len(columns):
            faults.append(f"{path.name}, row {number}: {len(cells)} cells, not {len(columns)}")
        elif any(cell != cell.strip() for cell in cells):
            faults.append(f"{path.name}, row {number}: a cell begins or ends with a blank")
        else:
            rows.append(dict(zip(columns, cells, strict=True)))
    return rows, faults


def _check_rows(name: str, rows: list[Row], schema: dict[str, Any]) -> Iterator[str]:
    keys = Counter(tuple(row[column] for column in schema["key"]) for row in rows)
    for key, count in keys.items():
        if count > 1:
            yield f"{name}: {' '.join(key)} occurs {count} times"
    for row in rows:
        where = f"{name} {' '.join(row[column] for column in schema['key'])}"
        for column, rule in schema["columns"].items():
            for fault in _check_cell(row[column], rule):
                yield f"{where}: {column} {fault}"


def _check_cell(cell: str, rule: dict[str, Any]) -> Iterator[str]:
    if not cell:
        if rule.get("required"):
            yield "is empty"
        return
    parts = [part.strip() for part in cell.split(";")] if rule.get("list") else [cell]
    for part in parts:
        if not part:
            yield f"has an empty part: '{cell}'"
        elif "choices" in rule and part not in rule["choices"]:
            yield f"'{part}' is none of {', '.join(rule['choices'])}"
        elif "pattern" in rule and not re.fullmatch(rule["pattern"], part):
            yield f"'{part}' has not the form {rule['pattern']}"
    yield from _check_kind(cell, rule.get("kind", ""))


def _check_kind(cell: str, kind: str) -> Iterator[str]:
    try:
        if kind == "number" and float(cell) < 0:
            yield f"'{cell}' is negative"
        elif kind == "date" and date.fromisoformat(cell) < date(2000, 1, 1):
            yield f"'{cell}' is too long ago"
    except ValueError:
        yield f"'{cell}' is no {kind}"


def _therapy_rules(rows: Iterable[Row]) -> list[str]:
    """What a schema of single cells cannot say."""
    faults = []
    for row in rows:
        mechanisms = set(row["mechanism"].split(";"))
        allowed = _SIDE.get(row["direction"], mechanisms)
        if mechanisms - {"any"} - allowed and not _mixed(row):
            faults.append(f"therapies {row['id']}: {row['direction']} for {row['mechanism']}")
        if set(row["wrong_for"].split(";")) & mechanisms:
            faults.append(f"therapies {row['id']}: wrong for a mechanism that it is written for")
        statuses = {entry.split(":")[2] for entry in row["approvals"].split("; ") if entry}
        if row["tier"] == "A" and not statuses & _LIVE:
            faults.append(f"therapies {row['id']}: tier A without an approval")
        if row["tier"] == "A" and not row["list_check"]:
            faults.append(f"therapies {row['id']}: tier A without a check against the lists")
        if row["reviewed"] == "yes" and row["tier"] in "AB" and not row["citation"]:
            faults.append(f"therapies {row['id']}: reviewed, tier {row['tier']}, no citation")
    return faults


def _mixed(row: Row) -> bool:
    """A concentrate of the normal protein helps whatever the patient's own protein does."""
    return row["direction"] == "replace" and row["mode"] == "protein_replacement"


def _names_agree(tables: dict[str, list[Row]]) -> list[str]:
    """One gene has one HGNC id in all tables; no brand name stands for two medicines."""
    ids: dict[str, set[str]] = {}
    for rows in tables.values():
        for row in rows:
            if "hgnc_id" in row:
                ids.setdefault(row["gene"], set()).add(row["hgnc_id"])
    faults = [f"{gene} has several HGNC ids: {sorted(found)}" for gene, found in ids.items()
              if len(found) > 1]  # fmt: skip
    owner: dict[str, str] = {}
    for row in tables["drugs"]:
        for name in (row["name"], *filter(None, row["synonyms"].split(";"))):
            other = owner.setdefault(name.strip().lower(), row["name"])
            if other != row["name"] and name.strip().lower() not in SHARED_NAMES:
                faults.append(f"drugs: '{name}' stands for {other} and {row['name']}")
    return faults


SHARED_NAMES = frozenset({"co-trimoxazole", "cotrimoxazole"})
"""Fixed combinations: one name, two agents."""
