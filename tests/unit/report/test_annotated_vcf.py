from __future__ import annotations

import gzip
from pathlib import Path

import pysam
import pytest
from tests.builders.case_result_builder import negative, solved_trio

from rareplan.report.annotated_vcf import write_annotated_vcf
from rareplan.report.vcf_tags import allele_key

HEAD = "##fileformat=VCFv4.2\n##contig=<ID=chr1>\n##contig=<ID=chr2>\n"
COLUMNS = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"


def vcf(path: Path, samples: str, *lines: str, head: str = HEAD) -> Path:
    columns = f"{COLUMNS}\tFORMAT\t{samples}" if samples else COLUMNS
    text = "\n".join([f"{head}{columns}", *lines, ""])
    path.write_bytes(text.replace(" ", "\t").encode())
    return path


def records(path: Path) -> list[list[str]]:
    with gzip.open(path, "rt", encoding="utf-8") as handle:
        return [line.rstrip("\n").split("\t") for line in handle if not line.startswith("#")]


def info(record: list[str]) -> dict[str, str]:
    return dict(f.partition("=")[::2] for f in record[7].split(";"))


FAMILY = ("P1", "M1")
FIRST = "chr2 210591886 . C T 50 PASS DP=30 GT 0/1"
SECOND = "chr2 210606800 . G T 50 PASS . GT 0/1"
OTHER = "chr1 100 rs1 A G . PASS . GT 0/0"


def test_candidates_are_tagged_and_the_rest_is_passed_through(tmp_path: Path) -> None:
    source = vcf(tmp_path / "in.vcf", "P1", OTHER, FIRST, SECOND)
    out = tmp_path / "annotated.vcf.gz"
    missing = write_annotated_vcf([source], solved_trio(), out, FAMILY)
    rows = records(out)
    assert rows[0] == OTHER.split()
    assert info(rows[1])["RAREPLAN_GENE"] == "CPS1"
    assert info(rows[1])["DP"] == "30"
    assert info(rows[2])["RAREPLAN_MODE"] == "AR%20compound%20heterozygous"
    assert missing == ("2-165310413-G-A",)


def test_the_file_is_bgzip_with_an_index_that_works(tmp_path: Path) -> None:
    out = tmp_path / "annotated.vcf.gz"
    write_annotated_vcf(
        [vcf(tmp_path / "in.vcf", "P1", OTHER, FIRST, SECOND)], solved_trio(), out, FAMILY
    )
    assert Path(f"{out}.tbi").is_file()
    with pysam.VariantFile(str(out)) as opened:
        hits = list(opened.fetch("chr2", 210591885, 210591886))
    assert [h.info["RAREPLAN_RANK"] for h in hits] == [(1,)]
    assert hits[0].info["RAREPLAN_PROBABILITY"][0] == pytest.approx(0.95)


@pytest.mark.parametrize("pack", ["plain", "gzip", "crlf"])
def test_unsorted_input_of_any_packing_is_sorted(pack: str, tmp_path: Path) -> None:
    source = vcf(tmp_path / "in.vcf", "P1", SECOND, FIRST, OTHER)
    if pack == "gzip":
        packed = tmp_path / "in.vcf.gz"
        packed.write_bytes(gzip.compress(source.read_bytes()))
        source = packed
    elif pack == "crlf":
        source.write_bytes(source.read_bytes().replace(b"\n", b"\r\n"))
    out = tmp_path / "annotated.vcf.gz"
    write_annotated_vcf([source], solved_trio(), out, FAMILY)
    assert [(r[0], r[1]) for r in records(out)] == [
        ("chr1", "100"),
        ("chr2", "210591886"),
        ("chr2", "210606800"),
    ]
    pysam.VariantFile(str(out)).close()


def test_sorting_spills_to_disk_when_the_file_is_large(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rareplan.report.annotated_vcf._CHUNK", 3)
    lines = [f"chr1 {pos} . A G . . . GT 0/1" for pos in (9, 3, 7, 1, 8, 2, 6, 4, 5)]
    out = tmp_path / "annotated.vcf.gz"
    write_annotated_vcf([vcf(tmp_path / "in.vcf", "P1", *lines)], negative(), out, FAMILY)
    assert [int(r[1]) for r in records(out)] == list(range(1, 10))
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "annotated.vcf.gz", "annotated.vcf.gz.tbi", "in.vcf",
    ]  # fmt: skip


def test_several_files_become_one_with_all_samples(tmp_path: Path) -> None:
    child = vcf(tmp_path / "child.vcf", "P1", FIRST)
    mother = vcf(tmp_path / "mother.vcf", "M1", SECOND, OTHER)
    out = tmp_path / "annotated.vcf.gz"
    write_annotated_vcf([child, mother], solved_trio(), out, FAMILY)
    with pysam.VariantFile(str(out)) as opened:
        assert list(opened.header.samples) == ["P1", "M1"]
    assert [r[9:] for r in records(out)] == [[".", "0/0"], ["0/1", "."], [".", "0/1"]]


def test_people_of_other_families_are_left_out(tmp_path: Path) -> None:
    lines = ("chr1 100 . A G . . . GT 0/0 1/1 0/1", "chr1 200 . A G . . . GT 1/1 0/1 0/0")
    out = tmp_path / "annotated.vcf.gz"
    write_annotated_vcf([vcf(tmp_path / "in.vcf", "X1 P1 M1", *lines)], negative(), out, FAMILY)
    with pysam.VariantFile(str(out)) as opened:
        assert list(opened.header.samples) == ["P1", "M1"]
    assert [r[9:] for r in records(out)] == [["1/1", "0/1"], ["0/1", "0/0"]]
    assert "X1" not in gzip.decompress(out.read_bytes()).decode()


def test_a_multiallelic_record_is_tagged_by_allele(tmp_path: Path) -> None:
    line = "chr2 210591886 . C G,T 50 PASS . GT 1/2"
    out = tmp_path / "annotated.vcf.gz"
    write_annotated_vcf([vcf(tmp_path / "in.vcf", "P1", line)], solved_trio(), out, FAMILY)
    assert info(records(out)[0])["RAREPLAN_RANK"] == ".,1"


def test_a_record_with_shared_bases_is_recognised(tmp_path: Path) -> None:
    line = "chr2 210591884 . AACTT AATTT 50 PASS . GT 0/1"
    out = tmp_path / "annotated.vcf.gz"
    write_annotated_vcf([vcf(tmp_path / "in.vcf", "P1", line)], solved_trio(), out, FAMILY)
    assert info(records(out)[0])["RAREPLAN_HGVSC"] == "NM_001875.5:c.1003C>T"


def test_older_tags_are_replaced(tmp_path: Path) -> None:
    old = "chr1 100 . A G . PASS RAREPLAN_RANK=7;DP=3;RAREPLAN_GENE=OLD GT 0/1"
    head = HEAD + "##INFO=<ID=RAREPLAN_RANK,Number=1,Type=String,Description=old>\n"
    out = tmp_path / "annotated.vcf.gz"
    write_annotated_vcf(
        [vcf(tmp_path / "in.vcf", "P1", old, head=head)], solved_trio(), out, FAMILY
    )
    assert records(out)[0][7] == "DP=3"
    with gzip.open(out, "rt") as handle:
        assert sum("ID=RAREPLAN_RANK," in line for line in handle) == 1


def test_odd_headers_and_bytes_survive(tmp_path: Path) -> None:
    source = tmp_path / "in.vcf"
    source.write_bytes(
        b"##note=caf\xe9 latin-1\n##INFO=<ID=A,broken\n"
        + COLUMNS.encode()
        + b"\nGL000192.1\t5\t.\tA\tC\t.\t.\tUNDECLARED=x\xe9\nchr2\t210591886\t.\tc\tt\t.\t.\t.\n\n"
    )
    out = tmp_path / "annotated.vcf.gz"
    write_annotated_vcf([source], solved_trio(), out, FAMILY)
    data = gzip.decompress(out.read_bytes())
    assert b"##note=caf\xe9 latin-1" in data
    assert b"UNDECLARED=x\xe9" in data
    assert b"RAREPLAN_GENE=CPS1" in data  # lower-case bases are the same allele


def test_hostile_text_cannot_break_an_info_field(tmp_path: Path) -> None:
    result = solved_trio()
    evil = result.candidates[0].model_copy(update={"gene": "A;B=1,\tC\n#D"})
    out = tmp_path / "annotated.vcf.gz"
    write_annotated_vcf(
        [vcf(tmp_path / "in.vcf", "P1", FIRST)],
        result.model_copy(update={"candidates": (evil,)}),
        out,
        FAMILY,
    )
    (record,) = records(out)
    assert len(record) == 10
    assert info(record)["RAREPLAN_GENE"] == "A%3BB%3D1%2C%09C%0A%23D"


def test_a_file_without_samples_or_records(tmp_path: Path) -> None:
    out = tmp_path / "annotated.vcf.gz"
    write_annotated_vcf([vcf(tmp_path / "in.vcf", "")], negative(), out, FAMILY)
    assert records(out) == []


def test_trimming() -> None:
    assert allele_key("1", 10, "CAA", "CA") == "1-10-CA-C"
    assert allele_key("1", 10, "AAC", "AAG") == "1-12-C-G"
    assert allele_key("1", 10, "A", "<DEL>") == "1-10-A-<DEL>"
