from __future__ import annotations

from pathlib import Path

import pytest
from tests.builders.case_result_builder import CASES, solved_trio, vus_only

from rareplan.model.evidence import Classification
from rareplan.model.result import Candidate, CaseResult
from rareplan.report.outcome import Outcome, read_result
from rareplan.report.render import render_run


def with_lead(result: CaseResult, **changes: object) -> CaseResult:
    lead = result.candidates[0].model_copy(update=changes)
    return result.model_copy(update={"candidates": (lead,)})


def labelled(candidate: Candidate, label: str) -> Candidate:
    variants = tuple(
        v.model_copy(update={"classification": Classification(label=label)})
        for v in candidate.variants
    )
    return candidate.model_copy(update={"variants": variants})


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("solved_trio", Outcome.FOUND),
        ("vus_only", Outcome.UNCERTAIN),
        ("negative", Outcome.NEGATIVE),
        ("carrier", Outcome.NEGATIVE),
        ("x_linked_singleton", Outcome.FOUND),
        ("urgent_caution", Outcome.FOUND),
    ],
)
def test_the_six_cases(name: str, outcome: Outcome) -> None:
    assert read_result(CASES[name]()).outcome is outcome


def test_a_remote_chance_is_not_raised() -> None:
    assert read_result(with_lead(vus_only(), probability=0.049)).outcome is Outcome.NEGATIVE
    assert read_result(with_lead(vus_only(), probability=0.05)).outcome is Outcome.UNCERTAIN


def test_exactly_even_is_not_more_likely_than_not() -> None:
    assert read_result(with_lead(solved_trio(), probability=0.5)).outcome is Outcome.UNCERTAIN
    assert read_result(with_lead(solved_trio(), probability=0.51)).outcome is Outcome.FOUND


def test_benign_variants_are_no_finding() -> None:
    result = vus_only()
    benign = labelled(result.candidates[0], "Likely benign")
    reading = read_result(result.model_copy(update={"candidates": (benign,)}))
    assert reading.outcome is Outcome.NEGATIVE


def test_a_found_candidate_leads_over_a_better_ranked_uncertain_one() -> None:
    result = solved_trio()
    first, second = result.candidates
    swapped = (
        second.model_copy(update={"rank": 1, "probability": 0.4}),
        first.model_copy(update={"rank": 2, "probability": 0.55}),
    )
    reading = read_result(result.model_copy(update={"candidates": swapped}))
    assert reading.outcome is Outcome.FOUND
    assert reading.lead is not None
    assert reading.lead.gene == "CPS1"


def test_a_pathogenic_variant_that_fits_badly_is_noted(tmp_path: Path) -> None:
    render_run(with_lead(solved_trio(), probability=0.01), tmp_path)
    page = (tmp_path / "clinician.html").read_text()
    assert "No variant that explains the phenotype was found." in page
    assert "holds (likely) pathogenic variants but explains this phenotype poorly" in page
    assert "CPS1" not in (tmp_path / "family.html").read_text()


def test_a_caution_of_a_gene_that_is_not_told_is_for_the_clinician_only(tmp_path: Path) -> None:
    render_run(with_lead(CASES["urgent_caution"](), probability=0.01), tmp_path)
    assert "valproic acid" in (tmp_path / "clinician.html").read_text()
    assert "valproic acid" not in (tmp_path / "family.html").read_text()
