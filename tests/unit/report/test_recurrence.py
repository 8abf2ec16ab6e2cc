from __future__ import annotations

from fractions import Fraction

import pytest
from tests.builders.case_result_builder import CASES, solved_trio, x_linked_singleton

from rareplan.report.counselor import counselor_html
from rareplan.report.recurrence import recurrence, whom_to_test
from rareplan.report.text import share


def risks(mode: str, segregation: str = "PROVED", flags: tuple[str, ...] = ()) -> dict[str, object]:
    lead = solved_trio().candidates[0].model_copy(
        update={"inheritance": mode, "segregation": segregation, "flags": flags}
    )  # fmt: skip
    return {r.who: r.risk for r in recurrence(lead)}


def test_recessive() -> None:
    found = risks("AR compound heterozygous")
    assert found["Next child of the same couple: affected"] == Fraction(1, 4)
    assert found["Unaffected brother or sister: carrier"] == Fraction(2, 3)
    assert found["Children of the patient: carrier"] == 1


def test_dominant_and_de_novo() -> None:
    assert risks("AD")["Next child, if a parent carries the variant"] == Fraction(1, 2)
    assert risks("AD de novo")["Next child of the same couple"] == Fraction(1, 100)
    mosaic = risks("AD de novo", flags=("mosaic parent: father",))
    assert mosaic["Next child of the same couple"] is None


def test_x_linked_and_mitochondrial() -> None:
    found = risks("XL recessive")
    assert found["Next son, if the mother is a carrier"] == Fraction(1, 2)
    assert found["Next child, if the mother's blood test is negative"] is None
    assert risks("mitochondrial")["Children of a father with the variant"] == 0


def test_x_linked_dominant() -> None:
    found = risks("XL dominant")
    assert found["Next child, if the mother carries the variant"] == Fraction(1, 2)
    assert found["Daughters of an affected man"] == 1


def test_an_unknown_mode_has_no_figure() -> None:
    assert risks("unknown") == {}


def test_whom_to_test_depends_on_who_was_tested() -> None:
    boy = x_linked_singleton()
    assert whom_to_test(boy, boy.candidates[0])[0].who == "Mother"
    trio = solved_trio()
    assert "Mother" not in [t.who for t in whom_to_test(trio, trio.candidates[0])]


def test_shares_are_printed_as_fraction_and_percent() -> None:
    assert share(Fraction(1, 4)) == "1 in 4 (25%)"
    assert share(Fraction(0)) == "0"


@pytest.mark.parametrize("name", CASES)
def test_the_counselor_page_is_rendered(name: str) -> None:
    page = counselor_html(CASES[name]())
    assert "Checklist" in page
    assert "Recurrence" in page


def test_figures_of_an_uncertain_variant_are_marked() -> None:
    assert "Do not give them to the family now." in counselor_html(CASES["vus_only"]())
