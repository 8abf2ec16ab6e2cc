"""What an allele inside the CDS does: by its length, and by the codons that it touches."""

from __future__ import annotations

from rareplan.annotate import terms as t
from rareplan.annotate.allele import Edit, Effect, mutated
from rareplan.annotate.codons import IS_START, codon_number, translate
from rareplan.annotate.snv import STOP_RULES
from rareplan.annotate.view import View
from rareplan.knowledge.sequence import encode


def is_start_kept(view: View, edit: Edit, new: str) -> bool:
    """Whether the CDS comes out whole behind a changed 5' UTR (the deleted bases repeat)."""
    tail = view.sequence[view.cds_first :]
    return new.endswith(tail) and edit.high - edit.low <= view.cds_first + len(edit.alt)


def is_stop_kept(view: View, new: str) -> bool:
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


def terms_by_length(view: View, edit: Edit, mask: int) -> Effect:
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


def peptide_terms(view: View, edit: Edit) -> int:
    """Terms of an allele inside the CDS from the codons that it touches."""
    begin = view.frame_start
    low, high = edit.low - begin, edit.high - begin
    size = view.cds_stop - begin
    first, last = low // 3, -(-high // 3)
    seq = view.sequence
    ref_codons = seq[begin + 3 * first : begin + 3 * last]
    alt_codons = seq[begin + 3 * first : edit.low] + edit.alt + seq[edit.high : begin + 3 * last]
    ref_pep = view.residues(first, last)
    alt_pep = translate(alt_codons, view.table)
    starts = low < 3 and view.starts_whole
    if starts:
        start = _start_terms(view, edit, mutated(view, edit))
        if start & (t.START_LOST | t.START_RETAINED):
            return start | (t.FRAMESHIFT if edit.shift % 3 and start & t.START_LOST else 0)
    if high > size - 3 and view.ends_whole and is_stop_kept(view, mutated(view, edit)):
        return t.STOP_RETAINED
    gained = "*" in alt_pep and "*" not in ref_pep
    lost = "*" in ref_pep and "*" not in alt_pep
    mask = (t.STOP_GAINED if gained else 0) | (t.STOP_LOST if lost else 0)
    if edit.shift % 3:
        return mask | t.FRAMESHIFT
    if edit.shift == 0:
        return _substitution_terms(ref_pep, "M" + alt_pep[1:] if starts else alt_pep)
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
    if edit.shift and is_start_kept(view, edit, new):
        return t.START_RETAINED
    codon = codon_number(new[first : first + 3]) if len(new) >= first + 3 else 64
    return 0 if IS_START[view.table, codon] else t.START_LOST
