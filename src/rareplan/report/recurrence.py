"""Recurrence risks by mode of inheritance, as exact fractions with their reasons.

Mendelian risks are exact. Empirical figures carry their source; where the figure depends on a
fact that is not known (the mother's genotype, a mosaic parent), each possibility is a row.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from rareplan.model.result import Candidate, CaseResult

# After a proved de novo variant the risk for a sibling is that of a mosaic parent: about 1 %
# on average (Campbell et al. 2014, PMID 25087610; Bernkopf et al. 2023, PMID 36792598).
_MOSAIC = Fraction(1, 100)


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


def _proved(candidate: Candidate) -> bool:
    return candidate.segregation == "PROVED"


def _recessive(candidate: Candidate) -> tuple[Risk, ...]:
    given = (
        "both parents are carriers (shown by this test)"
        if _proved(candidate)
        else "if both parents are carriers (not yet shown: test them)"
    )
    return (
        Risk("Next child of the same couple: affected", Fraction(1, 4), given),
        Risk("Next child of the same couple: unaffected carrier", Fraction(1, 2), given),
        Risk("Unaffected brother or sister: carrier", Fraction(2, 3), given),
        Risk("Each parent's brother or sister: carrier", Fraction(1, 2), given),
        Risk("Children of the patient: carrier", Fraction(1), "all of them; affected only if the other parent carries a variant too"),
    )  # fmt: skip


def _dominant(candidate: Candidate) -> tuple[Risk, ...]:
    return (
        Risk("Next child, if a parent carries the variant", Fraction(1, 2), "full penetrance; less where penetrance is reduced"),
        Risk("Next child, if neither parent carries it", _MOSAIC, "a parent may be mosaic", "PMID:25087610; PMID:36792598"),
        Risk("Children of the patient", Fraction(1, 2), "carry the variant"),
    )  # fmt: skip


def _de_novo(candidate: Candidate) -> tuple[Risk, ...]:
    note = (
        "proved by both parents' samples"
        if _proved(candidate)
        else "only if the variant is confirmed as new"
    )
    mosaic = any("mosaic" in flag for flag in candidate.flags)
    return (
        Risk("Next child of the same couple", None if mosaic else _MOSAIC,
             "a parent is mosaic: the figure depends on the share of germ cells" if mosaic else f"{note}; a parent may be mosaic in germ cells",
             "PMID:25087610; PMID:36792598"),
        Risk("Children of the patient", Fraction(1, 2), "carry the variant"),
    )  # fmt: skip


def _x_linked(candidate: Candidate) -> tuple[Risk, ...]:
    return (
        Risk("Next son, if the mother is a carrier", Fraction(1, 2), "affected"),
        Risk("Next daughter, if the mother is a carrier", Fraction(1, 2), "carrier; may have signs by skewed X inactivation"),
        Risk("Next child, if the mother's blood test is negative", None, "not zero: she may be mosaic in germ cells; the figure depends on the gene"),
        Risk("Mother of a boy with no family history: carrier", Fraction(2, 3), "for a condition that is lethal in boys, mutation rates equal in both sexes", "Haldane 1935"),
        Risk("Daughters of an affected man", Fraction(1), "carriers; his sons do not get his X"),
    )  # fmt: skip


def _mitochondrial(candidate: Candidate) -> tuple[Risk, ...]:
    return (
        Risk("Children of a mother with the variant", None, "all may get it; the share of changed copies (heteroplasmy) differs from child to child, so no figure can be given"),
        Risk("Children of a father with the variant", Fraction(0), "mitochondrial DNA comes from the mother"),
    )  # fmt: skip


_BY_MODE = (
    ("AD de novo", _de_novo),
    ("XL de novo", _de_novo),
    ("AD", _dominant),
    ("AR", _recessive),
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
            tests.append(
                Test(
                    "Mother", "to tell a new variant from one she carries; her own care may change"
                )
            )
        tests.append(Test("Mother's sisters and their sons", "if the mother is a carrier"))
    elif mode.startswith("mito"):
        tests.append(Test("Mother and her children", "to see the share of changed copies in each"))
    else:
        for parent in ("mother", "father"):
            if parent not in tested:
                tests.append(
                    Test(parent.capitalize(), "to prove phase and whether the variant is new")
                )
    if not mode.endswith("de novo"):
        tests.append(
            Test(
                "Brothers and sisters",
                "those with signs first; healthy children only when it changes their care",
            )
        )
    if mode.startswith("AR"):
        tests.append(Test("Partners of carriers who plan children", "to tell the couple's risk"))
    return tuple(tests)
