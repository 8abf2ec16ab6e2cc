"""Which of the few kinds of result a case is; every report branches on this and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from rareplan.model.result import Candidate, CandidateVariant, CaseResult
from rareplan.model.therapy import Caution, TherapyPlan

# "Found" needs an explanation that is more likely than all others and "none of these"
# together. Not a setting: reports must come out the same from case.json alone.
MORE_LIKELY_THAN_NOT = 0.5
# A chance below 1 in 20 is no finding: every genome holds such variants. They stay in the
# ranked table of the clinician report.
TOO_UNLIKELY_TO_TELL = 0.05
_STARS = 2  # ClinVar: several submitters, criteria provided, no conflict
_REPORTABLE = {"Pathogenic", "Likely pathogenic"}


class Outcome(Enum):
    """What was found, from the family's point of view."""

    FOUND = "found"
    UNCERTAIN = "uncertain"
    NEGATIVE = "negative"


@dataclass(frozen=True)
class Reading:
    """The case read once: outcome, the leading candidate (None when negative), its plan."""

    outcome: Outcome
    lead: Candidate | None
    plan: TherapyPlan | None
    carrier: tuple[CandidateVariant, ...]
    secondary: tuple[CandidateVariant, ...]
    urgent: tuple[tuple[int, int, Caution], ...]
    """Cautions on medicines that the patient takes now: plan index, caution index, caution."""


def explains(candidate: Candidate) -> bool:
    """Every variant (likely) pathogenic, and more likely than not the explanation."""
    return candidate.probability > MORE_LIKELY_THAN_NOT and all(
        v.classification.label in _REPORTABLE for v in candidate.variants
    )


def worth_telling(candidate: Candidate) -> bool:
    """Likely enough to be raised, and no variant of it is (likely) benign."""
    labels = {v.classification.label for v in candidate.variants}
    benign = any("enign" in label for label in labels)
    return candidate.probability >= TOO_UNLIKELY_TO_TELL and not benign


def pathogenic_aside(result: CaseResult, lead: Candidate | None) -> tuple[Candidate, ...]:
    """Other candidates whose variants are all (likely) pathogenic, however improbable."""
    return tuple(
        c
        for c in result.candidates
        if (lead is None or c.gene != lead.gene)
        and all(v.classification.label in _REPORTABLE for v in c.variants)
    )


def taken_medicines(result: CaseResult, caution: Caution) -> tuple[tuple[int, str], ...]:
    """Which of the patient's medicines a caution speaks of: index and name.

    A caution may name a whole class ("carbamazepine; oxcarbazepine; ..."); the family must
    hear of the one that is taken. Empty where it was recognised under another name.
    """
    listed = caution.drug.casefold()
    return tuple(
        (i, name)
        for i, name in enumerate(result.patient.medicines)
        if name.strip() and (name.casefold() in listed or listed in name.casefold())
    )


def listed_as_pathogenic(variant: CandidateVariant) -> bool:
    """ClinVar lists it as (likely) pathogenic with two stars or more."""
    said = variant.clinvar.casefold()
    agreed = "pathogenic" in said and "conflicting" not in said and "benign" not in said
    return agreed and (variant.clinvar_stars or 0) >= _STARS


def read_result(result: CaseResult) -> Reading:
    """Outcome and leading candidate; carrier and secondary findings only with consent."""
    told = sorted((c for c in result.candidates if worth_telling(c)), key=lambda c: c.rank)
    found = [c for c in told if explains(c)]
    lead = next(iter(found or told), None)
    outcome = Outcome.FOUND if found else Outcome.UNCERTAIN if told else Outcome.NEGATIVE
    consents = result.patient.consents
    plans = result.therapies
    return Reading(
        outcome=outcome,
        lead=lead,
        plan=next((p for p in plans if lead and p.gene == lead.gene), None),
        carrier=result.carrier if consents.get("carrier_findings") else (),
        secondary=result.secondary if consents.get("secondary_findings") else (),
        urgent=tuple(
            (i, j, caution)
            for i, plan in enumerate(plans)
            for j, caution in enumerate(plan.cautions)
            if caution.takes_now
        ),
    )
