"""Alleles in phase that fall into one codon: what they do together.

Two SNVs in one codon on one haplotype can make a residue that neither makes alone (and one stop
can be undone by the other). The caller says which alleles lie on one haplotype.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from rareplan.annotate.allele import Allele, minimal
from rareplan.annotate.effect import effect
from rareplan.annotate.explain import explain
from rareplan.annotate.view import View, view
from rareplan.knowledge.sequence import reverse_complement
from rareplan.knowledge.transcripts import TranscriptBundle
from rareplan.model.consequence import Consequence
from rareplan.model.genome import Contig


class Joint(NamedTuple):
    """Alleles (by their place in the input) that act together, the merged one, its consequence."""

    members: tuple[int, ...]
    pos: int
    ref: str
    alt: str
    consequence: Consequence


def joint_consequences(
    contig: Contig, alleles: Sequence[tuple[int, str, str]], bundle: TranscriptBundle
) -> tuple[Joint, ...]:
    """Joint consequences of alleles of one haplotype that touch a common codon.

    Args:
        contig: where they lie, GRCh38.
        alleles: position (1-based), REF and ALT of each, VCF style, all on one haplotype.
        bundle: the transcripts; only those with sequence can say what two alleles make.

    Returns:
        One entry for each transcript and group of two or more; nothing where alleles only
        lie near each other, overlap, or the transcript has no sequence.
    """
    small = [minimal(*allele) for allele in alleles]
    if len(small) < 2:
        return ()
    low, high = min(a.start for a in small), max(a.end for a in small)
    rows = bundle.overlaps(
        np.array([contig], dtype=np.int8), np.array([low]), np.array([max(high, low)])
    )[1]
    found: list[Joint] = []
    for row in rows.tolist():
        one = view(bundle, row)
        if one.coding and one.sequence:
            found += _of_transcript(one, small)
    return tuple(found)


def _of_transcript(one: View, alleles: Sequence[Allele]) -> list[Joint]:
    """Groups whose codons meet, chained from allele to allele in genomic order."""
    touched = []
    for index, allele in enumerate(alleles):
        edit = effect(one, allele).edit
        if edit is None or edit.low < one.frame_start or edit.high > one.cds_stop:
            continue
        first = (edit.low - one.frame_start) // 3
        last = (max(edit.high - 1, edit.low) - one.frame_start) // 3
        touched.append((first, last, index))
    touched.sort()
    groups: list[list[int]] = []
    reach = -1
    for first, last, index in touched:
        if groups and first <= reach:
            groups[-1].append(index)
        else:
            groups.append([index])
        reach = max(reach, last)
    made = [_merge(one, alleles, tuple(group)) for group in groups if len(group) > 1]
    return [joint for joint in made if joint is not None]


def _merge(one: View, alleles: Sequence[Allele], members: tuple[int, ...]) -> Joint | None:
    """One allele in place of several, with the reference bases between them."""
    mine = sorted((alleles[i] for i in members), key=lambda a: (a.start, a.end))
    low, high = mine[0].start, max(a.end for a in mine)
    ref = _reference(one, low, high)
    if ref is None:
        return None
    alt, at = "", low
    for allele in mine:
        if allele.start < at:
            return None  # they overlap: no haplotype holds both
        alt += ref[at - low : allele.start - low] + allele.alt
        at = allele.end + 1
    alt += ref[at - low :]
    return Joint(tuple(sorted(members)), low, ref, alt, explain(one, low, ref, alt))


def _reference(one: View, low: int, high: int) -> str | None:
    """Genome bases of a range within one exon."""
    a, b = one.spliced(low), one.spliced(high)
    if a < 0 or b < 0 or abs(a - b) != high - low:
        return None
    text = one.sequence[min(a, b) : max(a, b) + 1]
    return text if one.forward else reverse_complement(text)
