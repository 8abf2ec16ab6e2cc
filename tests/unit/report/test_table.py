from __future__ import annotations

import csv
import io
from io import BytesIO

import pytest
from openpyxl import load_workbook
from tests.builders.case_result_builder import CASES, solved_trio

from rareplan.report.table import COLUMNS, tsv_bytes, xlsx_bytes


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode()), delimiter="\t", quoting=csv.QUOTE_NONE))


def test_the_columns_are_the_contract() -> None:
    header = tsv_bytes(solved_trio()).decode().splitlines()[0]
    assert header == (
        "rank\tgene\tvariant\tassembly\tconsequence\thgvs_c\thgvs_p\tinheritance\tgenotypes\t"
        "probability\tphenotype_score\tacmg_class\tacmg_criteria\tclinvar\tmax_af\tdiseases"
    )
    assert header.split("\t") == list(COLUMNS)


def test_a_compound_pair_is_two_rows_of_one_rank() -> None:
    table = rows(tsv_bytes(solved_trio()))
    assert [r["rank"] for r in table] == ["1", "1", "2"]
    assert table[0]["variant"] == "2-210591886-C-T"
    assert table[0]["genotypes"] == "proband=0/1;father=0/1;mother=0/0"
    assert table[0]["acmg_criteria"] == "PVS1_VeryStrong;PM2_Supporting;PM3_Moderate"
    assert table[0]["max_af"] == ""  # unknown is not zero
    assert table[2]["max_af"] == "1e-05"


def test_text_cannot_add_rows_or_columns() -> None:
    result = solved_trio()
    first = result.candidates[0]
    hostile = first.model_copy(update={"inheritance": "AR\tfake\nrow\r\x00\u2028end"})
    table = rows(tsv_bytes(result.model_copy(update={"candidates": (hostile,)})))
    assert len(table) == 2
    assert table[0]["inheritance"] == "AR fake row end"


@pytest.mark.parametrize("name", CASES)
def test_the_workbook_has_the_same_rows(name: str) -> None:
    result = CASES[name]()
    sheet = load_workbook(BytesIO(xlsx_bytes(result)))["candidates"]
    cells = [tuple(str(c or "") for c in row) for row in sheet.iter_rows(values_only=True)]
    lines = tsv_bytes(result).decode().splitlines()
    assert cells == [tuple(line.split("\t")) for line in lines]


def test_the_workbook_runs_no_formula_and_keeps_no_date() -> None:
    result = solved_trio()
    evil = result.candidates[0].model_copy(update={"inheritance": "=HYPERLINK(1)"})
    data = xlsx_bytes(result.model_copy(update={"candidates": (evil,)}))
    cell = load_workbook(BytesIO(data))["candidates"]["H2"]
    assert cell.value == "=HYPERLINK(1)"
    assert cell.data_type == "s"
    assert cell.quotePrefix
    assert data == xlsx_bytes(result.model_copy(update={"candidates": (evil,)}))
