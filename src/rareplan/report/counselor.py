"""The counselor's page: one sheet to prepare the session."""

from __future__ import annotations

from rareplan.model.result import CaseResult
from rareplan.report.clinician import headline_parts
from rareplan.report.environment import render
from rareplan.report.outcome import read_result, taken_medicines
from rareplan.report.pictures.pedigree import pedigree
from rareplan.report.recurrence import recurrence, whom_to_test
from rareplan.report.references import link
from rareplan.report.text import share

_UNCERTAINTY = {
    "found": (
        "Say that it is a research result until an accredited laboratory confirms it.",
        "Say how likely it is in natural frequencies, and that another cause is possible.",
        "A second diagnosis is possible: ask which signs are not explained.",
    ),
    "uncertain": (
        "Say plainly that nobody knows what the variant means; it is not a diagnosis.",
        "No decision on care, pregnancy or relatives may rest on it.",
        "Name what would move it: segregation, functional work, more cases, time.",
    ),
    "negative": (
        "A negative result is not the absence of a genetic cause.",
        "Name what this test cannot see, and which test would.",
        "Agree when the data are read again.",
    ),
}
_CHECKLIST = (
    "Consent for each kind of finding is on file, and what the family wants to hear today.",
    "Confirmation in an accredited laboratory is ordered.",
    "Sample identity and relationships are in order (Quality section of the clinician report).",
    "Three-generation family history is taken.",
    "Medicines taken now were held against the cautions.",
    "Each relative decides alone; a letter for relatives is offered, not sent.",
    "Support: patient organisation, social worker, mental health.",
    "A date for reading the data again is set.",
)


def counselor_html(result: CaseResult) -> str:
    """One self-contained page."""
    reading = read_result(result)
    risks = recurrence(reading.lead) if reading.lead else ()
    return render(
        "counselor.html.j2",
        lang="en",
        result=result,
        reading=reading,
        outcome=reading.outcome.value,
        headline=headline_parts(result, reading),
        pedigree=pedigree(result, reading.lead),
        risks=risks,
        share=share,
        tests=whom_to_test(result, reading.lead) if reading.lead else (),
        uncertainty=_UNCERTAINTY[reading.outcome.value],
        checklist=_CHECKLIST,
        link=link,
        taken=taken_medicines,
    )
