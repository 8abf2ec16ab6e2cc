"""Citations of a report as a numbered list with addresses where the form is known."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rareplan.model.result import CaseResult

# Matched anywhere in the text: "PMID 40373211 (Musunuru et al. 2025)" is a PMID.
_FORMS = (
    (re.compile(r"\bPMID:?\s*(\d{4,9})\b", re.IGNORECASE), "https://pubmed.ncbi.nlm.nih.gov/{}/"),
    (re.compile(r"\b(10\.\d{4,9}/[\w.()/:-]*\w)"), "https://doi.org/{}"),
    (re.compile(r"\b(NCT\d{8})\b"), "https://clinicaltrials.gov/study/{}"),
)
# What the report itself rests on, whatever the case.
STANDARDS = (
    "PMID:25741868",  # Richards 2015: ACMG/AMP variant classification
    "PMID:32720330",  # Tavtigian 2020: points
)


def link(citation: str) -> str:
    """Web address of a citation, or "" when its form is not known."""
    for form, address in _FORMS:
        match = form.search(citation)
        if match:
            return address.format(match.group(1))
    return ""


def _cited(result: CaseResult) -> Iterable[str]:
    yield from STANDARDS
    for candidate in result.candidates:
        for variant in candidate.variants:
            yield from (item.source for item in variant.classification.items)
    for plan in result.therapies:
        yield from plan.mechanism.citations
        groups = (plan.options, plan.wrong_way, plan.below_line, plan.cautions)
        for group in (*groups, plan.editing, plan.replacement):
            for entry in group:
                yield from entry.citations
        for verdict in plan.antisense:
            yield from (node.source for node in verdict.trace)
        yield from (p.source for p in plan.pgx)


def references(result: CaseResult) -> tuple[tuple[str, str], ...]:
    """Each citation once, in the order of the report, with its address or "".

    Two spellings of one address are one reference; the first spelling is kept.
    """
    parts = (part.strip() for text in _cited(result) for part in re.split(r"[;|]", text))
    found: dict[str, tuple[str, str]] = {}
    for part in filter(None, parts):
        found.setdefault(link(part) or part, (part, link(part)))
    return tuple(found.values())
