"""Recurrence risks by mode of inheritance, as exact fractions with their reasons.

Mendelian risks are exact. Empirical figures carry their source; where the figure depends on a
fact that is not known (the mother's genotype, a mosaic parent), each possibility is a row.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from rareplan.model.result import Candidate, CaseResult

# After a de novo variant 1 to 2 % is commonly quoted for a sibling, and is wrong for most
# couples: below 0.1 % for 59 % of them, 5.6 to 12.1 % with paternal mosaicism
# (Bernkopf et al. 2023, PMID 36792598).
_AFTER_DE_NOVO = Fraction(1, 100)
_DE_NOVO_NOTE = "average of 1 to 2 %; for one couple from below 0.1 % to above 10 % (mosaic parent)"
_DE_NOVO_SOURCE = "PMID:36792598"
_QUARTER, _HALF, _TWO_THIRDS, _ALL = Fraction(1, 4), Fraction(1, 2), Fraction(2, 3), Fraction(1)


@dataclass(frozen=True)
class Risk:
    """One line of the counselor's table. ``risk`` is None where no figure can be given."""

    who: str
    risk: Fraction | None
    condition: str
    source: str = "Mendelian"


@dataclass(frozen=True)
class Test:
    """One person to think of for testing."""

    who: str
    why: str


def _recessive(candidate: Candidate) -> tuple[Risk, ...]:
    given = "if both parents are carriers (not yet shown: test them)"
    if candidate.segregation == "PROVED":
        given = "both parents are carriers (shown by this test)"
    partner = "all are carriers; affected only if the other parent carries a variant too"
    return (
        Risk("Next child of the same couple: affected", _QUARTER, given),
        Risk("Next child of the same couple: unaffected carrier", _HALF, given),
        Risk("Unaffected brother or sister: carrier", _TWO_THIRDS, given),
        Risk("Each parent's brother or sister: carrier", _HALF, given),
        Risk("Children of the patient: carrier", _ALL, partner),
    )


def _dominant(_: Candidate) -> tuple[Risk, ...]:
    penetrance = "carries the variant; fewer are affected where penetrance is reduced"
    return (
        Risk("Next child, if a parent carries the variant", _HALF, penetrance),
        Risk(
            "Next child, if neither parent carries it",
            _AFTER_DE_NOVO,
            _DE_NOVO_NOTE,
            _DE_NOVO_SOURCE,
        ),
        Risk("Children of the patient", _HALF, penetrance),
    )


def _de_novo(candidate: Candidate) -> tuple[Risk, ...]:
    known_mosaic = any("mosaic" in flag for flag in candidate.flags)
    note = _DE_NOVO_NOTE
    if known_mosaic:
        note = "a parent is mosaic: the figure depends on the share of germ cells"
    elif candidate.segregation != "PROVED":
        note = f"only if the variant is confirmed as new; {note}"
    next_child = None if known_mosaic else _AFTER_DE_NOVO
    return (
        Risk("Next child of the same couple", next_child, note, _DE_NOVO_SOURCE),
        Risk("Children of the patient", _HALF, "carry the variant"),
    )


def _x_linked(_: Candidate) -> tuple[Risk, ...]:
    unclear = "not zero: she may be mosaic in germ cells; the figure depends on the gene"
    lethal = "only where boys with the condition have no children; equal mutation rates"
    return (
        Risk("Next son, if the mother is a carrier", _HALF, "affected"),
        Risk("Next daughter, if the mother is a carrier", _HALF, "carrier; may have signs"),
        Risk("Next child, if the mother's blood test is negative", None, unclear),
        Risk("Mother of the only affected boy: carrier", _TWO_THIRDS, lethal, "Haldane 1935"),
        Risk("Daughters of an affected man", _ALL, "carriers; his sons do not get his X"),
    )


def _x_dominant(_: Candidate) -> tuple[Risk, ...]:
    lethal = "affected; fewer sons are born where the condition is lethal in males"
    return (
        Risk("Next child, if the mother carries the variant", _HALF, lethal),
        Risk("Daughters of an affected man", _ALL, "affected; none of his sons"),
        Risk("Next child, if neither parent carries it", None, "not zero: a parent may be mosaic"),
    )


def _mitochondrial(_: Candidate) -> tuple[Risk, ...]:
    share = "all may get it, but the share of changed copies differs from child to child"
    return (
        Risk("Children of a mother with the variant", None, share),
        Risk("Children of a father with the variant", Fraction(0), "it comes from the mother"),
    )


_BY_MODE: tuple[tuple[str, Callable[[Candidate], tuple[Risk, ...]]], ...] = (
    ("AD de novo", _de_novo),
    ("XL de novo", _de_novo),
    ("AD", _dominant),
    ("AR", _recessive),
    ("XL dominant", _x_dominant),
    ("XL", _x_linked),
    ("mito", _mitochondrial),
)


def recurrence(candidate: Candidate) -> tuple[Risk, ...]:
    """Risks for relatives if this candidate is the cause; empty for an unknown mode."""
    for prefix, rows in _BY_MODE:
        if candidate.inheritance.startswith(prefix):
            return rows(candidate)
    return ()


def whom_to_test(result: CaseResult, candidate: Candidate) -> tuple[Test, ...]:
    """Relatives whose test would settle something, nearest first."""
    tested = {p.role for p in result.patient.family if p.sequenced}
    mode = candidate.inheritance
    tests: list[Test] = []
    if mode.startswith("XL"):
        if "mother" not in tested:
            why = "to tell a new variant from one she carries; her own care may change"
            tests.append(Test("Mother", why))
        tests.append(Test("Mother's sisters and their sons", "if the mother is a carrier"))
    elif mode.startswith("mito"):
        tests.append(Test("Mother and her children", "to see the share of changed copies in each"))
    else:
        why = "to show phase and whether the variant is new"
        untested = [p for p in ("mother", "father") if p not in tested]
        tests += [Test(parent.capitalize(), why) for parent in untested]
    if not mode.endswith("de novo"):
        why = "those with signs first; healthy children only when it changes their care"
        tests.append(Test("Brothers and sisters", why))
    if mode.startswith("AR"):
        tests.append(Test("Partners of carriers who plan children", "to tell the couple's risk"))
    return tuple(tests)
