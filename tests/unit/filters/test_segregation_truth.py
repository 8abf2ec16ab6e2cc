"""The truth table of tests/data, one test a row. Its verdicts come from docs/inheritance.md."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from tests.builders.family import family_from, variants_from

from rareplan.config import load_settings
from rareplan.filters.segregation import segregate
from rareplan.model.genome import Assembly

TABLE = Path(__file__).resolve().parents[2] / "data" / "segregation_truth.tsv"


def rows() -> list[dict[str, str]]:
    lines = [line for line in TABLE.read_text().splitlines() if not line.startswith("#")]
    return list(csv.DictReader(lines, delimiter="\t"))


def judged(row: dict[str, str]) -> tuple[str, str]:
    """Verdict and who excludes, as rareplan sees the row."""
    variants, letters = variants_from(row["calls"], row["place"])
    sequenced = {
        word.split("=")[0] for word in row["calls"].split() if "=" in word and "[" not in word
    }
    pedigree = family_from(row["family"], sequenced)
    found = segregate(
        "GENE",
        variants,
        pedigree,
        Assembly.GRCH38,
        load_settings(),
        reduced_penetrance=row["gene"] == "reduced",
    )
    wanted = tuple(letters.index(letter) for letter in row["of"].split("+"))
    mine = [s for s in found if s.mode.value == row["mode"] and s.variants == wanted]
    assert len(mine) <= 1
    return (mine[0].verdict.value, mine[0].excluded_by) if mine else ("ABSENT", "")


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row['id']} {row['situation']}")
def test_verdict(row: dict[str, str]) -> None:
    assert judged(row) == (row["verdict"], row["by"])


def test_the_table_is_large_and_each_row_is_another_question() -> None:
    table = rows()
    assert len(table) >= 120
    questions = {
        (r["family"], r["place"], r["calls"], r["gene"], r["mode"], r["of"]) for r in table
    }
    assert len(questions) == len(table)
    assert len({r["id"] for r in table}) == len(table)
