"""Antisense, editing and replacement for a candidate: the one entry point for the plan."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rareplan.config import Settings
from rareplan.model.therapy import AsoVerdict, EditingOption, MechanismCall, ReplacementOption
from rareplan.therapies.aso.assess import assess
from rareplan.therapies.aso.facts import AsoFacts
from rareplan.therapies.aso.patient import facts_of_variant, in_phase_snps
from rareplan.therapies.editing import assess_editing
from rareplan.therapies.replacement import assess_replacement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rareplan.knowledge.store import KnowledgeBase
    from rareplan.model.case import Case
    from rareplan.model.result import Candidate
    from rareplan.model.variant import AnnotatedVariant

MadeForOne = tuple[tuple[AsoVerdict, ...], tuple[EditingOption, ...], tuple[ReplacementOption, ...]]


def assess_variant_therapies(
    candidate: Candidate,
    variants: Sequence[AnnotatedVariant],
    case: Case,
    kb: KnowledgeBase,
    mechanism: MechanismCall,
    settings: Settings,
) -> MadeForOne:
    """Assess every variant of a candidate.

    Args:
        candidate: gene, inheritance and the class of each variant.
        variants: the annotated variants of the run (those of other genes are passed over; the
            gene's heterozygous SNVs are searched for allele-specific designs).
        case: supplied RNA and functional evidence, the proband.
        kb: snapshot and curated tables.
        mechanism: the mechanism call of the plan.
        settings: all settings.

    Returns:
        Antisense verdicts (four a variant), editing options, replacement options (by gene).
    """
    facts = variant_facts(candidate, variants, case, kb, mechanism, settings)
    antisense = tuple(v for f in facts for v in assess(f, settings.antisense))
    editing = tuple(o for f in facts for o in assess_editing(f, kb, settings.editing))
    replacement = assess_replacement(facts[0], kb, settings.replacement) if facts else ()
    return antisense, editing, replacement


def variant_facts(
    candidate: Candidate,
    variants: Sequence[AnnotatedVariant],
    case: Case,
    kb: KnowledgeBase,
    mechanism: MechanismCall,
    settings: Settings,
) -> tuple[AsoFacts, ...]:
    """Facts of each of the candidate's variants, in the candidate's order."""
    by_key = {v.key.text: v for v in variants}
    person = case.pedigree.proband_id
    found = []
    for shown in candidate.variants:
        variant = by_key.get(shown.variant)
        consequence = variant.consequence_for(candidate.gene) if variant is not None else None
        if variant is None or consequence is None:
            continue
        facts = facts_of_variant(
            variant,
            consequence,
            candidate.inheritance,
            shown.classification.label,
            mechanism,
            case,
            kb,
            settings.antisense,
        )
        snps = in_phase_snps(variant, variants, candidate.gene, person)
        found.append(replace(facts, in_phase_snps=snps))
    return tuple(found)
