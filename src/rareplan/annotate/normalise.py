"""Trimming and left-alignment of alleles.

An allele is trimmed at its end first and then at its start, which leaves an indel where a
left-aligned VCF puts it (Tan, Abecasis and Kang 2015, PMID 25701572). Trimmed alleles may be
empty; an insertion then lies before ``pos``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Fetch = Callable[[int, int, int], str]
"""``fetch(contig, start, end)``: reference bases of a 1-based inclusive range, "" if unknown."""

_WINDOW = 100
"""Bases fetched at a time while shifting to the left."""


class Trimmed(NamedTuple):
    """Minimal allele: the bases from ``pos`` on that change; an insertion lies before ``pos``."""

    pos: int
    ref: str
    alt: str


def trim(pos: int, ref: str, alt: str) -> Trimmed:
    """Minimal form of one allele.

    The end is trimmed down to one base at most, so that an indel stays behind its anchor base.
    """
    if len(ref) > 1 and len(alt) > 1:
        pos, ref, alt = trim_vcf(pos, ref, alt)
    shared = 1 if ref[:1] == alt[:1] else 0
    return Trimmed(pos + shared, ref[shared:], alt[shared:])


def trim_alleles(
    pos: npt.NDArray[np.int64], ref: Sequence[str], alt: Sequence[str]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.object_], npt.NDArray[np.object_]]:
    """VCF-style minimal form of n split alleles (each keeps at least one base).

    Symbolic alternates, ``*`` and breakends are left as they are.

    Args:
        pos: 1-based positions, n.
        ref: reference alleles, upper case, n.
        alt: alternate alleles, n.

    Returns:
        New positions, reference and alternate alleles.
    """
    out_pos = np.array(pos, dtype=np.int64)
    out_ref, out_alt = np.array(ref, dtype=object), np.array(alt, dtype=object)
    lengths_ref = np.fromiter(map(len, ref), dtype=np.int64, count=len(out_pos))
    lengths_alt = np.fromiter(map(len, alt), dtype=np.int64, count=len(out_pos))
    for i in np.flatnonzero((lengths_ref > 1) & (lengths_alt > 0)).tolist():
        kept = trim_vcf(int(out_pos[i]), out_ref[i], out_alt[i])
        out_pos[i], out_ref[i], out_alt[i] = kept
    return out_pos, out_ref, out_alt


def trim_vcf(pos: int, ref: str, alt: str) -> Trimmed:
    """Minimal form of one allele that keeps at least one base on both sides, as a VCF does."""
    if not alt.isalpha() or ref == alt:
        return Trimmed(pos, ref, alt)
    while len(ref) > 1 and len(alt) > 1 and ref[-1] == alt[-1]:
        ref, alt = ref[:-1], alt[:-1]
    while len(ref) > 1 and len(alt) > 1 and ref[0] == alt[0]:
        pos, ref, alt = pos + 1, ref[1:], alt[1:]
    return Trimmed(pos, ref, alt)


@dataclass(frozen=True)
class Aligned:
    """A left-aligned VCF allele; ``known`` is False where the sequence needed was not at hand."""

    pos: int
    ref: str
    alt: str
    known: bool


def left_align(contig: int, pos: int, ref: str, alt: str, fetch: Fetch) -> Aligned:
    """Left-align one allele against a reference.

    SNVs, symbolic alleles and alleles that change bases at both ends cannot move and count as
    known. An indel whose anchor base differs from its last base cannot move either. One with its
    anchor behind it (as after a turn to the other strand) gets it in front.
    """
    pos, ref, alt = trim_vcf(pos, ref, alt)
    if len(ref) != len(alt) and ref[0] != alt[0] and ref[-1] == alt[-1] and alt.isalpha():
        before = fetch(contig, pos - 1, pos - 1).upper() if pos > 1 else ""
        if not before or before not in "ACGT":
            return Aligned(pos, ref, alt, known=False)
        pos, ref, alt = pos - 1, before + ref[:-1], before + alt[:-1]
    if len(ref) == len(alt) or not alt.isalpha() or ref[0] != alt[0]:
        return Aligned(pos, ref, alt, known=True)
    body = ref[1:] or alt[1:]
    if len(ref) > 1 and len(alt) > 1:
        return Aligned(pos, ref, alt, known=True)
    anchor, before, start = ref[0], "", pos
    while anchor == body[-1]:
        if not before:
            before = fetch(contig, max(start - _WINDOW, 1), start - 1).upper()
            if not before or before[-1] not in "ACGT":
                return _rebuild(start, anchor, body, deletion=len(ref) > 1, known=False)
        body = anchor + body[:-1]
        anchor, before, start = before[-1], before[:-1], start - 1
    return _rebuild(start, anchor, body, deletion=len(ref) > 1, known=True)


class AlignedAll(NamedTuple):
    """n alleles after left-alignment: which moved, and for which sequence was wanting."""

    pos: npt.NDArray[np.int64]
    ref: npt.NDArray[np.object_]
    alt: npt.NDArray[np.object_]
    moved: npt.NDArray[np.int64]
    unknown: npt.NDArray[np.int64]


def left_align_all(
    contig: npt.NDArray[np.int8],
    pos: npt.NDArray[np.int64],
    ref: npt.NDArray[np.object_],
    alt: npt.NDArray[np.object_],
    rows: npt.NDArray[np.int64],
    fetch: Fetch,
) -> AlignedAll:
    """Left-align the given rows of n split alleles; the arrays are copied when one moves.

    Args:
        contig: contig codes, n.
        pos: 1-based positions, n.
        ref: reference alleles, n.
        alt: alternate alleles, n.
        rows: alleles of bases, some of another length than their reference.
        fetch: reference bases, as far as they are known.
    """
    moved: list[int] = []
    unknown: list[int] = []
    for i in rows.tolist():
        if not _may_move(ref[i], alt[i]):
            continue
        one = left_align(int(contig[i]), int(pos[i]), ref[i].upper(), alt[i].upper(), fetch)
        if not one.known:
            unknown.append(i)  # and stays where it is: half a move helps nobody
        elif one.pos < pos[i]:
            if not moved:
                pos, ref, alt = pos.copy(), ref.copy(), alt.copy()
            pos[i], ref[i], alt[i] = one.pos, one.ref, one.alt
            moved.append(i)
    return AlignedAll(
        pos, ref, alt, np.array(moved, dtype=np.int64), np.array(unknown, dtype=np.int64)
    )


def _may_move(ref: str, alt: str) -> bool:
    """Whether an allele might stand further left: shared last bases, another length."""
    return len(ref) != len(alt) and ref[-1:].upper() == alt[-1:].upper()


def _rebuild(pos: int, anchor: str, body: str, *, deletion: bool, known: bool) -> Aligned:
    if deletion:
        return Aligned(pos, anchor + body, anchor, known)
    return Aligned(pos, anchor, anchor + body, known)
