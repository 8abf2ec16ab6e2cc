"""The case file: TOML with the patient, the phenotype, medicines, consents and evidence."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rareplan.errors import Fault
from rareplan.model.case import Consents, SuppliedEvidence
from rareplan.model.pedigree import Person, Sex
from rareplan.read.ages import age_in_years
from rareplan.read.hpo_file import RawTerm

MAX_BYTES = 4 << 20
_Word = Annotated[str, Field(max_length=200)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Patient(_Part):
    proband: _Word = ""
    age: str | float | None = None
    sex: _Word = ""
    country: _Word = ""
    medicines: list[_Word] = []


class _Term(_Part):
    term: _Word
    onset: _Word = ""


class _Phenotype(_Part):
    observed: list[_Word | _Term] = []
    excluded: list[_Word | _Term] = []


class _Consents(_Part):
    secondary_findings: bool = False
    carrier_findings: bool = False
    reanalysis_alerts: bool = True
    share_matching: bool = False


class _Evidence(_Part):
    gene: _Word
    variant: _Word = ""
    kind: _Word = ""
    result: Annotated[str, Field(max_length=2000)] = ""
    criterion: _Word = ""
    strength: _Word = ""
    source: Annotated[str, Field(max_length=500)] = ""
    date: _Word = ""
    z_score: float | None = None


class _CaseFile(_Part):
    patient: _Patient = _Patient()
    phenotype: _Phenotype = _Phenotype()
    consents: _Consents = _Consents()
    evidence: list[_Evidence] = []


@dataclass(frozen=True)
class CaseDetails:
    """What a case file or a phenopacket tells beside the VCF."""

    proband: str = ""
    sex: Sex = Sex.UNKNOWN
    age_years: float | None = None
    country: str = ""
    medicines: tuple[str, ...] = ()
    consents: Consents = field(default_factory=Consents)
    terms: tuple[RawTerm, ...] = ()
    evidence: tuple[SuppliedEvidence, ...] = ()
    people: tuple[Person, ...] = ()


def _raw_terms(items: list[str | _Term], where: str, *, excluded: bool) -> list[RawTerm]:
    parts = [(item, "") if isinstance(item, str) else (item.term, item.onset) for item in items]
    return [RawTerm(text, where, excluded, onset) for text, onset in parts if text.strip()]


def _validation_faults(name: str, error: ValidationError) -> list[Fault]:
    return [
        Fault(
            f"{name}: {'.'.join(map(str, item['loc']))}",
            item["msg"].lower(),
            "the keys of a case file",
            "See docs/inputs.md for the form.",
        )
        for item in error.errors()
    ]


def _load_toml(path: Path) -> tuple[dict[str, Any], list[Fault]]:
    if not path.is_file():
        return {}, [Fault(path.name, "no such file", "a case file", "Check --case.")]
    if path.stat().st_size > MAX_BYTES:
        return {}, [Fault(path.name, "a file over 4 MB", "a case file", "Is this the right file?")]
    try:
        return tomllib.loads(path.read_text("utf-8")), []
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError, OSError) as error:
        reason = str(error).split("(")[0].strip() or "damaged"
        return {}, [
            Fault(
                path.name,
                f"text that is not TOML: {reason[:80]}",
                "a TOML case file",
                "Correct it, or give a phenopacket with the ending .json.",
            )
        ]


def read_case_file(path: Path) -> tuple[CaseDetails, list[Fault]]:
    """A TOML case file, and every fault in it."""
    data, faults = _load_toml(path)
    if faults:
        return CaseDetails(), faults
    try:
        parsed = _CaseFile.model_validate(data)
    except ValidationError as error:
        return CaseDetails(), _validation_faults(path.name, error)
    patient = parsed.patient
    age = None if patient.age is None else age_in_years(patient.age)
    if patient.age is not None and age is None:
        faults.append(
            Fault(
                f"{path.name}: patient.age",
                "an age that cannot be read",
                "'3 months', 'P3M' or years as a number",
                "Write the age in one of these forms.",
            )
        )
    sex = {
        "male": Sex.MALE,
        "m": Sex.MALE,
        "female": Sex.FEMALE,
        "f": Sex.FEMALE,
        "": Sex.UNKNOWN,
        "unknown": Sex.UNKNOWN,
        "other": Sex.UNKNOWN,
    }.get(patient.sex.lower())
    if sex is None:
        faults.append(
            Fault(
                f"{path.name}: patient.sex",
                "a sex that is not known",
                "male, female or unknown",
                "Correct it.",
            )
        )
    observed = _raw_terms(parsed.phenotype.observed, f"{path.name} observed", excluded=False)
    excluded = _raw_terms(parsed.phenotype.excluded, f"{path.name} excluded", excluded=True)
    details = CaseDetails(
        proband=patient.proband,
        sex=sex or Sex.UNKNOWN,
        age_years=age,
        country=patient.country,
        medicines=tuple(m.strip() for m in patient.medicines if m.strip()),
        consents=Consents(**parsed.consents.model_dump()),
        terms=tuple(observed + excluded),
        evidence=tuple(SuppliedEvidence(**e.model_dump()) for e in parsed.evidence),
    )
    return details, faults
