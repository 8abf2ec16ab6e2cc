"""Variants typed from the guideline before rareplan's rules were read (aso_blind.tsv)."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from rareplan.config import Antisense
from rareplan.knowledge.store import KnowledgeBase
from rareplan.therapies.aso.batch import assess_rows
from rareplan.therapies.aso.facts import Strategy
from rareplan.therapies.aso.row import NEEDED, OPTIONAL

TABLE = Path(__file__).parents[2] / "data" / "aso_blind.tsv"


def rows() -> list[dict[str, str]]:
    lines = (line for line in TABLE.open(encoding="utf-8") if not line.startswith("#"))
    return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.mark.parametrize("row", rows(), ids=lambda r: r["id"])
def test_blind_case(row: dict[str, str], kb: KnowledgeBase, antisense: Antisense) -> None:
    given = {name: row[name] for name in (*NEEDED, *OPTIONAL)}
    verdicts = {v.strategy: v for v in assess_rows([given], kb, antisense)}
    assert set(verdicts) == {s.value for s in Strategy}
    for strategy, verdict in verdicts.items():
        wanted = row[strategy].split("|")
        assert wanted == ["?"] or verdict.verdict in wanted, (row["why"], strategy, verdict.reason)
        assert verdict.reason.endswith((".", ").")), verdict.reason
        text = f"{verdict.reason} {' '.join(n.fact for n in verdict.trace)}"
        assert "None" not in text.split(), text


def test_the_table_reaches_every_class_of_every_strategy() -> None:
    for strategy in Strategy:
        seen = {word for row in rows() for word in row[strategy.value].split("|")}
        assert {"eligible", "not eligible", "unable to assess"} <= seen, strategy
    assert len(rows()) >= 180
