"""One transcript as plain Python values, for alleles that numpy cannot treat in bulk."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from rareplan.annotate.codons import translate
from rareplan.knowledge.transcripts import TranscriptBundle, flank_pieces

_KEPT = 4096


class Spot(NamedTuple):
    """A base of the gene in transcript terms.

    ``anchor`` is the 0-based spliced offset of the base or of the nearest exon base, ``offset``
    the signed distance from it (0 = in an exon).
    """

    anchor: int
    offset: int


@dataclass(frozen=True)
class View:
    """One transcript. Exons are ascending on the genome: starts, ends and spliced offsets."""

    bundle: TranscriptBundle
    row: int
    forward: bool
    start: int
    end: int
    exon_starts: tuple[int, ...]
    exon_ends: tuple[int, ...]
    exon_spliced: tuple[int, ...]
    length: int
    cds_first: int
    cds_stop: int
    phase: int
    table: int
    mane: bool

    @cached_property
    def coding(self) -> bool:
        """Whether the transcript has a CDS."""
        return self.cds_stop > self.cds_first

    @cached_property
    def decays(self) -> bool:
        """Whether the model itself is one that nonsense-mediated decay removes."""
        return self.row >= 0 and self.bundle.biotype[self.row] == "nonsense_mediated_decay"

    @cached_property
    def name_c(self) -> str:
        """What stands before a position in c. and n. names: ``NM_001361.5:c.``."""
        accession = str(self.bundle.refseq[self.row] or self.bundle.transcript[self.row])
        return f"{accession}:{'c' if self.coding else 'n'}."

    @cached_property
    def name_p(self) -> str:
        """What stands before a p. name: ``NP_001352.2:``, or nothing."""
        protein = str(self.bundle.protein[self.row])
        return f"{protein}:" if protein else ""

    @cached_property
    def frame_start(self) -> int:
        """Spliced offset of the first whole codon."""
        return self.cds_first + self.phase

    @cached_property
    def sequence(self) -> str:
        """Spliced sequence, transcript orientation; empty when not at hand."""
        offset = int(self.bundle.sequence_offset[self.row])
        if self.bundle.sequence is None or offset < 0:
            return ""
        return self.bundle.sequence.text(offset, offset + self.length)

    @cached_property
    def protein(self) -> str:
        """Translation of the whole CDS incl. its stop; inner TGA is selenocysteine (U)."""
        return self.residues(0, (self.cds_stop - self.frame_start) // 3)

    def residues(self, low: int, high: int) -> str:
        """Residues ``[low, high)`` of the protein; cheaper than all of it."""
        begin = self.frame_start
        stop = min(begin + 3 * high, self.cds_stop)
        codons = self.sequence[begin + 3 * low : stop]
        found = translate(codons, self.table)
        last = (self.cds_stop - begin) // 3 - 1 - low
        if self.table == 1 and "*" in found[:last]:
            found = "".join(
                "U" if aa == "*" and i < last and codons[3 * i : 3 * i + 3] == "TGA" else aa
                for i, aa in enumerate(found)
            )
        return "M" + found[1:] if low == 0 and found and self.starts_whole else found

    @cached_property
    def starts_whole(self) -> bool:
        """Whether the CDS begins with its initiator codon."""
        if not self.coding or self.phase:
            return False
        if self.mane or not self.sequence:
            return self.mane
        first = self.sequence[self.cds_first : self.cds_first + 3]
        starts = ("ATG",) if self.table == 1 else ("ATG", "ATA", "ATT", "ATC", "GTG")
        return first in starts

    @cached_property
    def ends_whole(self) -> bool:
        """Whether the CDS ends with a stop codon."""
        if not self.coding or (self.cds_stop - self.frame_start) % 3:
            return False
        if not self.sequence:
            return self.mane
        return translate(self.sequence[self.cds_stop - 3 : self.cds_stop], self.table) == "*"

    @cached_property
    def flanks(self) -> tuple[tuple[tuple[int, int, str], ...], ...]:
        """Known pieces of each intron (ascending): first and last position, forward bases."""
        bundle = self.bundle
        at = int(bundle.intron_offset[self.row]) if len(bundle.intron_offset) else -1
        if bundle.introns is None or at < 0:
            return ()
        found = []
        for end, start in zip(self.exon_ends, self.exon_starts[1:], strict=False):
            pieces = []
            for low, high in flank_pieces(end + 1, start - 1, bundle.flank):
                pieces.append((low, high, bundle.introns.text(at, at + high - low + 1)))
                at += high - low + 1
            found.append(tuple(pieces))
        return tuple(found)

    def exon_at(self, position: int) -> int:
        """Index (ascending) of the last exon that starts at or before a 1-based position."""
        return bisect_right(self.exon_starts, position) - 1

    def exon_number(self, index: int) -> int:
        """Number of an exon in the order of transcription, from 1."""
        return index + 1 if self.forward else len(self.exon_starts) - index

    def spliced(self, position: int) -> int:
        """Spliced offset of an exonic 1-based position; -1 elsewhere."""
        i = self.exon_at(position)
        if i < 0 or position > self.exon_ends[i]:
            return -1
        into = position - self.exon_starts[i] if self.forward else self.exon_ends[i] - position
        return self.exon_spliced[i] + into

    def spot(self, position: int) -> Spot | None:
        """Place of a 1-based position; None outside the transcript."""
        if not self.start <= position <= self.end:
            return None
        i = self.exon_at(position)
        if position <= self.exon_ends[i]:
            return Spot(self.spliced(position), 0)
        low, high = position - self.exon_ends[i], self.exon_starts[i + 1] - position
        up, down = (i, i + 1) if self.forward else (i + 1, i)
        donor, acceptor = (low, high) if self.forward else (high, low)
        if donor <= acceptor:
            last = self.exon_spliced[up] + self.exon_ends[up] - self.exon_starts[up]
            return Spot(last, donor)
        return Spot(self.exon_spliced[down], -acceptor)

    def exon_range(self, anchor: int) -> tuple[int, int]:
        """Spliced half-open range of the exon that holds a spliced offset."""
        edges = self._exon_edges
        i = bisect_right(edges, anchor)
        return (edges[i - 1], edges[i]) if 0 < i < len(edges) else (0, self.length)

    @cached_property
    def _exon_edges(self) -> tuple[int, ...]:
        return (*sorted(self.exon_spliced), self.length)

    def position_name(self, spot: Spot) -> str:
        """HGVS c. (or n.) position: ``76``, ``-14``, ``*6``, ``88+1``, ``89-2``."""
        text = self.exonic_name(spot.anchor)
        return f"{text}{spot.offset:+d}" if spot.offset else text

    def exonic_name(self, anchor: int) -> str:
        """The same for a base of an exon, by its spliced offset."""
        if not self.coding:
            return str(anchor + 1)
        if anchor < self.cds_first:
            return f"-{self.cds_first - anchor}"
        if anchor >= self.cds_stop:
            return f"*{anchor - self.cds_stop + 1}"
        return str(anchor - self.frame_start + (4 if self.phase else 1))


def view(bundle: TranscriptBundle, row: int) -> View:
    """The view of a transcript (recent ones are kept)."""
    kept: dict[int, View] = bundle.scratch
    found = kept.get(row)
    if found is None:
        if len(kept) >= _KEPT:
            kept.clear()
        found = kept[row] = _view(bundle, row)
    return found


def _view(bundle: TranscriptBundle, row: int) -> View:
    exons = slice(int(bundle.exon_offset[row]), int(bundle.exon_offset[row + 1]))
    return View(
        bundle=bundle,
        row=row,
        forward=bool(bundle.strand[row] > 0),
        start=int(bundle.start[row]),
        end=int(bundle.end[row]),
        exon_starts=tuple(bundle.exon_start[exons].tolist()),
        exon_ends=tuple(bundle.exon_end[exons].tolist()),
        exon_spliced=tuple(bundle.exon_spliced[exons].tolist()),
        length=int(bundle.length[row]),
        cds_first=int(bundle.cds_first[row]),
        cds_stop=int(bundle.cds_stop[row]),
        phase=int(bundle.cds_phase[row]),
        table=int(bundle.codon_table[row]),
        mane=bool(bundle.is_mane[row]),
    )
