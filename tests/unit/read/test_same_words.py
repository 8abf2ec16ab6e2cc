"""What other commands say of an input must be what 'analyze' says."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from rareplan.cli.hpo import hpo
from rareplan.cli.rank import rank
from rareplan.errors import InputError


def test_lint_reads_an_id_with_its_name(tmp_path: Path) -> None:
    terms = tmp_path / "t.txt"
    terms.write_text('HP:0001250 Seizure\n"Lethargy"\nHPO:0001987\n')
    told = CliRunner().invoke(hpo, ["lint", str(terms)])
    assert told.exit_code == 0, told.output
    assert "3 term(s)" in told.output


def test_lint_refuses_an_id_that_its_words_deny(tmp_path: Path) -> None:
    terms = tmp_path / "t.txt"
    terms.write_text("HP:0001250 absent\nHP:0001250 Hyperammonemia\n")
    told = CliRunner().invoke(hpo, ["lint", str(terms)])
    assert isinstance(told.exception, InputError)
    assert len(told.exception.faults) == 2


def test_unknown_terms_of_a_batch_are_named(tmp_path: Path) -> None:
    batch = tmp_path / "b.tsv"
    batch.write_text("case\tobserved\texcluded\nA\tHP:0001250;HP:9999999\t\n")
    out = tmp_path / "r.tsv"
    told = CliRunner().invoke(rank, ["--batch", str(batch), "--out", str(out), "--top", "1"])
    assert told.exit_code == 0, told.output
    assert "1 unknown term(s) not used: HP:9999999" in told.output


def test_validate_tells_of_repeated_alleles_and_unread_chromosomes(tmp_path: Path) -> None:
    from rareplan.cli.validate import validate

    record = "chr{}\t210591886\t.\tC\tT\t50\tPASS\t.\tGT\t0/1\n"
    (tmp_path / "f.vcf").write_text(
        "##fileformat=VCFv4.2\n##reference=GRCh38\n"
        '##FORMAT=<ID=GT,Number=1,Type=String,Description="x">\n'
        "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tkid\n"
        + record.format(2) * 2
        + record.format(23)
    )
    told = CliRunner().invoke(validate, [str(tmp_path / "f.vcf")])
    assert told.exit_code == 0, told.output
    assert "1 allele(s) follow themselves" in told.output
    assert "'chr23' were not analysed" in told.output
