"""Ages in a criterion: ranges, limits, and the words adult, child and newborn."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rareplan.therapies.trials.patient import TrialPatient
from rareplan.therapies.trials.piece import Piece, Span

_NUMBER = r"(\d+(?:\.\d+)?)"
_UNIT = r"(years?|yrs?|y\b|months?|mos?\b|weeks?|wks?|days?)"
_OLD = r"(?:\s*[- ]?(?:of age|old|of life))?"
_NOT_AGE = re.compile(
    r"\b(onset|diagnos\w+ (?:at|before)|at diagnosis|gestation\w*|mental age|developmental age|"
    r"bone age|age equivalent|corrected age|reading age|symptoms? (?:began|before)|survival|"
    r"duration|walk\w*|prior to screening|in the (?:last|past)|within)\b",
    re.IGNORECASE,
)
_RANGE = re.compile(
    rf"(?:between\s+)?(?:the ages of\s+)?{_NUMBER}\s*{_UNIT}?{_OLD}\s*(?:to|-|–|and|through)\s*"
    rf"(?:<|≤|less than|under)?\s*{_NUMBER}\s*{_UNIT}{_OLD}",
    re.IGNORECASE,
)
_RANGE_OF_AGE = re.compile(
    rf"\bag(?:e|ed|es)\b[\s:]*(?:is |of |range |from |between )*{_NUMBER}\s*"
    rf"(?:to|-|–|and|through)\s*{_NUMBER}(?!\s*\w*%)",
    re.IGNORECASE,
)
_AT_LEAST = re.compile(
    rf"(?:≥|>=|at least|minimum(?: of)?|older than or equal to|greater than or equal to|"
    rf"not younger than)\s*{_NUMBER}\s*{_UNIT}{_OLD}"
    rf"|{_NUMBER}\s*{_UNIT}{_OLD}\s*(?:or|and)\s*(?:older|above|over|greater)",
    re.IGNORECASE,
)
_MORE = re.compile(
    rf"(?:>|over|above|older than|greater than|more than)\s*{_NUMBER}\s*{_UNIT}{_OLD}",
    re.IGNORECASE,
)
_AT_MOST = re.compile(
    rf"(?:≤|<=|at most|up to|no older than|not older than|maximum(?: of)?|less than or equal to)"
    rf"\s*{_NUMBER}\s*{_UNIT}{_OLD}"
    rf"|{_NUMBER}\s*{_UNIT}{_OLD}\s*(?:or|and)\s*(?:younger|under|below|less)",
    re.IGNORECASE,
)
_LESS = re.compile(
    rf"(?:<|under|below|younger than|less than)\s*{_NUMBER}\s*{_UNIT}{_OLD}", re.IGNORECASE
)
_ANCHORED_LEAST = re.compile(
    rf"\bag(?:e|ed|es)\b[\s:]*(?:of |is |must be )?(?:≥|>=|at least)\s*{_NUMBER}(?!\s*[\d%])"
    rf"|\bag(?:e|ed|es)\b[\s:]*(?:of |is )?{_NUMBER}\s*(?:or|and)\s*(?:older|above|over)",
    re.IGNORECASE,
)
_AGE_WORD = re.compile(r"\b(ages?|aged|old|older|younger|of age)\b", re.IGNORECASE)
_PER_YEAR = {"y": 1.0, "m": 12.0, "w": 52.1775, "d": 365.25}
_ADULT = re.compile(r"\badults?\b", re.IGNORECASE)
_CHILD = re.compile(r"\b(?:child|children|p(?:a)?ediatric)\b", re.IGNORECASE)
_NEWBORN = re.compile(r"\b(?:neonates?|newborns?)\b", re.IGNORECASE)
_ADULT_AGE = 18.0
_NEWBORN_AGE = 1 / 12


@dataclass(frozen=True)
class AgeLimits:
    """Limits in years. ``high`` is where the permitted ages end, itself not permitted."""

    low: float | None = None
    low_open: bool = False
    high: float | None = None


def age_fits(age: float | None, limits: AgeLimits) -> bool | None:
    """Whether an age lies within limits; None when the age is not known."""
    if age is None:
        return None
    if limits.low is not None and (age < limits.low or (limits.low_open and age == limits.low)):
        return False
    return not (limits.high is not None and age >= limits.high)


def age_pieces(text: str, patient: TrialPatient) -> list[Piece]:
    """Limits of age, and words for an age, held against the patient's."""
    found = _age_words(text, patient.age_years)
    if _AGE_WORD.search(text) and not _NOT_AGE.search(text):
        read = _age_limits(text)
        if read is not None:
            limits, spans = read
            found.append(Piece("age", "age", age_fits(patient.age_years, limits), spans))
    return found


def _age_words(text: str, age: float | None) -> list[Piece]:
    """``adults``, ``children``, ``newborns``; children and adults together are everybody."""
    adult, child = _ADULT.search(text), _CHILD.search(text)
    pieces = []
    if adult and child:
        pieces.append(Piece("age", "word", truth=True, spans=(adult.span(), child.span())))
    elif adult:
        truth = None if age is None else age >= _ADULT_AGE
        pieces.append(Piece("age", "word", truth, (adult.span(),)))
    elif child:
        truth = None if age is None else age < _ADULT_AGE
        pieces.append(Piece("age", "word", truth, (child.span(),)))
    newborn = _NEWBORN.search(text)
    if newborn:
        truth = None if age is None else age <= _NEWBORN_AGE
        pieces.append(Piece("age", "word", truth, (newborn.span(),)))
    return pieces


def _age_limits(text: str) -> tuple[AgeLimits, tuple[Span, ...]] | None:
    """Limits that a sentence sets; None: not understood."""
    match = _RANGE.search(text)
    if match:
        unit = match.group(4)
        start = _years(match.group(1), match.group(2) or unit)
        return AgeLimits(start, high=_last(match.group(3), unit)), (match.span(),)
    match = _RANGE_OF_AGE.search(text)
    if match:
        limits = AgeLimits(float(match.group(1)), high=float(match.group(2)) + 1)
        return limits, (match.span(),)
    low: float | None = None
    high: float | None = None
    low_open = False
    spans: list[Span] = []
    for pattern, lower, strict in (
        (_AT_LEAST, True, False),
        (_ANCHORED_LEAST, True, False),
        (_AT_MOST, False, False),
        (_MORE, True, True),
        (_LESS, False, True),
    ):
        for match in pattern.finditer(text):
            if any(s < match.end() and match.start() < e for s, e in spans):
                continue
            number, unit = [*(g for g in match.groups() if g is not None), "years"][:2]
            if (low if lower else high) is not None:
                return None
            if lower:
                low, low_open = _years(number, unit), strict
            else:
                high = _years(number, unit) if strict else _last(number, unit)
            spans.append(match.span())
    return (AgeLimits(low, low_open, high), tuple(spans)) if spans else None


def _years(number: str, unit: str) -> float:
    return float(number) / _PER_YEAR[unit[0].lower()]


def _last(number: str, unit: str) -> float:
    """End of "up to 12 years": the thirteenth birthday; of "up to 6 months": seven months."""
    return (float(number) + 1) / _PER_YEAR[unit[0].lower()]
