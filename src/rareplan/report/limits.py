"""What this analysis cannot see, said for this file and this snapshot."""

from __future__ import annotations

from collections.abc import Sequence

from rareplan.knowledge.store import KnowledgeBase
from rareplan.model.case import Case
from rareplan.model.pedigree import Pedigree
from rareplan.model.variant import AnnotatedVariant

ALWAYS = (
    (
        "Repeat expansions, translocations and most inversions are not seen in a file of small "
        "variants."
    ),
    "Regions without enough reads are not seen; what is not in the file was not tested here.",
    (
        "Methylation and imprinting defects, uniparental disomy without genotypes of both parents, "
        "and mosaicism below the caller's limit are not seen."
    ),
    (
        "How rare a variant is was judged by the highest frequency of the groups that the source "
        "counts. A variant common among people whom it hardly sampled looks rare here."
    ),
)


def _family_limit(pedigree: Pedigree) -> str:
    if pedigree.shape == "singleton":
        return (
            "Without the parents, new variants cannot be told from inherited ones, and two "
            "variants of one gene may lie on the same copy."
        )
    if pedigree.shape == "duo":
        return "With one parent only, new variants cannot be told from those of the other parent."
    return ""


def cannot_see(
    case: Case, variants: Sequence[AnnotatedVariant], kb: KnowledgeBase
) -> tuple[str, ...]:
    """Limits in plain words, the general ones first."""
    found = [*ALWAYS, _family_limit(case.pedigree)]
    if not any(v.key.is_symbolic for v in variants):
        found.append("No candidate deletion or duplication of whole exons was in the file.")
    if not kb.has("sequence"):
        found.append(
            "The knowledge snapshot holds no transcript sequence: the effect of a coding change is "
            "known only where ClinVar or the file's own annotation tells it. 'rareplan kb sequence "
            "GENOME.fa' or 'rareplan kb refresh' brings the sequences."
        )
    if not kb.has("frequencies") and not any(v.frequency.source for v in variants):
        found.append(
            "Neither the file nor the snapshot holds population frequencies: common variants could "
            "not be set aside."
        )
    return tuple(text for text in found if text)
