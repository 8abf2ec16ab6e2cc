"""Effect of any small allele on one transcript: the rules of VEP, one allele at a time.

Alleles are trimmed; an insertion lies before ``start`` (``end = start - 1``). The rules follow
Ensembl VEP (Variation API, VariationEffect): what an indel does to splice sites by overlap, to
the CDS by its length and by the peptide of the codons that it touches. Where the sequence shows
that a start or stop codon stays intact although an indel touches it, the codon counts as retained.
"""

from __future__ import annotations

from dataclasses import dataclass

from rareplan.annotate import terms as t
from rareplan.annotate.codons import IS_START, codon_number, translate
from rareplan.annotate.locate import SHORT_INTRON
from rareplan.annotate.snv import STOP_RULES
from rareplan.annotate.view import View
from rareplan.knowledge.sequence import encode, reverse_complement


@dataclass(frozen=True)
class Allele:
    """A trimmed allele on the genome: 1-based ``start``, ``end`` (``start - 1``: insertion)."""

    start: int
    end: int
    ref: str
    alt: str

    @property
    def is_insertion(self) -> bool:
        """Pure insertion: nothing of the reference is removed."""
        return not self.ref


@dataclass(frozen=True)
class Edit:
    """The allele on the spliced transcript: replace ``[low, high)`` by ``alt``."""

    low: int
    high: int
    ref: str
    alt: str

    @property
    def shift(self) -> int:
        """Change of length in bases."""
        return len(self.alt) - (self.high - self.low)


@dataclass(frozen=True)
class Effect:
    """Terms as a mask, and what the naming needs.

    ``edit`` is None unless both ends of the allele lie in one exon. ``in_cds`` means that all of
    it lies in the CDS. ``resolved`` is False where sequence would be needed to say more.
    """

    mask: int
    edit: Edit | None = None
    in_cds: bool = False
    resolved: bool = True
    mismatch: bool = False


def effect(view: View, allele: Allele) -> Effect:
    """Effect of an allele on a transcript within 5,000 bases of it."""
    if allele.end < view.start or allele.start > view.end:
        before = (allele.end < view.start) == view.forward
        return Effect(t.UPSTREAM if before else t.DOWNSTREAM)
    if allele.start <= view.start and allele.end >= view.end and len(allele.alt) < len(allele.ref):
        return Effect(t.ABLATION)
    mask, tiny = _intron_terms(view, allele)
    edit = _edit(view, allele)
    if view.row >= 0 and view.bundle.biotype[view.row] == "nonsense_mediated_decay":
        mask |= t.NMD_TRANSCRIPT
    if not view.coding:
        exonic = _touches_exon(view, allele) or edit is not None
        return Effect(mask | (t.NON_CODING_EXON if exonic else t.NON_CODING), edit)
    if edit is None:
        return Effect(mask | _broken_terms(view, allele, tiny=tiny))
    return _on_exon(view, edit, mask)


def _on_exon(view: View, edit: Edit, mask: int) -> Effect:
    if edit.high <= view.cds_first:
        return Effect(mask | t.UTR5, edit)
    if edit.low >= view.cds_stop:
        return Effect(mask | t.UTR3, edit)
    if edit.low < view.cds_first or edit.high > view.cds_stop:
        return _across_cds_end(view, edit, mask)
    return _inside_cds(view, edit, mask)


def _overlap(a: int, b: int, c: int, d: int) -> bool:
    return b >= c and a <= d


def _intron_terms(view: View, allele: Allele) -> tuple[int, bool]:
    """Splice and intron terms; and whether a frameshift intron of the model is touched."""
    start, end = allele.start, allele.end
    mask, tiny = 0, False
    first = max(view.exon_at(min(start, end)) - 1, 0)
    for i in range(first, len(view.exon_starts) - 1):
        low, high = view.exon_ends[i] + 1, view.exon_starts[i + 1] - 1
        if low > max(start, end) + 3:
            break
        if high - low + 1 <= SHORT_INTRON:
            tiny |= _overlap(start, end, low, high)
            continue
        mask |= _one_intron(view, allele, low, high)
    if mask & t.ESSENTIAL_SPLICE:
        mask &= ~(t.SPLICE_REGION | t.SPLICE_DONOR_REGION)
    if mask & (t.SPLICE_DONOR_REGION | t.SPLICE_5TH):
        mask &= ~t.SPLICE_REGION
    if mask & t.SPLICE_5TH:
        mask &= ~t.SPLICE_DONOR_REGION
    return mask, tiny


_WINDOWS: tuple[tuple[int, bool, int, int], ...] = (
    (t.SPLICE_DONOR, True, 1, 2),
    (t.SPLICE_ACCEPTOR, False, 1, 2),
    (t.SPLICE_5TH, True, 5, 5),
    (t.SPLICE_DONOR_REGION, True, 3, 6),
    (t.SPLICE_TRACT, False, 3, 17),
)
"""Term, counted from the donor side, first and last intronic base."""


def _one_intron(view: View, allele: Allele, low: int, high: int) -> int:
    start, end = allele.start, allele.end
    mask = 0
    for term, donor_side, near, far in _WINDOWS:
        if donor_side == view.forward:
            hit = _overlap(start, end, low + near - 1, low + far - 1)
        else:
            hit = _overlap(start, end, high - far + 1, high - near + 1)
        mask |= term if hit else 0
    inserted = allele.is_insertion
    if _overlap(start, end, low + 2, high - 2) or (
        inserted and (start == low + 2 or end == high - 2)
    ):
        mask |= t.INTRON
    windows = ((low + 2, low + 7), (high - 7, high - 2), (low - 3, low - 1), (high + 1, high + 3))
    edges = inserted and (start in (low, low + 2) or end in (high, high - 2))
    if edges or any(_overlap(start, end, a, b) for a, b in windows):
        mask |= t.SPLICE_REGION
    return mask


def _touches_exon(view: View, allele: Allele) -> bool:
    return any(
        _overlap(allele.start, allele.end, a, b)
        for a, b in zip(view.exon_starts, view.exon_ends, strict=True)
    )


def _edit(view: View, allele: Allele) -> Edit | None:
    """The allele on the spliced transcript, when one exon holds both its ends.

    An insertion right at an exon's border belongs to the exon, as VEP's mapper has it.
    """
    ref, alt = allele.ref, allele.alt
    if not view.forward:
        ref, alt = reverse_complement(ref), reverse_complement(alt)
    if allele.is_insertion:
        left, right = view.spliced(allele.end), view.spliced(allele.start)
        if left >= 0:
            point = left + 1 if view.forward else left
        elif right >= 0:
            point = right if view.forward else right + 1
        else:
            return None
        if not 0 < point < view.length:
            return None
        return Edit(point, point, "", alt)
    i, j = view.exon_at(allele.start), view.exon_at(allele.end)
    low, high = view.spliced(allele.start), view.spliced(allele.end)
    if i != j or low < 0 or high < 0:
        return None
    return Edit(min(low, high), max(low, high) + 1, ref, alt)


def _broken_terms(view: View, allele: Allele, *, tiny: bool) -> int:
    """Terms of an allele that leaves an exon: what it overlaps."""
    mask = 0
    for a, b, spliced in zip(view.exon_starts, view.exon_ends, view.exon_spliced, strict=True):
        if not _overlap(allele.start, allele.end, a, b):
            continue
        low, high = max(a, allele.start), min(b, allele.end)
        first = spliced + (low - a if view.forward else b - high)
        last = first + high - low
        if first < view.cds_first:
            mask |= t.UTR5
        if last >= view.cds_stop:
            mask |= t.UTR3
        if first < view.cds_stop and last >= view.cds_first:
            mask |= t.CODING
            if view.starts_whole and first < view.cds_first + 3:
                mask |= t.START_LOST
            if view.ends_whole and last >= view.cds_stop - 3:
                mask |= t.STOP_LOST
    if tiny and not mask:
        spot = view.spot(allele.start)
        if spot and view.cds_first <= spot.anchor < view.cds_stop:
            mask |= t.CODING
    return mask


def mutated(view: View, edit: Edit) -> str:
    """Spliced sequence with the edit; empty without sequence."""
    seq = view.sequence
    return seq[: edit.low] + edit.alt + seq[edit.high :] if seq else ""


def _mismatch(view: View, edit: Edit) -> bool:
    seq = view.sequence[edit.low : edit.high]
    return bool(seq) and any(
        a != b for a, b in zip(seq, edit.ref, strict=True) if a in "ACGT" and b in "ACGT"
    )


def _across_cds_end(view: View, edit: Edit, mask: int) -> Effect:
    """An allele over the border of UTR and CDS: it touches the start or the stop codon."""
    new = mutated(view, edit)
    if edit.low < view.cds_first:
        mask |= t.UTR5
        if view.starts_whole:
            kept = bool(new) and _cds_kept_at_start(view, edit, new)
            mask |= t.START_RETAINED if kept else t.START_LOST
        else:
            mask |= t.CODING
    if edit.high > view.cds_stop:
        mask |= t.UTR3
        if view.ends_whole:
            kept = bool(new) and _stop_kept(view, new)
            mask |= t.STOP_RETAINED if kept else t.STOP_LOST
        else:
            mask |= t.CODING
    return Effect(mask, edit, resolved=bool(new), mismatch=_mismatch(view, edit))


def _cds_kept_at_start(view: View, edit: Edit, new: str) -> bool:
    """Whether the CDS comes out whole behind a changed 5' UTR (the deleted bases repeat)."""
    tail = view.sequence[view.cds_first :]
    return new.endswith(tail) and edit.high - edit.low <= view.cds_first + len(edit.alt)


def _stop_kept(view: View, new: str) -> bool:
    """Whether the protein still ends where it ended."""
    codon = new[view.cds_stop - 3 : view.cds_stop]
    if len(codon) < 3:
        return False
    before = view.sequence[view.frame_start : view.cds_stop - 3]
    same = new[view.frame_start : view.cds_stop - 3] == before or (
        translate(new[view.frame_start : view.cds_stop - 3], view.table)
        == translate(before, view.table)
    )
    return same and translate(codon, view.table) == "*"


def _inside_cds(view: View, edit: Edit, mask: int) -> Effect:
    low, high = edit.low - view.frame_start, edit.high - view.frame_start
    size = view.cds_stop - view.frame_start
    if low < 0:
        shifted = edit.shift % 3 != 0
        return Effect(
            mask | (t.FRAMESHIFT if shifted else t.CODING), edit, in_cds=True, resolved=shifted
        )
    if (max(high, low + 1) - 1) // 3 * 3 + 3 > size:
        return Effect(mask | t.PARTIAL_CODON | t.CODING, edit, in_cds=True, resolved=False)
    if not view.sequence:
        return _by_length(view, edit, mask)
    if _mismatch(view, edit):
        shifted = edit.shift % 3 != 0
        extra = t.FRAMESHIFT if shifted else t.CODING
        return Effect(mask | extra, edit, in_cds=True, resolved=shifted, mismatch=True)
    return Effect(mask | _peptide_terms(view, edit), edit, in_cds=True)


def _by_length(view: View, edit: Edit, mask: int) -> Effect:
    """Without sequence: what length and position decide."""
    low, high = edit.low - view.frame_start, edit.high - view.frame_start
    size = view.cds_stop - view.frame_start
    starts = view.starts_whole and low < 3 and not (edit.ref == "" and low == 0)
    ends = view.ends_whole and high > size - 3
    aligned = low % 3 == 0 and high % 3 == 0
    resolved = True
    if edit.shift % 3:
        mask |= t.FRAMESHIFT
        resolved = not (starts or ends)
    elif edit.shift > 0:
        if aligned and edit.low == edit.high and "*" in translate(edit.alt, view.table):
            mask |= t.STOP_GAINED
        mask |= t.INFRAME_INSERTION
        resolved = aligned and not (starts or ends)
    elif edit.shift < 0:
        mask |= t.INFRAME_DELETION
        resolved = aligned and not edit.alt and not (starts or ends)
    elif aligned and not (starts or ends):
        mask |= _substitution_terms(
            translate(edit.ref, view.table), translate(edit.alt, view.table)
        )
    else:
        decided = _single_base(view, edit, starts=starts, ends=ends)
        mask |= decided or t.CODING
        resolved = decided != 0
    return Effect(mask, edit, in_cds=True, resolved=resolved)


def _single_base(view: View, edit: Edit, *, starts: bool, ends: bool) -> int:
    """A start codon that loses a base is lost; a stop codon where its own base decides."""
    if starts:
        return t.START_LOST
    if ends and len(edit.ref) == 1:
        ref, alt = int(encode(edit.ref)[0]), int(encode(edit.alt)[0])
        return int(STOP_RULES[view.table, (edit.low - view.frame_start) % 3, ref, alt])
    return 0


def _substitution_terms(ref: str, alt: str) -> int:
    old, new = ref.find("*"), alt.find("*")
    if new >= 0 and (old < 0 or new < old):
        return t.STOP_GAINED
    if old >= 0:
        return t.STOP_RETAINED if new == old else t.STOP_LOST
    return t.SYNONYMOUS if ref == alt else t.MISSENSE


def _peptide_terms(view: View, edit: Edit) -> int:
    """Terms of an allele inside the CDS from the codons that it touches."""
    low, high = edit.low - view.frame_start, edit.high - view.frame_start
    size = view.cds_stop - view.frame_start
    cds = view.sequence[view.frame_start : view.cds_stop]
    codon_low = low // 3 * 3
    codon_high = -(-high // 3) * 3
    ref_codons = cds[codon_low:codon_high]
    alt_codons = cds[codon_low:low] + edit.alt + cds[high:codon_high]
    ref_pep = view.protein[codon_low // 3 : codon_high // 3]
    alt_pep = translate(alt_codons, view.table)
    new = mutated(view, edit)
    start = _start_terms(view, edit, new) if low < 3 and view.starts_whole else 0
    if start & (t.START_LOST | t.START_RETAINED):
        return start | (t.FRAMESHIFT if edit.shift % 3 and start & t.START_LOST else 0)
    if view.ends_whole and high > size - 3 and _stop_kept(view, new):
        return t.STOP_RETAINED
    gained = "*" in alt_pep and "*" not in ref_pep
    lost = "*" in ref_pep and "*" not in alt_pep
    if edit.shift % 3:
        mask = t.FRAMESHIFT | (t.STOP_GAINED if gained else 0)
        return mask | (t.STOP_LOST if lost else 0)
    if edit.shift == 0:
        if low < 3 and view.starts_whole:
            alt_pep = "M" + alt_pep[1:]
        return _substitution_terms(ref_pep, alt_pep)
    mask = (t.STOP_GAINED if gained else 0) | (t.STOP_LOST if lost else 0)
    return mask | _length_terms(ref_pep, alt_pep, ref_codons, alt_codons)


def _length_terms(ref_pep: str, alt_pep: str, ref_codons: str, alt_codons: str) -> int:
    """In-frame insertion, deletion or protein-altering, after VEP's string rules."""
    if alt_pep == ref_pep:
        return t.SYNONYMOUS
    stop = alt_pep.find("*")
    shown = alt_pep if stop < 0 else alt_pep[: stop + 1]
    if len(alt_codons) > len(ref_codons):
        whole = shown.startswith(ref_pep) or shown.endswith(ref_pep)
        if whole:
            return t.INFRAME_INSERTION
    elif _is_inner_part(ref_codons, alt_codons):
        return t.INFRAME_DELETION
    if ref_pep.startswith("*") or alt_pep.startswith("*"):
        return 0
    return t.PROTEIN_ALTERING


def _is_inner_part(long: str, short: str) -> bool:
    head = 0
    while head < len(short) and long[head] == short[head]:
        head += 1
    return long.endswith(short[head:])


def _start_terms(view: View, edit: Edit, new: str) -> int:
    """Whether the initiator survives an allele that touches it; 0 when the rest decides."""
    first = view.cds_first
    if edit.shift and _cds_kept_at_start(view, edit, new):
        return t.START_RETAINED
    codon = codon_number(new[first : first + 3]) if len(new) >= first + 3 else 64
    return 0 if IS_START[view.table, codon] else t.START_LOST
