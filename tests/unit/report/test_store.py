from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.builders.case_result_builder import CASES, solved_trio

from rareplan.errors import InputError
from rareplan.model.result import SCHEMA_VERSION, CaseResult
from rareplan.report.store import dump_result, load_result

OLD = Path(__file__).parents[2] / "data" / "report" / "case_1_0.json"


@pytest.mark.parametrize("name", CASES)
def test_a_result_survives_the_round_trip(name: str, tmp_path: Path) -> None:
    result = CASES[name]()
    path = tmp_path / "case.json"
    path.write_bytes(dump_result(result))
    assert load_result(path) == result
    assert load_result(tmp_path) == result  # the run directory will do
    assert dump_result(load_result(path)) == path.read_bytes()


def test_a_file_of_the_first_schema_is_upgraded() -> None:
    assert json.loads(OLD.read_text())["schema_version"] == "1.0"
    result = load_result(OLD)
    assert isinstance(result, CaseResult)
    assert result.schema_version == SCHEMA_VERSION
    assert result.candidates[0].variants[0].consequence.exons == ()


def test_a_file_of_a_later_schema_is_refused(tmp_path: Path) -> None:
    data = json.loads(dump_result(solved_trio())) | {"schema_version": "9.0"}
    path = tmp_path / "case.json"
    path.write_text(json.dumps(data))
    with pytest.raises(InputError, match=r"schema_version 9\.0"):
        load_result(path)


@pytest.mark.parametrize(
    ("content", "words"),
    [("", "not JSON"), ("[1]", "no object"), ('{"schema_version": "1.1"}', "Field required")],
)
def test_a_damaged_file_is_told_in_words(content: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "case.json"
    path.write_text(content)
    with pytest.raises(InputError, match=words):
        load_result(path)


def test_a_missing_file_is_told_in_words(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no readable file"):
        load_result(tmp_path / "case.json")
