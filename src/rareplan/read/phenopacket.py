"""GA4GH Phenopackets v2 as input, through the ``phenopackets`` package."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rareplan.errors import Fault
from rareplan.model.pedigree import Affection, Person, Sex
from rareplan.read.ages import age_in_years
from rareplan.read.case_file import CaseDetails
from rareplan.read.hpo_file import RawTerm

MAX_BYTES = 16 << 20
_SEX = {1: Sex.FEMALE, 2: Sex.MALE}  # Phenopackets v2, enum Sex
_AFFECTION = {1: Affection.UNAFFECTED, 2: Affection.AFFECTED}  # Pedigree.Person.AffectedStatus


def _age(subject: Any) -> float | None:
    element = subject.time_at_last_encounter
    duration = element.age.iso8601duration
    return age_in_years(duration) if duration else None


def _terms(packet: Any, name: str) -> list[RawTerm]:
    terms = []
    for number, feature in enumerate(packet.phenotypic_features, start=1):
        onset = feature.onset.ontology_class.id or feature.onset.age.iso8601duration
        text = feature.type.id or feature.type.label
        if text:
            terms.append(
                RawTerm(text, f"{name} phenotypicFeatures[{number}]", feature.excluded, onset)
            )
    return terms


def _people(family: Any) -> list[Person]:
    return [
        Person(
            id=p.individual_id,
            family=p.family_id,
            father=p.paternal_id if p.paternal_id not in {"0", ""} else "",
            mother=p.maternal_id if p.maternal_id not in {"0", ""} else "",
            sex=_SEX.get(p.sex, Sex.UNKNOWN),
            affection=_AFFECTION.get(p.affected_status, Affection.UNKNOWN),
        )
        for p in family.pedigree.persons
    ]


def _parse(text: str) -> tuple[Any, list[Person]]:
    import json

    from google.protobuf.json_format import ParseDict
    from phenopackets import Family, Phenopacket

    data = json.loads(text)
    if not isinstance(data, dict):
        raise TypeError("a message is a JSON object")
    if "proband" in data:
        family = ParseDict(data, Family(), ignore_unknown_fields=True)
        return family.proband, _people(family)
    return ParseDict(data, Phenopacket(), ignore_unknown_fields=True), []


def read_phenopacket(path: Path) -> tuple[CaseDetails, list[Fault]]:
    """Subject, phenotypes and medicines of a Phenopacket or a Family message in JSON."""
    if not path.is_file():
        return CaseDetails(), [Fault(path.name, "no such file", "a phenopacket", "Check --case.")]
    if path.stat().st_size > MAX_BYTES:
        return CaseDetails(), [
            Fault(path.name, "a file over 16 MB", "a phenopacket", "Is this the right file?")
        ]
    try:
        packet, people = _parse(path.read_text("utf-8"))
    except Exception as error:  # noqa: BLE001 - protobuf, JSON and text each raise their own
        return CaseDetails(), [
            Fault(
                path.name,
                f"text that is not a phenopacket ({type(error).__name__})",
                "GA4GH Phenopacket v2 JSON",
                "Export it again, or use a TOML case file.",
            )
        ]
    medicines = [
        action.treatment.agent.label
        for action in packet.medical_actions
        if action.HasField("treatment") and action.treatment.agent.label
    ]
    return CaseDetails(
        proband=packet.subject.id,
        sex=_SEX.get(packet.subject.sex, Sex.UNKNOWN),
        age_years=_age(packet.subject),
        medicines=tuple(medicines),
        terms=tuple(_terms(packet, path.name)),
        people=tuple(people),
    ), []
