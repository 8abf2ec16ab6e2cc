"""Every fault of a VCF's container and header is found and named."""

from __future__ import annotations

import gzip
from pathlib import Path

import pysam
import pytest

from rareplan.model.genome import Assembly
from rareplan.read.vcf_header import read_header, settle_assembly

COLUMNS = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT"
CHR1 = {Assembly.GRCH37: 249250621, Assembly.GRCH38: 248956422}


def vcf_text(*samples: str, contigs: str = "", extra: str = "") -> str:
    head = f"##fileformat=VCFv4.2\n{contigs}{extra}{COLUMNS}\t" + "\t".join(samples) + "\n"
    return head + "1\t100\t.\tA\tG\t50\tPASS\t.\tGT" + "\t0/1" * len(samples) + "\n"


def contig(assembly: Assembly, name: str = "1") -> str:
    return f"##contig=<ID={name},length={CHR1[assembly]}>\n"


def write(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def bgzip(path: Path, text: str) -> Path:
    with pysam.BGZFile(str(path), "w") as out:
        out.write(text.encode())
    return path


@pytest.mark.parametrize("assembly", list(Assembly))
@pytest.mark.parametrize("name", ["1", "chr1"])
def test_assembly_from_contig_lengths(tmp_path: Path, assembly: Assembly, name: str) -> None:
    path = write(tmp_path / "a.vcf", vcf_text("s", contigs=contig(assembly, name)))
    header, faults = read_header(path)
    assert not faults
    assert header is not None
    assert header.assemblies == {assembly}
    assert header.samples == ("s",)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("##reference=file:///refs/human_g1k_v37.fasta\n", Assembly.GRCH37),
        ("##reference=/data/hg38/Homo_sapiens_assembly38.fasta\n", Assembly.GRCH38),
        ("##contig=<ID=1,assembly=b37>\n", Assembly.GRCH37),
    ],
)
def test_assembly_from_words_when_no_lengths(tmp_path: Path, line: str, expected: Assembly) -> None:
    header, _ = read_header(write(tmp_path / "a.vcf", vcf_text("s", extra=line)))
    assert header is not None
    assert header.assemblies == {expected}


def test_compression_is_told(tmp_path: Path) -> None:
    text = vcf_text("s")
    plain, _ = read_header(write(tmp_path / "a.vcf", text))
    gz, _ = read_header(write(tmp_path / "b.vcf.gz", gzip.compress(text.encode())))
    bg, _ = read_header(bgzip(tmp_path / "c.vcf.gz", text))
    assert [h.compression for h in (plain, gz, bg) if h] == ["none", "gzip", "bgzip"]


def test_truncated_bgzip(tmp_path: Path) -> None:
    path = bgzip(tmp_path / "a.vcf.gz", vcf_text("s"))
    write(path, path.read_bytes()[:-20])
    header, faults = read_header(path)
    assert header is None
    assert "truncated" in faults[0].found


BROKEN = {
    "empty": ("", "an empty file"),
    "no fileformat": ("hello\n", "no ##fileformat=VCF line"),
    "no column line": ("##fileformat=VCFv4.2\n1\t2\n", "no #CHROM line"),
    "spaces for tabs": (
        "##fileformat=VCFv4.2\n#CHROM POS ID REF ALT QUAL FILTER INFO FORMAT s\n",
        "a column line that is not VCF's",
    ),
    "no samples": (
        "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n",
        "no sample columns",
    ),
    "double sample": (vcf_text("s", "s"), "1 sample name(s) more than once"),
    "damaged gzip": (b"\x1f\x8b\x08\x00garbage that is not deflate", "damaged gzip data"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_files(tmp_path: Path, name: str) -> None:
    content, message = BROKEN[name]
    header, faults = read_header(write(tmp_path / "a.vcf", content))
    assert header is None
    assert message in faults[0].found


def test_missing_file_and_folder(tmp_path: Path) -> None:
    assert read_header(tmp_path / "none.vcf")[1][0].found == "no such file"
    assert read_header(tmp_path)[1][0].found == "a folder"


def settled(tmp_path: Path, texts: list[str], wanted: str) -> tuple[Assembly | None, list[str]]:
    headers = []
    for number, text in enumerate(texts):
        header, faults = read_header(write(tmp_path / f"{number}.vcf", text))
        assert header is not None, faults
        headers.append(header)
    assembly, found = settle_assembly(headers, wanted)
    return assembly, [f.found for f in found]


def test_two_assemblies_in_one_header(tmp_path: Path) -> None:
    both = contig(Assembly.GRCH37) + "##contig=<ID=chr2,length=242193529>\n"
    assembly, faults = settled(tmp_path, [vcf_text("s", contigs=both)], "auto")
    assert assembly is None
    assert faults == ["contigs of GRCh37 and of GRCh38"]


def test_two_assemblies_in_two_files(tmp_path: Path) -> None:
    texts = [vcf_text(a.value, contigs=contig(a)) for a in Assembly]
    assert settled(tmp_path, texts, "auto")[0] is None


def test_assembly_must_be_told_when_unknown(tmp_path: Path) -> None:
    assert settled(tmp_path, [vcf_text("s")], "auto")[0] is None
    assert settled(tmp_path, [vcf_text("s")], "GRCh38") == (Assembly.GRCH38, [])


def test_assembly_against_the_option(tmp_path: Path) -> None:
    text = vcf_text("s", contigs=contig(Assembly.GRCH37))
    assembly, faults = settled(tmp_path, [text], "GRCh38")
    assert assembly is None
    assert faults == ["a header of GRCh37"]
