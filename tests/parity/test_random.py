"""Fifty random VCFs, seeded: both engines give the same table."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.builders.vcf_builder import TRIO_PED, VcfBuilder
from tests.parity.conftest import Pair

pytestmark = [pytest.mark.parity, pytest.mark.slow]
TRIO = ("proband", "father", "mother")
PLACES = [("2", 210_556_600, 210_679_100), ("X", 71_107_000, 71_112_000), ("MT", 3_300, 4_300),
          ("17", 43_044_295, 43_125_364), ("Y", 2_786_900, 2_787_700)]  # fmt: skip
CALLS = ["0/0", "0/1", "1/1", "./.", "0|1", "1|0", "./1", "1", "0", ".", "0/1:.:.:.",
         "0/1:19,3:22:21", "1/1:1,30:31:99"]  # fmt: skip


def random_vcf(seed: int) -> VcfBuilder:
    rng = random.Random(seed)
    builder = VcfBuilder(samples=TRIO, prefix=rng.choice(["chr", ""]))
    used: set[tuple[str, int]] = set()
    for _ in range(rng.randrange(20, 60)):
        chrom, low, high = rng.choice(PLACES)
        pos = rng.randrange(low, high)
        if (chrom, pos) in used:
            continue
        used.add((chrom, pos))
        ref = "".join(rng.choices("ACGT", k=rng.choice([1, 1, 1, 2, 4])))
        options = {"".join(rng.choices("ACGT", k=rng.choice([1, 1, 2, 3]))) for _ in range(2)} - {
            ref
        }
        alts = options or {"<DEL>"}
        alt = ",".join(sorted(alts)[: rng.choice([1, 1, 2])])
        info = {"SVTYPE": "DEL", "END": str(pos + rng.randrange(50, 5000))} if not options else {}
        if rng.random() < 0.6:
            one = rng.choice(["0.001", "0.02", "0.3", "0.0000123", "."])
            info["gnomAD_grpmax_AF"] = ",".join([one] * len(alt.split(",")))
        calls = [rng.choice(CALLS) for _ in TRIO]
        builder.add(
            chrom, pos, ref, alt, *calls, info=info, filters=rng.choice(["PASS", ".", "LowQual"])
        )
    return builder


@pytest.mark.parametrize("block", range(5))
def test_random(block: int, tmp_path: Path, both: Callable[..., Pair]) -> None:
    for seed in range(block * 10, block * 10 + 10):
        folder = tmp_path / str(seed)
        folder.mkdir()
        vcf = random_vcf(seed).write(folder / "family.vcf.gz")
        ped = folder / "family.ped"
        ped.write_text(TRIO_PED)
        both(vcf, ped).check()
