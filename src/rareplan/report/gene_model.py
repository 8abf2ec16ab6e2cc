"""The exons and domains of a transcript as pictures need them, to be kept in case.json."""

from __future__ import annotations

from collections.abc import Sequence

from rareplan.knowledge.store import KnowledgeBase
from rareplan.model.result import Candidate, ConsequenceView, DomainView, ExonView

# Candidates whose transcripts are kept: the leading one may be any of the first few.
_DRAWN = 5


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


def with_gene_models(candidates: tuple[Candidate, ...], kb: KnowledgeBase) -> tuple[Candidate, ...]:
    """The candidates with the exons and domains of their reported transcripts.

    Only the first few are drawn, so only those carry them; a transcript that the snapshot
    does not hold stays without. Coordinates are GRCh38, whatever the input's assembly.
    """
    if not kb.has("transcripts"):
        return candidates
    drawn = [_with_model(candidate, kb) for candidate in candidates[:_DRAWN]]
    return (*drawn, *candidates[_DRAWN:])


def _with_model(candidate: Candidate, kb: KnowledgeBase) -> Candidate:
    variants = tuple(
        variant.model_copy(update={"consequence": _filled(variant.consequence, variant.gene, kb)})
        for variant in candidate.variants
    )
    return candidate.model_copy(update={"variants": variants})


def _filled(view: ConsequenceView, gene: str, kb: KnowledgeBase) -> ConsequenceView:
    from rareplan.knowledge.gene_facts import domains_of
    from rareplan.knowledge.transcripts import TranscriptBundle

    bundle = TranscriptBundle.from_knowledge(kb)
    rows = (bundle.transcript == view.transcript).nonzero()[0] if view.transcript else []
    if len(rows) == 0:
        return view
    row = int(rows[0])
    span = slice(int(bundle.exon_offset[row]), int(bundle.exon_offset[row + 1]))
    exons = exon_views(
        bundle.exon_start[span].tolist(),
        bundle.exon_end[span].tolist(),
        int(bundle.cds_start[row]),
        int(bundle.cds_end[row]),
        int(bundle.strand[row]),
    )
    stem = view.transcript.partition(".")[0]
    domains = tuple(
        DomainView(name=d.name, start_aa=d.start_aa, end_aa=d.end_aa)
        for d in domains_of(kb, gene)
        if d.transcript.partition(".")[0] == stem
    )
    return view.model_copy(
        update={"exons": exons, "domains": domains, "strand": int(bundle.strand[row])}
    )
