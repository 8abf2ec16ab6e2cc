"""Where single positions lie in transcripts: exon or intron, distance to splice sites, offset.

Everything here is vectorised over m pairs of position and transcript.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rareplan.knowledge.transcripts import CONTIG_SHIFT, TranscriptBundle

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

FAR = 1 << 30
"""Distance that stands for "there is no such splice site"."""
SHORT_INTRON = 13
"""Introns up to this length are frameshift introns of the model, not spliced (VEP)."""


@dataclass(frozen=True)
class Places:
    """Place of m positions in their transcripts.

    ``exon`` is the row of the exon, or of the exon on the lower-coordinate side of the intron.
    ``anchor`` is the 0-based spliced offset of the base itself or, in an intron, of the nearest
    exon base (the upstream one when both are equally near), and ``offset`` the signed distance
    from it as in HGVS (0 in exons). ``donor``/``acceptor`` are the distances into the intron
    from its 5' and 3' end (1 = the first intronic base; FAR outside introns). ``border`` is the
    distance to the nearest splice border within an exon (1 = the last exonic base; FAR if none).
    """

    inside: Bools
    exonic: Bools
    before: Bools
    exon: Ints
    anchor: Ints
    offset: Ints
    donor: Ints
    acceptor: Ints
    border: Ints
    short_intron: Bools


def place(bundle: TranscriptBundle, row: Ints, pos: Ints) -> Places:
    """Places of 1-based positions ``pos`` in transcripts ``row`` (m each).

    ``before`` marks positions on the 5' side of the transcript; with ``inside`` False and
    ``before`` False the position lies on the 3' side.
    """
    inside = (pos >= bundle.start[row]) & (pos <= bundle.end[row])
    forward = bundle.strand[row] > 0
    first, last = bundle.exon_offset[row], bundle.exon_offset[row + 1] - 1
    exon = np.searchsorted(bundle.exon_key, row << CONTIG_SHIFT | pos, side="right") - 1
    exon = np.clip(exon, first, last)
    begin, end = bundle.exon_start[exon], bundle.exon_end[exon]
    exonic = inside & (pos <= end)
    intronic = inside & ~exonic
    after = np.minimum(exon + 1, last)
    low = np.where(intronic, pos - end, FAR)
    high = np.where(intronic, bundle.exon_start[after] - pos, FAR)
    donor, acceptor = np.where(forward, low, high), np.where(forward, high, low)
    spliced = bundle.exon_spliced
    in_exon = np.where(forward, pos - begin, end - pos)
    upstream = np.where(forward, exon, after)
    downstream = np.where(forward, after, exon)
    upstream_last = spliced[upstream] + bundle.exon_end[upstream] - bundle.exon_start[upstream]
    near_donor = donor <= acceptor
    anchor = np.where(near_donor, upstream_last, spliced[downstream])
    offset = np.where(near_donor, donor, -acceptor)
    to_low = np.where(exonic & (exon > first), pos - begin + 1, FAR)
    to_high = np.where(exonic & (exon < last), end - pos + 1, FAR)
    return Places(
        inside=inside,
        exonic=exonic,
        before=np.where(forward, pos < bundle.start[row], pos > bundle.end[row]),
        exon=exon,
        anchor=np.where(intronic, anchor, spliced[exon] + in_exon),
        offset=np.where(intronic, offset, 0),
        donor=donor,
        acceptor=acceptor,
        border=np.minimum(to_low, to_high),
        short_intron=intronic & (low + high - 1 <= SHORT_INTRON),
    )
