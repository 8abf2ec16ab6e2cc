"""The real files at hand run to the end, and the spiked genes are found."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.conftest import Run

pytestmark = pytest.mark.shared


@pytest.mark.parametrize(
    ("stem", "gene"),
    [("miller", "DHODH"), ("NA12878.recessive", "SUCLA2"), ("NA12878.dominant", "KCNA2")],
)
def test_spiked_exome(stem: str, gene: str, shared_data: Path, run_in: Callable[..., Run]) -> None:
    vcf = shared_data / "vcf"
    run = run_in(vcf / f"{stem}.vcf.gz", "--hpo", vcf / f"{stem}.hpo.txt")
    assert run.code == 0, run.err
    rank = run.rank_of(gene)
    assert rank is not None
    assert rank <= 5


@pytest.mark.parametrize(
    ("vcf", "ped", "hpo"),
    [
        ("ashk-trio.vcf.gz", "ashk-trio.ped", "643594.hpo.txt"),
        ("643594.clinical.vcf.gz", "643594.ped", "643594.hpo.txt"),
        ("talos_trio.vcf.gz", "talos_trio.ped", "talos_trio.hpo.txt"),
    ],
)
def test_family(
    vcf: str, ped: str, hpo: str, shared_data: Path, run_in: Callable[..., Run]
) -> None:
    folder = shared_data / "vcf"
    run = run_in(folder / vcf, "--ped", folder / ped, "--hpo", folder / hpo)
    assert run.code == 0, run.err
    ledger = run.case["ledger"]
    assert ledger["alleles"] == ledger["passed"] + sum(r["stopped"] for r in ledger["rules"])


def test_three_single_sample_files_are_merged(
    shared_data: Path, run_in: Callable[..., Run]
) -> None:
    folder = shared_data / "vcf"
    files = [folder / f"talos_trio.{who}.vcf.gz" for who in ("proband", "father", "mother")]
    extra = ["--ped", folder / "talos_trio.ped", "--hpo", folder / "talos_trio.hpo.txt"]
    merged = run_in(*files, *extra, out="merged")
    assert merged.code == 0, merged.err
    joint = run_in(folder / "talos_trio.vcf.gz", *extra, out="joint")
    assert joint.code == 0, joint.err
    genes = [{c["gene"] for c in run.case["candidates"]} for run in (merged, joint)]
    assert genes[0] == genes[1]
