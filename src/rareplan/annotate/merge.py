"""Our own consequences beside those that the VCF and ClinVar give.

Our calls stand where they are resolved; where they are not, the VCF's annotation decides, else
ClinVar's. ``trust_annotations`` turns the first rule round. The source is always named, and
disagreements are counted, never silently settled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rareplan.annotate.table import ordered
from rareplan.model.consequence import SO_RANK, UNRESOLVED, Consequence
from rareplan.model.variant import ClinVarRecord

# What ClinVar's molecular consequence may turn an unresolved coding change into.
_CODING = (
    "stop_gained", "frameshift_variant", "stop_lost", "start_lost", "inframe_insertion",
    "inframe_deletion", "missense_variant", "protein_altering_variant", "synonymous_variant",
    "stop_retained_variant", "start_retained_variant",
)  # fmt: skip
_CLINVAR_NAMES = {
    "nonsense": "stop_gained",
    "initiator_codon_variant": "start_lost",
    "initiatior_codon_variant": "start_lost",
    "inframe_indel": "protein_altering_variant",
}
# Terms that only say how near a splice site is; tools differ in them without disagreeing.
_SHADES = {
    "splice_region_variant", "splice_donor_region_variant", "splice_donor_5th_base_variant",
    "splice_polypyrimidine_tract_variant", "NMD_transcript_variant",
    "non_coding_transcript_variant", "coding_transcript_variant", UNRESOLVED,
}  # fmt: skip


@dataclass(frozen=True)
class Merged:
    """Consequences in reporting order, and where own and given calls differ.

    ``disagreements`` are ``transcript: ours | theirs (source)``, for transcripts on which both
    speak and ours was resolved.
    """

    consequences: tuple[Consequence, ...]
    disagreements: tuple[str, ...] = ()


def merge(
    own: Sequence[Consequence],
    theirs: Sequence[Consequence],
    clinvar: ClinVarRecord | None = None,
    *,
    trust_annotations: bool = False,
) -> Merged:
    """One list out of our calls, the VCF's and ClinVar's."""
    found: list[Consequence] = []
    differ: list[str] = []
    for mine in own:
        match = _match(mine, theirs)
        if match is not None and mine.resolved and main_term(mine) != main_term(match):
            differ.append(
                f"{mine.transcript or mine.refseq}: {main_term(mine)} | "
                f"{main_term(match)} ({match.source})"
            )
        if match is not None and (trust_annotations or not mine.resolved) and _says_more(match):
            found.append(_taken_over(mine, match))
        elif not mine.resolved:
            found.append(_by_clinvar(mine, clinvar))
        else:
            found.append(mine)
    genes = {c.gene for c in own}
    seen = {_bare(name) for c in found for name in (c.transcript, c.refseq)}
    for other in theirs:
        name = _bare(other.transcript or other.refseq)
        if name not in seen and (trust_annotations or other.gene not in genes):
            seen.add(name)
            found.append(other)
    return Merged(ordered(found), tuple(differ))


def main_term(consequence: Consequence) -> str:
    """The most severe term that says what happens, not only how near a splice site is."""
    said = [t for t in consequence.terms if t not in _SHADES]
    return min(said, key=lambda t: SO_RANK.get(t, len(SO_RANK))) if said else consequence.term


def _match(mine: Consequence, theirs: Sequence[Consequence]) -> Consequence | None:
    """Their call on the same transcript, by accession without version."""
    names = {_bare(mine.transcript), _bare(mine.refseq)} - {""}
    for other in theirs:
        if names & {_bare(other.transcript), _bare(other.refseq)}:
            return other
    return None


def _bare(accession: str) -> str:
    return accession.split(".", maxsplit=1)[0]


def _says_more(other: Consequence) -> bool:
    return other.term not in {UNRESOLVED, "sequence_variant"}


def _taken_over(mine: Consequence, other: Consequence) -> Consequence:
    """Their terms and names on our transcript; what coordinates gave us stays."""
    splice = [t for t in mine.terms if t in _SHADES and t != UNRESOLVED]
    terms = sorted({*other.terms, *splice}, key=lambda t: SO_RANK.get(t, len(SO_RANK)))
    return replace(
        mine,
        terms=tuple(terms),
        hgvs_c=mine.hgvs_c or other.hgvs_c,
        hgvs_p=other.hgvs_p or mine.hgvs_p,
        protein_position=other.protein_position or mine.protein_position,
        amino_acids=other.amino_acids or mine.amino_acids,
        codons=other.codons or mine.codons,
        lof=other.lof,
        resolved=True,
        source=other.source,
    )


def _by_clinvar(mine: Consequence, clinvar: ClinVarRecord | None) -> Consequence:
    """ClinVar's molecular consequence in place of an unresolved coding change.

    ClinVar lists one consequence for each of several transcripts without saying which. Ours is
    coding here, so only coding terms fit, and only when ClinVar names a single one.
    """
    if clinvar is None or UNRESOLVED not in mine.terms:
        return mine
    names = {_CLINVAR_NAMES.get(c, c) for c in clinvar.consequences}
    fitting = [t for t in _CODING if t in names]
    if len(fitting) != 1:
        return mine
    terms = tuple(fitting[0] if term == UNRESOLVED else term for term in mine.terms)
    ranked = sorted(set(terms), key=lambda t: SO_RANK.get(t, len(SO_RANK)))
    return replace(mine, terms=tuple(ranked), resolved=True, source="ClinVar")
