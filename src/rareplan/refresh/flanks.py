"""Bases of introns beside their exons, read from a genome: they name indels near splice sites.

Of every intron the first and the last :data:`FLANK` bases are kept (all of a short one), on the
forward strand, intron after intron in ascending order. Where a transcript's flanks begin is its
``intron_offset``; how long they are follows from its exons.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from rareplan.knowledge.sequence import PackedSequence, encode
from rareplan.knowledge.transcripts import flank_pieces

FLANK = 50
"""Splice windows end 17 bases into an intron; repeats that an indel shifts along are short."""

Arrays = dict[str, np.ndarray[Any, Any]]
Fetch = Callable[[int, int, int], str]


def flank_text(contig: int, exons: Sequence[tuple[int, int]], fetch: Fetch) -> str:
    """Flanks of a transcript's introns (exons ascending, 1-based inclusive); "" if not there."""
    pieces = [
        fetch(contig, start, end)
        for before, after in pairwise(exons)
        for start, end in flank_pieces(before[1] + 1, after[0] - 1, FLANK)
    ]
    text = "".join(pieces)
    return text if len(text) == flank_length(exons) else ""


def flank_length(exons: Sequence[tuple[int, int]]) -> int:
    """Bases of all flanks of a transcript."""
    return sum(
        end - start + 1
        for before, after in pairwise(exons)
        for start, end in flank_pieces(before[1] + 1, after[0] - 1, FLANK)
    )


def pack_flanks(texts: Sequence[str]) -> Arrays:
    """Arrays of the genome's part for transcripts with the given flanks, "" for none."""
    sizes = np.array([len(text) for text in texts], dtype=np.int64)
    packed = PackedSequence.from_codes(encode("".join(texts)))
    return {
        "flank_offset": np.where(sizes > 0, np.cumsum(sizes) - sizes, -1),
        "flank_size": sizes,
        "flank_packed": packed.packed,
        "flank_n_mask": packed.n_mask,
        "flank_bases": np.array([packed.length], dtype=np.int64),
    }


def with_flanks(
    rows: Iterable[Mapping[str, Any]], arrays: Mapping[str, np.ndarray[Any, Any]]
) -> Arrays:
    """The ``intron_*`` arrays of ``sequence.npz`` for the rows of the ``transcripts`` table.

    A transcript whose exons are others than when the genome was read gets none.
    """
    if "flank_offset" not in arrays:
        return {}
    place = {name: i for i, name in enumerate(arrays["transcript"].tolist())}
    offsets = []
    for row in rows:
        i = place.get(row["transcript"] or row["refseq"], -1)
        exons = list(zip(row["exon_starts"], row["exon_ends"], strict=True))
        fits = i >= 0 and flank_length(exons) == int(arrays["flank_size"][i])
        offsets.append(int(arrays["flank_offset"][i]) if fits else -1)
    return {
        "intron_offset": np.array(offsets, dtype=np.int64),
        "intron_flank": np.array([FLANK], dtype=np.int64),
        "intron_packed": arrays["flank_packed"],
        "intron_n_mask": arrays["flank_n_mask"],
        "intron_length": arrays["flank_bases"],
    }
