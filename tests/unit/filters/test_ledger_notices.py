"""What a ledger shows about the input: unread chromosomes, alleles that stand there twice."""

from __future__ import annotations

from pathlib import Path

from tests.builders.vcf_builder import VcfBuilder

from rareplan.config import load_settings
from rareplan.engines.choose import EngineRequest
from rareplan.engines.local import run
from rareplan.engines.result import EngineResult
from rareplan.filters.ledger_notices import ledger_notices
from rareplan.knowledge.store import open_knowledge
from rareplan.model.case import Case
from rareplan.model.genome import Assembly
from rareplan.model.inheritance import Mode, Verdict
from rareplan.model.pedigree import Affection, Pedigree, Person

Q335 = ("2", 210591886, "C", "T")


def analysed(vcf: VcfBuilder, folder: Path) -> EngineResult:
    person = Person("proband", affection=Affection.AFFECTED)
    pedigree = Pedigree("proband", (person,), frozenset({"proband"}))
    case = Case((vcf.write(folder / "f.vcf.gz"),), Assembly.GRCH38, pedigree, ())
    return run(case, open_knowledge(), load_settings(), EngineRequest())


def test_one_allele_in_two_records_is_no_pair(tmp_path: Path) -> None:
    vcf = VcfBuilder(("proband",)).add(*Q335, "0/1").add(*Q335, "0/1")
    result = analysed(vcf, tmp_path)
    assert not [s for s in result.segregations if s.mode is Mode.AR_COMPOUND]
    (told,) = ledger_notices(result.ledger)
    assert "210591886-C-T (0/1 and 0/1)" in told


def test_two_substitutions_of_one_base_are_in_trans(tmp_path: Path) -> None:
    vcf = VcfBuilder(("proband",)).add(*Q335, "0/1").add(*Q335[:3], "G", "0/1")
    result = analysed(vcf, tmp_path)
    (pair,) = [s for s in result.segregations if s.mode is Mode.AR_COMPOUND]
    assert pair.verdict is Verdict.PROVED
    assert ledger_notices(result.ledger) == ()


def test_a_chromosome_under_a_name_that_is_not_read(tmp_path: Path) -> None:
    names = ["##contig=<ID=chr23,length=156040895>", "##contig=<ID=chrUn_1,length=9>"]
    vcf = VcfBuilder(("proband",), extra_header=names).add(*Q335, "0/1")
    vcf.add("23", 31119220, "G", "A", "1/1").add("Un_1", 3, "A", "C", "0/1")
    (told,) = ledger_notices(analysed(vcf, tmp_path).ledger)
    assert told.startswith("1 allele(s) on 'chr23' were not analysed")
