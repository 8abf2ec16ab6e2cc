"""Star alleles from VCF records: what is not in the file is never reference."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rareplan.errors import InputError
from rareplan.knowledge.store import KnowledgeBase, open_knowledge
from rareplan.model.genome import Assembly, Contig
from rareplan.model.sites import SiteRecord
from rareplan.model.therapy import PgxResult
from rareplan.provenance import data_dir
from rareplan.therapies.medicines import DrugNames
from rareplan.therapies.pgx import (
    call_pgx,
    pgx_for_drugs,
    pgx_positions,
    read_pharmcat,
)
from rareplan.therapies.pgx.call import CALLABLE, _from_score
from rareplan.therapies.pgx.sites import trim

CYP2C19_2 = [
    SiteRecord(Contig.CHR10, 94775367, "A", ("G",), (0, 1)),
    SiteRecord(Contig.CHR10, 94781859, "G", ("A",), (0, 1)),
]
RS3758581 = SiteRecord(Contig.CHR10, 94842866, "A", ("G",), (1, 1))


@pytest.fixture(scope="module")
def kb() -> KnowledgeBase:
    return open_knowledge(data_dir("knowledge") / "starter")


def everywhere(_contig: Contig, _pos: int) -> bool:
    return True


def result(
    kb: KnowledgeBase,
    names: DrugNames,
    drug: str,
    gene: str,
    records: list[SiteRecord],
    *,
    covered: bool = False,
    male: bool | None = True,
) -> PgxResult:
    seen = everywhere if covered else None
    calls = call_pgx(kb, CALLABLE, records, seen, Assembly.GRCH38, male=male)
    return next(r for r in pgx_for_drugs(kb, [drug], calls, names) if r.gene == gene)


def hom(record: SiteRecord) -> SiteRecord:
    return record._replace(haplotypes=(1, 1))


def test_an_absent_position_is_not_tested(kb: KnowledgeBase, names: DrugNames) -> None:
    found = result(kb, names, "clopidogrel", "CYP2C19", [])
    assert (found.status, found.diplotype, found.phenotype) == ("not tested", "", "")
    assert not found.tested
    assert len(found.not_tested) >= 30


def test_only_common_sites_do_not_make_a_normal_metaboliser(
    kb: KnowledgeBase, names: DrugNames
) -> None:
    found = result(kb, names, "clopidogrel", "CYP2C19", [RS3758581])
    assert found.status == "not tested"
    assert found.phenotype == ""
    assert found.tested == ("rs3758581",)


def test_two_no_function_alleles_decide_whatever_is_missing(
    kb: KnowledgeBase, names: DrugNames
) -> None:
    records = [hom(r) for r in CYP2C19_2]
    found = result(kb, names, "clopidogrel", "CYP2C19", records)
    assert found.status == "called"
    assert (found.diplotype, found.phenotype) == ("*2/*2", "Poor Metabolizer")
    assert "Avoid standard dose" in found.recommendation


def test_one_no_function_allele_stays_open_until_the_rest_is_seen(
    kb: KnowledgeBase, names: DrugNames
) -> None:
    records = [*CYP2C19_2, RS3758581]
    partial = result(kb, names, "clopidogrel", "CYP2C19", records)
    assert partial.status == "called"
    assert "Poor Metabolizer" in partial.phenotype
    assert " or " in partial.phenotype
    assert partial.recommendation.startswith("Not decided")
    full = result(kb, names, "clopidogrel", "CYP2C19", records, covered=True)
    assert (full.diplotype, full.phenotype) == ("*1/*2", "Intermediate Metabolizer")


def test_a_covered_file_without_variants_is_reference(kb: KnowledgeBase, names: DrugNames) -> None:
    found = result(kb, names, "capecitabine", "DPYD", [], covered=True)
    assert (found.diplotype, found.phenotype) == ("Reference/Reference", "Normal Metabolizer")


def test_a_gvcf_block_shows_reference(kb: KnowledgeBase, names: DrugNames) -> None:
    block = SiteRecord(Contig.CHR16, 31096000, "A", (), (0, 0), end=31097000)
    found = result(kb, names, "warfarin", "VKORC1", [block])
    assert (found.status, found.diplotype) == ("called", "Reference/Reference")


def test_missing_genotypes_are_not_tested(kb: KnowledgeBase, names: DrugNames) -> None:
    missing = SiteRecord(Contig.CHR16, 31096368, "C", ("T",), (-1, -1))
    assert result(kb, names, "warfarin", "VKORC1", [missing]).status == "not tested"


def test_activity_scores(kb: KnowledgeBase, names: DrugNames) -> None:
    star_2a = SiteRecord(Contig.CHR1, 97450058, "C", ("T",), (0, 1))
    found = result(kb, names, "capecitabine", "DPYD", [star_2a], covered=True)
    assert found.phenotype == "Intermediate Metabolizer"
    assert "50%" in found.recommendation
    scores = {0.0: "Poor", 0.5: "Poor", 1.0: "Intermediate", 1.5: "Intermediate", 2.0: "Normal"}
    assert {s: _from_score(s).split()[0] for s in scores} == scores


def test_phase_decides_between_one_and_two_broken_copies(
    kb: KnowledgeBase, names: DrugNames
) -> None:
    first = SiteRecord(Contig.CHR6, 18130687, "T", ("C",), (0, 1))
    second = SiteRecord(Contig.CHR6, 18138997, "C", ("T",), (0, 1))
    unphased = result(kb, names, "azathioprine", "TPMT", [first, second], covered=True)
    assert unphased.diplotype == "*1/*3A or *3B/*3C"
    assert unphased.phenotype == "Intermediate Metabolizer or Poor Metabolizer"
    assert "phase not known" in unphased.recommendation
    trans = [
        first._replace(haplotypes=(1, 0), phased=True),
        second._replace(haplotypes=(0, 1), phased=True),
    ]
    phased = result(kb, names, "azathioprine", "TPMT", trans, covered=True)
    assert phased.diplotype == "*3B/*3C"
    assert phased.phenotype == "Poor Metabolizer"


@pytest.mark.parametrize(
    ("male", "gt", "phenotype"),
    [(True, (1,), "G6PD Deficient"), (False, (0, 1), "G6PD Variable"), (None, (0, 1), "")],
)
def test_g6pd_by_sex(
    kb: KnowledgeBase, names: DrugNames, male: bool | None, gt: tuple[int, ...], phenotype: str
) -> None:
    records = [
        SiteRecord(Contig.X, 154535277, "T", ("C",), gt, phased=True),
        SiteRecord(Contig.X, 154536002, "C", ("T",), gt, phased=True),
    ]
    found = result(kb, names, "rasburicase", "G6PD", records, covered=True, male=male)
    assert found.phenotype == phenotype


def test_mitochondrial_aminoglycoside_risk(kb: KnowledgeBase, names: DrugNames) -> None:
    record = SiteRecord(Contig.MT, 1555, "A", ("G",), (1,))
    found = result(kb, names, "gentamicin", "MT-RNR1", [record], covered=True)
    assert found.phenotype.startswith("Increased Risk")


def test_cyp2d6_and_hla_cannot_be_called(kb: KnowledgeBase, names: DrugNames) -> None:
    for drug, gene in (("codeine", "CYP2D6"), ("Tegretol", "HLA-B"), ("abacavir", "HLA-B")):
        found = result(kb, names, drug, gene, [], covered=True)
        assert found.status == "cannot be called from this file"
        assert "test" in found.recommendation


def test_only_genes_of_the_drugs(kb: KnowledgeBase, names: DrugNames) -> None:
    assert pgx_for_drugs(kb, ["citrulline", "liver transplantation"], {}, names) == ()


def test_grch37_positions_differ(kb: KnowledgeBase) -> None:
    old = {p.rs_id: p.pos for p in pgx_positions(kb, ["VKORC1"], Assembly.GRCH37)}
    new = {p.rs_id: p.pos for p in pgx_positions(kb, ["VKORC1"], Assembly.GRCH38)}
    assert old == {"rs9923231": 31107689}
    assert new == {"rs9923231": 31096368}


def test_indels_match_however_they_are_written(kb: KnowledgeBase, names: DrugNames) -> None:
    assert trim(10, "CAT", "CATAT") == (11, "", "AT")
    star_28 = SiteRecord(Contig.CHR2, 233760233, "CAT", ("CATAT",), (1, 1))
    found = result(kb, names, "irinotecan", "UGT1A1", [star_28], covered=True)
    assert found.diplotype == "*28/*28"
    assert found.phenotype == "Poor Metabolizer"


@pytest.mark.parametrize("nested", [True, False])
def test_pharmcat(tmp_path: Path, kb: KnowledgeBase, names: DrugNames, nested: bool) -> None:
    gene = {
        "geneSymbol": "CYP2D6",
        "recommendationDiplotypes": [{"label": "*4/*4", "phenotypes": ["Poor Metabolizer"]}],
    }
    genes = {"CPIC": {"CYP2D6": gene}} if nested else {"CYP2D6": gene}
    path = tmp_path / "phenotype.json"
    path.write_text(json.dumps({"geneReports": genes}))
    (found,) = pgx_for_drugs(kb, ["codeine"], read_pharmcat(path), names)
    assert (found.status, found.phenotype) == ("called", "Poor Metabolizer")
    assert "PharmCAT" in found.source
    assert "Avoid codeine" in found.recommendation


def test_not_pharmcat(tmp_path: Path) -> None:
    path = tmp_path / "phenotype.json"
    path.write_text("[]")
    with pytest.raises(InputError, match="PharmCAT"):
        read_pharmcat(path)
