"""``rareplan annotate`` end to end on small files."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from rareplan.cli.annotate import annotate
from rareplan.errors import InputError

HEADER = "##fileformat=VCFv4.2\n{contigs}#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
GRCH38 = "##contig=<ID=chr16,length=90338345>\n##contig=<ID=chr2,length=242193529>\n"
GRCH37 = "##contig=<ID=16,length=90354753>\n##contig=<ID=1,length=249250621>\n"


def run(tmp_path: Path, contigs: str, rows: list[str], *options: str, out: str = "o.tsv") -> str:
    source = tmp_path / "in.vcf"
    source.write_text(HEADER.format(contigs=contigs) + "".join(r + "\n" for r in rows))
    result = CliRunner().invoke(
        annotate, [str(source), "--out", str(tmp_path / out), *options], catch_exceptions=False
    )
    assert result.exit_code == 0, result.output
    return result.output


def table(path: Path) -> list[dict[str, str]]:
    with path.open() as handle:
        return list(csv.DictReader(handle, delimiter="\t"))


def test_grch37_is_looked_up_on_grch38_and_keeps_its_positions(tmp_path: Path) -> None:
    # DHODH c.454G>A, Miller syndrome (Ng et al. 2010, PMID 19915526)
    run(tmp_path, GRCH37, ["16\t72050942\t.\tG\tA\t.\tPASS\t."])
    rows = table(tmp_path / "o.tsv")
    assert list(rows[0]) == [
        "chrom", "pos", "ref", "alt", "gene", "transcript", "consequence", "impact", "hgvs_c",
        "hgvs_p", "joint",
    ]  # fmt: skip
    dhodh = next(r for r in rows if r["gene"] == "DHODH")
    assert (dhodh["chrom"], dhodh["pos"]) == ("16", "72050942")
    assert dhodh["hgvs_c"] == "NM_001361.5:c.454G>A"


def test_multiallelic_rows_symbolic_alleles_and_deserts(tmp_path: Path) -> None:
    rows = [
        "chr2\t135912503\t.\tG\tA,C,*\t.\tPASS\t.",
        "chr2\t135912600\t.\tG\t<DEL>\t.\tPASS\tEND=135913000",
        "chr16\t35500000\t.\tA\tC\t.\tPASS\t.",
    ]
    said = run(tmp_path, GRCH38, rows, "--json", "--pick")
    counts = json.loads(said)
    assert counts["alleles"] == counts["rows"] == 5
    found = table(tmp_path / "o.tsv")
    assert [r["alt"] for r in found] == ["A", "C", "*", "<DEL>", "C"]
    assert [r["gene"] for r in found] == ["DARS1", "DARS1", "", "", ""]
    assert found[2]["consequence"] == found[3]["consequence"] == "sequence_variant"
    assert found[4]["consequence"] == "intergenic_variant"


def test_vcf_output_keeps_records_and_adds_entries(tmp_path: Path) -> None:
    from cyvcf2 import VCF

    rows = ["chr2\t135912503\trs1\tG\tA,C\t9\tPASS\t.", "chr16\t35500000\t.\tA\tC\t.\tPASS\t."]
    run(tmp_path, GRCH38, rows, out="o.vcf.gz")
    reader = VCF(str(tmp_path / "o.vcf.gz"))
    layout = next(h for h in reader.header_iter() if h.info().get("ID") == "RPCSQ")
    fields = layout["Description"].strip('"').split("Format: ")[1].split("|")
    records = list(reader)
    entries = [
        dict(zip(fields, e.split("|"), strict=True)) for e in records[0].INFO["RPCSQ"].split(",")
    ]
    assert [e["Allele"] for e in entries if e["SYMBOL"] == "DARS1"] == ["A", "C"]
    assert records[0].ID == "rs1"
    assert records[1].INFO.get("RPCSQ") is None


@pytest.mark.parametrize(
    ("contigs", "out", "options", "words"),
    [
        (GRCH38 + GRCH37, "o.tsv", (), "contigs of GRCh37 and of GRCh38"),
        ("", "o.tsv", (), "--assembly"),
        (GRCH38, "o.xlsx", (), ".tsv, .vcf or .vcf.gz"),
        (GRCH38, "in.vcf", (), "another file"),
    ],
)
def test_faults_are_named_and_nothing_is_written(
    tmp_path: Path, contigs: str, out: str, options: tuple[str, ...], words: str
) -> None:
    with pytest.raises(InputError, match=words):
        run(tmp_path, contigs, ["chr2\t5\t.\tG\tA\t.\tPASS\t."], *options, out=out)
    assert [p.name for p in tmp_path.iterdir()] == ["in.vcf"]


def test_a_broken_record_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="record 2: found a POS that is no whole number"):
        run(tmp_path, GRCH38, ["chr2\t5\t.\tG\tA\t.\tPASS\t.", "chr2\tfive\t.\tG\tA\t.\t.\t."])
    assert [p.name for p in tmp_path.iterdir()] == ["in.vcf"]
