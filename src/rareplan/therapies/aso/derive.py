"""What follows from a description and a transcript: form, effect on the protein, NMD escape."""

from __future__ import annotations

import re

from rareplan.config import Antisense
from rareplan.therapies.aso.codons import translate
from rareplan.therapies.aso.exons import Exon, TranscriptModel
from rareplan.therapies.aso.facts import Kind
from rareplan.therapies.aso.hgvs import CodingVariant, Edit

_SEVERAL = re.compile(
    r"\b\d*p?q?\d+(\.\d+)?\s*(mb|megabase)|\bmb\b|microdel|contiguous|several genes"
)
_WHOLE = re.compile(r"(single|whole|entire|full)[- ]?gene|gene (dup|del|gain|loss|triplication)")


def kind_of(text: str, hgvs: CodingVariant | None, model: TranscriptModel | None) -> Kind:  # noqa: PLR0911 - one return a branch of the tree
    """Form of the variant from its description."""
    if hgvs is None:
        return _kind_of_words(text)
    if hgvs.edit is Edit.REPEAT:
        return Kind.REPEAT
    copies = {Edit.DELETION: Kind.EXON_LOSS, Edit.DUPLICATION: Kind.EXON_GAIN}
    if hgvs.edit not in copies:
        spans = hgvs.edit is Edit.INVERSION and _crosses_intron(hgvs)
        return Kind.TRANSLOCATION if spans else Kind.SMALL
    if model is None:
        return copies[hgvs.edit] if _crosses_intron(hgvs) or hgvs.uncertain else Kind.SMALL
    whole = model.wholly_covered(hgvs)
    if not whole:
        return Kind.SMALL
    if len(whole) == len(model.coding_exons) and len(model.exons) > 1:
        return Kind.GENE_LOSS if hgvs.edit is Edit.DELETION else Kind.GENE_GAIN
    if len(model.exons) == 1 and not hgvs.uncertain:
        return Kind.SMALL
    return copies[hgvs.edit]


def _kind_of_words(text: str) -> Kind:  # noqa: PLR0911 - one return a branch of the tree
    value = text.lower()
    if re.search(r"\bt\(|transloc|\binv\(|inversion|rearrange", value):
        return Kind.TRANSLOCATION
    if re.search(r"upd|uniparental|imprinting (defect|cent)", value):
        return Kind.IMPRINTING
    if re.search(r"aneuploid|trisomy|monosomy", value):
        return Kind.MULTI_GENE
    whole = bool(_WHOLE.search(value))
    if _SEVERAL.search(value) and not whole:
        return Kind.MULTI_GENE
    if whole or "cnv" in value or "copy number" in value:
        if re.search(r"dup|gain|triplic|amplif", value):
            return Kind.GENE_GAIN
        if re.search(r"del|loss", value):
            return Kind.GENE_LOSS
    if re.search(r"repeat|expansion|\(?[acgt]{3,6}\)?n\b", value):
        return Kind.REPEAT
    return Kind.UNKNOWN


def _crosses_intron(hgvs: CodingVariant) -> bool:
    """Starts in the intron before and ends in the intron after some coding sequence."""
    start, end = hgvs.start, hgvs.end
    if hgvs.intronic_only:
        return False
    before = start is None or start.offset < 0 or (start.offset > 0 and end is not start)
    after = end is None or end.offset != 0
    return before and after and (start is None or end is None or start.base != end.base)


def description_fault(hgvs: CodingVariant | None, model: TranscriptModel | None) -> str:
    """What is wrong with a description on a transcript; empty: nothing.

    Checked: the position lies in the coding sequence, an intronic position is counted from the
    end of an exon, and (with sequence) the reference base is the one given.
    """
    if hgvs is None or hgvs.uncertain or model is None:
        return ""
    on = model.refseq or model.transcript
    for position in (hgvs.start, hgvs.end):
        if position is None or position.base < 1 or position.after_stop:
            continue
        if position.base > model.cds_length:
            return (
                f"c.{position.base} lies beyond the coding sequence of {on} ({model.cds_length} nt)"
            )
        exon = model.exon_at(position)
        if exon is None or not position.intronic:
            continue
        border = exon.cds_end if position.offset > 0 else exon.cds_start
        if position.base != border:
            return (
                f"c.{position.base}{position.offset:+d} is not counted from the border of exon "
                f"{exon.number} of {on} (c.{exon.cds_start}-{exon.cds_end}); a name made for "
                "another transcript needs that transcript or its genomic position"
            )
    start = hgvs.start
    if hgvs.edit is not Edit.SUBSTITUTION or not model.cds or start is None or start.intronic:
        return ""
    if start.base < 1 or start.after_stop or model.cds[start.base - 1] == hgvs.ref:
        return ""
    return f"c.{start.base} is {model.cds[start.base - 1]} in {on}, not {hgvs.ref}"


def effect_of(hgvs: CodingVariant | None, model: TranscriptModel | None) -> str:
    """Effect on the protein from the coding change alone; empty when it cannot be told."""
    if hgvs is None or hgvs.start is None:
        return ""
    offset = hgvs.intronic_offset
    if offset is not None:
        return "splice" if abs(offset) <= 2 else ""
    change = hgvs.length_change
    if change is not None and hgvs.start.base > 0 and hgvs.edit is not Edit.SUBSTITUTION:
        if change % 3:
            return "frameshift"
        return "inframe" if change else ""
    if hgvs.edit is Edit.SUBSTITUTION and model is not None and model.cds:
        return _substitution(hgvs, model)
    return ""


def _substitution(hgvs: CodingVariant, model: TranscriptModel) -> str:
    start = hgvs.start
    if start is None or not 0 < start.base <= len(model.cds) or start.after_stop:
        return ""
    at = start.base - 1
    if model.cds[at] != hgvs.ref:
        return ""
    codon = model.cds[at - at % 3 : at - at % 3 + 3]
    changed = codon[: at % 3] + hgvs.alt + codon[at % 3 + 1 :]
    before, after = translate(codon), translate(changed)
    if before == after:
        return "synonymous"
    if start.base <= 3:
        return "start_lost"
    return "stop_gained" if after == "*" else "missense"


def escapes_decay(
    hgvs: CodingVariant | None, model: TranscriptModel | None, effect: str, settings: Antisense
) -> bool | None:
    """Whether a premature stop lies in the last exon or the last 50 nt of the one before it.

    For a frameshift the place of the change stands for the stop, which lies further down.
    None when it does not apply or cannot be told.
    """
    if effect not in {"stop_gained", "frameshift"} or hgvs is None or hgvs.start is None:
        return None
    if model is None or not model.coding_exons:
        return None
    if len(model.exons) == 1:
        return True
    last, before = model.exons[-1], model.exons[-2]
    base = hgvs.start.base
    if last.cds_start and base >= last.cds_start:
        return True
    if not before.cds_end:  # the coding sequence ends before the last two exons
        return False
    utr = before.length - before.coding_length if before.cds_end == model.cds_length else 0
    return base > before.cds_end + utr - settings.nmd_penultimate_nt


def exons_to_judge(model: TranscriptModel, hgvs: CodingVariant | None) -> tuple[Exon, ...]:
    """Coding exons that any plan of skipping could concern: those hit and their neighbours."""
    if hgvs is None or hgvs.start is None:
        return ()
    coding = model.coding_exons
    hit = list(model.touched(hgvs))
    if not hit:
        near = model.exon_at(hgvs.start)
        hit = [near] if near is not None else []
    if not hit:
        return ()
    first = max(coding.index(hit[0]) - 1, 0)
    last = coding.index(hit[-1]) + 2
    return coding[first:last]
