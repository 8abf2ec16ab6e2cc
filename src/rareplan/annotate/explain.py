"""One allele on one transcript as a :class:`Consequence`: terms, names, numbers, NMD, exon."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from rareplan.annotate import terms as t
from rareplan.annotate.allele import Allele, Effect, minimal
from rareplan.annotate.effect import effect
from rareplan.annotate.hgvs_c import Name, allele_name
from rareplan.annotate.hgvs_p import ProteinChange, protein_change
from rareplan.annotate.nmd import escapes_nmd, escapes_unseen
from rareplan.annotate.normalise import Fetch
from rareplan.annotate.view import View
from rareplan.knowledge.transcripts import TranscriptBundle
from rareplan.model.consequence import UNRESOLVED, Consequence


class ExonFacts(NamedTuple):
    """Exon or intron number, distance to the splice site, size and frame of the exon."""

    exon: str = ""
    intron: str = ""
    splice_distance: int | None = None
    exon_length: int | None = None
    exon_in_frame: bool | None = None


def explain(view: View, pos: int, ref: str, alt: str, fetch: Fetch | None = None) -> Consequence:
    """Everything about one allele (VCF form, 1-based ``pos``) on one transcript."""
    allele = minimal(pos, ref, alt)
    return described(view, allele, effect(view, allele), fetch)


def described(view: View, allele: Allele, found: Effect, fetch: Fetch | None = None) -> Consequence:
    """Everything about an allele whose effect is known."""
    outside = found.mask & (t.UPSTREAM | t.DOWNSTREAM)
    change = protein_change(view, found)
    names = name_both(view, allele, found, change, fetch)
    escapes, rule = _nmd(view, found, change)
    facts = ExonFacts() if outside else exon_facts(view, allele)
    cds = _cds_position(view, found)
    return replace(
        named(view.bundle, view.row),
        terms=t.names(found.mask),
        hgvs_c=names.hgvs_c,
        hgvs_p=names.hgvs_p,
        hgvs_shifted=names.shifted,
        exon=facts.exon,
        intron=facts.intron,
        cds_position=cds,
        protein_position=change.residue or (None if cds is None else (cds - 1) // 3 + 1),
        codon_position=None if cds is None else (cds - 1) % 3 + 1,
        amino_acids=change.amino_acids,
        codons=_codons(view, found),
        splice_distance=facts.splice_distance,
        exon_length=facts.exon_length,
        exon_in_frame=facts.exon_in_frame,
        escapes_nmd=escapes,
        nmd_rule=rule,
        resolved=found.resolved and not found.mismatch,
    )


def named(bundle: TranscriptBundle, row: int) -> Consequence:
    """A consequence that says so far only which transcript it is of."""
    return Consequence(
        gene=str(bundle.gene[row]),
        gene_id=str(bundle.gene_id[row]),
        hgnc_id=str(bundle.hgnc_id[row]),
        transcript=str(bundle.transcript[row]),
        refseq=str(bundle.refseq[row]),
        transcript_class=str(bundle.transcript_class[row]),
        biotype=str(bundle.biotype[row]),
    )


def unresolved(view: View, allele: Allele) -> Consequence:
    """A coding change that cannot be told without the transcript's sequence."""
    facts = exon_facts(view, allele)
    return replace(
        named(view.bundle, view.row),
        terms=(UNRESOLVED,),
        exon=facts.exon,
        intron=facts.intron,
        resolved=False,
    )


class BothNames(NamedTuple):
    """HGVS names with accessions, and whether the 3' rule could be applied."""

    hgvs_c: str
    hgvs_p: str
    shifted: bool


def name_both(
    view: View,
    allele: Allele,
    found: Effect,
    change: ProteinChange,
    fetch: Fetch | None = None,
) -> BothNames:
    """Names of an allele whose effect is known."""
    outside = found.mask & (t.UPSTREAM | t.DOWNSTREAM)
    name = Name("", shifted=True) if outside else allele_name(view, allele, found.edit, fetch)
    return BothNames(
        hgvs_c=view.name_c + name.text if name.text else "",
        hgvs_p=view.name_p + change.name if change.name else "",
        shifted=name.shifted,
    )


def _cds_position(view: View, found: Effect) -> int | None:
    """1-based position in the CDS of the first changed base, as the c. name counts."""
    if not found.in_cds or found.edit is None:
        return None
    return found.edit.low - view.frame_start + 1 + (3 if view.phase else 0)


def _codons(view: View, found: Effect) -> str:
    """``Cag/Tag``: the codons touched, changed bases in capitals."""
    edit = found.edit
    if edit is None or not found.in_cds or not view.sequence or not found.resolved:
        return ""
    low, high = edit.low - view.frame_start, edit.high - view.frame_start
    if low < 0 or len(edit.alt) > 60 or high - low > 60:
        return ""
    first = view.frame_start + low // 3 * 3
    last = view.frame_start + -(-high // 3) * 3
    head = view.sequence[first : edit.low].lower()
    tail = view.sequence[edit.high : last].lower()
    return (
        f"{head}{edit.ref}{tail or ''}/{head}{edit.alt}{tail}"
        if last > first
        else (f"-/{edit.alt}")
    )


def _nmd(view: View, found: Effect, change: ProteinChange) -> tuple[bool | None, str]:
    premature = found.mask & (t.STOP_GAINED | t.FRAMESHIFT)
    if not premature or found.edit is None or found.mask & (t.START_LOST | t.STOP_LOST):
        return None, ""
    if change.new_stop is not None:
        if change.new_stop >= view.cds_stop - 3 + found.edit.shift:
            return None, ""  # the frame runs past the old stop: not a premature stop
        return escapes_nmd(view, change.new_stop)
    return (None, "") if view.sequence else escapes_unseen(view, found.edit.low)


def exon_facts(view: View, allele: Allele) -> ExonFacts:
    """Numbers of exon and intron, and the exon that the nearest splice site belongs to."""
    total = len(view.exon_starts)
    low, high = min(allele.start, allele.end), max(allele.start, allele.end)
    if not allele.is_insertion:
        low, high = allele.start, allele.end
    exons = [
        i
        for i in range(max(view.exon_at(low), 0), view.exon_at(high) + 1)
        if low <= view.exon_ends[i] and high >= view.exon_starts[i]
    ]
    introns = [
        i
        for i in range(max(view.exon_at(low), 0), min(view.exon_at(high) + 1, total - 1))
        if low < view.exon_starts[i + 1] and high > view.exon_ends[i]
    ]
    distance, nearest = _splice_distance(view, low, high)
    length = view.exon_ends[nearest] - view.exon_starts[nearest] + 1
    return ExonFacts(
        exon=_numbers([view.exon_number(i) for i in exons], total),
        intron=_numbers([_intron_number(view, i) for i in introns], total - 1),
        splice_distance=distance,
        exon_length=length,
        exon_in_frame=_in_frame(view, nearest, length),
    )


def _intron_number(view: View, index: int) -> int:
    return index + 1 if view.forward else len(view.exon_starts) - 1 - index


def _numbers(found: list[int], total: int) -> str:
    if not found:
        return ""
    low, high = min(found), max(found)
    return f"{low}/{total}" if low == high else f"{low}-{high}/{total}"


def _splice_distance(view: View, low: int, high: int) -> tuple[int | None, int]:
    """Distance of the nearest changed base to a splice border, and that border's exon."""
    best: tuple[int, int, int] | None = None
    fallback = max(view.exon_at(low), 0)
    for i in range(
        max(view.exon_at(low) - 1, 0), min(view.exon_at(high) + 2, len(view.exon_starts))
    ):
        begin, end = view.exon_starts[i], view.exon_ends[i]
        borders = []
        if i > 0:
            borders.append(_to_border(low, high, begin, inward=True))
        if i + 1 < len(view.exon_starts):
            borders.append(_to_border(low, high, end, inward=False))
        for distance in borders:
            rank = (abs(distance), distance > 0, i)
            if best is None or rank[:2] < best[:2]:
                best = (abs(distance), distance > 0, i)
                fallback = i
    if best is None:
        return None, fallback
    return (best[0] if best[1] else -best[0]), best[2]


def _to_border(low: int, high: int, border: int, *, inward: bool) -> int:
    """Signed distance of an interval to a border base of an exon (1 = the base itself)."""
    inside, outside = (border, border - 1) if inward else (border, border + 1)
    if low <= outside <= high:
        return -1
    if low <= inside <= high:
        return 1
    near = low - border if low > border else border - high
    is_inside = (low > border) == inward
    return near + 1 if is_inside else -near


def _in_frame(view: View, index: int, length: int) -> bool | None:
    """Whether skipping the exon keeps the frame; None unless all of it is coding."""
    first = view.exon_spliced[index]
    if not view.coding or first < view.cds_first or first + length > view.cds_stop:
        return None
    return length % 3 == 0
