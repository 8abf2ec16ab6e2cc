"""SNVs of one codon on one haplotype among the alleles that are left: what they make together.

Computed from survivors of the record's rules, after the engines have met. Nothing is replaced:
every member keeps its own consequence and carries the joint one beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from rareplan.annotate.allele import Allele, minimal
from rareplan.annotate.phased import CodonGroup, joint_consequence
from rareplan.annotate.view import view
from rareplan.config import Settings
from rareplan.engines.consequences import Annotated, is_kept
from rareplan.filters.cis import Cis, cis_of_neighbours
from rareplan.filters.observe import family_of
from rareplan.knowledge.transcripts import TranscriptBundle
from rareplan.model.case import Case
from rareplan.model.consequence import Consequence
from rareplan.model.variant import AnnotatedVariant, JointEffect

Related = Callable[[AnnotatedVariant, AnnotatedVariant], Cis | None]


def joint_effects(
    annotated: Annotated,
    variant_of: Callable[[int], AnnotatedVariant],
    bundle: TranscriptBundle,
    case: Case,
    settings: Settings,
) -> dict[int, tuple[JointEffect, ...]]:
    """Joint effects by row, for rows that have any.

    Args:
        annotated: consequences of all rows, and which rows share a codon.
        variant_of: makes the variant of a row.
        bundle: the transcripts.
        case: family and assembly.
        settings: thresholds of segregation.
    """
    if not annotated.codons:
        return {}
    related = partial(
        cis_of_neighbours, family=family_of(case.pedigree), assembly=case.assembly,
        settings=settings,
    )  # fmt: skip
    variants = {i: variant_of(i) for group in annotated.codons for i in group.members}
    found: dict[int, list[JointEffect]] = {}
    for group in annotated.codons:
        for members, cis in haplotypes_of(group.members, variants, related):
            effect = _effect(group, members, cis, variants, bundle)
            for i in members if effect is not None else ():
                found.setdefault(i, []).append(effect)  # type: ignore[arg-type]
    return {i: tuple(effects) for i, effects in found.items()}


def haplotypes_of(
    members: Sequence[int], variants: Mapping[int, AnnotatedVariant], related: Related
) -> list[tuple[tuple[int, ...], Cis]]:
    """Largest sets of two or more that lie on one haplotype together, with the weakest proof."""
    proofs = {(i, j): related(variants[i], variants[j]) for i in members for j in members if i < j}
    sets: dict[tuple[int, ...], None] = {}
    for seed in members:
        held = [seed]
        for other in members:
            apart = all(variants[other].key.pos != variants[i].key.pos for i in held)
            if apart and all(proofs[min(i, other), max(i, other)] for i in held):
                held.append(other)
        if len(held) > 1:
            sets[tuple(sorted(held))] = None
    found = []
    for held_set in sets:
        shown = [p for (i, j), p in proofs.items() if p and i in held_set and j in held_set]
        weakest = min(shown, key=lambda p: p.certain)
        found.append((held_set, weakest))
    return found


def _effect(
    group: CodonGroup,
    members: Sequence[int],
    cis: Cis,
    variants: Mapping[int, AnnotatedVariant],
    bundle: TranscriptBundle,
) -> JointEffect | None:
    one = view(bundle, group.row)
    together = joint_consequence(one, [_allele(variants[i]) for i in members])
    if together is None:
        return None
    alone = tuple(_alone(variants[i], together) for i in members)
    names = tuple(variants[i].key.text for i in members)
    return JointEffect(names, alone, together, cis.evidence, cis.certain)


def _allele(variant: AnnotatedVariant) -> Allele:
    key = variant.key38 or variant.key
    return minimal(key.pos, key.ref, key.alt)


def _alone(variant: AnnotatedVariant, together: Consequence) -> str:
    """Most severe term of a variant by itself on the transcript of the joint consequence."""
    mine = [c for c in variant.consequences if c.transcript == together.transcript]
    return mine[0].term if mine else ""


def keep_joint(
    annotated: Annotated, joint: Mapping[int, tuple[JointEffect, ...]], settings: Settings
) -> Annotated:
    """Kept genes with those in which only the joint effect matters (two silent SNVs can)."""
    kept = list(annotated.kept_genes)
    for row, effects in joint.items():
        genes = [
            e.consequence.gene or e.consequence.gene_id
            for e in effects
            if e.certain and is_kept(e.consequence, settings.consequence)
        ]
        kept[row] = tuple(dict.fromkeys((*kept[row], *genes)))
    return replace(annotated, kept_genes=kept)
