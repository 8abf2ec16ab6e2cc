"""The real files at hand: both engines give the same table."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.parity.conftest import Pair

pytestmark = [
    pytest.mark.parity,
    pytest.mark.shared,
    pytest.mark.slow,
]
FILES = [
    ("talos_trio.vcf.gz", "talos_trio.ped", "auto", ""),
    ("643594.clinical.vcf.gz", "643594.ped", "auto", ""),
    ("ashk-trio.vcf.gz", "ashk-trio.ped", "auto", ""),
    ("NA12878.dominant.vcf.gz", "", "GRCh37", ""),
    ("miller.vcf.gz", "", "auto", ""),
    ("hail_sample.vcf", "", "GRCh37", "C1046::HG02024"),
]


@pytest.mark.parametrize(("vcf", "ped", "assembly", "proband"), FILES, ids=[f[0] for f in FILES])
def test_real(
    vcf: str,
    ped: str,
    assembly: str,
    proband: str,
    shared_data: Path,
    both: Callable[..., Pair],
) -> None:
    folder = shared_data / "vcf"
    both(folder / vcf, folder / ped if ped else None, assembly=assembly, proband=proband).check()
