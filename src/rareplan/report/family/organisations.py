"""Patient organisations from the curated table that comes with this version of rareplan."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache

from rareplan.model.result import Candidate
from rareplan.provenance import data_dir

_SHOWN = 5


@dataclass(frozen=True)
class Organisation:
    """One group. ``genes`` and ``diseases`` are empty for a group that serves everyone."""

    id: str
    name: str
    url: str
    scope: str
    genes: frozenset[str]
    diseases: frozenset[str]
    reviewed: str
    last_reviewed: str


@cache
def organisations() -> tuple[Organisation, ...]:
    """Every row of ``patient_organisations.tsv``, in file order."""
    path = data_dir("knowledge") / "curated" / "patient_organisations.tsv"
    with path.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader((x for x in handle if not x.startswith("#")), delimiter="\t"))
    return tuple(
        Organisation(
            row["id"],
            row["name"],
            row["url"],
            row["scope"],
            frozenset(filter(None, row["genes"].split(";"))),
            frozenset(filter(None, row["diseases"].split(";"))),
            row["reviewed"],
            row["last_reviewed"],
        )
        for row in rows
    )


def for_case(lead: Candidate | None) -> tuple[Organisation, ...]:
    """Groups for the leading gene or its diseases, then the groups for every rare disease."""
    everyone = [o for o in organisations() if not o.genes and not o.diseases]
    special: list[Organisation] = []
    if lead:
        ids = {d.id for d in lead.diseases}
        special = [o for o in organisations() if lead.gene in o.genes or ids & o.diseases]
    return tuple([*special, *everyone][:_SHOWN])
