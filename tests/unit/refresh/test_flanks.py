"""A genome's bases beside the exons name indels near splice sites; a small piece made here."""

from __future__ import annotations

import numpy as np
import pytest
from tests.builders.genes import Gene, World, random_world, transcript_table

from rareplan.annotate.explain import explain
from rareplan.annotate.view import view
from rareplan.knowledge.sequence import PackedSequence, encode
from rareplan.knowledge.transcripts import TranscriptBundle
from rareplan.refresh.flanks import FLANK, flank_text, pack_flanks, with_flanks


def bundle_with_flanks(world: World) -> TranscriptBundle:
    genes = sorted(world.genes, key=lambda g: g.exons[0][0])
    texts = [world.rna(g) for g in genes]
    offsets = np.cumsum([0, *map(len, texts)])[:-1].tolist()
    table = transcript_table(genes, offsets)
    packed = PackedSequence.from_codes(encode("".join(texts)))
    part = pack_flanks([flank_text(g.contig, g.exons, world.fetch) for g in genes])
    part["transcript"] = np.array([g.ident for g in genes])
    arrays = {
        "packed": packed.packed, "n_mask": packed.n_mask, "length": np.array([packed.length]),
        **with_flanks(table.to_pylist(), part),
    }  # fmt: skip
    return TranscriptBundle.from_table(table, arrays)


def test_every_indel_beside_an_exon_is_named_as_with_the_whole_genome() -> None:
    world = random_world(11, 30)
    bundle = bundle_with_flanks(world)
    rng = np.random.default_rng(3)
    seq = world.genome[1]
    compared = shifted = duplicated = 0
    for row in range(len(bundle)):
        one = view(bundle, row)
        for end, start in zip(one.exon_ends, one.exon_starts[1:], strict=False):
            for border in (end, start - 9):
                pos = border + int(rng.integers(0, 8))
                size = int(rng.integers(1, 4))
                if rng.random() < 0.5:
                    ref, alt = seq[pos - 1 : pos + size], seq[pos - 1]
                else:
                    ref = seq[pos - 1]
                    alt = ref + seq[pos : pos + size]
                whole = explain(one, pos, ref, alt, world.fetch)
                near = explain(one, pos, ref, alt)
                assert (near.hgvs_c, near.hgvs_shifted) == (whole.hgvs_c, whole.hgvs_shifted)
                compared += 1
                shifted += whole.hgvs_shifted
                duplicated += whole.hgvs_c.endswith("dup")
    assert compared > 200
    assert shifted > 150
    assert duplicated > 50


@pytest.mark.parametrize("strand", [1, -1])
def test_what_lies_beyond_the_flank_is_not_guessed(strand: int) -> None:
    repeat = "T" * (FLANK + 20) if strand > 0 else "A" * (FLANK + 20)
    pad = "ACGTTGCA" * 10
    intron = "G" + repeat + "CCGGCCGG" * 20 if strand > 0 else "CCGGCCGG" * 20 + repeat + "C"
    exons = ("ATGGCTTTC", "CACCACTAA") if strand > 0 else ("TTAGTGGTG", "GAAAGCCAT")
    text = pad + exons[0] + intron + exons[1] + pad
    first = (len(pad) + 1, len(pad) + 9)
    second = (first[1] + len(intron) + 1, first[1] + len(intron) + 9)
    world = World([Gene("TOY", strand, [first, second], (first[0], second[1]))], {1: text})
    one = view(bundle_with_flanks(world), 0)
    pos = first[1] + 3 if strand > 0 else second[0] - 4
    base = text[pos - 1]
    blind = explain(one, pos, text[pos - 1 : pos + 1], base)
    assert not blind.hgvs_shifted
    assert explain(one, pos, text[pos - 1 : pos + 1], base, world.fetch).hgvs_shifted
