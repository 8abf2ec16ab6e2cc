"""For a foundation or a sponsor: which families may fit a study, and what changed for whom."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rareplan.config import Settings
from rareplan.therapies.trials.facts import person_of_result, trial_patient
from rareplan.therapies.trials.match import concerns, match_study, order
from rareplan.therapies.trials.patient import TrialPatient
from rareplan.therapies.trials.study import Study

if TYPE_CHECKING:
    from rareplan.knowledge.store import KnowledgeBase
    from rareplan.model.result import CaseResult
    from rareplan.model.therapy import TrialMatch

OPEN = frozenset({"RECRUITING", "NOT_YET_RECRUITING", "ENROLLING_BY_INVITATION", "AVAILABLE"})


@dataclass(frozen=True)
class Family:
    """One stored run: its name and what studies can ask of its patient."""

    run: str
    patient: TrialPatient


@dataclass(frozen=True)
class FamilyMatch:
    """One family held against one study."""

    run: str
    gene: str
    match: TrialMatch


@dataclass(frozen=True)
class StudyChange:
    """What happened to one study between two copies of the registry.

    ``kind``: opened, closed, or changed; ``detail`` says which parts and from what to what.
    """

    nct_id: str
    title: str
    kind: str
    detail: str


def families_of(
    runs: Iterable[tuple[str, CaseResult]], kb: KnowledgeBase, settings: Settings
) -> list[Family]:
    """One entry for each candidate gene that the run made a plan for, or its first candidate."""
    found = []
    for name, result in runs:
        plans = {p.gene: p for p in result.therapies}
        chosen = [c for c in result.candidates if c.gene in plans] or list(result.candidates[:1])
        seen: set[str] = set()
        for candidate in chosen:
            if candidate.gene in seen:
                continue
            seen.add(candidate.gene)
            patient = trial_patient(
                candidate,
                person_of_result(result.patient),
                kb,
                settings.therapies.disease_posterior,
                plans.get(candidate.gene),
            )
            found.append(Family(name, patient))
    return found


def families_for(
    studies: Sequence[Study], families: Sequence[Family], timestamp: str = ""
) -> list[FamilyMatch]:
    """Every family that a study concerns, what may fit first."""
    found = [
        FamilyMatch(f.run, f.patient.gene, match_study(study, f.patient, timestamp))
        for study in studies
        for f in families
        if concerns(study, f.patient)
    ]
    return sorted(found, key=lambda m: (m.match.nct_id, *order(m.match), m.run))


def changes(old: Iterable[Study], new: Iterable[Study]) -> list[StudyChange]:
    """What opened, closed or changed from one copy of the registry to the next."""
    before = {s.nct_id: s for s in old}
    after = {s.nct_id: s for s in new}
    found = []
    for nct, study in sorted(after.items()):
        past = before.get(nct)
        if past is None:
            if study.status in OPEN:
                detail = f"new: {_words(study.status)}"
                found.append(StudyChange(nct, study.title, "opened", detail))
            continue
        change = _change(past, study)
        if change is not None:
            found.append(change)
    found += [
        StudyChange(nct, past.title, "closed", "no longer in the registry's answer")
        for nct, past in sorted(before.items())
        if nct not in after and past.status in OPEN
    ]
    return found


def _change(past: Study, study: Study) -> StudyChange | None:
    was, now = past.status in OPEN, study.status in OPEN
    moved = f"{_words(past.status)} to {_words(study.status)}"
    if was != now:
        return StudyChange(study.nct_id, study.title, "opened" if now else "closed", moved)
    parts = [moved] if past.status != study.status else []
    if past.age_text != study.age_text:
        parts.append(f"ages {past.age_text} to {study.age_text}")
    if past.sex != study.sex:
        parts.append(f"sex {past.sex.lower()} to {study.sex.lower()}")
    if past.criteria != study.criteria:
        parts.append("criteria rewritten")
    gone = [c for c in past.countries if c not in study.countries]
    come = [c for c in study.countries if c not in past.countries]
    parts += [f"sites left {', '.join(gone)}"] if gone else []
    parts += [f"sites in {', '.join(come)}"] if come else []
    if not parts:
        return None
    return StudyChange(study.nct_id, study.title, "changed", "; ".join(parts))


def _words(status: str) -> str:
    return status.replace("_", " ").lower() or "status not given"
