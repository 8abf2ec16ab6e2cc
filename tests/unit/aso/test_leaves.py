"""Every leaf of the four trees that a batch row can reach: hand-typed, with a citation."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from rareplan.config import Antisense
from rareplan.knowledge.store import KnowledgeBase
from rareplan.therapies.aso.batch import assess_rows

LEAVES = Path(__file__).resolve().parents[2] / "data" / "aso_leaves.tsv"


def rows() -> list[dict[str, str]]:
    with LEAVES.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle, delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.mark.parametrize("row", rows(), ids=lambda r: f"{r['id']} {r['strategy']}: {r['leaf']}")
def test_leaf(row: dict[str, str], kb: KnowledgeBase, antisense: Antisense) -> None:
    verdicts = {v.strategy: v for v in assess_rows([row], kb, antisense)}
    verdict = verdicts[row["strategy"]]
    assert verdict.verdict == row["expected"], verdict.reason
    assert verdict.reason
    assert verdict.trace
    assert row["citation"]
