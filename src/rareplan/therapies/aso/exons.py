"""Exons of one transcript in coding coordinates: lengths, frames, junctions, what a range hits."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rareplan.therapies.aso.hgvs import CodingPosition, CodingVariant


@dataclass(frozen=True)
class Exon:
    """One exon. ``number`` counts all exons from 1 in transcript order.

    ``cds_start``/``cds_end``: 1-based coding positions, 0 when the exon is all UTR.
    ``start``/``end``: 1-based inclusive genomic positions.
    """

    number: int
    start: int
    end: int
    cds_start: int = 0
    cds_end: int = 0

    @property
    def coding_length(self) -> int:
        """Coding bases."""
        return self.cds_end - self.cds_start + 1 if self.cds_start else 0

    @property
    def length(self) -> int:
        """All bases."""
        return self.end - self.start + 1

    @property
    def phase(self) -> int:
        """Coding bases of the codon that the exon's start interrupts (0, 1 or 2)."""
        return (self.cds_start - 1) % 3


@dataclass(frozen=True)
class TranscriptModel:
    """A transcript's exons in transcript order; ``cds`` is its coding sequence or ""."""

    transcript: str
    refseq: str
    gene: str
    contig: int
    strand: int
    exons: tuple[Exon, ...]
    cds: str = ""
    transcript_class: str = ""

    @property
    def coding_exons(self) -> tuple[Exon, ...]:
        """Exons with coding bases."""
        return tuple(e for e in self.exons if e.cds_start)

    @property
    def cds_length(self) -> int:
        """Coding bases, with the stop codon."""
        return sum(e.coding_length for e in self.exons)

    def exon_at(self, position: CodingPosition) -> Exon | None:
        """The exon that a coding position lies in or is counted from."""
        if position.after_stop:
            return self.coding_exons[-1] if self.coding_exons else None
        return next(
            (e for e in self.coding_exons if e.cds_start <= position.base <= e.cds_end), None
        )

    def touched(self, variant: CodingVariant) -> tuple[Exon, ...]:
        """Coding exons that a variant's certain range overlaps."""
        if variant.intronic_only:
            return ()
        low = variant.start.base if variant.start else 1
        high = variant.end.base if variant.end else self.cds_length
        if variant.end is not None and variant.end.after_stop:
            high = self.cds_length
        # c.100+5_200-3: the exon that ends at 100 is not hit, nor the one that starts at 200.
        if variant.start is not None and variant.start.offset > 0:
            low += 1
        if variant.end is not None and variant.end.offset < 0:
            high -= 1
        return tuple(e for e in self.coding_exons if e.cds_start <= high and e.cds_end >= low)

    def wholly_covered(self, variant: CodingVariant) -> tuple[Exon, ...]:
        """Coding exons of which no base is left untouched, with intron on both sides."""
        start, end = variant.start, variant.end
        low = start.base if start is not None else 0
        high = end.base if end is not None and not end.after_stop else self.cds_length
        before = start is None or start.offset < 0 or variant.uncertain
        after = end is None or end.offset > 0 or end.after_stop or variant.uncertain
        covered = []
        for exon in self.touched(variant):
            starts = low < exon.cds_start or (low == exon.cds_start and before)
            ends = high > exon.cds_end or (high == exon.cds_end and after)
            if starts and ends:
                covered.append(exon)
        return tuple(covered)

    def border_distance(self, base: int) -> int | None:
        """Distance of a coding base to the nearest splice site inside its exon (1 = border).

        The start of the first and the end of the last exon are no splice sites. None when the
        base is outside the coding exons or the gene has one exon.
        """
        exon = self.exon_at(CodingPosition(base))
        if exon is None or len(self.exons) == 1:
            return None
        distances = []
        if exon.number > 1:
            utr = self._utr_before(exon)
            distances.append(base - exon.cds_start + 1 + utr)
        if exon.number < len(self.exons):
            utr = exon.length - exon.coding_length - self._utr_before(exon)
            distances.append(exon.cds_end - base + 1 + utr)
        return min(distances)

    def _utr_before(self, exon: Exon) -> int:
        """Untranslated bases of an exon ahead of its coding part (first coding exon only)."""
        if exon.cds_start != 1:
            return 0
        after = 0 if exon.cds_end != self.cds_length else None
        if after is None:  # start and stop in one exon: the split is not known from lengths
            return 0
        return exon.length - exon.coding_length

    def coding_position(self, genomic: int) -> CodingPosition | None:
        """Coding position of a 1-based genomic one; None in UTR exons and outside the CDS.

        An intronic base is counted from the nearer exon (the one before it at equal distance).
        """
        coding = self.coding_exons
        for exon in coding:
            if exon.start <= genomic <= exon.end:
                into = genomic - exon.start if self.strand > 0 else exon.end - genomic
                base = exon.cds_start + into - self._utr_before(exon)
                inside = exon.cds_start <= base <= exon.cds_end
                return CodingPosition(base) if inside else None
        for before, after in itertools.pairwise(coding):
            low = before.end if self.strand > 0 else after.end
            high = after.start if self.strand > 0 else before.start
            if low < genomic < high:
                past = genomic - before.end if self.strand > 0 else before.start - genomic
                ahead = after.start - genomic if self.strand > 0 else genomic - after.end
                if past <= ahead:
                    return CodingPosition(before.cds_end, past)
                return CodingPosition(after.cds_start, -ahead)
        return None

    def genomic_position(self, base: int) -> int | None:
        """Genomic place (1-based) of a base of the coding sequence; None outside it."""
        exon = self.exon_at(CodingPosition(base))
        if exon is None:
            return None
        into = base - exon.cds_start + self._utr_before(exon)
        return exon.start + into if self.strand > 0 else exon.end - into

    def junction(self, first: Exon, last: Exon) -> tuple[str, str] | None:
        """Codon made when ``first``..``last`` are skipped, and the codon that was there.

        None without sequence. Empty strings when the skip falls between codons.
        """
        if not self.cds:
            return None
        phase = first.phase
        if phase == 0:
            return "", ""
        start = first.cds_start - 1 - phase
        new = self.cds[start : start + phase] + self.cds[last.cds_end : last.cds_end + 3 - phase]
        return new, self.cds[start : start + 3]


def model_from_row(row: Mapping[str, Any], cds: str = "") -> TranscriptModel:
    """Build from a row of the snapshot's ``transcripts`` table (ascending genomic exons)."""
    strand = int(row["strand"])
    starts: Sequence[int] = [int(v) for v in row["exon_starts"]]
    ends: Sequence[int] = [int(v) for v in row["exon_ends"]]
    low, high = int(row["cds_start"]), int(row["cds_end"])
    pairs = list(zip(starts, ends, strict=True))
    if strand < 0:
        pairs.reverse()
    exons: list[Exon] = []
    done = 0
    for number, (start, end) in enumerate(pairs, start=1):
        coding = min(end, high) - max(start, low) + 1 if low else 0
        if coding > 0:
            exons.append(Exon(number, start, end, done + 1, done + coding))
            done += coding
        else:
            exons.append(Exon(number, start, end))
    return TranscriptModel(
        transcript=str(row.get("transcript", "")),
        refseq=str(row.get("refseq", "")),
        gene=str(row.get("gene", "")),
        contig=int(row.get("contig", 0)),
        strand=strand,
        exons=tuple(exons),
        cds=cds,
        transcript_class=str(row.get("transcript_class", "")),
    )
