"""Every criterion in use is reached from variants, family and case file to the written class."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.builders.evidence import SEIZURES, make_case, make_variant, seg

from rareplan.knowledge.store import KnowledgeBase
from rareplan.model.case import SuppliedEvidence
from rareplan.model.evidence import Status
from rareplan.model.inheritance import Mode, Segregation, Verdict
from rareplan.model.variant import AnnotatedVariant
from rareplan.prioritise.criteria import Criterion
from rareplan.prioritise.rank import RankedCase

Rank = Callable[..., RankedCase]
MARFAN = ("HP:0001083", "HP:0001166", "HP:0002616", "HP:0000098", "HP:0000767", "HP:0001519")
STOP = make_variant(
    "9-127661133-C-T", "STXBP1", "stop_gained", max_af=0.0, homozygotes=0, escapes_nmd=False,
    protein_position=100, cds_position=300,
)  # fmt: skip


def scn2a(**more: object) -> AnnotatedVariant:
    return make_variant(
        "2-165373330-C-G", "SCN2A", "missense_variant", codons="Cgg/Ggg", amino_acids="R/G",
        cds_position=3955, protein_position=1319, **more,
    )  # fmt: skip


def met(ranked: RankedCase, gene: str) -> set[str]:
    """Criteria met by any variant of a gene's candidates."""
    return {
        i.criterion
        for c in ranked.candidates
        if c.gene == gene
        for v in c.variants
        for i in v.classification.items
        if i.status is Status.MET
    }


def one(variant: AnnotatedVariant, segregation: Segregation) -> tuple[list, list]:
    return [variant], [segregation]


def ar_pair(verdict: Verdict) -> tuple[list, list]:
    known = make_variant(
        "7-117559590-ATCT-A", "CFTR", "inframe_deletion", clinvar="Pathogenic",
        protein_position=508, cds_position=1521, max_af=0.012,
    )  # fmt: skip
    other = make_variant("7-117587806-G-A", "CFTR", "missense_variant", protein_position=551)
    return [known, other], [seg("CFTR", Mode.AR_COMPOUND, 0, 1, verdict=verdict)]


SITUATIONS: dict[str, tuple[str, Callable[[], tuple[list, list]], tuple[SuppliedEvidence, ...]]] = {
    "PVS1": ("STXBP1", lambda: one(STOP, seg("STXBP1", Mode.AD, 0)), ()),
    "PM2": ("STXBP1", lambda: one(STOP, seg("STXBP1", Mode.AD, 0)), ()),
    "PP1": ("STXBP1", lambda: one(STOP, seg("STXBP1", Mode.AD, 0, meioses=3)), ()),
    "PS2": (
        "SCN2A",
        lambda: one(scn2a(), seg("SCN2A", Mode.AD_DE_NOVO, 0, verdict=Verdict.PROVED)),
        (),
    ),
    "PM6": (
        "FBN1",
        lambda: one(
            make_variant("15-48485400-C-T", "FBN1", "missense_variant", protein_position=700),
            seg("FBN1", Mode.AD_DE_NOVO, 0, verdict=Verdict.CONSISTENT),
        ),
        (),
    ),
    "PM5": ("SCN2A", lambda: one(scn2a(), seg("SCN2A", Mode.AD, 0)), ()),
    "PM1": ("SCN2A", lambda: one(scn2a(), seg("SCN2A", Mode.AD, 0)), ()),
    "PP3": ("SCN2A", lambda: one(scn2a(scores={"REVEL": 0.95}), seg("SCN2A", Mode.AD, 0)), ()),
    "BP4": ("SCN2A", lambda: one(scn2a(scores={"REVEL": 0.1}), seg("SCN2A", Mode.AD, 0)), ()),
    "BA1": ("SCN2A", lambda: one(scn2a(max_af=0.06), seg("SCN2A", Mode.AD, 0)), ()),
    "BS1": ("SCN2A", lambda: one(scn2a(max_af=0.0008), seg("SCN2A", Mode.AD, 0)), ()),
    "BS2": (
        "SCN2A",
        lambda: one(scn2a(max_af=0.0, homozygotes=3), seg("SCN2A", Mode.AD, 0)),
        (),
    ),
    "PS1": (
        "PTPN11",
        lambda: one(
            make_variant(
                "12-112450354-C-A", "PTPN11", "missense_variant", codons="aaC/aaA",
                cds_position=174, protein_position=58,
            ),
            seg("PTPN11", Mode.AD, 0),
        ),
        (),
    ),
    "PM3": ("CFTR", lambda: ar_pair(Verdict.PROVED), ()),
    "PM4": ("CFTR", lambda: ar_pair(Verdict.PROVED), ()),
    "BP1": (
        "ANKRD11",
        lambda: one(
            make_variant("16-89284503-G-C", "ANKRD11", "missense_variant", protein_position=900),
            seg("ANKRD11", Mode.AD, 0),
        ),
        (),
    ),
    "BP3": (
        "ARX",
        lambda: one(
            make_variant(
                "X-25013654-C-CGCC", "ARX", "inframe_insertion", gt=(1,), protein_position=105
            ),
            seg("ARX", Mode.XLR, 0),
        ),
        (),
    ),
    "BP7": (
        "STXBP1",
        lambda: one(
            make_variant(
                "9-127661136-C-T", "STXBP1", "synonymous_variant", scores={"SpliceAI": 0.01}
            ),
            seg("STXBP1", Mode.AD, 0),
        ),
        (),
    ),
    "BP2": (
        "SCN2A",
        lambda: (
            [
                scn2a(),
                make_variant(
                    "2-165310343-G-A", "SCN2A", "missense_variant", clinvar="Pathogenic",
                    protein_position=240,
                ),
            ],
            [seg("SCN2A", Mode.AR_COMPOUND, 0, 1, verdict=Verdict.PROVED)],
        ),
        (),
    ),
    "BP5": (
        "SCN2A",
        lambda: (
            [STOP, scn2a()],
            [
                seg("STXBP1", Mode.AD_DE_NOVO, 0, verdict=Verdict.PROVED),
                seg("SCN2A", Mode.AD, 1),
            ],
        ),
        (),
    ),
    "PS3": (
        "SCN2A",
        lambda: one(scn2a(), seg("SCN2A", Mode.AD, 0)),
        (SuppliedEvidence("SCN2A", kind="protein_function", result="abnormal current"),),
    ),
    "BS3": (
        "SCN2A",
        lambda: one(scn2a(), seg("SCN2A", Mode.AD, 0)),
        (SuppliedEvidence("SCN2A", kind="protein_function", result="normal current"),),
    ),
    "PS4": (
        "SCN2A",
        lambda: one(scn2a(), seg("SCN2A", Mode.AD, 0)),
        (SuppliedEvidence("SCN2A", kind="case_control", criterion="PS4", result="12 cases"),),
    ),
    "BS4": (
        "SCN2A",
        lambda: one(scn2a(), seg("SCN2A", Mode.AD, 0)),
        (SuppliedEvidence("SCN2A", kind="segregation", result="does not segregate"),),
    ),
    "PP4": (
        "SCN2A",
        lambda: one(scn2a(), seg("SCN2A", Mode.AD, 0)),
        (SuppliedEvidence("SCN2A", kind="metabolite", result="lactate", z_score=4.2),),
    ),
    "PP2": ("SCN2A", lambda: one(scn2a(), seg("SCN2A", Mode.AD, 0)), ()),
}  # fmt: skip


@pytest.mark.parametrize("criterion", SITUATIONS)
def test_criterion_is_reached(criterion: str, fuller: KnowledgeBase, rank: Rank) -> None:
    gene, build, evidence = SITUATIONS[criterion]
    variants, segregations = build()
    terms = MARFAN if gene == "FBN1" else SEIZURES
    ranked = rank(fuller, make_case(terms, evidence=evidence), variants, segregations)
    found = met(ranked, gene)
    if criterion == "PP2":  # PM1 says the same of this variant, so PP2 is met but not counted
        items = ranked.candidates[0].variants[0].classification.items
        said = next(i for i in items if i.criterion == "PP2")
        assert "PM1 states the same observation" in said.fact
        return
    assert criterion in found


def test_no_criterion_is_left_out() -> None:
    assert set(SITUATIONS) == set(Criterion.__members__)


def test_each_assessed_criterion_prints_fact_threshold_and_source(
    starter: KnowledgeBase, rank: Rank
) -> None:
    ranked = rank(starter, make_case(), *one(STOP, seg("STXBP1", Mode.AD, 0)))
    items = ranked.candidates[0].variants[0].classification.items
    assert [i.criterion for i in items] == [c.name for c in Criterion]
    assert all(i.fact and i.threshold and i.source for i in items)


def test_what_cannot_be_assessed_says_why(starter: KnowledgeBase, rank: Rank) -> None:
    unknown = make_variant("9-127661136-C-T", "STXBP1", "coding_sequence_variant", resolved=False)
    ranked = rank(starter, make_case(), *one(unknown, seg("STXBP1", Mode.AD, 0)))
    items = {i.criterion: i for i in ranked.candidates[0].variants[0].classification.items}
    for name in ("PVS1", "PS1", "PM1", "PM2", "PP3"):
        assert items[name].status is Status.NOT_ASSESSED
        assert items[name].fact


@pytest.mark.parametrize(
    ("max_af", "status"),
    [(0.0001, Status.MET), (0.2, Status.NOT_MET), (None, Status.NOT_ASSESSED)],
)
def test_two_copies_count_only_for_an_allele_known_to_be_rare(
    max_af: float | None, status: Status, fuller: KnowledgeBase, rank: Rank
) -> None:
    known = make_variant(
        "7-117587806-G-A", "CFTR", "missense_variant", gt=(1, 1), max_af=max_af,
        clinvar="Pathogenic", protein_position=551,
    )  # fmt: skip
    ranked = rank(fuller, make_case(SEIZURES), [known], [seg("CFTR", Mode.AR_HOM, 0)])
    items = ranked.candidates[0].variants[0].classification.items
    assert next(i for i in items if i.criterion == "PM3").status is status
