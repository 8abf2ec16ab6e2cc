from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.unit.trials.server import study

from rareplan.model.therapy import Match, TrialMatch
from rareplan.therapies.trials.match import concerns, match_study, order
from rareplan.therapies.trials.patient import TrialPatient
from rareplan.therapies.trials.study import age_in_years, parse_study

PATIENT = TrialPatient(
    gene="SHANK3",
    diseases=("Phelan-McDermid syndrome",),
    age_years=6.0,
    sex="female",
    country="Italy",
    classes=frozenset({"frameshift"}),
    zygosity=frozenset({"heterozygous"}),
    mechanism="lof",
    pathogenic=True,
    known_symbols=frozenset({"SHANK3", "SCN1A"}),
)


def made(**modules: Any) -> TrialMatch:
    parsed = parse_study(study("NCT00000001", **modules))
    assert parsed is not None
    return match_study(parsed, PATIENT)


def verdicts(match: TrialMatch) -> dict[str, Match]:
    return {r.name: r.verdict for r in match.requirements}


def sites(*countries: str) -> dict[str, Any]:
    return {"locations": [{"country": c, "city": "X"} for c in countries]}


@pytest.mark.parametrize(
    ("text", "years"),
    [("18 Years", 18.0), ("3 Months", 0.25), ("1 Year", 1.0), ("", None), ("N/A", None)],
)
def test_ages(text: str, years: float | None) -> None:
    assert age_in_years(text) == years


def test_seven_requirements_each_with_a_text() -> None:
    match = made(
        eligibilityModule={
            "eligibilityCriteria": "Inclusion Criteria:\n\n* Pathogenic variant in SHANK3\n",
            "minimumAge": "2 Years",
            "maximumAge": "12 Years",
            "sex": "ALL",
        },
        contactsLocationsModule=sites("Italy", "Spain"),
    )
    assert [r.name for r in match.requirements] == [
        "genotype", "diagnosis", "age", "sex", "country", "status", "direction",
    ]  # fmt: skip
    assert all(r.text for r in match.requirements)
    assert verdicts(match)["genotype"] is Match.MET
    assert "“Pathogenic variant in SHANK3”" in match.requirements[0].text
    assert match.summary == "may fit, ask your team"
    assert match.may_fit


@pytest.mark.parametrize(
    ("low", "high", "age", "verdict"),
    [
        ("2 Years", "12 Years", 12.9, Match.MET),
        ("2 Years", "12 Years", 13.0, Match.NOT_MET),
        ("2 Years", "12 Years", 1.9, Match.NOT_MET),
        ("", "12 Years", 0.1, Match.MET),
        ("7 Years", "", 6.0, Match.NOT_MET),
        ("", "", 6.0, Match.MET),
        ("", "6 Months", 0.5, Match.MET),
        ("", "6 Months", 0.6, Match.NOT_MET),
        ("2 Years", "12 Years", None, Match.UNKNOWN),
    ],
)
def test_age_bounds(low: str, high: str, age: float | None, verdict: Match) -> None:
    rules = {k: v for k, v in (("minimumAge", low), ("maximumAge", high)) if v}
    parsed = parse_study(study("NCT00000001", eligibilityModule=rules))
    assert parsed is not None
    found = match_study(parsed, replace(PATIENT, age_years=age))
    assert verdicts(found)["age"] is verdict


@pytest.mark.parametrize(
    ("status", "verdict", "may_fit"),
    [
        ("RECRUITING", Match.MET, True),
        ("NOT_YET_RECRUITING", Match.UNKNOWN, True),
        ("COMPLETED", Match.NOT_MET, False),
        ("TERMINATED", Match.NOT_MET, False),
        ("AVAILABLE", Match.MET, True),
    ],
)
def test_status(status: str, verdict: Match, may_fit: bool) -> None:
    match = made(statusModule={"overallStatus": status})
    assert verdicts(match)["status"] is verdict
    assert match.may_fit is may_fit


def test_country_alone_does_not_close() -> None:
    match = made(contactsLocationsModule=sites("United States"))
    assert verdicts(match)["country"] is Match.NOT_MET
    assert match.may_fit
    assert "no site in your country" in match.summary


@pytest.mark.parametrize(
    ("design", "kind"),
    [
        ({"studyType": "INTERVENTIONAL"}, "interventional"),
        ({"studyType": "EXPANDED_ACCESS"}, "expanded access"),
        ({"studyType": "OBSERVATIONAL"}, "natural history"),
        ({"studyType": "OBSERVATIONAL", "patientRegistry": True}, "registry"),
    ],
)
def test_kinds_are_apart(design: dict[str, Any], kind: str) -> None:
    assert made(designModule=design).kind == kind


def test_wrong_way_drug_is_told() -> None:
    parsed = parse_study(
        study("NCT00000001", armsInterventionsModule={"interventions": [{"name": "Carbamazepine"}]})
    )
    assert parsed is not None
    match = match_study(parsed, replace(PATIENT, wrong_drugs=("carbamazepine",)))
    assert verdicts(match)["direction"] is Match.NOT_MET
    assert not match.may_fit


def test_order_puts_fitting_treatments_first() -> None:
    fits = made(contactsLocationsModule=sites("Italy"))
    abroad = made(contactsLocationsModule=sites("Japan"))
    registry = made(designModule={"studyType": "OBSERVATIONAL", "patientRegistry": True})
    closed = made(statusModule={"overallStatus": "COMPLETED"})
    assert sorted([closed, registry, abroad, fits], key=order) == [fits, abroad, registry, closed]


def test_concerns_by_disease_or_gene() -> None:
    own = parse_study(study("NCT00000001"))
    gene = parse_study(
        study("NCT00000002", conditionsModule={"conditions": ["Autism"]},
              descriptionModule={"briefSummary": "Children with SHANK3 variants"})
    )  # fmt: skip
    other = parse_study(study("NCT00000003", conditionsModule={"conditions": ["Autism"]}))
    assert own is not None
    assert gene is not None
    assert other is not None
    assert [concerns(s, PATIENT) for s in (own, gene, other)] == [True, True, False]


@pytest.mark.parametrize(
    ("gene", "text", "hit"),
    [
        ("CAT", "a cat allergy", False),
        ("CAT", "CAT scan of the chest", False),
        ("CAT", "pathogenic variants in CAT", True),
        ("MET", "patients who MET the criteria", False),
        ("MET", "MET mutation", True),
        ("REST", "bed REST", False),
        ("KIT", "a test KIT", False),
        ("KIT", "KIT gene", True),
        ("SCN1A", "SCN1A-related epilepsy", True),
        ("SCN1A", "SCN1AB", False),
        ("SHANK3", "shank3", False),
    ],
)
def test_symbols_that_are_words(gene: str, text: str, hit: bool) -> None:
    assert bool(TrialPatient(gene=gene).gene_pattern.search(text)) is hit


def test_records_with_holes_are_read() -> None:
    assert parse_study({}) is None
    bare = parse_study({"protocolSection": {"identificationModule": {"nctId": "NCT00000001"}}})
    assert bare is not None
    assert (bare.min_age, bare.max_age, bare.sites, bare.criteria) == (None, None, (), "")
    match = match_study(bare, PATIENT)
    assert match.summary == "too little is known to say; ask your team"


def test_never_the_word_eligible_nor_cure() -> None:
    shown = made(eligibilityModule={"eligibilityCriteria": "Inclusion Criteria:\n* SHANK3 variant"})
    text = shown.model_dump_json().lower()
    assert "eligible" not in text
    assert "cure" not in text
