"""A small joint call set: one import, one run directory a family, the table of a single run."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import pytest
from click.testing import CliRunner

from rareplan.cli.main import cli
from rareplan.cohort import CohortRequest, families_of_call_set, read_manifest, run_cohort
from rareplan.errors import InputError
from rareplan.pipeline import AnalyzeRequest, analyze
from rareplan.read.case import CasePaths
from tests.builders.vcf_builder import VcfBuilder, ped_text

pytestmark = [pytest.mark.parity, pytest.mark.slow]
SAMPLES = ("kid1", "dad1", "mum1", "kid2", "dad2", "mum2")
TERMS = "HP:0001987\nHP:0001254\nHP:0001298\n"
CPS1 = (210591886, 210606889)


@pytest.fixture
def call_set(tmp_path: Path) -> tuple[Path, Path, Path]:
    """Two trios: the first with CPS1 in trans, the second with nothing."""
    builder = VcfBuilder(samples=SAMPLES)
    builder.add("2", CPS1[0], "C", "T", "0/1", "0/1", "0/0", "0/0", "0/0", "0/0")
    builder.add("2", CPS1[1], "G", "T", "0/1", "0/0", "0/1", "0/0", "0/0", "0/1")
    for pos in range(43_045_700, 43_045_760, 3):
        builder.add("17", pos, "A", "G", "0/1", "0/1", "0/0", "0/1", "0/0", "0/1")
    vcf = builder.write(tmp_path / "joint.vcf.gz")
    ped = tmp_path / "all.ped"
    rows = []
    for n in ("1", "2"):
        rows += [
            (f"F{n}", f"kid{n}", f"dad{n}", f"mum{n}", 1, 2),
            (f"F{n}", f"dad{n}", "0", "0", 1, 1),
            (f"F{n}", f"mum{n}", "0", "0", 2, 1),
        ]
    ped.write_text(ped_text(rows))
    phenotypes = tmp_path / "hpo"
    phenotypes.mkdir()
    (phenotypes / "F1.txt").write_text(TERMS)
    (phenotypes / "F2.txt").write_text("HP:9999999\n")
    return vcf, ped, phenotypes


def cells(path: Path) -> list[dict[str, str]]:
    with path.open() as handle:
        return list(csv.DictReader(handle, delimiter="\t"))


def test_cohort(call_set: tuple[Path, Path, Path], tmp_path: Path) -> None:
    pytest.importorskip("hail", reason="the hail extra is not installed (Python 3.11 only)")
    vcf, ped, phenotypes = call_set
    families = families_of_call_set(str(vcf), ped, phenotypes)
    request = CohortRequest(families, tmp_path / "runs", spark_master="local[2]", force=True)
    outcomes = {o.family: o for o in run_cohort(request)}
    assert outcomes["F1"].status == "done"
    assert outcomes["F1"].gene == "CPS1"
    assert outcomes["F2"].status == "failed"
    assert "not an HPO term" in outcomes["F2"].message
    alone = analyze(
        AnalyzeRequest(
            CasePaths((vcf,), phenotypes / "F1.txt", ped, proband="kid1"), tmp_path / "one"
        )
    )
    table = (tmp_path / "runs" / "F1" / "candidates.tsv").read_text()
    assert table == (tmp_path / "one" / "candidates.tsv").read_text()
    assert alone.candidates[0].gene == "CPS1"
    again = {o.family: o.status for o in run_cohort(request)}
    assert again == {"F1": "skipped", "F2": "failed"}


def test_families_judged_together_and_from_a_matrix_table(
    call_set: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    """VCF or MatrixTable, Hail or local: the same tables; facts leave out one's own copies."""
    hl = pytest.importorskip("hail", reason="the hail extra is not installed (Python 3.11 only)")
    from rareplan.engines.hail.session import get_session

    vcf, ped, phenotypes = call_set
    (phenotypes / "F2.txt").write_text(TERMS)
    get_session("local[2]")
    matrix = tmp_path / "calls.mt"
    hl.import_vcf(str(vcf), force_bgz=True, reference_genome="GRCh38").write(str(matrix))
    tables = {}
    for name, source, engine in (
        ("vcf", vcf, "hail"), ("mt", matrix, "hail"), ("local", vcf, "local"),
    ):  # fmt: skip
        families = families_of_call_set(str(source), ped, phenotypes)
        out = tmp_path / name
        master = "local[2]" if engine == "hail" else ""
        request = CohortRequest(families, out, engine, spark_master=master, force=True)
        assert {(o.status, o.message) for o in run_cohort(request) if o.status != "done"} == set()
        tables[name] = [(out / f / "candidates.tsv").read_text() for f in ("F1", "F2")]
    assert tables["vcf"] == tables["mt"] == tables["local"]
    one = tmp_path / "one"
    given = ["analyze", str(matrix), "--ped", str(family_ped(ped)), "--hpo"]
    done = CliRunner().invoke(
        cli, [*given, str(phenotypes / "F1.txt"), "--force", "--quiet", "--out", str(one)]
    )
    assert done.exit_code == 0, done.output
    assert (one / "candidates.tsv").read_text() == tables["local"][0]
    of_matrix = cells(tmp_path / "mt" / "F1" / "cohort_facts.tsv")
    by_variant = {row["variant"]: row for row in of_matrix}
    first, second = by_variant[f"2-{CPS1[0]}-C-T"], by_variant[f"2-{CPS1[1]}-G-T"]
    # mum2 carries the second one; F1's own kid and mother are not counted.
    assert [first["others_copies"], first["others_called"]] == ["0", "6"]
    assert [second["others_copies"], second["others_carriers"]] == ["1", "1"]
    assert cells(tmp_path / "vcf" / "F1" / "cohort_facts.tsv") == of_matrix
    assert {r["others_copies"] for r in cells(tmp_path / "local/F1/cohort_facts.tsv")} == {""}
    only = [line.split("\t") for line in annotated(tmp_path / "vcf" / "F2")]
    assert all(len(line) == 9 + 3 for line in only)  # none of the other family's calls


def family_ped(ped: Path) -> Path:
    """The first family's lines of a PED."""
    path = ped.with_name("one.ped")
    path.write_text("".join(x for x in ped.read_text().splitlines(True) if x.startswith("F1\t")))
    return path


def annotated(run: Path) -> list[str]:
    with gzip.open(run / "annotated.vcf.gz", "rt") as handle:
        return [line for line in handle if not line.startswith("##")]


def test_faulty_manifest(tmp_path: Path) -> None:
    manifest = tmp_path / "m.tsv"
    manifest.write_text(
        "family\tvcf\tped\thpo\tcase\nA\t\t\t\t\n../x\ta.vcf\t\t\t\nB\tb.vcf\t\t\t\nB\tb.vcf\t\t\t\n"
    )
    with pytest.raises(InputError) as error:
        read_manifest(manifest)
    assert len(error.value.faults) == 3
