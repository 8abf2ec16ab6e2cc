"""HGVS c. and n. names of one allele on one transcript.

HGVS 3' rule: an indel is named at its most 3' place in the direction of transcription, but not
across the border of its exon. That needs sequence: the spliced sequence for exons, a genome for
introns. ``shifted`` is False where it was not at hand and the name stands where the VCF had it.
"""

from __future__ import annotations

from typing import NamedTuple

from rareplan.annotate.allele import Allele, Edit, is_spelt
from rareplan.annotate.normalise import Fetch
from rareplan.annotate.view import View
from rareplan.knowledge.sequence import reverse_complement

_REACH = 400
"""Bases of an intron looked at while shifting an indel in it."""


class Name(NamedTuple):
    """A name without accession, and whether the 3' rule could be applied (or has no say)."""

    text: str
    shifted: bool


def allele_name(view: View, allele: Allele, edit: Edit | None, fetch: Fetch | None = None) -> Name:
    """Name of an allele without its kind: ``76A>C``; empty when it leaves the transcript."""
    replaced = allele.ref if len(allele.ref) == len(allele.alt) else ""
    if not is_spelt(allele.alt + replaced):
        return Name("", shifted=True)  # N and other codes for several bases have no name
    if edit is not None:
        return _exonic(view, edit)
    return _genomic(view, allele, fetch)


def _exonic(view: View, edit: Edit) -> Name:
    low, high, alt = edit.low, edit.high, edit.alt
    seq = view.sequence
    pure = low == high or not alt
    if pure and seq:
        begin, stop = view.exon_range(low if low < high else low - 1)
        if low == high and low == begin:
            begin, stop = view.exon_range(low)
        low, high, alt = shift_right(seq, low, high, alt, stop)
        if low == high and low - len(alt) >= begin and seq[low - len(alt) : low] == alt:
            return Name(_span(view, low - len(alt), low) + "dup", shifted=True)
    shifted = bool(seq) or not pure
    if low == high:
        flank = f"{view.exonic_name(low - 1)}_{view.exonic_name(low)}"
        return Name(f"{flank}ins{alt}", shifted)
    return Name(_span(view, low, high) + _change(edit.ref, alt), shifted)


def shift_right(seq: str, low: int, high: int, alt: str, stop: int) -> tuple[int, int, str]:
    """Most 3' form of a pure deletion ``[low, high)`` or insertion of ``alt`` before ``low``."""
    if low < high:
        while high < stop and seq[low] == seq[high]:
            low, high = low + 1, high + 1
        return low, high, alt
    while low < stop and seq[low] == alt[0]:
        alt = alt[1:] + alt[0]
        low += 1
    return low, low, alt


def _change(ref: str, alt: str) -> str:
    if not alt:
        return "del"
    if ref == alt:
        return "="
    if len(ref) == len(alt) == 1:
        return f"{ref}>{alt}"
    if len(ref) == len(alt) and alt == reverse_complement(ref):
        return "inv"
    return f"delins{alt}"


def _span(view: View, low: int, high: int) -> str:
    first = view.exonic_name(low)
    return first if high - low == 1 else f"{first}_{view.exonic_name(high - 1)}"


def _genomic(view: View, allele: Allele, fetch: Fetch | None) -> Name:
    """Names of alleles in introns or over exon borders, from the genome's coordinates."""
    shifted = bool(allele.ref) and bool(allele.alt)
    duplicated = False
    if not shifted and (fetch is not None or view.flanks):
        moved = _shift_in_intron(view, allele, fetch)
        if moved is not None:
            allele, duplicated, shifted = moved[0], moved[1], True
    ref, alt = allele.ref, allele.alt
    if not view.forward:
        ref, alt = reverse_complement(ref), reverse_complement(alt)
    low, high = allele.start, allele.end
    if allele.is_insertion:
        if duplicated:
            low, high = (low - len(alt), low - 1) if view.forward else (low, low + len(alt) - 1)
        else:
            low, high = high, low
    spots = [view.spot(p) for p in ((low, high) if view.forward else (high, low))]
    if spots[0] is None or spots[1] is None:
        return Name("", shifted)
    first, last = (view.position_name(s) for s in spots if s is not None)
    span = first if first == last else f"{first}_{last}"
    if duplicated:
        return Name(f"{span}dup", shifted)
    if allele.is_insertion:
        return Name(f"{span}ins{alt}", shifted)
    return Name(span + _change(ref, alt), shifted)


def _shift_in_intron(view: View, allele: Allele, fetch: Fetch | None) -> tuple[Allele, bool] | None:
    """An indel inside one intron at its 3' place and whether it is a duplication."""
    i = view.exon_at(min(allele.start, allele.end))
    if i < 0 or i + 1 >= len(view.exon_starts):
        return None
    first, last = view.exon_ends[i] + 1, view.exon_starts[i + 1] - 1
    low, high = (allele.end, allele.start) if allele.is_insertion else (allele.start, allele.end)
    if low < first or high > last:
        return None
    ends = (last if view.forward else first), (first if view.forward else last)
    window = _around(view, i, (low, high), (first, last), fetch)
    if window is None:
        return None
    first, last, seq = window
    start, end, alt = allele.start - first, allele.end - first + 1, allele.alt
    if not view.forward:
        seq, alt = reverse_complement(seq), reverse_complement(alt)
        start, end = len(seq) - end, len(seq) - start
    start, end, alt = shift_right(seq, start, end, alt, len(seq))
    known = (last, first) if view.forward else (first, last)
    if (end == len(seq) and known[0] != ends[0]) or (
        start == end and start < len(alt) and known[1] != ends[1]
    ):
        return None  # what lies beyond the known bases decides
    duplicated = start == end and start >= len(alt) and seq[start - len(alt) : start] == alt
    removed = seq[start:end]
    if not view.forward:
        start, end = len(seq) - end, len(seq) - start
        alt, removed = reverse_complement(alt), reverse_complement(removed)
    return Allele(start + first, end + first - 1, removed, alt), duplicated


def _around(
    view: View,
    intron: int,
    place: tuple[int, int],
    borders: tuple[int, int],
    fetch: Fetch | None,
) -> tuple[int, int, str] | None:
    """Known bases of an intron around a place: first and last position, forward bases."""
    (low, high), (first, last) = place, borders
    if fetch is not None:
        first, last = max(first, low - _REACH), min(last, high + _REACH)
        seq = fetch(int(view.bundle.contig[view.row]), first, last).upper()
        return None if len(seq) != last - first + 1 or not is_spelt(seq) else (first, last, seq)
    for piece in view.flanks[intron]:
        if piece[0] <= low and high <= piece[1] and is_spelt(piece[2]):
            return piece
    return None
