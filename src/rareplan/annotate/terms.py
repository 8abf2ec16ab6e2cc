"""Consequence terms as bits of an int64: bit ``n`` is the term of VEP rank ``n``.

The most severe term of a mask is its lowest set bit, so whole columns compare in numpy.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from rareplan.model.consequence import SO_IMPACT, SO_RANK, Impact

BIT: dict[str, int] = {term: 1 << rank for term, rank in SO_RANK.items()}
TERMS: tuple[str, ...] = tuple(SO_RANK)
NO_RANK = len(TERMS)
"""Rank of an empty mask."""

SPLICE_DONOR = BIT["splice_donor_variant"]
SPLICE_ACCEPTOR = BIT["splice_acceptor_variant"]
SPLICE_5TH = BIT["splice_donor_5th_base_variant"]
SPLICE_DONOR_REGION = BIT["splice_donor_region_variant"]
SPLICE_REGION = BIT["splice_region_variant"]
SPLICE_TRACT = BIT["splice_polypyrimidine_tract_variant"]
START_LOST = BIT["start_lost"]
START_RETAINED = BIT["start_retained_variant"]
STOP_GAINED = BIT["stop_gained"]
STOP_LOST = BIT["stop_lost"]
STOP_RETAINED = BIT["stop_retained_variant"]
FRAMESHIFT = BIT["frameshift_variant"]
INFRAME_INSERTION = BIT["inframe_insertion"]
INFRAME_DELETION = BIT["inframe_deletion"]
PROTEIN_ALTERING = BIT["protein_altering_variant"]
MISSENSE = BIT["missense_variant"]
SYNONYMOUS = BIT["synonymous_variant"]
PARTIAL_CODON = BIT["incomplete_terminal_codon_variant"]
CODING = BIT["coding_sequence_variant"]
UTR5 = BIT["5_prime_UTR_variant"]
UTR3 = BIT["3_prime_UTR_variant"]
NON_CODING_EXON = BIT["non_coding_transcript_exon_variant"]
NON_CODING = BIT["non_coding_transcript_variant"]
INTRON = BIT["intron_variant"]
NMD_TRANSCRIPT = BIT["NMD_transcript_variant"]
UPSTREAM = BIT["upstream_gene_variant"]
DOWNSTREAM = BIT["downstream_gene_variant"]
INTERGENIC = BIT["intergenic_variant"]
UNSPECIFIC = BIT["sequence_variant"]
ABLATION = BIT["transcript_ablation"]
AMPLIFICATION = BIT["transcript_amplification"]
TRUNCATION = BIT["feature_truncation"]
ELONGATION = BIT["feature_elongation"]

ESSENTIAL_SPLICE = SPLICE_DONOR | SPLICE_ACCEPTOR

IMPACT_ORDER: dict[Impact, int] = {impact: n for n, impact in enumerate(Impact)}
IMPACT_OF_RANK = np.array([IMPACT_ORDER[i] for i in SO_IMPACT.values()] + [3], dtype=np.int8)
"""Impact class by rank: 0 HIGH to 3 MODIFIER; an empty mask is MODIFIER."""


def worst_rank(mask: npt.NDArray[np.int64]) -> npt.NDArray[np.int16]:
    """Rank of the most severe term of each mask; :data:`NO_RANK` where the mask is empty."""
    lowest = mask & -mask
    rank = np.log2(np.where(lowest > 0, lowest, 1).astype(np.float64)).astype(np.int16)
    return np.where(mask == 0, np.int16(NO_RANK), rank).astype(np.int16)


def distinct(
    values: npt.NDArray[np.int64],
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Ascending distinct values, and each value's place among them (``np.unique`` loads more)."""
    order = np.argsort(values, kind="stable")
    ascending = values[order]
    new = np.ones(len(values), dtype=bool)
    new[1:] = ascending[1:] != ascending[:-1]
    place = np.empty(len(values), dtype=np.int64)
    place[order] = np.cumsum(new) - 1
    return ascending[new], place


def names(mask: int) -> tuple[str, ...]:
    """Terms of a mask, most severe first."""
    found = []
    while mask:
        low = mask & -mask
        found.append(TERMS[low.bit_length() - 1])
        mask ^= low
    return tuple(found)
