"""Splice and intron terms of an allele of any length, by overlap with VEP's windows."""

from __future__ import annotations

from rareplan.annotate import terms as t
from rareplan.annotate.allele import Allele
from rareplan.annotate.locate import SHORT_INTRON
from rareplan.annotate.view import View


def overlap(a: int, b: int, c: int, d: int) -> bool:
    """Whether the inclusive ranges a..b and c..d share a base; a point between bases is b < a."""
    return b >= c and a <= d


def intron_terms(view: View, allele: Allele) -> tuple[int, bool]:
    """Splice and intron terms; and whether a frameshift intron of the model is touched."""
    start, end = allele.start, allele.end
    near, far = (end, start) if end < start else (start, end)
    starts, ends = view.exon_starts, view.exon_ends
    mask, tiny = 0, False
    for i in range(max(view.exon_at(near) - 1, 0), len(starts) - 1):
        low, high = ends[i] + 1, starts[i + 1] - 1
        if low > far + 3:
            break
        if high < near - 3:
            continue
        if high - low + 1 <= SHORT_INTRON:
            tiny |= overlap(start, end, low, high)
        else:
            mask |= _one_intron(start, end, low, high, forward=view.forward)
    return (_weeded(mask) if mask else 0), tiny


def _weeded(mask: int) -> int:
    """Without the terms that a nearer one makes needless."""
    if mask & t.ESSENTIAL_SPLICE:
        mask &= ~(t.SPLICE_REGION | t.SPLICE_DONOR_REGION)
    if mask & (t.SPLICE_DONOR_REGION | t.SPLICE_5TH):
        mask &= ~t.SPLICE_REGION
    if mask & t.SPLICE_5TH:
        mask &= ~t.SPLICE_DONOR_REGION
    return mask


def _one_intron(start: int, end: int, low: int, high: int, *, forward: bool) -> int:
    mask = 0
    if end >= low and start <= low + 16:
        mask = _donor(start - low, end - low) if forward else _acceptor(start - low, end - low)
    if end >= high - 16 and start <= high:
        # Counted from the intron's other end, an allele begins where it ended.
        first, last = high - end, high - start
        mask |= _acceptor(first, last) if forward else _donor(first, last)
    inserted = end < start
    if (end >= low + 2 and start <= high - 2) or (
        inserted and (start == low + 2 or end == high - 2)
    ):
        mask |= t.INTRON
    if (
        (end >= low + 2 and start <= low + 7)
        or (end >= high - 7 and start <= high - 2)
        or (end >= low - 3 and start <= low - 1)
        or (end >= high + 1 and start <= high + 3)
        or (inserted and (start in {low, low + 2} or end in {high, high - 2}))
    ):
        mask |= t.SPLICE_REGION
    return mask


def _donor(first: int, last: int) -> int:
    """Terms of the donor side; 0 is the intron's first base."""
    mask = t.SPLICE_DONOR if last >= 0 and first <= 1 else 0
    if last >= 4 and first <= 4:
        mask |= t.SPLICE_5TH
    if last >= 2 and first <= 5:
        mask |= t.SPLICE_DONOR_REGION
    return mask


def _acceptor(first: int, last: int) -> int:
    """Terms of the acceptor side; 0 is the intron's last base."""
    mask = t.SPLICE_ACCEPTOR if last >= 0 and first <= 1 else 0
    return mask | t.SPLICE_TRACT if last >= 2 and first <= 16 else mask
