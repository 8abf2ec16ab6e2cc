"""Alleles in phase that fall into one codon: what they do together.

Two SNVs in one codon on one haplotype can make a residue that neither makes alone (and one stop
can be undone by the other). The caller says which alleles lie on one haplotype. Everything is
worked out on the spliced transcript, so that a codon that an intron cuts in two is one codon.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from rareplan.annotate import terms as t
from rareplan.annotate.allele import Allele, Edit, edit_on, minimal
from rareplan.annotate.effect import effect, on_exon
from rareplan.annotate.explain import described, unresolved
from rareplan.annotate.table import ConsequenceTable
from rareplan.annotate.view import View, view
from rareplan.knowledge.transcripts import TranscriptBundle
from rareplan.model.consequence import Consequence
from rareplan.model.genome import Contig

_SPLICE = (
    t.ESSENTIAL_SPLICE | t.SPLICE_5TH | t.SPLICE_DONOR_REGION | t.SPLICE_REGION | t.NMD_TRANSCRIPT
)
_CODON_BITS = 20
"""The longest protein has fewer than 2^20 residues."""


class CodonGroup(NamedTuple):
    """SNVs (rows of a table, ascending) at different places of one codon of one transcript."""

    row: int
    members: tuple[int, ...]


class Joint(NamedTuple):
    """Alleles (by their place in the input) that act together, and their consequence."""

    members: tuple[int, ...]
    consequence: Consequence


def codon_groups(table: ConsequenceTable) -> list[CodonGroup]:
    """SNVs of a table that share a codon, whether or not they lie on one haplotype."""
    snv = table.snv
    if snv is None:
        return []
    row = table.row[table.snv_pairs]
    bundle, anchor = table.bundle, snv.places.anchor
    inside = (
        snv.places.inside & snv.places.exonic & (snv.cds >= 0)
        & (anchor >= bundle.cds_first[row]) & (anchor < bundle.cds_stop[row])
    )  # fmt: skip
    at = np.flatnonzero(inside)
    key = row[at] << _CODON_BITS | snv.cds[at] // 3
    order = np.argsort(key, kind="stable")
    starts = np.flatnonzero(np.concatenate(([True], np.diff(key[order]) > 0)))
    sizes = np.diff(np.append(starts, len(order)))
    groups = []
    for start, size in zip(starts[sizes > 1].tolist(), sizes[sizes > 1].tolist(), strict=True):
        places = at[order[start : start + size]]
        members = table.query[table.snv_pairs[places]]
        if len(set(table.pos[members].tolist())) > 1:
            groups.append(CodonGroup(int(row[places[0]]), tuple(members.tolist())))
    return groups


def joint_consequence(one: View, alleles: Sequence[Allele]) -> Consequence | None:
    """What alleles of one haplotype make of a transcript together.

    Returns:
        None where no haplotype can hold all of them (they overlap), or one leaves its exon.
        Without the transcript's sequence, or where it has other bases than REF, the
        consequence is there but not resolved.
    """
    edits = [edit_on(one, allele) for allele in alleles]
    known = sorted(edit for edit in edits if edit is not None)
    if len(known) < len(alleles) or any(
        after.low < before.high for before, after in pairwise(known)
    ):
        return None
    whole = Allele(min(a.start for a in alleles), max(a.end for a in alleles), "", "")
    if not one.sequence:
        return unresolved(one, whole)
    low, high = known[0].low, max(e.high for e in known)
    alt, at = "", low
    for edit in known:
        alt += one.sequence[at : edit.low] + edit.alt
        at = edit.high
    joined = Edit(low, high, one.sequence[low:high], alt)
    found = [effect(one, allele) for allele in alleles]
    if any(f.mismatch for f in found):
        return unresolved(one, whole)
    splice = 0
    for single in found:
        splice |= single.mask & _SPLICE
    together = whole._replace(ref=joined.ref, alt=joined.alt)
    return described(one, together, on_exon(one, joined, splice))


def joint_consequences(
    contig: Contig, alleles: Sequence[tuple[int, str, str]], bundle: TranscriptBundle
) -> tuple[Joint, ...]:
    """Joint consequences of alleles of one haplotype that touch a common codon.

    Args:
        contig: where they lie, GRCh38.
        alleles: position (1-based), REF and ALT of each, VCF style, all on one haplotype.
        bundle: the transcripts.

    Returns:
        One entry for each transcript and group of two or more; nothing where alleles only
        lie near each other or overlap.
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
        for group in _groups(one, small) if one.coding else ():
            together = joint_consequence(one, [small[i] for i in group])
            if together is not None:
                found.append(Joint(group, together))
    return tuple(found)


def _groups(one: View, alleles: Sequence[Allele]) -> list[tuple[int, ...]]:
    """Alleles whose codons meet, chained from allele to allele along the transcript."""
    touched = []
    for index, allele in enumerate(alleles):
        edit = edit_on(one, allele)
        if edit is None or edit.low < one.frame_start or edit.high > one.cds_stop:
            continue
        first = (edit.low - one.frame_start) // 3
        last = (max(edit.high - 1, edit.low) - one.frame_start) // 3
        touched.append((first, last, index))
    groups: list[list[int]] = []
    reach = -1
    for first, last, index in sorted(touched):
        if groups and first <= reach:
            groups[-1].append(index)
        else:
            groups.append([index])
        reach = max(reach, last)
    return [tuple(sorted(group)) for group in groups if len(group) > 1]
