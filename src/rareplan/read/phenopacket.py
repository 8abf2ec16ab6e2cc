"""GA4GH Phenopackets v2 as input, through the ``phenopackets`` package."""

from __future__ import annotations

from json import JSONDecodeError
from pathlib import Path
from typing import Any

from rareplan.errors import Fault
from rareplan.model.pedigree import Affection, Person, Sex
from rareplan.read.ages import age_in_years
from rareplan.read.case_file import CaseDetails
from rareplan.read.hpo_file import RawTerm
from rareplan.read.text_file import read_text

MAX_BYTES = 16 << 20
_SEX = {1: Sex.FEMALE, 2: Sex.MALE}  # Phenopackets v2, enum Sex
_SEX_WORDS = ("FEMALE", "MALE", "OTHER_SEX", "UNKNOWN_SEX")
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
        raise TypeError("a list or value where an object should be")
    _refuse_other_forms(data)
    if "proband" in data:
        family = ParseDict(data, Family(), ignore_unknown_fields=True)
        return family.proband, _people(family)
    return ParseDict(data, Phenopacket(), ignore_unknown_fields=True), []


def _refuse_other_forms(data: dict[str, Any]) -> None:
    """What protobuf would pass over in silence: other messages, version 1, unknown enum words.

    Raises:
        ValueError: the words say what was found.
    """
    if "members" in data:
        raise ValueError("a cohort; give one phenopacket or Family")
    packet = data.get("proband", data)
    if not isinstance(packet, dict):
        return
    if not {"subject", "phenotypicFeatures", "phenotypic_features"} & packet.keys():
        raise ValueError("no subject and no phenotypicFeatures")
    features = packet.get("phenotypicFeatures", packet.get("phenotypic_features"))
    told = features if isinstance(features, list) else []
    if any(isinstance(f, dict) and "negated" in f for f in told):
        raise ValueError("'negated', as in version 1; version 2 says 'excluded'")
    subject = packet.get("subject")
    sex = subject.get("sex") if isinstance(subject, dict) else None
    if isinstance(sex, str) and sex not in _SEX_WORDS:
        raise ValueError(f"sex '{sex[:20]}'; one of {', '.join(_SEX_WORDS)}")


def read_phenopacket(path: Path) -> tuple[CaseDetails, list[Fault]]:
    """Subject, phenotypes and medicines of a Phenopacket or a Family message in JSON."""
    text, faults = read_text(path, "a phenopacket", "--case", MAX_BYTES)
    if faults:
        return CaseDetails(), faults
    try:
        packet, people = _parse(text)
    except Exception as error:  # noqa: BLE001 - protobuf, JSON and text each raise their own
        where, reason = path.name, type(error).__name__
        if isinstance(error, JSONDecodeError):
            where, reason = f"{path.name} line {error.lineno}", f"not JSON: {error.msg}"
        elif not isinstance(error, RecursionError):
            reason = str(error).strip().splitlines()[0][:120] if str(error).strip() else reason
        found = f"text that is not a phenopacket ({reason})"
        action = "Export it again, or use a TOML case file."
        return CaseDetails(), [Fault(where, found, "GA4GH Phenopacket v2 JSON", action)]
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
