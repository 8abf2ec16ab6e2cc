"""Trimmed alleles on the genome, what they replace on a transcript, and their effect."""

from __future__ import annotations

from typing import NamedTuple

from rareplan.annotate.normalise import trim
from rareplan.annotate.view import View
from rareplan.knowledge.sequence import reverse_complement


class Allele(NamedTuple):
    """A trimmed allele on the genome: 1-based ``start``, ``end`` (``start - 1``: insertion)."""

    start: int
    end: int
    ref: str
    alt: str

    @property
    def is_insertion(self) -> bool:
        """Pure insertion: nothing of the reference is removed."""
        return not self.ref


class Edit(NamedTuple):
    """The allele on the spliced transcript: replace ``[low, high)`` by ``alt``."""

    low: int
    high: int
    ref: str
    alt: str

    @property
    def shift(self) -> int:
        """Change of length in bases."""
        return len(self.alt) - (self.high - self.low)


class Effect(NamedTuple):
    """Terms as a mask, and what the naming needs.

    ``edit`` is None unless both ends of the allele lie in one exon. ``in_cds`` means that all of
    it lies in the CDS. ``resolved`` is False where sequence would be needed to say more.
    """

    mask: int
    edit: Edit | None = None
    in_cds: bool = False
    resolved: bool = True
    mismatch: bool = False


def minimal(pos: int, ref: str, alt: str) -> Allele:
    """The trimmed allele of a VCF-style one (1-based ``pos``).

    The base that an insertion or deletion shares with the reference stands before it in a VCF,
    after it at the start of a contig or when the allele was turned to the other strand.
    """
    ref, alt = ref.upper(), alt.upper()
    if ref == alt:
        return Allele(pos, pos + len(ref) - 1, ref, alt)
    cut = trim(pos, ref, alt)
    if len(cut.ref) != len(cut.alt) and cut.ref[-1:] == cut.alt[-1:]:
        cut = cut._replace(ref=cut.ref[:-1], alt=cut.alt[:-1])
    return Allele(cut.pos, cut.pos + len(cut.ref) - 1, cut.ref, cut.alt)


def edit_on(view: View, allele: Allele) -> Edit | None:
    """The allele on the spliced transcript, when one exon holds both its ends.

    An insertion right at an exon's border belongs to the exon, as VEP's mapper has it.
    """
    start, end, ref, alt = allele
    forward = view.forward
    if not forward:
        ref, alt = reverse_complement(ref), reverse_complement(alt)
    if not ref:
        left = view.spliced(end)
        if left >= 0:
            point = left + 1 if forward else left
        else:
            right = view.spliced(start)
            if right < 0:
                return None
            point = right if forward else right + 1
        return Edit(point, point, "", alt) if 0 < point < view.length else None
    i = view.exon_at(start)
    if i < 0 or end > view.exon_ends[i]:
        return None
    into = start - view.exon_starts[i] if forward else view.exon_ends[i] - end
    low = view.exon_spliced[i] + into
    return Edit(low, low + end - start + 1, ref, alt)


def is_spelt(bases: str) -> bool:
    """Whether every base is one of A, C, G, T: codes for several bases name no residue."""
    return not bases.strip("ACGT")


def mutated(view: View, edit: Edit) -> str:
    """Spliced sequence with the edit; empty without sequence."""
    seq = view.sequence
    return seq[: edit.low] + edit.alt + seq[edit.high :] if seq else ""


def is_mismatch(view: View, edit: Edit) -> bool:
    """Whether REF is not what the transcript's sequence has."""
    seq = view.sequence[edit.low : edit.high]
    if not seq or seq == edit.ref:
        return False
    return any(a != b for a, b in zip(seq, edit.ref, strict=True) if a in "ACGT" and b in "ACGT")
