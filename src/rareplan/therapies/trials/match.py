"""One study held against one patient: each requirement met, not met or unknown."""

from __future__ import annotations

from rareplan.model.therapy import Match, Requirement, TrialMatch
from rareplan.therapies.trials.age import AgeLimits, age_fits
from rareplan.therapies.trials.criteria import Reading, Section, read_all
from rareplan.therapies.trials.patient import TrialPatient
from rareplan.therapies.trials.study import Study

MAY_FIT = "may fit, ask your team"
MAY_FIT_ABROAD = "may fit, no site in your country: ask your team"
EXPANDED = "access outside a trial: your doctor can ask the sponsor"
UNCLEAR = "too little is known to say; ask your team"
NO_FIT = "does not seem to fit: {}"

_OPEN = {"RECRUITING", "ENROLLING_BY_INVITATION", "AVAILABLE"}
_SOON = {"NOT_YET_RECRUITING"}
_WEIGHTS = {
    "genotype": 3.0,
    "diagnosis": 3.0,
    "age": 1.5,
    "sex": 0.5,
    "status": 1.5,
    "direction": 1.0,
    "country": 1.0,
}
_KIND_RANK = {
    "interventional": 0,
    "expanded access": 1,
    "natural history": 2,
    "registry": 3,
}
_SHOWN = 240


def match_study(study: Study, patient: TrialPatient, timestamp: str = "") -> TrialMatch:
    """Hold a study against a patient. Never says that the patient may enter it."""
    readings = read_all(study.criteria, patient)
    requirements = (
        _genotype(study, patient, readings),
        _diagnosis(study, patient, readings),
        _age(study, patient, readings),
        _sex(study, patient, readings),
        _country(study, patient),
        _status(study),
        _direction(study, patient),
    )
    failed = [r.name for r in requirements if r.verdict is Match.NOT_MET and r.name != "country"]
    return TrialMatch(
        nct_id=study.nct_id,
        title=study.title,
        status=study.status,
        kind=study.kind,
        phase=", ".join(p for p in study.phases if p != "NA"),
        interventions=study.interventions,
        sponsor=study.sponsor,
        countries=study.countries,
        requirements=requirements,
        summary=_summary(study, requirements, failed),
        may_fit=not failed,
        score=_score(requirements),
        url=study.url,
        data_timestamp=timestamp,
    )


def concerns(study: Study, patient: TrialPatient) -> bool:
    """Whether the study is about the patient's disease or gene at all."""
    named = " \n ".join((study.title, *study.conditions, *study.keywords))
    if patient.disease_pattern.search(named):
        return True
    return any(patient.gene_pattern.search(t) for t in (named, study.summary, study.criteria))


def order(match: TrialMatch) -> tuple[bool, int, float, str]:
    """What may fit first, treatments before registries, then by how much is met."""
    return (not match.may_fit, _KIND_RANK.get(match.kind, 9), -match.score, match.nct_id)


def _summary(study: Study, requirements: tuple[Requirement, ...], failed: list[str]) -> str:
    if failed:
        return NO_FIT.format(", ".join(failed))
    verdicts = {r.name: r.verdict for r in requirements}
    if Match.MET not in {verdicts["genotype"], verdicts["diagnosis"]}:
        return UNCLEAR
    if study.kind == "expanded access":
        return EXPANDED
    return MAY_FIT_ABROAD if verdicts["country"] is Match.NOT_MET else MAY_FIT


def _score(requirements: tuple[Requirement, ...]) -> float:
    points = {Match.MET: 1.0, Match.UNKNOWN: 0.0, Match.NOT_MET: -1.0}
    return sum(_WEIGHTS[r.name] * points[r.verdict] for r in requirements)


def _from_readings(name: str, readings: list[Reading]) -> Requirement | None:
    """The strongest sentence: one "not met" decides, else one "met", else one that is open."""
    about = [r for r in readings if name in r.names]
    for wanted in (Match.NOT_MET, Match.MET):
        for reading in about:
            if reading.verdict is wanted:
                return Requirement(name=name, verdict=wanted, text=_quote(reading))
    open_ones = [r for r in about if r.sentence.section is not Section.NONE] or about
    if not open_ones:
        return None
    return Requirement(name=name, verdict=Match.UNKNOWN, text=_quote(open_ones[0]))


def _quote(reading: Reading) -> str:
    text = reading.sentence.text
    short = text if len(text) <= _SHOWN else text[: _SHOWN - 1].rstrip() + "…"
    return f"{reading.sentence.section.value}: “{short}”"


def _genotype(study: Study, patient: TrialPatient, readings: list[Reading]) -> Requirement:
    found = _from_readings("genotype", readings)
    if found is not None:
        return found
    named = " ".join((study.title, study.summary, *study.conditions, *study.keywords))
    hit = patient.gene_pattern.search(named)
    text = f"{patient.gene} is named, but no rule about variants was read" if hit else ""
    return Requirement(
        name="genotype", verdict=Match.UNKNOWN, text=text or "no rule about the gene was read"
    )


def _diagnosis(study: Study, patient: TrialPatient, readings: list[Reading]) -> Requirement:
    found = _from_readings("diagnosis", readings)
    if found is not None and found.verdict is Match.NOT_MET:
        return found
    for condition in (*study.conditions, *study.keywords):
        if patient.disease_pattern.search(condition):
            return Requirement(
                name="diagnosis", verdict=Match.MET, text=f"condition of the study: {condition}"
            )
    if found is not None:
        return found
    shown = ", ".join(study.conditions[:4]) or "none"
    return Requirement(
        name="diagnosis", verdict=Match.UNKNOWN, text=f"conditions of the study: {shown}"
    )


def _age(study: Study, patient: TrialPatient, readings: list[Reading]) -> Requirement:
    found = _from_readings("age", readings)
    if found is not None and found.verdict is Match.NOT_MET:
        return found
    limits = AgeLimits(study.min_age, high=_end(study))
    fits = age_fits(patient.age_years, limits)
    if study.min_age is None and study.max_age is None and not study.criteria:
        return Requirement(
            name="age",
            verdict=Match.MET if patient.age_years is not None else Match.UNKNOWN,
            text="no limit given",
        )
    verdict = Match.UNKNOWN if fits is None else Match.MET if fits else Match.NOT_MET
    return Requirement(name="age", verdict=verdict, text=study.age_text)


def _end(study: Study) -> float | None:
    """The registry's upper bound is inclusive: "12 Years" holds until the thirteenth birthday."""
    if study.max_age is None:
        return None
    unit = 1.0 if "year" in study.age_text.rsplit(" to ", 1)[-1].lower() else 1 / 12
    return study.max_age + unit


def _sex(study: Study, patient: TrialPatient, readings: list[Reading]) -> Requirement:
    if study.sex == "ALL":
        return Requirement(name="sex", verdict=Match.MET, text="all")
    if study.sex in {"MALE", "FEMALE"}:
        wanted = study.sex.lower()
        verdict = (
            Match.UNKNOWN
            if not patient.sex
            else Match.MET
            if patient.sex == wanted
            else Match.NOT_MET
        )
        return Requirement(name="sex", verdict=verdict, text=f"{wanted} only")
    found = _from_readings("sex", readings)
    return found or Requirement(name="sex", verdict=Match.UNKNOWN, text="not given")


def _country(study: Study, patient: TrialPatient) -> Requirement:
    here = patient.country.strip().lower()
    listed = ", ".join(study.countries) or "no site listed"
    if not here or not study.countries:
        return Requirement(name="country", verdict=Match.UNKNOWN, text=listed)
    own = [s for s in study.sites if s.country.lower() == here]
    if not own:
        return Requirement(name="country", verdict=Match.NOT_MET, text=f"sites in {listed}")
    cities = ", ".join(dict.fromkeys(s.city for s in own if s.city))
    return Requirement(
        name="country", verdict=Match.MET, text=f"{own[0].country}: {cities}".rstrip(": ")
    )


def _status(study: Study) -> Requirement:
    words = study.status.replace("_", " ").lower() or "not given"
    if study.status in _OPEN:
        return Requirement(name="status", verdict=Match.MET, text=words)
    soon = study.status in _SOON or not study.status
    return Requirement(name="status", verdict=Match.UNKNOWN if soon else Match.NOT_MET, text=words)


def _direction(study: Study, patient: TrialPatient) -> Requirement:
    given = " | ".join(study.interventions).lower()
    for drug in patient.wrong_drugs:
        if drug.lower() in given:
            return Requirement(
                name="direction",
                verdict=Match.NOT_MET,
                text=f"{drug} would act the wrong way for this variant",
            )
    for drug in patient.right_drugs:
        if drug.lower() in given:
            return Requirement(
                name="direction", verdict=Match.MET, text=f"{drug} acts in the right direction"
            )
    shown = ", ".join(study.interventions[:4]) or "none named"
    return Requirement(name="direction", verdict=Match.UNKNOWN, text=f"interventions: {shown}")
