"""Ages as people and machines write them."""

from __future__ import annotations

import re

_DAYS = {"d": 1.0, "w": 7.0, "m": 365.25 / 12, "y": 365.25}
_ISO = re.compile(
    r"^P(?=\d)(?:(\d+(?:\.\d+)?)Y)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)W)?(?:(\d+(?:\.\d+)?)D)?(?:T.*)?$"
)
_WORDS = re.compile(
    r"^(\d+(?:\.\d+)?)\s*(d|days?|w|weeks?|m|mo|months?|y|yrs?|years?)$", re.IGNORECASE
)
MAX_YEARS = 125.0


def age_in_years(value: str | float) -> float | None:
    """Years from ``P3M``, ``3 months``, ``2.5 years`` or a number of years; None if unclear."""
    if isinstance(value, int | float):
        years = float(value)
        return years if 0 <= years <= MAX_YEARS else None
    text = value.strip()
    if re.fullmatch(r"\d+(\.\d+)?", text):
        return age_in_years(float(text))
    iso = _ISO.match(text.upper())
    if iso:
        days = sum(float(n) * _DAYS[u] for n, u in zip(iso.groups(), "ymwd", strict=True) if n)
        return age_in_years(days / 365.25)
    words = _WORDS.match(text)
    if words:
        unit = words.group(2)[0].lower()
        return age_in_years(float(words.group(1)) * _DAYS[unit] / 365.25)
    return None
