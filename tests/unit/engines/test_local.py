"""The local engine on VCFs built by code, with the packaged starter snapshot."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.builders.vcf_builder import VcfBuilder

from rareplan.config import Settings, load_settings
from rareplan.engines.choose import EngineRequest
from rareplan.engines.local import run
from rareplan.engines.result import EngineResult
from rareplan.errors import InputError
from rareplan.knowledge.store import KnowledgeBase, open_knowledge
from rareplan.model.case import Case
from rareplan.model.genome import Assembly
from rareplan.model.inheritance import Mode, Verdict
from rareplan.model.pedigree import Affection, Pedigree, Person, Sex

SETTINGS = load_settings()
TRIO = ("proband", "father", "mother")
Q335 = ("2", 210591886, "C", "T")  # CPS1, from the father
E714 = ("2", 210606889, "G", "T")  # CPS1, from the mother


@pytest.fixture(scope="module")
def kb() -> KnowledgeBase:
    return open_knowledge()


def trio(sex: Sex = Sex.FEMALE, *, father: Affection = Affection.UNAFFECTED) -> Pedigree:
    people = (
        Person("proband", "f", "father", "mother", sex, Affection.AFFECTED),
        Person("father", "f", sex=Sex.MALE, affection=father),
        Person("mother", "f", sex=Sex.FEMALE, affection=Affection.UNAFFECTED),
    )
    return Pedigree("proband", people, frozenset(TRIO))


def alone() -> Pedigree:
    return Pedigree(
        "proband", (Person("proband", affection=Affection.AFFECTED),), frozenset({"proband"})
    )


def analysed(
    kb: KnowledgeBase,
    *paths: Path,
    pedigree: Pedigree | None = None,
    assembly: Assembly = Assembly.GRCH38,
    force: bool = False,
    limits: Settings = SETTINGS,
) -> EngineResult:
    case = Case(tuple(paths), assembly, pedigree or trio(), ())
    return run(case, kb, limits, EngineRequest(force=force))


def stops(result: EngineResult) -> dict[str, int]:
    return {r.rule: r.stopped for r in result.summary.ledger.rules if r.stopped}


def rows(result: EngineResult) -> list[dict]:
    return pq.read_table(result.ledger).to_pylist()


def test_a_compound_pair_is_found_and_proved(tmp_path: Path, kb: KnowledgeBase) -> None:
    vcf = VcfBuilder(TRIO).add(*Q335, "0/1", "0/1", "0/0").add(*E714, "0/1", "0/0", "0/1")
    result = analysed(kb, vcf.write(tmp_path / "f.vcf.gz", index=True))
    (pair,) = [s for s in result.segregations if s.mode is Mode.AR_COMPOUND]
    assert (pair.gene, pair.verdict) == ("CPS1", Verdict.PROVED)
    assert [v.key.text for v in result.variants] == ["2-210591886-C-T", "2-210606889-G-T"]
    assert result.variants[0].genotypes["father"].haplotypes == (0, 1)


def test_each_rule_stops_its_allele(tmp_path: Path, kb: KnowledgeBase) -> None:
    af = "gnomAD_AF"
    vcf = VcfBuilder(("proband",), extra_header=["##contig=<ID=chrUn_1,length=9>"])
    vcf.add("Un_1", 3, "A", "C", "0/1")
    vcf.add("2", 210591000, "A", "*,G", "0/0")  # '*', and an allele nobody has
    vcf.add("2", 210591100, "A", ".", "0/0")
    vcf.add("2", 210591200, "A", "C", "./.")
    vcf.add(*Q335, "0/1", filters="LowQual")
    vcf.add("2", 210591887, "A", "C", "0/1:10,10:20:5")
    vcf.add("2", 210591888, "A", "C", "0/1:4,4:8:60")
    vcf.add("2", 210591889, "A", "C", "0/1:28,2:30:60")
    vcf.add("2", 210591890, "A", "C", "0/1", info={af: 0.021})
    vcf.add("2", 210591891, "A", "C", "0/1", info={af: 0.01, "gnomAD_nhomalt": 21})
    vcf.add("2", 1, "A", "C", "0/1")
    vcf.add("2", 210592500, "A", "C", "0/1")
    result = analysed(kb, vcf.write(tmp_path / "f.vcf"), pedigree=alone())
    assert stops(result) == {
        "contig": 1, "allele": 2, "called": 1, "carried": 1, "filter": 1, "genotype_quality": 1,
        "depth": 1, "allele_balance": 1, "frequency": 1, "homozygotes": 1, "gene": 1, "region": 1,
    }  # fmt: skip
    ledger = rows(result)
    assert len(ledger) == result.summary.ledger.alleles == 13
    common = next(r for r in ledger if r["pos"] == 210591890)
    assert (common["stopped_by"], common["max_af"], common["gene"]) == ("frequency", 0.021, "CPS1")


def test_a_frequency_at_the_limit_passes_and_none_is_not_zero(
    tmp_path: Path, kb: KnowledgeBase
) -> None:
    vcf = VcfBuilder(("proband",)).add(*Q335, "0/1", info={"gnomAD_AF": 0.001, "AF": 0.5})
    vcf.add(*E714, "0/1", info={"AF": 0.5, "AC": 1, "AN": 2})
    result = analysed(kb, vcf.write(tmp_path / "f.vcf"), pedigree=alone())
    at_limit, unknown = result.variants
    assert at_limit.frequency.max_af == 0.001
    assert at_limit.frequency.source == "gnomAD_AF"
    assert unknown.frequency.max_af is None  # the callset's own AF is not a population's
    dominant = {s.variants for s in result.segregations if s.mode is Mode.AD}
    assert dominant == {(0,), (1,)}


def test_the_highest_group_frequency_decides(tmp_path: Path, kb: KnowledgeBase) -> None:
    info = {"gnomAD_AF": 0.0001, "gnomAD_grpmax_AF": 0.03}
    vcf = VcfBuilder(("proband",)).add("2", 210591890, "A", "C", "0/1", info=info)
    result = analysed(kb, vcf.write(tmp_path / "f.vcf"), pedigree=alone())
    assert stops(result) == {"frequency": 1}


def test_a_known_pathogenic_allele_is_exempt_and_flagged(tmp_path: Path, kb: KnowledgeBase) -> None:
    vcf = VcfBuilder(("proband",)).add("6", 26092913, "G", "A", "1/1", info={"gnomAD_AF": 0.06})
    result = analysed(kb, vcf.write(tmp_path / "f.vcf"), pedigree=alone())
    (variant,) = result.variants
    assert "HFE p.Cys282Tyr" in variant.exempt
    assert [s.mode for s in result.segregations] == [Mode.AR_HOM]


def test_missing_fields_neither_pass_nor_fail(tmp_path: Path, kb: KnowledgeBase) -> None:
    vcf = VcfBuilder(("proband",)).add(*Q335, "0/1", keys="GT")
    result = analysed(kb, vcf.write(tmp_path / "f.vcf"), pedigree=alone())
    assert len(result.variants) == 1
    tested = {r.rule: r.tested for r in result.summary.ledger.rules}
    assert tested["genotype_quality"] == tested["depth"] == tested["allele_balance"] == 0


def test_positions_of_grch37_are_lifted_for_knowledge(tmp_path: Path, kb: KnowledgeBase) -> None:
    vcf = VcfBuilder(("proband",), assembly=Assembly.GRCH37, prefix="")
    vcf.add("2", 211456610, "C", "T", "0/1")
    path = vcf.write(tmp_path / "f.vcf")
    result = analysed(kb, path, pedigree=alone(), assembly=Assembly.GRCH37)
    (variant,) = result.variants
    assert variant.key.text == "2-211456610-C-T"
    assert variant.key38 is not None
    assert variant.key38.text == "2-210591886-C-T"
    assert variant.consequences[0].gene == "CPS1"


def test_single_sample_files_give_what_the_joint_file_gives(
    tmp_path: Path, kb: KnowledgeBase
) -> None:
    calls = [(Q335, ("0/1", "0/1", "0/0")), (E714, ("0/1", "0/0", "0/1"))]
    joint = VcfBuilder(TRIO)
    each = {name: VcfBuilder((name,)) for name in TRIO}
    for place, gts in calls:
        joint.add(*place, *gts)
        for name, gt in zip(TRIO, gts, strict=True):
            each[name].add(*place, gt)
    together = analysed(kb, joint.write(tmp_path / "j.vcf"))
    apart = analysed(kb, *(b.write(tmp_path / f"{n}.vcf") for n, b in each.items()))
    assert [s.verdict for s in apart.segregations] == [s.verdict for s in together.segregations]
    assert [v.genotypes for v in apart.variants] == [v.genotypes for v in together.variants]


def test_what_a_file_leaves_out_is_unknown(tmp_path: Path, kb: KnowledgeBase) -> None:
    rare = ("2", 210606880, "A", "C")
    files = [
        VcfBuilder((n,)).add(*rare, "0/1").write(tmp_path / f"{n}.vcf")
        for n in ("proband", "mother")
    ]
    files.append(VcfBuilder(("father",)).add(*Q335, "0/1").write(tmp_path / "father.vcf"))
    result = analysed(kb, *files)
    assert not result.segregations  # the unaffected mother carries it
    files[1] = VcfBuilder(("mother",)).add(*Q335, "0/1").write(tmp_path / "other.vcf")
    new = analysed(kb, *files)
    assert {s.verdict for s in new.segregations} == {Verdict.ASSUMED}


def test_a_snv_over_a_deletion_from_a_second_file(tmp_path: Path, kb: KnowledgeBase) -> None:
    small = VcfBuilder(TRIO).add(*Q335, "1/1", "0/1", "0/0")
    large = VcfBuilder(TRIO).add(
        "2", 210590000, "N", "<DEL>", "0/1", "0/0", "0/1",
        info={"SVTYPE": "DEL", "END": 210593000}, keys="GT",
    )  # fmt: skip
    result = analysed(kb, small.write(tmp_path / "s.vcf"), large.write(tmp_path / "l.vcf"))
    (found,) = [s for s in result.segregations if len(s.variants) == 2]
    assert (found.mode, found.verdict) == (Mode.AR_HEMI_DELETION, Verdict.PROVED)
    deletion = next(v for v in result.variants if v.sv_type == "DEL")
    assert deletion.sv_end == 210593000
    assert deletion.consequences[0].term == "feature_truncation"


@pytest.mark.parametrize(("second", "verdict"), [("1|0", Verdict.PROVED), ("0|1", None)])
def test_phase_tags_of_gatk_settle_a_singleton(
    tmp_path: Path, kb: KnowledgeBase, second: str, verdict: Verdict | None
) -> None:
    vcf = VcfBuilder(("proband",))
    for place, order in ((Q335, "0|1"), (E714, second)):
        vcf.add(*place, f"0/1:15,15:30:60:{order}:210591886_C_T", keys="GT:AD:DP:GQ:PGT:PID")
    result = analysed(kb, vcf.write(tmp_path / "f.vcf"), pedigree=alone())
    pairs = [s.verdict for s in result.segregations if s.mode is Mode.AR_COMPOUND]
    assert pairs == ([verdict] if verdict else [])


def test_two_alts_of_one_record_are_in_trans(tmp_path: Path, kb: KnowledgeBase) -> None:
    vcf = VcfBuilder(("proband",)).add("2", 210591886, "C", "T,A", "1/2")
    result = analysed(kb, vcf.write(tmp_path / "f.vcf"), pedigree=alone())
    pairs = [s.verdict for s in result.segregations if s.mode is Mode.AR_COMPOUND]
    assert pairs == [Verdict.PROVED]


def test_shared_bases_are_trimmed(tmp_path: Path, kb: KnowledgeBase) -> None:
    vcf = VcfBuilder(("proband",)).add("2", 210591884, "AACG", "AATG", "0/1")
    result = analysed(kb, vcf.write(tmp_path / "f.vcf"), pedigree=alone())
    assert [v.key.text for v in result.variants] == ["2-210591886-C-T"]


def test_a_genotype_of_an_allele_that_is_not_there_is_an_error(
    tmp_path: Path, kb: KnowledgeBase
) -> None:
    vcf = VcfBuilder(("proband",)).add(*Q335, "0/7:1,1:30:60").add(*E714, "0/2:1,1:30:60")
    with pytest.raises(InputError) as caught:
        analysed(kb, vcf.write(tmp_path / "f.vcf"), pedigree=alone())
    places = [f.where for f in caught.value.faults]
    assert [place.rpartition("(")[2] for place in places] == ["record 1)", "record 2)"]


def family_vcf(path: Path, *, father_is_one: bool, n: int = 1500) -> Path:
    """Random sites of a trio; without ``father_is_one`` the father is somebody else."""
    rng = np.random.default_rng(7)
    vcf = VcfBuilder(TRIO)
    frequency = rng.beta(1.0, 1.0, n)
    parents = (rng.random((n, 3, 2)) < frequency[:, None, None]).astype(int)
    for i in range(n):
        father, mother, stranger = parents[i]
        child = (father[rng.integers(2)], mother[rng.integers(2)])
        shown = father if father_is_one else stranger
        if any((*child, *mother, *shown)):
            vcf.add("1", 1_000_000 + 1000 * i, "A", "G",
                    *(f"{a}/{b}" for a, b in (child, shown, mother)))  # fmt: skip
    return vcf.write(path)


def test_true_parents_pass_the_sample_checks(tmp_path: Path, kb: KnowledgeBase) -> None:
    result = analysed(kb, family_vcf(tmp_path / "f.vcf", father_is_one=True))
    checks = {c.person: c.verdict for c in result.summary.qc if c.name == "parent and child"}
    assert checks == {"proband, father": "ok", "proband, mother": "ok"}
    assert not result.summary.forced


def test_a_wrong_father_stops_the_run_unless_forced(tmp_path: Path, kb: KnowledgeBase) -> None:
    path = family_vcf(tmp_path / "f.vcf", father_is_one=False)
    with pytest.raises(InputError, match="father is not a parent of proband"):
        analysed(kb, path)
    result = analysed(kb, path, force=True)
    assert result.summary.forced
    assert any("not a parent" in text for text in result.summary.warnings)


CALL = st.sampled_from(["0/0", "0/1", "1/1", "./.", "0|1", "1", "0", ".", "./1", "1/2", "2/2"])
RECORD = st.tuples(
    st.sampled_from(["1", "2", "X", "Y", "MT", "Un_7"]),
    st.integers(1, 16000),
    st.sampled_from([("A", "C,G"), ("AT", "A,ATT"), ("A", "*,T"), ("N", "<DEL>,<DUP>")]),
    st.tuples(CALL, CALL, CALL),
    st.sampled_from(["PASS", "LowQual", "."]),
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(RECORD, max_size=12))
def test_the_ledger_always_sums(tmp_path: Path, kb: KnowledgeBase, records: list) -> None:
    vcf = VcfBuilder(TRIO, extra_header=["##contig=<ID=chrUn_7,length=90000>"])
    for chrom, pos, (ref, alt), calls, filters in records:
        info = {"END": pos + 50} if "<" in alt else None
        vcf.add(chrom, pos, ref, alt, *calls, filters=filters, info=info)
    ledger = analysed(kb, vcf.write(tmp_path / "f.vcf")).summary.ledger
    assert ledger.alleles == 2 * len(records)
    assert ledger.passed + sum(r.stopped for r in ledger.rules) == ledger.alleles


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "gene", "mode"),
    [("miller", "DHODH", Mode.AR_COMPOUND), ("NA12878.recessive", "SUCLA2", Mode.AR_HOM),
     ("NA12878.dominant", "KCNA2", Mode.AD)],
)  # fmt: skip
def test_spiked_exomes_keep_their_cause(
    shared_data: Path, kb: KnowledgeBase, name: str, gene: str, mode: Mode
) -> None:
    path = shared_data / "vcf" / f"{name}.vcf.gz"
    sample = "manuel" if name == "miller" else "NA12878"
    pedigree = Pedigree(
        sample, (Person(sample, affection=Affection.AFFECTED),), frozenset({sample})
    )
    result = analysed(kb, path, pedigree=pedigree, assembly=Assembly.GRCH37)
    assert (gene, mode) in {(s.gene, s.mode) for s in result.segregations}
