"""Exons that a structural deletion or duplication takes whole, named and counted.

Breakpoints of a symbolic allele lie in introns and are rarely exact, so the name says only
between which exons they fall (HGVS: ``c.(6912+1_6913-1)_(7309+1_7310-1)del``).
"""

from __future__ import annotations

from dataclasses import dataclass

from rareplan.knowledge.transcripts import TranscriptBundle


@dataclass(frozen=True)
class ExonRange:
    """What a structural allele does to a transcript's exons; numbers count all exons from 1.

    ``hgvs_c`` is empty where the allele cuts an exon or reaches the first or last one.
    ``escapes_nmd`` is None where it does not apply or is open.
    """

    hgvs_c: str = ""
    exon: str = ""
    length: int | None = None  # coding bases of the whole exons
    in_frame: bool | None = None
    escapes_nmd: bool | None = None


@dataclass(frozen=True)
class _Exon:
    number: int
    start: int
    end: int
    cds_start: int  # 1-based, 0 when all UTR
    cds_end: int

    @property
    def coding(self) -> int:
        return self.cds_end - self.cds_start + 1 if self.cds_start else 0


def exon_range(bundle: TranscriptBundle, row: int, start: int, end: int, kind: str) -> ExonRange:
    """Exons of transcript ``row`` that the 1-based inclusive range start..end touches.

    ``kind`` is ``DEL`` or ``DUP`` (anything else gives an empty range).
    """
    exons = _exons(bundle, row)
    touched = [e for e in exons if e.start <= end and e.end >= start]
    if kind not in {"DEL", "DUP"} or not touched or not any(e.coding for e in exons):
        return ExonRange()
    first, last = touched[0], touched[-1]
    text = str(first.number) if first is last else f"{first.number}-{last.number}"
    label = f"{text}/{len(exons)}"
    whole = all(start <= e.start and e.end <= end for e in touched)
    if not whole or not all(e.coding for e in touched):
        return ExonRange(exon=label)
    length = sum(e.coding for e in touched)
    in_frame = length % 3 == 0
    before = next((e for e in exons if e.number == first.number - 1), None)
    after = next((e for e in exons if e.number == last.number + 1), None)
    if before is None or after is None or not before.coding or not after.coding:
        return ExonRange("", label, length, in_frame)
    low = f"({before.cds_end}+1_{first.cds_start}-1)"
    high = f"({last.cds_end}+1_{after.cds_start}-1)"
    name = f"c.{low}_{high}{kind.lower()}"
    return ExonRange(name, label, length, in_frame, _escapes(in_frame, last.number, len(exons)))


def _escapes(in_frame: bool, last: int, total: int) -> bool | None:
    """The new stop comes soon after the last exon that is gone: in the exons that follow."""
    if in_frame:
        return None
    left = total - last
    return True if left <= 1 else None if left == 2 else False


def _exons(bundle: TranscriptBundle, row: int) -> list[_Exon]:
    """Exons in transcript order with their coding range."""
    low, high = int(bundle.exon_offset[row]), int(bundle.exon_offset[row + 1])
    order = range(low, high) if bundle.strand[row] > 0 else range(high - 1, low - 1, -1)
    first, stop = int(bundle.cds_first[row]), int(bundle.cds_stop[row])
    found = []
    for number, at in enumerate(order, start=1):
        start, end = int(bundle.exon_start[at]), int(bundle.exon_end[at])
        spliced = int(bundle.exon_spliced[at])
        left = max(spliced, first)
        right = min(spliced + end - start + 1, stop)
        coding = right > left
        found.append(_Exon(number, start, end, left - first + 1 if coding else 0, right - first))
    return found
