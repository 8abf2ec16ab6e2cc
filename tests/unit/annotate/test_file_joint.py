"""SNVs of one codon that the file puts on one haplotype, in the table and in the VCF."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.builders.sequenced import Sequenced, sequenced
from tests.builders.vcf_builder import VcfBuilder

from rareplan.cli.annotate import annotate

CODON = 200


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Sequenced:
    return sequenced(tmp_path_factory.mktemp("kb") / "kb", "CPS1", {CODON: "TAC"})


def run(folder: Path, known: Sequenced, calls: tuple[str, str], keys: str, out: str) -> Path:
    builder = VcfBuilder(samples=("kid",))
    ends = ((3 * CODON - 2, "C", calls[0]), (3 * CODON, "A", calls[1]))
    sites = sorted((*known.snv(cds, base), call) for cds, base, call in ends)
    for pos, ref, alt, call in sites:
        builder.add("2", pos, ref, alt, call, keys=keys, info={"DP": 9})
    source = builder.write(folder / "in.vcf")
    done = CliRunner().invoke(
        annotate, [str(source), "--out", str(folder / out), "--kb", str(known.root)]
    )
    assert done.exit_code == 0, done.output
    return folder / out


@pytest.mark.parametrize(
    ("keys", "calls", "joined"),
    [
        ("GT", ("0|1", "0|1"), True),
        ("GT", ("0|1", "1|0"), False),
        ("GT", ("0/1", "0/1"), False),
        ("GT", ("1/1", "0/1"), True),
        ("GT", ("1", "1"), True),
        ("GT:PS", ("0|1:5", "0|1:5"), True),
        ("GT:PS", ("0|1:5", "0|1:6"), False),
        ("GT:PGT:PID", ("0/1:0|1:7_A_G", "0/1:0|1:7_A_G"), True),
        ("GT:PGT:PID", ("0/1:0|1:7_A_G", "0/1:1|0:7_A_G"), False),
        ("GT", ("./.", "0|1"), False),
    ],
)
def test_the_files_phase_decides(
    tmp_path: Path, known: Sequenced, keys: str, calls: tuple[str, str], joined: bool
) -> None:
    with run(tmp_path, known, calls, keys, "o.tsv").open() as handle:
        rows = list(csv.DictReader(handle, delimiter="\t"))
    mine = [r["joint"] for r in rows if r["gene"] == "CPS1"]
    assert len(mine) == 2
    assert all(mine) is any(mine) is joined
    # Nothing is replaced.
    assert {r["consequence"] for r in rows} == {"missense_variant", "stop_gained"}
    if joined:
        alleles, terms, name_c, name_p, who = mine[0].split("|")
        assert mine[0] == mine[1]
        assert len(alleles.split("+")) == 2
        assert (terms, who) == ("missense_variant", "kid")
        assert name_c.endswith("delinsCAA")
        assert name_p.endswith(f"p.(Tyr{CODON}Gln)")


def test_the_vcf_names_it_once_a_record_and_again_when_made_again(
    tmp_path: Path, known: Sequenced
) -> None:
    first = run(tmp_path, known, ("0|1", "0|1"), "GT", "o.vcf")
    lines = [x for x in first.read_text().splitlines() if not x.startswith("#")]
    infos = [dict(e.partition("=")[::2] for e in x.split("\t")[7].split(";")) for x in lines]
    assert [i["DP"] for i in infos] == ["9", "9"]
    assert all(i["RPCSQ"] for i in infos)
    assert infos[0]["RPJOINT"] == infos[1]["RPJOINT"]
    assert f"p.(Tyr{CODON}Gln)" in infos[0]["RPJOINT"]
    again = tmp_path / "again.vcf"
    done = CliRunner().invoke(annotate, [str(first), "--out", str(again), "--kb", str(known.root)])
    assert done.exit_code == 0, done.output
    assert again.read_bytes() == first.read_bytes()
