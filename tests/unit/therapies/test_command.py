"""``rareplan therapies``."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from rareplan.cli.therapies import therapies
from rareplan.errors import InputError
from rareplan.provenance import data_dir

STARTER = ["--kb", str(data_dir("knowledge") / "starter")]


def run(*words: str) -> Result:
    return CliRunner().invoke(therapies, [*words, *STARTER])


def test_a_gene() -> None:
    result = run("CPS1")
    assert result.exit_code == 0
    assert "protein-restricted diet" in result.output
    assert "valproate: contraindicated" in result.output
    assert "cure" not in result.output.lower().replace("curative", "")


def test_two_null_alleles_and_a_brand_name() -> None:
    words = ("--variant", "p.(Gln335Ter)", "--variant", "p.(Glu714Ter)", "--inheritance", "AR")
    result = run("CPS1", *words, "--medicine", "Depakote")
    assert "URGENT, takes it now: valproate" in result.output
    assert "Do not stop a medicine on your own" in result.output
    assert "no protein is left for it: needs residual protein" in result.output


def test_both_directions_are_told_apart() -> None:
    result = run("SCN2A")
    assert "what would tell them apart: seizure onset before 3 months" in result.output
    assert "Not offered here" in result.output


def test_mechanism_given() -> None:
    assert "Do not: would act the wrong way" in run("KCNT1", "--mechanism", "lof").output
    assert "Do not: would act" not in run("KCNT1", "--mechanism", "gof").output


def test_json() -> None:
    plan = json.loads(run("AGXT", "--json").output)
    assert plan["gene"] == "AGXT"
    assert {"options", "wrong_way", "below_line", "cautions", "pgx"} <= set(plan)


def test_unreviewed_rows_are_counted_not_shown() -> None:
    assert "zilganersen" not in run("GFAP").output
    assert "1 unreviewed" in run("GFAP").output
    assert "zilganersen" in run("GFAP", "--all").output


def test_a_gene_without_rows() -> None:
    assert "No curated treatment or caution is known" in run("OR4F5").output


@pytest.mark.parametrize(
    ("words", "fault"), [(["NOTAGENE"], "NOTAGENE"), (["CPS1", "--variant", "R163W"], "R163W")]
)
def test_faults(words: list[str], fault: str) -> None:
    result = run(*words)
    assert isinstance(result.exception, InputError)
    assert fault in str(result.exception)
