"""Without sequence, the file's annotation or ClinVar settles a coding change in the table."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner
from tests.builders.vcf_builder import VcfBuilder

from rareplan.cli.annotate import annotate
from rareplan.knowledge.store import default_path

# In the starter's ClinVar: NM_001875.5:c.2140G>T p.(Glu714Ter), pathogenic with two stars.
KNOWN, UNKNOWN = 210_606_889, 210_606_888


def rows(vcf: Path, out: Path) -> dict[str, list[str]]:
    starter = str(default_path())
    done = CliRunner().invoke(annotate, [str(vcf), "--out", str(out), "--pick", "--kb", starter])
    assert done.exit_code == 0, done.output
    cells = [line.split("\t") for line in out.read_text().splitlines()[1:]]
    return {cell[1]: cell for cell in cells}


def test_clinvar_settles_what_it_knows_and_nothing_else(tmp_path: Path) -> None:
    builder = VcfBuilder()
    builder.add("2", UNKNOWN, "A", "C", "0/1").add("2", KNOWN, "G", "T", "0/1")
    found = rows(builder.write(tmp_path / "a.vcf"), tmp_path / "a.tsv")
    assert found[str(KNOWN)][6] == "stop_gained"
    assert found[str(KNOWN)][7] == "HIGH"
    assert found[str(UNKNOWN)][6] == "coding_sequence_variant"


def test_the_files_annotation_settles_and_names(tmp_path: Path) -> None:
    builder = VcfBuilder(info_ids={})
    builder.extra_header.append(
        '##INFO=<ID=CSQ,Number=.,Type=String,Description="Consequence annotations from Ensembl '
        'VEP. Format: Allele|Consequence|SYMBOL|Feature|HGVSp">'
    )
    csq = "C|missense_variant|CPS1|ENST00000233072.10|NP_001866.2:p.Lys713Asn"
    builder.add("2", UNKNOWN, "A", "C", "0/1", info={"CSQ": csq})
    cell = rows(builder.write(tmp_path / "a.vcf"), tmp_path / "a.tsv")[str(UNKNOWN)]
    assert cell[6] == "missense_variant"
    assert cell[9] == "NP_001866.2:p.(Lys713Asn)"
