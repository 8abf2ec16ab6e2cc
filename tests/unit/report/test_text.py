from __future__ import annotations

import pytest

from rareplan.report.text import age_text, in_ten, iso_age, natural_name, percent, sentence


@pytest.mark.parametrize(
    ("years", "text", "iso"),
    [
        (5 / 365.25, "5 days", "P5D"),
        (1 / 365.25, "1 day", "P1D"),
        (0.0, "0 days", "P0D"),
        (0.5, "6 months", "P6M"),
        (1.0, "12 months", "P1Y"),
        (3.25, "3.25 years", "P3Y3M"),
        (40.0, "40 years", "P40Y"),
    ],
)
def test_ages(years: float, text: str, iso: str) -> None:
    assert age_text(years) == text
    assert iso_age(years) == iso


def test_an_unknown_age_is_said() -> None:
    assert age_text(None) == "not given"


def test_a_name_that_is_turned_round_is_put_in_order() -> None:
    name = "Carbamoyl phosphate synthetase I deficiency, hyperammonemia due to"
    wanted = "Hyperammonemia due to carbamoyl phosphate synthetase I deficiency"
    assert natural_name(name) == wanted
    assert natural_name("GLUT1 deficiency, epilepsy due to") == "Epilepsy due to GLUT1 deficiency"
    assert natural_name("Epilepsy, X-linked") == "Epilepsy, X-linked"


def test_natural_frequencies_never_say_none_or_all() -> None:
    assert in_ten(0.95) == (19, 20)
    assert in_ten(0.9) == (9, 10)
    assert in_ten(0.9999) == (99, 100)
    assert in_ten(0.0001) == (1, 100)
    assert in_ten(1.0) == (10, 10)


def test_percents_and_sentences() -> None:
    assert [percent(x) for x in (0.0, 0.001, 0.5, 0.999, 1.0)] == [
        "0%",
        "<1%",
        "50%",
        ">99%",
        "100%",
    ]
    assert sentence("aggravate seizures") == "Aggravate seizures."
    assert sentence("") == ""
