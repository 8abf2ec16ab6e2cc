"""Files that a stranger may bring: what they hold is told, what they are not is said."""

from __future__ import annotations

import csv
import gzip
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from rareplan.cli.annotate import annotate
from rareplan.errors import InputError
from rareplan.knowledge.store import default_path

CONTIGS = {
    "GRCh38": "##contig=<ID=chr2,length=242193529>\n##contig=<ID=chrM,length=16569>\n",
    "GRCh37": "##contig=<ID=16,length=90354753>\n##contig=<ID=MT,length=16569>\n",
    "hg19": "##contig=<ID=chr16,length=90354753>\n##contig=<ID=chrM,length=16571>\n",
}
COLUMNS = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"
SITE = "chr2\t135912503\t.\tG\tA\t.\tPASS\t."


def text_of(*records: str, contigs: str = "GRCh38") -> str:
    return "\n".join(["##fileformat=VCFv4.2", CONTIGS[contigs] + COLUMNS, *records, ""])


def run(path: Path, out: str = "o.tsv") -> Result:
    arguments = [str(path), "--out", str(path.parent / out), "--pick", "--kb", str(default_path())]
    return CliRunner().invoke(annotate, arguments, catch_exceptions=False)


def rows(path: Path) -> list[dict[str, str]]:
    done = run(path)
    assert done.exit_code == 0, done.output
    with (path.parent / "o.tsv").open() as handle:
        return list(csv.DictReader(handle, delimiter="\t"))


def of_text(folder: Path, text: str) -> list[dict[str, str]]:
    path = folder / "in.vcf"
    path.write_bytes(text.encode("latin-1"))
    return rows(path)


def test_containers_and_line_ends_do_not_matter(tmp_path: Path) -> None:
    plain = of_text(tmp_path, text_of(SITE))
    assert plain[0]["gene"] == "DARS1"
    assert of_text(tmp_path, text_of(SITE).replace("\n", "\r\n")) == plain
    assert of_text(tmp_path, text_of(SITE).rstrip("\n")) == plain
    assert of_text(tmp_path, text_of(SITE) + "\n\n") == plain
    packed = tmp_path / "in.vcf.gz"
    packed.write_bytes(gzip.compress(text_of(SITE).encode()))
    assert rows(packed) == plain
    assert of_text(tmp_path, text_of()) == []


def test_alleles_that_are_no_bases_have_a_row_and_no_name(tmp_path: Path) -> None:
    odd = ["*", "<DEL>", "<NON_REF>", "C[chr2:500[", "]chr2:500]C", "CAT."]
    found = of_text(tmp_path, text_of(*(f"chr2\t135912503\t.\tG\t{a}\t.\t.\t." for a in odd)))
    assert [r["alt"] for r in found] == odd
    assert {(r["consequence"], r["hgvs_c"]) for r in found} == {("sequence_variant", "")}


@pytest.mark.parametrize(("ref", "alt"), [("R", "A"), ("G", "R"), ("N", "A"), ("G", "GN")])
def test_codes_for_several_bases_are_not_named(tmp_path: Path, ref: str, alt: str) -> None:
    (found,) = of_text(tmp_path, text_of(f"chr2\t135912503\t.\t{ref}\t{alt}\t.\t.\t."))
    assert (found["gene"], found["hgvs_c"], found["hgvs_p"]) == ("DARS1", "", "")


def test_small_letters_repeats_and_no_change(tmp_path: Path) -> None:
    small, big = of_text(
        tmp_path, text_of("chr2\t135912503\t.\tg\ta\t.\t.\t.", "chr2\t135912503\t.\tG\tA\t.\t.\t.")
    )
    assert small["hgvs_c"] == big["hgvs_c"] == "NM_001349.4:c.1213C>T"
    twice = of_text(tmp_path, text_of("chr2\t135912503\t.\tG\tA,A\t.\t.\t."))
    assert len(twice) == 2
    assert twice[0] == twice[1]
    (same,) = of_text(tmp_path, text_of("chr2\t135912503\t.\tG\tG\t.\t.\t."))
    assert same["hgvs_c"] == "NM_001349.4:c.1213="


@pytest.mark.parametrize(
    ("contigs", "record", "gene"),
    [
        ("GRCh38", "chrM\t3243\t.\tA\tG\t.\t.\t.", "MT-TL1"),
        ("GRCh37", "MT\t3243\t.\tA\tG\t.\t.\t.", "MT-TL1"),
        ("GRCh37", "16\t72050942\t.\tG\tA\t.\t.\t.", "DHODH"),
        ("hg19", "chr16\t72050942\t.\tG\tA\t.\t.\t.", "DHODH"),
        ("hg19", "chrM\t3243\t.\tA\tG\t.\t.\t.", ""),  # another sequence than rCRS
        ("GRCh38", "chr1_KI270706v1_random\t500\t.\tA\tG\t.\t.\t.", ""),
        ("GRCh38", "HLA-A*01:01\t5\t.\tA\tG\t.\t.\t.", ""),
    ],
)
def test_contigs(tmp_path: Path, contigs: str, record: str, gene: str) -> None:
    (found,) = of_text(tmp_path, text_of(record, contigs=contigs))
    assert found["gene"] == gene


def test_bytes_that_are_no_utf8_pass_through(tmp_path: Path) -> None:
    path = tmp_path / "in.vcf"
    line = SITE[:-1] + "note=caf\xe9"
    path.write_bytes(text_of(line).replace("##c", "##note=caf\xe9\n##c", 1).encode("latin-1"))
    assert run(path, "o.vcf").exit_code == 0
    out = (tmp_path / "o.vcf").read_bytes()
    assert b"##note=caf\xe9\n" in out
    assert b"\tnote=caf\xe9;RPCSQ=A|" in out


@pytest.mark.parametrize(
    ("record", "words"),
    [
        ("", "record 2: found an empty line"),
        ("chr2\t5\t.\tA", "record 2: found 4 columns"),
        (SITE.replace("\t", " "), "record 2: found 1 columns"),
        ("chr2\t5x\t.\tA\tG\t.\t.\t.", "a POS that is no whole number"),
        ("chr2\t0\t.\tA\tG\t.\t.\t.", "no position"),
        ("chr2\t942193529\t.\tA\tG\t.\t.\t.", "beyond the end of its contig"),
        ("chr2\t5\t.\tA\t\t.\t.\t.", "neither bases nor a symbol"),
        ("chr2\t5\t.\tA\tG,\t.\t.\t.", "neither bases nor a symbol"),
        ("chr2\t5\t.\t<DEL>\tG\t.\t.\t.", "not made of bases"),
        ("\t5\t.\tA\tG\t.\t.\t.", "without a contig name"),
    ],
)
def test_what_is_no_record_is_said_and_nothing_is_written(
    tmp_path: Path, record: str, words: str
) -> None:
    path = tmp_path / "in.vcf"
    path.write_text(text_of(SITE, record, SITE))
    with pytest.raises(InputError, match=words):
        run(path)
    assert [p.name for p in tmp_path.iterdir()] == ["in.vcf"]


@pytest.mark.parametrize("run_length", [1, 5, 1 << 40])
def test_records_of_one_codon_stay_in_one_block(tmp_path: Path, run_length: int) -> None:
    from rareplan.read.site_blocks import ROWS, iter_site_blocks
    from rareplan.read.vcf_header import read_header

    places = [10 * (i // run_length) + i % run_length + 1 for i in range(3 * ROWS)]
    path = tmp_path / "in.vcf"
    path.write_text(text_of(*(f"chr2\t{p}\t.\tA\tG\t.\t.\t." for p in places)))
    header, faults = read_header(path, sites_only=True)
    assert header is not None, faults
    blocks = list(iter_site_blocks(header))
    assert len(blocks) > 1
    assert [p for b in blocks for p in b.pos.tolist()] == places
    for one, two in pairwise(blocks):
        assert two.first == one.first + one.records
        # Where there is no gap at all, memory comes before neighbours.
        assert bool(two.pos[0] - one.pos[-1] > 2) is (run_length < 1 << 40)
