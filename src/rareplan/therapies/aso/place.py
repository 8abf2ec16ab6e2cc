"""The genomic place of a batch row: on GRCh38, as a coding name, against the name given."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rareplan.knowledge.liftover import liftover
from rareplan.model.genome import Contig, contig_from_name
from rareplan.therapies.aso.hgvs import CodingPosition, CodingVariant, Edit

if TYPE_CHECKING:
    from rareplan.knowledge.store import KnowledgeBase
    from rareplan.therapies.aso.exons import TranscriptModel

_ASSEMBLIES = {
    "grch38": 38, "hg38": 38, "b38": 38, "38": 38,
    "grch37": 37, "hg19": 37, "b37": 37, "37": 37,
}  # fmt: skip
_COMPLEMENT = str.maketrans("ACGTN", "TGCAN")


@dataclass(frozen=True)
class GenomicPlace:
    """REF and ALT of a row on GRCh38, trimmed to the bases that change. 1-based positions.

    ``first``..``last`` are the changed reference bases; for an insertion ``last = first - 1``.
    """

    contig: Contig
    first: int
    last: int
    ref: str
    alt: str


def given(row: Mapping[str, str]) -> bool:
    """The row has a chromosome and a position."""
    return all(row.get(k, "").strip() not in {"", ".", "-"} for k in ("chrom", "pos"))


def genomic_place(row: Mapping[str, str], kb: KnowledgeBase) -> tuple[GenomicPlace | None, str]:
    """The place on GRCh38, else None with what is wrong with it (empty: none was given)."""
    if not given(row):
        return None, ""
    cells = {k: row.get(k, "").strip() for k in ("assembly", "chrom", "pos", "ref", "alt")}
    assembly = _ASSEMBLIES.get(re.sub(r"\.p\d+$", "", cells["assembly"].lower()))
    if assembly is None:
        told = f"assembly '{cells['assembly']}'" if cells["assembly"] else "no assembly"
        return None, f"the position comes with {told}; GRCh37 or GRCh38 is needed"
    contig = contig_from_name(cells["chrom"])
    ref, alt = cells["ref"].upper(), cells["alt"].upper()
    if contig is Contig.OTHER or not cells["pos"].isdigit() or not re.fullmatch("[ACGTN]+", ref):
        return None, "chrom, pos and ref do not describe a place"
    if not re.fullmatch("[ACGTN]+", alt):
        return None, f"alt '{cells['alt']}' is not written in bases"
    start = int(cells["pos"])
    if assembly == 37:
        lifted = _lifted(kb, contig, start, start + len(ref) - 1)
        if lifted is None:
            return None, "the GRCh37 position has no counterpart on GRCh38"
        contig, start, turned = lifted
        if turned:
            ref, alt = turn(ref), turn(alt)
    return _trimmed(contig, start, ref, alt), ""


def _lifted(
    kb: KnowledgeBase, contig: Contig, first: int, last: int
) -> tuple[Contig, int, bool] | None:
    """Where both ends of a GRCh37 stretch lie together on GRCh38, and whether it is turned."""
    if not kb.has("chain_37_38"):
        return None
    to, pos, strand = liftover(kb).to_grch38(np.array([contig] * 2), np.array([first, last]))
    whole = abs(int(pos[1]) - int(pos[0])) == last - first
    if to[0] == 0 or to[0] != to[1] or not whole:
        return None
    return Contig(int(to[0])), int(pos.min()), int(strand[0]) < 0


def turn(bases: str) -> str:
    """Reverse complement."""
    return bases.translate(_COMPLEMENT)[::-1]


def _trimmed(contig: Contig, start: int, ref: str, alt: str) -> GenomicPlace:
    end = start + len(ref) - 1
    while ref and alt and ref[-1] == alt[-1] and min(len(ref), len(alt)) > 1:
        ref, alt, end = ref[:-1], alt[:-1], end - 1
    while ref and alt and ref[0] == alt[0] and (len(ref) != len(alt) or len(ref) > 1):
        ref, alt, start = ref[1:], alt[1:], start + 1
    return GenomicPlace(contig, start, end, ref, alt)


def coding_ends(
    model: TranscriptModel, at: GenomicPlace
) -> tuple[CodingPosition, CodingPosition] | None:
    """First and last changed base in coding numbers; the flanking bases of an insertion.

    None outside the coding exons and the introns between them.
    """
    if at.contig != model.contig:
        return None
    low, high = (at.first, at.last) if at.last >= at.first else (at.last, at.first)
    ends = [model.coding_position(p) for p in (low, high)]
    start, end = ends if model.strand > 0 else ends[::-1]
    return (start, end) if start is not None and end is not None else None


def coding_name(model: TranscriptModel, at: GenomicPlace) -> str:
    """``c.`` description of the place; empty outside coding exons and their introns.

    Not shifted to the 3' end of a repeat, which needs the sequence: frame and exon are the same.
    """
    ends = coding_ends(model, at)
    if ends is None:
        return ""
    start, end = (_text(p) for p in ends)
    ref, alt = (at.ref, at.alt) if model.strand > 0 else (turn(at.ref), turn(at.alt))
    if len(ref) == len(alt) == 1:
        return f"c.{start}{ref}>{alt}"
    span = start if start == end else f"{start}_{end}"
    if not ref:
        return f"c.{span}ins{alt}"
    return f"c.{span}del" if not alt else f"c.{span}delins{alt}"


def _text(position: CodingPosition) -> str:
    offset = f"{position.offset:+d}" if position.offset else ""
    return f"{'*' if position.after_stop else ''}{position.base}{offset}"


def disagreement(model: TranscriptModel, hgvs: CodingVariant, at: GenomicPlace) -> str:
    """What is wrong when a substitution's name and its place speak of different bases.

    Only substitutions: other changes may be shifted along a repeat, or be written in two ways.
    """
    if hgvs.edit is not Edit.SUBSTITUTION or hgvs.start is None or len(at.ref) != len(at.alt):
        return ""
    name = coding_name(model, at)
    ends = coding_ends(model, at)
    if ends is None:
        inside = hgvs.start.base > 0 and not hgvs.start.after_stop
        return f"the position lies outside {model.gene}" if inside else ""
    ref, alt = (at.ref, at.alt) if model.strand > 0 else (turn(at.ref), turn(at.alt))
    if ends[0] == hgvs.start and (ref, alt) == (hgvs.ref, hgvs.alt):
        return ""
    if ends[0] == hgvs.start or not _same_base(model, ends[0], hgvs.start):
        return f"the genomic position means {name}, not the name given"
    return ""


def _same_base(model: TranscriptModel, one: CodingPosition, other: CodingPosition) -> bool:
    """Intronic bases may be counted from either side of the intron."""
    if not (one.intronic and other.intronic):
        return False
    coding = model.coding_exons
    first, second = sorted((one, other), key=lambda p: p.base)
    for before, after in itertools.pairwise(coding):
        if (before.cds_end, after.cds_start) == (first.base, second.base):
            length = abs(after.start - before.end if model.strand > 0 else before.start - after.end)
            return first.offset - second.offset == length
    return False
