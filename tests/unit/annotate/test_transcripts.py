from __future__ import annotations

import random

import numpy as np
import pyarrow as pa
import pytest
from tests.builders.genes import Gene, bundle_from, random_world, transcript_table

from rareplan.errors import KnowledgeError
from rareplan.knowledge.transcripts import FLANK, TranscriptBundle


def test_overlaps_equal_brute_force() -> None:
    rng = random.Random(11)
    genes = []
    for n in range(120):
        start = rng.randint(1, 200_000)
        genes.append(
            Gene(f"G{n}", rng.choice((1, -1)), [(start, start + rng.randint(1, 30_000))],
                 contig=rng.choice((1, 2, 23)))
        )  # fmt: skip
    bundle = bundle_from(genes)
    contig = np.array([rng.choice((1, 2, 3, 23)) for _ in range(400)], dtype=np.int8)
    start = np.array([rng.randint(1, 260_000) for _ in range(400)])
    end = start + np.array([rng.choice((0, 0, 3, 20_000)) for _ in range(400)])
    query, row = bundle.overlaps(contig, start, end)
    expected = [
        (q, t)
        for q in range(400)
        for t in range(len(bundle))
        if bundle.contig[t] == contig[q]
        and bundle.start[t] - FLANK <= end[q]
        and bundle.end[t] + FLANK >= start[q]
    ]
    assert list(zip(query.tolist(), row.tolist(), strict=True)) == expected


def test_bundle_is_sorted_and_spliced_offsets_follow_the_strand() -> None:
    late = Gene("B", -1, [(500, 509), (600, 619)], (505, 610))
    early = Gene("A", 1, [(100, 109), (200, 219)], (105, 210))
    bundle = bundle_from([late, early])
    assert bundle.transcript.tolist() == ["ENSTA", "ENSTB"]
    assert bundle.exon_spliced.tolist() == [0, 10, 20, 0]
    assert bundle.length.tolist() == [30, 30]
    assert (bundle.cds_first[0], bundle.cds_stop[0]) == (5, 21)
    assert (bundle.cds_first[1], bundle.cds_stop[1]) == (9, 25)


def test_take_keeps_exons_with_their_transcripts() -> None:
    bundle = random_world(5, 6).bundle()
    part = bundle.take(np.array([1, 4]))
    assert part.transcript.tolist() == bundle.transcript[[1, 4]].tolist()
    exons = slice(int(bundle.exon_offset[4]), int(bundle.exon_offset[5]))
    assert part.exon_start[part.exon_offset[1] :].tolist() == bundle.exon_start[exons].tolist()


def test_broken_tables_are_refused() -> None:
    table = transcript_table([Gene("A", 1, [(100, 90)])], [-1])
    with pytest.raises(KnowledgeError, match="end before they start"):
        TranscriptBundle.from_table(table)
    table = transcript_table([Gene("A", 1, [(100, 190)], (50, 150))], [-1])
    with pytest.raises(KnowledgeError, match="outside its exons"):
        TranscriptBundle.from_table(table)
    with pytest.raises(KnowledgeError, match="lacks the columns"):
        TranscriptBundle.from_table(pa.table({"transcript": ["A"]}))
