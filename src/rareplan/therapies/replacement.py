"""Gene replacement: would the coding sequence fit, is it the right direction, does one exist."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rareplan.config import Replacement
from rareplan.knowledge.gene_facts import dosage_of
from rareplan.model.therapy import ReplacementOption
from rareplan.therapies.aso.facts import AsoFacts
from rareplan.therapies.aso.gate import is_loss, is_toxic

if TYPE_CHECKING:
    from rareplan.knowledge.store import KnowledgeBase

APPROVED = "approved product"
IN_TRIAL = "in trial"
FITS = "would fit one AAV"
DUAL = "would need two AAVs"
TOO_LARGE = "too large for AAV"
NOT_SUITED = "not suited"
UNKNOWN = "unknown"

_AAV = "PMID 19904234 (Wu, Yang, Colosi 2010, Mol Ther)"
_TRIPLOSENSITIVE = 3


def assess_replacement(
    facts: AsoFacts, kb: KnowledgeBase, settings: Replacement
) -> tuple[ReplacementOption, ...]:
    """One option for the gene: packaging, direction, dosage and known products."""
    if facts.mitochondrial or facts.coding_gene is False:
        return ()
    cds = facts.transcript.cds_length if facts.transcript is not None else None
    rows = [r for r in kb.curated("replacement_products") if r["gene"] == facts.gene]
    parts = [_direction(facts), _size(cds, settings), *_dosage(facts, kb)]
    parts += [
        f"{r['product']} ({r['status']}): {r['indication']}. {r['note']}".strip() for r in rows
    ]
    sources = [_AAV, *(f"{r['product']}: {r['source']}" for r in rows)]
    return (
        ReplacementOption(
            gene=facts.gene,
            verdict=_verdict(facts, rows, cds, settings),
            reason=" ".join(p for p in parts if p),
            cds_length=cds,
            products=tuple(f"{r['product']} ({r['status']})" for r in rows),
            citations=tuple(dict.fromkeys(sources)),
        ),
    )


def _verdict(
    facts: AsoFacts, rows: list[dict[str, str]], cds: int | None, settings: Replacement
) -> str:
    if is_toxic(facts):
        return NOT_SUITED
    statuses = {r["status"] for r in rows}
    if "approved" in statuses:
        return APPROVED
    if "in trial" in statuses:
        return IN_TRIAL
    if not is_loss(facts) or cds is None:
        return UNKNOWN
    if cds <= settings.aav_capacity - settings.aav_overhead:
        return FITS
    return DUAL if cds <= settings.dual_aav_cds else TOO_LARGE


def _direction(facts: AsoFacts) -> str:
    if is_toxic(facts):
        return "The variant is toxic: adding a normal copy alone leaves the harm in place."
    if not is_loss(facts):
        return "The mechanism is not known, so it is not known whether adding a copy would help."
    if facts.inheritance in {"AR", "XLR"}:
        return "Recessive loss of function: adding a working copy is the right direction."
    return (
        "Loss of function: adding a working copy is the right direction, if the dose can be held."
    )


def _size(cds: int | None, settings: Replacement) -> str:
    if cds is None:
        return "The length of the coding sequence is not known."
    room = settings.aav_capacity - settings.aav_overhead
    fits = (
        "fits one vector"
        if cds <= room
        else "needs two vectors or a shortened form"
        if cds <= settings.dual_aav_cds
        else "is too large even for two vectors"
    )
    return (
        f"The coding sequence ({cds:,} nt) {fits}: AAV holds about {settings.aav_capacity:,} nt, "
        f"some {settings.aav_overhead} of them for promoter and ends."
    )


def _dosage(facts: AsoFacts, kb: KnowledgeBase) -> list[str]:
    dosage = dosage_of(kb, facts.gene)
    if dosage is not None and dosage.triplosensitivity == _TRIPLOSENSITIVE:
        return ["Too much of this gene is harmful (ClinGen triplosensitivity 3)."]
    if facts.dosage_regulated:
        return ["The dosage of this gene is tightly regulated: too much is harmful."]
    return []
