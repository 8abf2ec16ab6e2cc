"""Codes of the Genomics Reporting guide: LOINC, HL7 tables, and builders of small elements."""

from __future__ import annotations

from typing import Any

from rareplan.report.text import clean

LOINC = "http://loinc.org"
GUIDE = "http://hl7.org/fhir/uv/genomics-reporting"
TBD = f"{GUIDE}/CodeSystem/tbd-codes-cs"
LABORATORY = (
    "http://terminology.hl7.org/CodeSystem/observation-category",
    "laboratory",
    "Laboratory",
)
GENETICS = ("http://terminology.hl7.org/CodeSystem/v2-0074", "GE", "Genetics")
HGVS = "http://varnomen.hgvs.org"
HGNC = "http://www.genenames.org/geneId"
CLINVAR = "http://www.ncbi.nlm.nih.gov/clinvar"
SEQUENCE_ONTOLOGY = "http://www.sequenceontology.org"
REFSEQ = "http://www.ncbi.nlm.nih.gov/refseq"
PHASE = f"{GUIDE}/CodeSystem/sequence-phase-relationship-cs"

SIGNIFICANCE = {  # LL4034-6
    "Pathogenic": "LA6668-3",
    "Likely pathogenic": "LA26332-9",
    "Uncertain significance": "LA26333-7",
    "Likely benign": "LA26334-5",
    "Benign": "LA6675-8",
}
ALLELIC_STATE = {  # LL381-5
    "heteroplasmic": "LA6703-8",
    "homoplasmic": "LA6704-6",
    "homozygous": "LA6705-3",
    "heterozygous": "LA6706-1",
    "hemizygous": "LA6707-9",
}
ASSEMBLY = {"GRCh37": "LA14029-5", "GRCh38": "LA26806-2"}  # LL1040-6
INTERPRETATION = {  # LL541-4
    "found": ("LA6576-8", "Positive"),
    "uncertain": ("LA9663-1", "Inconclusive"),
    "negative": ("LA6577-6", "Negative"),
}
DISEASE_SYSTEMS = {
    "OMIM": "http://www.omim.org",
    "ORPHA": "http://www.orpha.net",
    "MONDO": "http://purl.obolibrary.org/obo/mondo.owl",
}


def concept(system: str = "", code: str = "", display: str = "", text: str = "") -> dict[str, Any]:
    """A CodeableConcept; without a system only its text."""
    body: dict[str, Any] = {}
    if system and code:
        coding = {"system": system, "code": str(clean(code)).strip()}
        if display:
            coding["display"] = str(clean(display))
        body["coding"] = [coding]
    if text or not body:
        body["text"] = str(clean(text or display or code)) or "not known"
    return body


def loinc(code: str, display: str) -> dict[str, Any]:
    """A LOINC concept."""
    return concept(LOINC, code, display)


def component(code: dict[str, Any], value: dict[str, Any] | str) -> dict[str, Any]:
    """One component with a coded or a text value."""
    if isinstance(value, str):
        return {"code": code, "valueString": str(clean(value))}
    return {"code": code, "valueCodeableConcept": value}


def observation(kind: str, profile: str, code: dict[str, Any], subject: str) -> dict[str, Any]:
    """The elements that every observation of the guide must have."""
    meta = {"meta": {"profile": [f"{GUIDE}/StructureDefinition/{profile}"]}} if profile else {}
    return {
        "resourceType": "Observation",
        "id": kind,
        **meta,
        "status": "preliminary",  # nobody has signed it
        "category": [concept(*LABORATORY), concept(*GENETICS)],
        "code": code,
        "subject": {"reference": subject},
    }
