"""``why`` on runs made by the local engine."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.builders.vcf_builder import VcfBuilder

from rareplan.cli.why import why
from rareplan.config import load_settings
from rareplan.engines.local import run
from rareplan.errors import InputError
from rareplan.filters.queries import parse_query
from rareplan.filters.run_ledger import Run, open_run
from rareplan.filters.why import explain
from rareplan.knowledge.store import open_knowledge
from rareplan.model.case import Case
from rareplan.model.genome import Assembly, Contig
from rareplan.model.pedigree import Affection, Pedigree, Person


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("why")
    vcf = VcfBuilder(("proband",))
    vcf.add("2", 210591700, "A", "<NON_REF>", "0/0:30,0:30:60", info={"END": 210591850})
    vcf.add("2", 210591886, "C", "T", "0/1")
    vcf.add("2", 210591890, "A", "C", "0/1:4,4:8:60")
    vcf.add("2", 210591891, "A", "C", "0/1:4,4:8:12")
    vcf.add("2", 210591892, "A", "C", "0/1", info={"gnomAD_AF": 0.25})
    vcf.add("2", 210592500, "A", "C", "0/1")
    person = Person("proband", affection=Affection.AFFECTED)
    pedigree = Pedigree("proband", (person,), frozenset({"proband"}))
    case = Case((vcf.write(base / "f.vcf"),), Assembly.GRCH38, pedigree, ())
    result = run(case, open_knowledge(), load_settings())
    folder = base / "run"
    folder.mkdir()
    shutil.move(result.ledger, folder / "ledger.parquet")
    candidates = [{"rank": 3, "gene": "CPS1", "variants": [{"variant": "2-210591886-C-T"}]}]
    (folder / "case.json").write_text(json.dumps({"assembly": "GRCh38", "candidates": candidates}))
    return folder


@pytest.fixture(scope="module")
def finished(folder: Path) -> Run:
    return open_run(folder)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("CPS1", "gene"), ("HLA-A", "gene"), ("2-210591886-C-T", "allele"),
        ("chr2:210591886:C:T", "allele"), ("chr2:210591886C>T", "allele"),
        ("chr2:210,591,886-210,592,000", "range"), ("2:5", "range"),
        ("NM_001875.5:c.1003C>T", "hgvs"), ("CPS1:p.Gln335Ter", "hgvs"),
    ],
)  # fmt: skip
def test_queries_are_told_apart(text: str, kind: str) -> None:
    assert parse_query(text).kind == kind


def test_alleles_of_a_query_are_trimmed() -> None:
    query = parse_query("chr2:210591885-AC-AT")
    assert (query.contig, query.start, query.ref, query.alt) == (Contig.CHR2, 210591886, "C", "T")


def test_a_variant_that_passed_tells_its_rank(finished: Run) -> None:
    (fate,) = explain(finished, parse_query("2-210591886-C-T")).alleles
    assert (fate.stopped_by, fate.rank, fate.rescue) == ("", 3, "")
    assert "AD: ASSUMED" in fate.story


def test_one_failed_rule_tells_what_would_rescue_it(finished: Run) -> None:
    (fate,) = explain(finished, parse_query("2-210591890-A-C")).alleles
    assert fate.stopped_by == "depth"
    assert fate.rescue.startswith("quality.min_dp (haploid: min_dp_haploid) = 8 or less")
    assert "is 8, needed >= 10" in fate.story


def test_two_failed_rules_have_no_single_rescue(finished: Run) -> None:
    (fate,) = explain(finished, parse_query("2-210591891-A-C")).alleles
    assert fate.rescue == "no single change: 2 rules fail (genotype_quality, depth)"


def test_a_common_allele_tells_its_frequency(finished: Run) -> None:
    (fate,) = explain(finished, parse_query("2-210591892-A-C")).alleles
    assert fate.stopped_by == "frequency"
    assert "0.25 or more" in fate.rescue


def test_a_gene_tells_every_allele(finished: Run) -> None:
    answer = explain(finished, parse_query("cps1"))
    assert answer.counts == {
        "passed": 1, "depth": 1, "genotype_quality": 1, "frequency": 1, "region": 1,
    }  # fmt: skip
    assert "candidate at rank 3" in answer.notes
    assert answer.alleles[0].variant == "2-210591886-C-T"


def test_an_absent_allele_is_said_to_be_absent_and_covered(finished: Run) -> None:
    inside = explain(finished, parse_query("2-210591750-A-G"))
    assert not inside.alleles
    assert inside.notes[0] == "not in the VCF (GRCh38)"
    assert inside.notes[1].startswith("covered: a reference block 210591700-210591850")
    outside = explain(finished, parse_query("2-210591860-A-G"))
    assert "cannot be told" in outside.notes[1]


@pytest.mark.parametrize(("start", "said"), [(210591859, "inside"), (210591860, "outside")])
def test_target_regions_are_zero_based_half_open(
    finished: Run, tmp_path: Path, start: int, said: str
) -> None:
    bed = tmp_path / "t.bed"
    bed.write_text(f"track x\nchr2\t{start}\t{start + 50}\n")
    notes = explain(finished, parse_query("2-210591860-A-G"), bed).notes
    assert f"the place is {said} the target regions given" in notes


def test_the_command_speaks_and_writes_json(folder: Path) -> None:
    told = CliRunner().invoke(why, [str(folder), "2-210591890-A-C"])
    assert told.exit_code == 0
    assert "stopped at 'depth'" in told.output
    data = json.loads(CliRunner().invoke(why, [str(folder), "CPS1", "--json"]).output)
    assert len(data["alleles"]) == 5


def test_names_of_transcripts_are_found(folder: Path) -> None:
    told = CliRunner().invoke(why, [str(folder), "NM_001875.5:c.1003C>T"])
    assert "2-210591886-C-T" in told.output


def test_a_folder_without_ledger_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        open_run(tmp_path)
