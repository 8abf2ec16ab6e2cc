"""Effect of any small allele on one transcript: the rules of VEP, one allele at a time.

Alleles are trimmed; an insertion lies before ``start`` (``end = start - 1``). The rules follow
Ensembl VEP (Variation API, VariationEffect): what an indel does to splice sites by overlap, to
the CDS by its length and by the peptide of the codons that it touches. Where the sequence shows
that a start or stop codon stays intact although an indel touches it, the codon counts as retained.
"""

from __future__ import annotations

from rareplan.annotate import terms as t
from rareplan.annotate.allele import Allele, Edit, Effect, edit_on, is_mismatch, is_spelt, mutated
from rareplan.annotate.coding_terms import (
    is_start_kept,
    is_stop_kept,
    peptide_terms,
    terms_by_length,
)
from rareplan.annotate.splice_terms import intron_terms, overlap
from rareplan.annotate.view import View


def effect(view: View, allele: Allele) -> Effect:
    """Effect of an allele on a transcript within 5,000 bases of it."""
    if allele.end < view.start or allele.start > view.end:
        before = (allele.end < view.start) == view.forward
        return Effect(t.UPSTREAM if before else t.DOWNSTREAM)
    if allele.start <= view.start and allele.end >= view.end and len(allele.alt) < len(allele.ref):
        return Effect(t.ABLATION)
    mask, tiny = intron_terms(view, allele)
    edit = edit_on(view, allele)
    if view.decays:
        mask |= t.NMD_TRANSCRIPT
    if not view.coding:
        exonic = _touches_exon(view, allele) or edit is not None
        return Effect(mask | (t.NON_CODING_EXON if exonic else t.NON_CODING), edit)
    if edit is None:
        return Effect(mask | _broken_terms(view, allele, tiny=tiny))
    return on_exon(view, edit, mask)


def on_exon(view: View, edit: Edit, mask: int) -> Effect:
    """Effect of an edit of the spliced transcript; ``mask`` are terms already known."""
    if edit.high <= view.cds_first:
        return Effect(mask | t.UTR5, edit)
    if edit.low >= view.cds_stop:
        return Effect(mask | t.UTR3, edit)
    if edit.low < view.cds_first or edit.high > view.cds_stop:
        return _across_cds_end(view, edit, mask)
    return _inside_cds(view, edit, mask)


def _touches_exon(view: View, allele: Allele) -> bool:
    last = view.exon_at(allele.end)
    return last >= 0 and view.exon_ends[last] >= allele.start


def _broken_terms(view: View, allele: Allele, *, tiny: bool) -> int:
    """Terms of an allele that leaves an exon: what it overlaps."""
    mask = 0
    for i in range(max(view.exon_at(allele.start), 0), view.exon_at(allele.end) + 1):
        a, b, spliced = view.exon_starts[i], view.exon_ends[i], view.exon_spliced[i]
        if not overlap(allele.start, allele.end, a, b):
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


def _across_cds_end(view: View, edit: Edit, mask: int) -> Effect:
    """An allele over the border of UTR and CDS: it touches the start or the stop codon."""
    new = mutated(view, edit)
    if edit.low < view.cds_first:
        mask |= t.UTR5
        if view.starts_whole:
            kept = bool(new) and is_start_kept(view, edit, new)
            mask |= t.START_RETAINED if kept else t.START_LOST
        else:
            mask |= t.CODING
    if edit.high > view.cds_stop:
        mask |= t.UTR3
        if view.ends_whole:
            kept = bool(new) and is_stop_kept(view, new)
            mask |= t.STOP_RETAINED if kept else t.STOP_LOST
        else:
            mask |= t.CODING
    return Effect(mask, edit, resolved=bool(new), mismatch=is_mismatch(view, edit))


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
    wrong = is_mismatch(view, edit)
    if wrong or not is_spelt(edit.alt):
        shifted = edit.shift % 3 != 0
        extra = t.FRAMESHIFT if shifted else t.CODING
        return Effect(mask | extra, edit, in_cds=True, resolved=shifted, mismatch=wrong)
    if not view.sequence:
        return terms_by_length(view, edit, mask)
    return Effect(mask | peptide_terms(view, edit), edit, in_cds=True)
