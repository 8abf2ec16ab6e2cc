"""The exons of a transcript as pictures need them; the pipeline stores them in case.json."""

from __future__ import annotations

from collections.abc import Sequence

from rareplan.model.result import ExonView


def exon_views(
    exon_starts: Sequence[int],
    exon_ends: Sequence[int],
    cds_start: int,
    cds_end: int,
    strand: int,
) -> tuple[ExonView, ...]:
    """Exons in transcript order with the coding length of each.

    Args:
        exon_starts: genomic starts, 1-based inclusive, ascending.
        exon_ends: genomic ends, 1-based inclusive, ascending.
        cds_start: lowest coding base on the genome; 0 for a non-coding transcript.
        cds_end: highest coding base on the genome; 0 for a non-coding transcript.
        strand: 1 or -1.
    """
    spans = sorted(zip(map(int, exon_starts), map(int, exon_ends), strict=True))
    if strand < 0:
        spans.reverse()
    last = len(spans)
    return tuple(
        _exon_view(number, span, (cds_start, cds_end), inner=1 < number < last)
        for number, span in enumerate(spans, start=1)
    )


def _exon_view(
    number: int, span: tuple[int, int], cds: tuple[int, int], *, inner: bool
) -> ExonView:
    start, end = span
    coding = max(0, min(end, cds[1]) - max(start, cds[0]) + 1) if cds[1] else 0
    length = end - start + 1
    skippable = inner and coding == length and length % 3 == 0
    return ExonView(
        number=number,
        start=start,
        end=end,
        coding_length=coding,
        skippable=skippable if cds[1] else None,
    )
