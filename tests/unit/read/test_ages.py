"""Ages in the forms that people and machines write."""

from __future__ import annotations

import pytest

from rareplan.read.ages import age_in_years


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("P3M", 0.25),
        ("P1Y6M", 1.5),
        ("P5D", 5 / 365.25),
        ("P2W", 14 / 365.25),
        ("3 months", 0.25),
        ("5 days", 5 / 365.25),
        ("2 years", 2.0),
        ("2.5y", 2.5),
        ("7", 7.0),
        (4, 4.0),
    ],
)
def test_readable(text: str | float, years: float) -> None:
    assert age_in_years(text) == pytest.approx(years)


@pytest.mark.parametrize("text", ["", "young", "-3", "P", "three months", "300 years", -1.0])
def test_unreadable(text: str | float) -> None:
    assert age_in_years(text) is None
