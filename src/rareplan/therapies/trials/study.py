"""A study as the registry gives it, reduced to what is compared with a patient."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_UNIT_YEARS = {
    "year": 1.0,
    "month": 1 / 12,
    "week": 7 / 365.25,
    "day": 1 / 365.25,
    "hour": 1 / 8766,
    "minute": 1 / 525960,
}
_AGE = re.compile(r"^\s*(\d+(?:\.\d+)?)\s*(year|month|week|day|hour|minute)s?\s*$", re.IGNORECASE)
REGISTRY_WORDS = re.compile(r"\bregist(?:ry|er)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Site:
    """One place of a study."""

    country: str
    city: str = ""
    status: str = ""


@dataclass(frozen=True)
class Study:
    """Ages in years; None where the study sets no bound."""

    nct_id: str
    title: str
    status: str
    study_type: str
    phases: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    interventions: tuple[str, ...] = ()
    summary: str = ""
    criteria: str = ""
    min_age: float | None = None
    max_age: float | None = None
    age_text: str = ""
    sex: str = ""
    sponsor: str = ""
    sites: tuple[Site, ...] = ()
    patient_registry: bool = False
    updated: str = ""

    @property
    def kind(self) -> str:
        """interventional, expanded access, natural history or registry."""
        if self.study_type == "EXPANDED_ACCESS":
            return "expanded access"
        if self.study_type == "INTERVENTIONAL":
            return "interventional"
        if self.patient_registry or REGISTRY_WORDS.search(self.title):
            return "registry"
        return "natural history"

    @property
    def countries(self) -> tuple[str, ...]:
        """Countries with a site, once each."""
        return tuple(dict.fromkeys(s.country for s in self.sites if s.country))

    @property
    def url(self) -> str:
        """The page that people read."""
        return f"https://clinicaltrials.gov/study/{self.nct_id}"


def age_in_years(text: str) -> float | None:
    """``"3 Months"`` -> 0.25. None: no bound, or not understood (which is no bound either)."""
    match = _AGE.match(text)
    if match is None:
        return None
    return float(match.group(1)) * _UNIT_YEARS[match.group(2).lower()]


def parse_study(record: Mapping[str, Any]) -> Study | None:
    """A study record of API v2; None when it has no NCT number. Absent parts stay empty."""
    section = _map(record, "protocolSection")
    ident = _map(section, "identificationModule")
    nct = str(ident.get("nctId", ""))
    if not nct:
        return None
    conditions = _map(section, "conditionsModule")
    design = _map(section, "designModule")
    status = _map(section, "statusModule")
    rules = _map(section, "eligibilityModule")
    arms = _map(section, "armsInterventionsModule")
    low, high = str(rules.get("minimumAge", "")), str(rules.get("maximumAge", ""))
    return Study(
        nct_id=nct,
        title=str(ident.get("briefTitle") or ident.get("officialTitle") or ""),
        status=str(status.get("overallStatus", "")),
        study_type=str(design.get("studyType", "")),
        phases=_texts(design.get("phases")),
        conditions=_texts(conditions.get("conditions")),
        keywords=_texts(conditions.get("keywords")),
        interventions=tuple(str(i.get("name", "")) for i in _maps(arms.get("interventions"))),
        summary=str(_map(section, "descriptionModule").get("briefSummary", "")),
        criteria=str(rules.get("eligibilityCriteria", "")),
        min_age=age_in_years(low),
        max_age=age_in_years(high),
        age_text=f"{low or 'no lower limit'} to {high or 'no upper limit'}",
        sex=str(rules.get("sex", "")),
        sponsor=str(
            _map(_map(section, "sponsorCollaboratorsModule"), "leadSponsor").get("name", "")
        ),
        sites=tuple(
            Site(str(s.get("country", "")), str(s.get("city", "")), str(s.get("status", "")))
            for s in _maps(_map(section, "contactsLocationsModule").get("locations"))
        ),
        patient_registry=bool(design.get("patientRegistry")),
        updated=str(_map(status, "lastUpdatePostDateStruct").get("date", "")),
    )


def _map(value: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = value.get(key)
    return found if isinstance(found, dict) else {}


def _maps(value: Any) -> list[Mapping[str, Any]]:
    return [v for v in value if isinstance(v, dict)] if isinstance(value, list) else []


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(str(v) for v in value) if isinstance(value, list) else ()
