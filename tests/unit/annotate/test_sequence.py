from __future__ import annotations

import random

import numpy as np
import pytest

from rareplan.knowledge.sequence import UNKNOWN, PackedSequence, encode, reverse_complement


def test_packing_keeps_every_base_and_every_n() -> None:
    rng = random.Random(3)
    text = "".join(rng.choices("ACGTN", weights=[9, 9, 9, 9, 1], k=1003))
    packed = PackedSequence.from_text(text)
    assert len(packed.packed) == 251
    for _ in range(200):
        a, b = sorted(rng.choices(range(len(text) + 1), k=2))
        assert packed.text(a, b) == text[a:b]
    assert packed.text(-5, 3) == text[:3]
    assert packed.text(1000, 9999) == text[1000:]
    assert np.array_equal(packed.codes(np.arange(len(text))), encode(text))


def test_codes_outside_are_unknown() -> None:
    packed = PackedSequence.from_text("ACGT")
    assert packed.codes(np.array([-1, 0, 3, 4])).tolist() == [UNKNOWN, 0, 3, UNKNOWN]


@pytest.mark.parametrize(("text", "expected"), [("ACGTN", "NACGT"), ("", ""), ("aC", "Gt")])
def test_reverse_complement(text: str, expected: str) -> None:
    assert reverse_complement(text) == expected
