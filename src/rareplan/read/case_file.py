"""The case file: TOML with the patient, the phenotype, medicines, consents and evidence."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, get_args

from pydantic import BaseModel, ConfigDict, Field, StrictBool, ValidationError

from rareplan.errors import Fault
from rareplan.model.case import Consents, SuppliedEvidence
from rareplan.model.pedigree import Person, Sex
from rareplan.read.ages import age_in_years
from rareplan.read.hpo_file import RawTerm
from rareplan.read.text_file import nearest, read_text

MAX_BYTES = 4 << 20
_Word = Annotated[str, Field(max_length=200)]
_CRITERION = re.compile(r"(?:PVS1|PS[1-4]|PM[1-6]|PP[1-5]|BA1|BS[1-4]|BP[1-7])(?:_\w+)?")
_STRENGTHS = ("supporting", "moderate", "strong", "very strong", "stand-alone")
_DATE = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")


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
    secondary_findings: StrictBool = False
    carrier_findings: StrictBool = False
    reanalysis_alerts: StrictBool = True
    share_matching: StrictBool = False


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
    faults = []
    for item in error.errors():
        place = [part for part in map(str, item["loc"]) if part not in _UNION_PARTS]
        expected, action = "the keys of a case file", "See docs/inputs.md for the form."
        found = item["msg"].lower()
        if item["type"] == "extra_forbidden":
            known = _keys_at(item["loc"])
            near = nearest(place[-1], known)
            found = f"unknown key '{place[-1][:40]}'"
            expected = ", ".join(known)
            action = f"Did you mean '{near}'?" if near else "Remove it: it would have no effect."
        elif item["type"] == "bool_type":
            found, expected = f"{item['input']!r:.40}", "true or false, without quotes"
        faults.append(Fault(f"{name}: {'.'.join(place)}", found, expected, action))
    return list(dict.fromkeys(faults))


_UNION_PARTS = {"constrained-str", "_Term", "function-after"}


def _keys_at(place: tuple[int | str, ...]) -> tuple[str, ...]:
    """Keys that a section of the case file may have; ``place`` ends in the one that is wrong."""
    model: type[BaseModel] = _CaseFile
    for part in place[:-1]:
        if part == "_Term":
            model = _Term
        elif isinstance(part, str) and part in model.model_fields:
            kind = model.model_fields[part].annotation
            inner = next((a for a in get_args(kind) if isinstance(a, type)), kind)
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                model = inner
    return tuple(model.model_fields)


def _load_toml(path: Path) -> tuple[dict[str, Any], list[Fault]]:
    text, faults = read_text(path, "a TOML case file", "--case", MAX_BYTES)
    if faults:
        return {}, faults
    try:
        return tomllib.loads(text.replace("\r\n", "\n")), []
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        told = re.search(r"at line (\d+)", str(error))
        where = f"{path.name} line {told.group(1)}" if told else path.name
        reason = str(error).split("(")[0].strip() or "damaged"
        found = f"text that is not TOML: {reason[:80]}"
        action = "Correct it, or give a phenopacket with the ending .json."
        return {}, [Fault(where, found, "a TOML case file", action)]


def _evidence(name: str, rows: list[_Evidence]) -> tuple[list[SuppliedEvidence], list[Fault]]:
    """Supplied results; a criterion or strength that is not known would be ignored later."""
    items, faults = [], []
    for number, row in enumerate(rows, start=1):
        where = f"{name}: evidence {number}"
        criterion, _, suffix = row.criterion.strip().partition("_")
        strength = (row.strength or suffix).lower().replace("_", " ").strip()
        strength = {"verystrong": "very strong", "standalone": "stand-alone"}.get(
            strength, strength
        )
        if criterion and not _CRITERION.fullmatch(criterion.upper()):
            found = f"criterion '{row.criterion[:30]}'"
            faults.append(Fault(where, found, "an ACMG/AMP criterion such as PS3", "Correct it."))
        if strength and strength not in _STRENGTHS:
            found = f"strength '{(row.strength or suffix)[:30]}'"
            faults.append(Fault(where, found, ", ".join(_STRENGTHS), "Correct it."))
        if row.date and not _DATE.fullmatch(row.date):
            found = f"date '{row.date[:30]}'"
            faults.append(Fault(where, found, "YYYY-MM-DD", "Write it so."))
        given = row.model_dump() | {"criterion": criterion, "strength": strength}
        items.append(SuppliedEvidence(**given))
    return items, faults


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
                f"age {patient.age!r:.30}, which cannot be read",
                "'3 months', 'P3M' or years as a number (0 to 125)",
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
                f"sex '{patient.sex[:20]}'",
                "male, female or unknown",
                "Correct it.",
            )
        )
    observed = _raw_terms(parsed.phenotype.observed, f"{path.name} observed", excluded=False)
    excluded = _raw_terms(parsed.phenotype.excluded, f"{path.name} excluded", excluded=True)
    evidence, found = _evidence(path.name, parsed.evidence)
    faults += found
    details = CaseDetails(
        proband=patient.proband,
        sex=sex or Sex.UNKNOWN,
        age_years=age,
        country=patient.country,
        medicines=tuple(m.strip() for m in patient.medicines if m.strip()),
        consents=Consents(**parsed.consents.model_dump()),
        terms=tuple(observed + excluded),
        evidence=tuple(evidence),
    )
    return details, faults
