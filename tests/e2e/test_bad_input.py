"""Bad input ends with exit code 2, one line a fault, no traceback, nothing written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pysam
import pytest

from tests.e2e.conftest import Run

HEAD = (
    "##fileformat=VCFv4.2\n##contig=<ID=chr1,length=248956422>\n"
    '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">\n'
    "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tkid\n"
)
GOOD = HEAD + "chr1\t100\t.\tA\tG\t50\tPASS\t.\tGT\t0/1\n"


def good(folder: Path) -> Path:
    path = folder / "kid.vcf"
    path.write_text(GOOD)
    return path


def terms(folder: Path, text: str = "HP:0001250\n") -> Path:
    path = folder / "terms.txt"
    path.write_text(text)
    return path


def missing(folder: Path) -> list[object]:
    return [folder / "none.vcf", "--hpo", terms(folder)]


def truncated(folder: Path) -> list[object]:
    path = folder / "kid.vcf.gz"
    with pysam.BGZFile(str(path), "w") as out:
        out.write(GOOD.encode())
    path.write_bytes(path.read_bytes()[:-10])
    return [path, "--hpo", terms(folder)]


def not_vcf(folder: Path) -> list[object]:
    path = folder / "kid.vcf"
    path.write_text("a,b,c\n")
    return [path, "--hpo", terms(folder)]


def stranger(folder: Path) -> list[object]:
    ped = folder / "f.ped"
    ped.write_text("F\tkid\tdad\t0\t1\t2\nF\tdad\t0\t0\t1\t1\n")
    return [good(folder), "--ped", ped, "--hpo", terms(folder)]


def no_term(folder: Path) -> list[object]:
    return [good(folder), "--hpo", terms(folder, "# nothing\n")]


def unknown_term(folder: Path) -> list[object]:
    return [good(folder), "--hpo", terms(folder, "Seizurre of the moon\nHP:9999999\n")]


def two_assemblies(folder: Path) -> list[object]:
    path = folder / "kid.vcf"
    path.write_text(GOOD.replace("##FORMAT", "##contig=<ID=chr2,length=243199373>\n##FORMAT", 1))
    return [path, "--hpo", terms(folder)]


def wild_genotype(folder: Path) -> list[object]:
    path = folder / "kid.vcf"
    path.write_text(GOOD.replace("0/1", "0/7"))
    return [path, "--hpo", terms(folder)]


def unknown_setting(folder: Path) -> list[object]:
    config = folder / "t.toml"
    config.write_text("[quality]\nmin_gqq = 20\n")
    return [good(folder), "--hpo", terms(folder), "--config", config]


CASES: dict[str, tuple[Callable[[Path], list[object]], str, int]] = {
    "no such file": (missing, "no such file", 1),
    "truncated bgzip": (truncated, "truncated", 1),
    "not a VCF": (not_vcf, "no ##fileformat=VCF line", 1),
    "PED stranger": (stranger, "'dad' in the PED but not in the VCF", 1),
    "no term": (no_term, "no HPO term", 1),
    "unknown terms": (unknown_term, "not an HPO term", 2),
    "two assemblies": (two_assemblies, "GRCh37 and of GRCh38", 1),
    "GT of an absent allele": (wild_genotype, "GT '0/7', which names an allele", 1),
    "unknown setting": (unknown_setting, "min_gqq", 1),
}


@pytest.mark.parametrize("name", CASES)
def test_bad_input(name: str, tmp_path: Path, run_in: Callable[..., Run]) -> None:
    build, message, faults = CASES[name]
    run = run_in(*build(tmp_path))
    assert run.code == 2, run.err
    assert message in run.err
    assert "Traceback" not in run.err
    lines = [line for line in run.err.splitlines() if line.strip()]
    assert len(lines) == faults
    assert all(line.startswith("error: ") for line in lines)
    assert not run.folder.exists()
    assert not list(tmp_path.glob(".*partial*"))


def test_all_faults_at_once(tmp_path: Path, run_in: Callable[..., Run]) -> None:
    ped = tmp_path / "f.ped"
    ped.write_text("F\tkid\t0\t0\tboy\t2\n")
    run = run_in(tmp_path / "none.vcf", "--ped", ped, "--hpo", terms(tmp_path, "Nonsense word\n"))
    assert run.code == 2
    assert "no such file" in run.err
    assert "not an HPO term" in run.err


def test_a_folder_with_other_files_is_never_written_over(
    tmp_path: Path, run_in: Callable[..., Run]
) -> None:
    target = tmp_path / "run"
    target.mkdir()
    (target / "letter.txt").write_text("mine")
    run = run_in(good(tmp_path), "--hpo", terms(tmp_path))
    assert run.code == 2
    assert [p.name for p in target.iterdir()] == ["letter.txt"]
