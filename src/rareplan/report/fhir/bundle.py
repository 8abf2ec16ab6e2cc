"""fhir.json: a collection bundle of patient, report, variants and implications."""

from __future__ import annotations

from typing import Any
from uuid import NAMESPACE_URL, uuid5

from rareplan.model.result import CaseResult
from rareplan.model.therapy import Caution, TherapyOption
from rareplan.report.clinician import headline
from rareplan.report.fhir.codes import (
    GENETICS,
    GUIDE,
    INTERPRETATION,
    concept,
    loinc,
    observation,
)
from rareplan.report.fhir.observations import (
    Resource,
    diagnostic_implication,
    phase_relationship,
    therapeutic_implication,
    variant_observation,
)
from rareplan.report.outcome import Outcome, Reading, read_result
from rareplan.report.text import one_line

_PROVED_TRANS = "in trans: proved"
_IF_CONFIRMED = "Holds only if the variant is confirmed as the cause."
_RESEARCH = "Research use; confirm in an accredited laboratory."


def _address(seed: str, id_: str) -> str:
    return f"urn:uuid:{uuid5(NAMESPACE_URL, f'rareplan/{seed}/{id_}')}"


def fhir_resources(result: CaseResult) -> list[Resource]:
    """The resources in reading order: patient, report, then what the report lists."""
    reading = read_result(result)
    seed = "|".join((result.patient.proband, *sorted(result.inputs.values())))
    subject = _address(seed, "patient")
    observations = [_overall(reading, subject), *_findings(reading, subject, seed)]
    report = {
        "resourceType": "DiagnosticReport",
        "id": "report",
        "meta": {"profile": [f"{GUIDE}/StructureDefinition/genomic-report"]},
        "status": "preliminary",
        "category": [concept(*GENETICS)],
        "code": loinc("51969-4", "Genetic analysis report"),
        "subject": {"reference": subject},
        "result": [{"reference": _address(seed, o["id"])} for o in observations],
        "conclusion": f"{headline(result, reading)} {_RESEARCH}",
    }
    return [_patient(result), report, *observations]


def _patient(result: CaseResult) -> Resource:
    sex = result.patient.sex if result.patient.sex in {"male", "female"} else "unknown"
    name = one_line(result.patient.proband) or "proband"
    return {
        "resourceType": "Patient",
        "id": "patient",
        "identifier": [{"system": "urn:rareplan:sample", "value": name}],
        "gender": sex,
    }


def _overall(reading: Reading, subject: str) -> Resource:
    code = loinc("51968-6", "Genetic analysis overall interpretation")
    # STU3 has no profile for it any more: a plain laboratory observation.
    body = observation("overall", "", code, subject)
    body["valueCodeableConcept"] = loinc(*INTERPRETATION[reading.outcome.value])
    return body


def _findings(reading: Reading, subject: str, seed: str) -> list[Resource]:
    lead = reading.lead
    if lead is None:
        return []
    found: list[Resource] = []
    addresses: list[str] = []
    for i, variant in enumerate(lead.variants, start=1):
        found.append(variant_observation(f"variant-{i}", lead, variant, subject))
        addresses.append(_address(seed, f"variant-{i}"))
    for i, variant in enumerate(lead.variants, start=1):
        found.append(
            diagnostic_implication(f"diagnostic-{i}", lead, variant, subject, addresses[i - 1])
        )
    if len(addresses) == 2 and lead.phase.startswith(_PROVED_TRANS):
        found.append(phase_relationship("phase", subject, addresses, lead.phase))
    plan = reading.plan
    care: tuple[TherapyOption | Caution, ...] = ()
    if plan:
        # A treatment is exported only where the cause is found; what to avoid always is.
        options = plan.options if reading.outcome is Outcome.FOUND else ()
        care = (*options, *plan.wrong_way, *plan.cautions)
    for i, entry in enumerate(care, start=1):
        found.append(therapeutic_implication(f"therapeutic-{i}", subject, addresses, entry))
        if reading.outcome is not Outcome.FOUND:
            found[-1].setdefault("note", []).append({"text": _IF_CONFIRMED})
    return found


def fhir_bundle(result: CaseResult) -> dict[str, Any]:
    """The bundle, passed through the R4 models of ``fhir.resources``.

    That package carries R4B, whose Bundle, Patient, DiagnosticReport and Observation have
    the elements of R4 unchanged.
    """
    from fhir.resources.R4B.bundle import Bundle

    seed = "|".join((result.patient.proband, *sorted(result.inputs.values())))
    bundle = {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [
            {"fullUrl": _address(seed, resource["id"]), "resource": resource}
            for resource in fhir_resources(result)
        ],
    }
    checked: dict[str, Any] = Bundle.model_validate(bundle).model_dump(
        mode="json", exclude_none=True
    )
    return checked


def fhir_bytes(result: CaseResult) -> bytes:
    """fhir.json."""
    import json

    return (json.dumps(fhir_bundle(result), ensure_ascii=False, indent=2) + "\n").encode()
