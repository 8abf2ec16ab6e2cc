"""Consequences of single-nucleotide alleles, vectorised over pairs of allele and transcript.

Splice windows after VEP: essential sites are the first and last 2 intronic bases; the splice
region 3 exonic and intronic bases 3-8; the donor region +3 to +6, the donor's fifth base +5, the
polypyrimidine tract -17 to -3 (Ensembl, "Calculated variant consequences").
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rareplan.annotate import terms as t
from rareplan.annotate.codons import AMINO_OF_TABLE, IS_START, NO_CODON, SELENOCYSTEINE, STOP, TGA
from rareplan.annotate.locate import Ints, Places, place
from rareplan.knowledge.sequence import UNKNOWN
from rareplan.knowledge.transcripts import TranscriptBundle

Bytes = npt.NDArray[np.uint8]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class SnvEffects:
    """Effects of m pairs of single-nucleotide allele and transcript.

    ``mask`` holds the terms; ``cds`` the 0-based position counted from the first whole codon
    (-1 outside the CDS); ``codon_ref``/``codon_alt`` are codon numbers (64 unknown) and
    ``amino_ref``/``amino_alt`` ASCII letters (X unknown) in transcript orientation.
    """

    mask: Ints
    places: Places
    cds: Ints
    codon_ref: Bytes
    codon_alt: Bytes
    amino_ref: Bytes
    amino_alt: Bytes
    resolved: Bools
    mismatch: Bools


def snv_effects(
    bundle: TranscriptBundle, row: Ints, pos: Ints, ref: Bytes, alt: Bytes
) -> SnvEffects:
    """Effects of alleles at 1-based ``pos`` with base codes ``ref`` and ``alt`` (m each)."""
    at = place(bundle, row, pos)
    mask = _region_terms(bundle, row, at)
    first, stop = bundle.cds_first[row], bundle.cds_stop[row]
    coding = stop > first
    in_cds = at.exonic & coding & (at.anchor >= first) & (at.anchor < stop)
    cds = np.where(in_cds, at.anchor - first - bundle.cds_phase[row], -1)
    size = len(row)
    codon_ref, codon_alt = np.full((2, size), NO_CODON, dtype=np.uint8)
    amino_ref, amino_alt = np.full((2, size), ord("X"), dtype=np.uint8)
    resolved, mismatch = np.ones(size, dtype=bool), np.zeros(size, dtype=bool)
    hit = np.flatnonzero(in_cds)
    if len(hit):
        part = _coding(bundle, row[hit], cds[hit], ref[hit], alt[hit])
        mask[hit] |= part.mask
        codon_ref[hit], codon_alt[hit] = part.codon_ref, part.codon_alt
        amino_ref[hit], amino_alt[hit] = part.amino_ref, part.amino_alt
        resolved[hit], mismatch[hit] = part.resolved, part.mismatch
    return SnvEffects(mask, at, cds, codon_ref, codon_alt, amino_ref, amino_alt, resolved, mismatch)


def _region_terms(bundle: TranscriptBundle, row: Ints, at: Places) -> Ints:
    first, stop = bundle.cds_first[row], bundle.cds_stop[row]
    coding = stop > first
    mask = np.where(at.inside, 0, np.where(at.before, t.UPSTREAM, t.DOWNSTREAM))
    spliced = at.inside & ~at.exonic & ~at.short_intron
    donor = np.where(spliced, at.donor, 1 << 30)
    acceptor = np.where(spliced, at.acceptor, 1 << 30)
    essential = (donor <= 2) | (acceptor <= 2)
    fifth = donor == 5
    donor_region = (donor >= 3) & (donor <= 6) & ~fifth
    near = np.minimum(donor, acceptor)
    far = np.where(near == donor, acceptor, donor)
    intronic_region = ((near >= 3) & (near <= 8)) | ((far >= 3) & (far <= 8))
    region = (at.border <= 3) | (intronic_region & ~fifth & ~donor_region)
    for term, where in (
        (t.SPLICE_DONOR, donor <= 2),
        (t.SPLICE_ACCEPTOR, acceptor <= 2),
        (t.SPLICE_5TH, fifth & ~essential),
        (t.SPLICE_DONOR_REGION, donor_region & ~essential),
        (t.SPLICE_REGION, region & ~essential),
        (t.SPLICE_TRACT, (acceptor >= 3) & (acceptor <= 17)),
        (t.INTRON, spliced & (donor > 2) & (acceptor > 2)),
        (t.UTR5, at.exonic & coding & (at.anchor < first)),
        (t.UTR3, at.exonic & coding & (at.anchor >= stop)),
        (t.NON_CODING_EXON, at.exonic & ~coding),
        (t.NON_CODING, at.inside & ~at.exonic & ~coding),
        (t.CODING, at.short_intron & coding & (at.anchor >= first) & (at.anchor < stop)),
        (t.NMD_TRANSCRIPT, at.inside & (bundle.biotype[row] == "nonsense_mediated_decay")),
    ):
        mask |= np.where(where, term, 0)
    return mask.astype(np.int64)


@dataclass(frozen=True)
class _Coding:
    mask: Ints
    codon_ref: Bytes
    codon_alt: Bytes
    amino_ref: Bytes
    amino_alt: Bytes
    resolved: Bools
    mismatch: Bools


def _coding(bundle: TranscriptBundle, row: Ints, cds: Ints, ref: Bytes, alt: Bytes) -> _Coding:
    minus = bundle.strand[row] < 0
    # A, C, G, T = 0..3, so the complement of a base is 3 minus it.
    ref = np.where(minus & (ref < UNKNOWN), 3 - ref, ref).astype(np.uint8)
    alt = np.where(minus & (alt < UNKNOWN), 3 - alt, alt).astype(np.uint8)
    size = bundle.cds_stop[row] - bundle.cds_first[row] - bundle.cds_phase[row]
    number, place_in_codon = cds // 3, cds % 3
    before = cds < 0
    partial = ~before & (number * 3 + 3 > size)
    bases = _codon_bases(bundle, row, number)
    known = (bases < UNKNOWN).all(axis=1) & ~partial & ~before & (alt < UNKNOWN)
    mine = np.take_along_axis(bases, place_in_codon[:, None], axis=1)[:, 0]
    mismatch = (mine < UNKNOWN) & (mine != ref)
    known &= ~mismatch
    changed = bases.copy()
    np.put_along_axis(changed, place_in_codon[:, None], alt[:, None], axis=1)
    weights = np.array([16, 4, 1], dtype=np.int64)
    codon_ref = np.where(known, bases @ weights, NO_CODON).astype(np.uint8)
    codon_alt = np.where(known, changed @ weights, NO_CODON).astype(np.uint8)
    table = bundle.codon_table[row]
    amino_ref, amino_alt = AMINO_OF_TABLE[table, codon_ref], AMINO_OF_TABLE[table, codon_alt]
    inner = number * 3 + 3 < size
    amino_ref = np.where((codon_ref == TGA) & (table == 1) & inner, SELENOCYSTEINE, amino_ref)
    start = _is_start_codon(bundle, row, number, codon_ref)
    kept = start & known & IS_START[table, codon_alt]
    amino_ref = np.where(start & known, ord("M"), amino_ref)
    amino_alt = np.where(kept, ord("M"), amino_alt)
    mask = np.select(
        [partial, start & ~kept & ~mismatch & ~before, ~known, amino_ref == STOP],
        [
            np.int64(t.PARTIAL_CODON | t.CODING),
            np.int64(t.START_LOST),
            np.int64(t.CODING),
            np.where(amino_alt == STOP, t.STOP_RETAINED, t.STOP_LOST),
        ],
        np.where(
            amino_alt == STOP,
            t.STOP_GAINED,
            np.where(amino_alt == amino_ref, t.SYNONYMOUS, t.MISSENSE),
        ),
    ).astype(np.int64)
    resolved = known | (mask == t.START_LOST)
    at_stop = ~resolved & ~mismatch & ~inner & ~partial & ~before & _ends_with_stop(bundle, row)
    if at_stop.any():
        where = np.flatnonzero(at_stop)
        decided = STOP_RULES[table[where], place_in_codon[where], ref[where], alt[where]]
        mask[where] = np.where(decided > 0, decided, mask[where])
        resolved[where] = decided > 0
    return _Coding(
        mask, codon_ref, codon_alt,
        amino_ref.astype(np.uint8), amino_alt.astype(np.uint8), resolved, mismatch,
    )  # fmt: skip


def _codon_bases(bundle: TranscriptBundle, row: Ints, number: Ints) -> Bytes:
    """Base codes (m, 3) of the codons of the given 0-based numbers."""
    if bundle.sequence is None:
        return np.full((len(row), 3), UNKNOWN, dtype=np.uint8)
    offset = bundle.sequence_offset[row]
    begin = offset + bundle.cds_first[row] + bundle.cds_phase[row] + number * 3
    positions = np.where(offset[:, None] >= 0, begin[:, None] + np.arange(3), -1)
    return bundle.sequence.codes(positions)


def _is_start_codon(bundle: TranscriptBundle, row: Ints, number: Ints, codon: Bytes) -> Bools:
    """Whether the codon is the initiator: the first, of a CDS whose 5' end is complete.

    MANE models are complete by definition, so their few non-ATG starts count; of other models
    only a CDS that begins with a start codon does.
    """
    first = (number == 0) & (bundle.cds_phase[row] == 0)
    mane = bundle.is_mane[row]
    whole = mane | IS_START[bundle.codon_table[row], codon]
    return np.asarray(first & whole, dtype=bool)


def _ends_with_stop(bundle: TranscriptBundle, row: Ints) -> Bools:
    """Whether the last codon is a stop even where its sequence is not at hand."""
    whole = (bundle.cds_stop[row] - bundle.cds_first[row]) % 3 == 0
    return np.asarray(bundle.is_mane[row] & whole, dtype=bool)


def _stop_rules() -> npt.NDArray[np.int64]:
    """What an SNV in a stop codon does when only its own base is known; 0 where it depends.

    Axes: codon table, place in the codon, reference base, alternate base.
    """
    rules = np.zeros((3, 3, 5, 5), dtype=np.int64)
    for table in (1, 2):
        stops = [c for c in range(64) if AMINO_OF_TABLE[table, c] == STOP]
        for spot in range(3):
            weight = (16, 4, 1)[spot]
            for ref in range(4):
                fits = [c for c in stops if c // weight % 4 == ref]
                for alt in range(4):
                    kept = {c + (alt - ref) * weight in stops for c in fits}
                    if alt != ref and len(kept) == 1:
                        rules[table, spot, ref, alt] = (
                            t.STOP_RETAINED if kept == {True} else t.STOP_LOST
                        )
    return rules


STOP_RULES = _stop_rules()
