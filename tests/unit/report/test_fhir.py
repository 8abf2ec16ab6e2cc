"""fhir.json against the R4 models and the required elements of Genomics Reporting profiles.

The table below is typed from the guide (HL7 Genomics Reporting, StructureDefinitions variant,
diagnostic-implication, therapeutic-implication, sequence-phase-relationship, genomic-report).
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle
from tests.builders.case_result_builder import CASES, solved_trio

from rareplan.report.fhir.bundle import fhir_bytes

GUIDE = "http://hl7.org/fhir/uv/genomics-reporting/StructureDefinition/"
TBD = "http://hl7.org/fhir/uv/genomics-reporting/CodeSystem/tbd-codes-cs"
FIXED_CODES = {
    "variant": ("http://loinc.org", "69548-6"),
    "diagnostic-implication": (TBD, "diagnostic-implication"),
    "therapeutic-implication": (TBD, "therapeutic-implication"),
    "sequence-phase-relationship": ("http://loinc.org", "82120-7"),
}
# component code -> kind of value that the profile demands
VARIANT_COMPONENTS = {
    "48018-6": "valueCodeableConcept",
    "62374-4": "valueCodeableConcept",
    "48004-6": "valueCodeableConcept",
    "48005-3": "valueCodeableConcept",
    "81290-9": "valueCodeableConcept",
    "51958-7": "valueCodeableConcept",
    "48013-7": "valueCodeableConcept",
    "48002-0": "valueCodeableConcept",
    "53034-5": "valueCodeableConcept",
    "81252-9": "valueCodeableConcept",
    "92822-6": "valueCodeableConcept",
    "81254-5": "valueRange",
    "69547-8": "valueString",
    "69551-0": "valueString",
}


def bundle(name: str) -> dict[str, Any]:
    return json.loads(fhir_bytes(CASES[name]()))  # type: ignore[no-any-return]


def by_profile(data: dict[str, Any], profile: str) -> list[dict[str, Any]]:
    url = GUIDE + profile
    resources = (e["resource"] for e in data["entry"])
    return [r for r in resources if url in r.get("meta", {}).get("profile", [])]


def codings(concept: dict[str, Any]) -> set[tuple[str, str]]:
    return {(c["system"], c["code"]) for c in concept.get("coding", [])}


@pytest.mark.parametrize("name", CASES)
def test_the_bundle_validates_with_the_r4_models(name: str) -> None:
    data = bundle(name)
    Bundle.model_validate(data)
    assert data["type"] == "collection"


def test_the_models_refuse_a_wrong_element() -> None:
    data = bundle("solved_trio")
    data["entry"][1]["resource"]["status"] = ["no", "list"]
    with pytest.raises(ValueError, match="status"):
        Bundle.model_validate(data)


@pytest.mark.parametrize("name", CASES)
def test_every_reference_resolves_inside_the_bundle(name: str) -> None:
    data = bundle(name)
    urls = {e["fullUrl"] for e in data["entry"]}
    assert len(urls) == len(data["entry"])
    text = json.dumps(data)
    references = {part.split('"')[0] for part in text.split('"reference": "')[1:]}
    assert references <= urls
    assert references


@pytest.mark.parametrize("name", CASES)
def test_the_report_has_its_required_elements(name: str) -> None:
    (report,) = by_profile(bundle(name), "genomic-report")
    assert report["status"] == "preliminary"  # no person has signed
    assert codings(report["code"]) == {("http://loinc.org", "51969-4")}
    genetics = ("http://terminology.hl7.org/CodeSystem/v2-0074", "GE")
    assert genetics in codings(report["category"][0])
    assert report["subject"]["reference"]
    assert report["result"]
    assert "accredited laboratory" in report["conclusion"]


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("profile", FIXED_CODES)
def test_observations_have_their_required_elements(name: str, profile: str) -> None:
    for entry in by_profile(bundle(name), profile):
        assert entry["status"]
        categories = set().union(*(codings(c) for c in entry["category"]))
        assert (
            "http://terminology.hl7.org/CodeSystem/observation-category",
            "laboratory",
        ) in categories
        assert ("http://terminology.hl7.org/CodeSystem/v2-0074", "GE") in categories
        assert codings(entry["code"]) == {FIXED_CODES[profile]}
        if profile.endswith("implication"):
            assert entry["derivedFrom"]
            assert not [k for k in entry if k.startswith("value")]
        for part in entry.get("component", []):
            assert [k for k in part if k.startswith("value")]


def test_a_variant_carries_what_the_profile_asks_for() -> None:
    variants = by_profile(bundle("solved_trio"), "variant")
    assert len(variants) == 2
    for variant in variants:
        assert codings(variant["valueCodeableConcept"]) == {("http://loinc.org", "LA9633-4")}
        parts = {c["code"]["coding"][0]["code"]: c for c in variant["component"]}
        assert set(parts) <= set(VARIANT_COMPONENTS)
        for code, part in parts.items():
            assert VARIANT_COMPONENTS[code] in part
    first = {c["code"]["coding"][0]["code"]: c for c in variants[0]["component"]}
    assert first["69547-8"]["valueString"] == "C"
    assert first["81254-5"]["valueRange"]["low"]["value"] == 210591886
    assert first["48013-7"]["valueCodeableConcept"]["coding"][0]["code"] == "NC_000002.12"
    assert first["53034-5"]["valueCodeableConcept"]["coding"][0]["code"] == "LA6706-1"


def test_phase_is_stated_only_when_it_was_proved() -> None:
    assert len(by_profile(bundle("solved_trio"), "sequence-phase-relationship")) == 1
    result = solved_trio()
    lead = result.candidates[0].model_copy(update={"phase": "assumed: mother not sequenced"})
    data = json.loads(fhir_bytes(result.model_copy(update={"candidates": (lead,)})))
    assert by_profile(data, "sequence-phase-relationship") == []


def test_a_medicine_to_avoid_is_a_therapeutic_implication() -> None:
    (entry,) = by_profile(bundle("urgent_caution"), "therapeutic-implication")
    texts = [c["valueCodeableConcept"]["text"] for c in entry["component"]]
    assert texts[0] == "valproic acid"
    assert texts[1].startswith("contraindicated")


def test_a_negative_case_says_negative_and_lists_no_variant() -> None:
    data = bundle("negative")
    assert by_profile(data, "variant") == []
    overall = next(e["resource"] for e in data["entry"] if e["resource"].get("id") == "overall")
    assert codings(overall["valueCodeableConcept"]) == {("http://loinc.org", "LA6577-6")}


def test_treatments_of_an_uncertain_cause_are_not_exported_but_cautions_are() -> None:
    result = solved_trio()
    unsure = result.candidates[0].model_copy(update={"probability": 0.3})
    data = json.loads(fhir_bytes(result.model_copy(update={"candidates": (unsure,)})))
    entries = by_profile(data, "therapeutic-implication")
    texts = [e["component"][0]["valueCodeableConcept"]["text"] for e in entries]
    assert texts == ["High-protein feeding", "Valproic acid"]
    for entry in entries:
        assert "Holds only if the variant is confirmed" in json.dumps(entry["note"])
