"""Text that came from files of strangers, made safe to print, and numbers made readable."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

from markupsafe import Markup

# Control characters are illegal in HTML and XML; bidirectional overrides can make a name or a
# variant read as another one (Unicode TR 36); zero-width characters hide text.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\uffff"
    "\ud800-\udfff]"
)
_SPLICE = re.compile(r"[\s]+")


def clean(value: object) -> object:
    """Strings without characters that could hide or reorder text; anything else as it is."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return _UNSAFE.sub("", value)
    return value


def one_line(text: str, limit: int = 0) -> str:
    """Text on one line, cut with an ellipsis at ``limit`` characters (0: not cut)."""
    line = _SPLICE.sub(" ", str(clean(text))).strip()
    return line if not limit or len(line) <= limit else line[: limit - 1].rstrip() + "…"


def sentence(text: str) -> str:
    """A phrase as a sentence: a capital first, a full stop last; "" stays ""."""
    line = one_line(text)
    if not line:
        return ""
    return line[0].upper() + line[1:] + ("" if line[-1] in ".!?" else ".")


_DAYS_A_YEAR = 365.25


def age_text(years: float | None) -> str:
    """An age as a clinician says it: days in the first month, months in the first two years."""
    if years is None:
        return "not given"
    days = round(years * _DAYS_A_YEAR)
    if days < 31:
        return f"{days} day{'' if days == 1 else 's'}"
    if years < 2:
        months = max(round(years * 12), 1)
        return f"{months} month{'' if months == 1 else 's'}"
    return f"{years:.3g} years"


def iso_age(years: float) -> str:
    """An age as an ISO 8601 duration: ``P5D``, ``P6M``, ``P3Y2M``."""
    days = round(years * _DAYS_A_YEAR)
    if days < 31:
        return f"P{days}D"
    whole, months = divmod(round(years * 12), 12)
    return "P" + (f"{whole}Y" if whole else "") + (f"{months}M" if months else "")


def natural_name(name: str) -> str:
    """A disease name in reading order.

    OMIM lists some turned round ("X deficiency, hyperammonemia due to"); others are kept.
    """
    line = one_line(name)
    head, comma, tail = line.rpartition(", ")
    if comma and head and tail.endswith(" due to"):
        first = head if head[:2].isupper() else head[0].lower() + head[1:]
        return f"{tail[0].upper()}{tail[1:]} {first}"
    return line


def percent(fraction: float) -> str:
    """A probability for a clinician: ``95%``, ``<1%``, ``>99%``."""
    if 0 < fraction < 0.01:
        return "<1%"
    if 0.99 < fraction < 1:
        return ">99%"
    return f"{fraction * 100:.0f}%"


def frequency(max_af: float | None) -> str:
    """An allele frequency: ``1 in 71,429 alleles (1.4e-05)``; unknown stays unknown."""
    if max_af is None:
        return "not in the frequency data"
    if max_af == 0:
        return "0 (not seen)"
    return f"1 in {round(1 / max_af):,} alleles ({max_af:.2g})"


def in_ten(fraction: float) -> tuple[int, int]:
    """A natural frequency ``(k, n)`` with n of 10, 20 or 100, nearest to the fraction.

    Never 0 of n and never n of n unless the fraction is exactly 0 or 1: a small chance is
    not no chance.
    """
    if fraction in (0.0, 1.0):
        return (int(fraction * 10), 10)
    for size in (10, 20, 100):
        count = round(fraction * size)
        if 0 < count < size and abs(count / size - fraction) <= 0.025:
            return (count, size)
    return (1, 100) if fraction < 0.5 else (99, 100)


def share(fraction: Fraction) -> str:
    """A recurrence risk for a clinician: ``1 in 4 (25%)``."""
    if fraction == 0:
        return "0"
    return f"{fraction.numerator} in {fraction.denominator} ({percent(float(fraction))})"


def plain(value: Any) -> str:
    """A field as text: enums by value, tuples joined, None as empty."""
    if value is None:
        return ""
    if isinstance(value, tuple | list):
        return ", ".join(plain(v) for v in value)
    return str(getattr(value, "value", value))
