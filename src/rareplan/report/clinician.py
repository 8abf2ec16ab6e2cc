"""The clinician report: facts of case.json in the order of the ACMG reporting standards."""

from __future__ import annotations

from typing import Any

from rareplan.model.evidence import Status
from rareplan.model.result import Candidate, CandidateVariant, CaseResult
from rareplan.model.therapy import AsoVerdict, Gate, TherapyPlan
from rareplan.report.environment import render
from rareplan.report.evidence_text import evidence_text
from rareplan.report.outcome import (
    Outcome,
    Reading,
    pathogenic_aside,
    read_result,
    taken_medicines,
)
from rareplan.report.pictures.catalogue import pictures
from rareplan.report.pictures.timeline import by_urgency
from rareplan.report.places import places
from rareplan.report.references import link, references
from rareplan.report.text import natural_name, percent, sentence

_VERDICT_MARK = {"ok": "✓", "warn": "!", "fail": "✗", "not assessed": "–"}
_DATE_LENGTH = 10
_REST_SHOWN = 20
_CONTENTS = (
    ("patient", "Patient"),
    ("finding", "Finding"),
    ("treatment", "Treatment"),
    ("trials", "Studies"),
    ("filters", "Filters"),
    ("quality", "Quality"),
    ("limits", "Limits"),
    ("methods", "Methods and sources"),
    ("references", "References"),
    ("sign-off", "Sign-off"),
)


def headline_parts(result: CaseResult, reading: Reading) -> tuple[str, str]:
    """The result on one line, and the facts that it rests on."""
    lead = reading.lead
    if lead is None:
        return (
            "No variant that explains the phenotype was found.",
            "This does not rule out a genetic cause.",
        )
    disputed = [v.classification.conflict for v in lead.variants if v.classification.conflict]
    dispute = f" {sentence(disputed[0])}" if disputed else ""
    what = "; ".join(
        f"{v.hgvs_c or v.variant} ({v.hgvs_p.rpartition(':')[2] or 'protein effect not known'}), "
        f"{v.classification.label.lower()}"
        for v in lead.variants
    )
    chance = (
        f"Probability {percent(lead.probability)}, none of these {percent(result.none_of_these)}."
    )
    if reading.outcome is Outcome.FOUND:
        disease = f": {natural_name(lead.diseases[0].name)}" if lead.diseases else ""
        phase = f"; {lead.phase}" if lead.phase else ""
        return f"{lead.gene}{disease}", f"{what}. {lead.inheritance}{phase}. {chance}"
    return (
        f"No established explanation. {lead.gene} needs further evidence.",
        f"{what}. {lead.inheritance}. {chance}{dispute}",
    )


def headline(result: CaseResult, reading: Reading) -> str:
    """Both parts as running text."""
    first, second = headline_parts(result, reading)
    return f"{first}{'' if first.endswith('.') else '.'} {second}"


def source_dates(result: CaseResult) -> tuple[str, str]:
    """Oldest and newest date of the knowledge sources, ``YYYY-MM-DD``; "" when none is dated."""
    dates = sorted(s.date[:_DATE_LENGTH] for s in result.knowledge if s.date)
    return (dates[0], dates[-1]) if dates else ("", "")


def _criteria(candidate: Candidate) -> list[dict[str, Any]]:
    """Per variant: the evidence in words, criteria that are met, and the others."""
    return [
        {
            "variant": v,
            "text": evidence_text(candidate, v),
            "met": [i for i in v.classification.items if i.status is Status.MET],
            "open": sorted(
                (i for i in v.classification.items if i.status is not Status.MET),
                key=lambda i: i.status is Status.NOT_ASSESSED,
            ),
        }
        for v in candidate.variants
    ]


def _antisense(plan: TherapyPlan) -> list[tuple[str, AsoVerdict]]:
    """Verdicts that differ in nothing but the strategy share a row: strategies, verdict."""
    rows: dict[str, tuple[list[str], AsoVerdict]] = {}
    for verdict in plan.antisense:
        same = verdict.model_copy(update={"strategy": ""}).model_dump_json()
        rows.setdefault(same, ([], verdict))[0].append(verdict.strategy)
    return [(", ".join(strategies), verdict) for strategies, verdict in rows.values()]


def _within_hours(reading: Reading) -> list[str]:
    """Treatments of the leading candidate's plan that must not wait, right in direction."""
    options = reading.plan.options if reading.plan else ()
    return [o.intervention for o in options if o.start_within == "hours" and o.gate is Gate.RIGHT]


def _extra(reading: Reading) -> tuple[tuple[str, tuple[CandidateVariant, ...], str], ...]:
    """Findings beside the question, each only with the family's consent."""
    return (
        ("Secondary findings", reading.secondary, "The family agreed to hear of these."),
        ("Carrier findings", reading.carrier, "The family agreed to hear of these."),
    )


def context(result: CaseResult) -> dict[str, Any]:
    """Everything that the clinician template reads."""
    reading = read_result(result)
    detailed = [c for c in result.candidates if c is reading.lead]
    return {
        "result": result,
        "reading": reading,
        "outcome": reading.outcome.value,
        "headline": headline_parts(result, reading),
        "detailed": [(c, _criteria(c)) for c in detailed],
        "rest": [c for c in result.candidates if c is not reading.lead],
        "pictures": pictures(result, reading),
        "plans": [(plan, by_urgency(plan.options), _antisense(plan)) for plan in result.therapies],
        "hours": _within_hours(reading),
        "dates": source_dates(result),
        "references": references(result),
        "link": link,
        "places": places,
        "taken": taken_medicines,
        "mark": _VERDICT_MARK,
        "contents": _CONTENTS,
        "rest_shown": _REST_SHOWN,
        "aside": pathogenic_aside(result, reading.lead),
        "extra_findings": [entry for entry in _extra(reading) if entry[1]],
        "lang": "en",
    }


def clinician_html(result: CaseResult) -> str:
    """One self-contained HTML file."""
    return render("clinician.html.j2", **context(result))
