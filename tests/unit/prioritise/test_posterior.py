"""Probabilities: printed factors, normalisation, none of these, supplied evidence, findings."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from tests.builders.evidence import make_case, make_variant, seg

from rareplan.config import Settings
from rareplan.knowledge.store import KnowledgeBase
from rareplan.model.case import Consents, SuppliedEvidence
from rareplan.model.inheritance import Mode, Verdict
from rareplan.prioritise.gene_index import gene_index
from rareplan.prioritise.rank import RankedCase, probability_of

Rank = Callable[..., RankedCase]

STOP = make_variant(
    "9-127661133-C-T", "STXBP1", "stop_gained", max_af=0.0, escapes_nmd=False, protein_position=100
)
VAGUE = make_variant("2-165373330-C-G", "SCN2A", "missense_variant", max_af=0.0)
CARRIED = make_variant(
    "7-117559590-ATCT-A", "CFTR", "inframe_deletion", clinvar="Pathogenic", max_af=0.012
)
WILSON = make_variant("13-51958334-G-T", "ATP7B", "missense_variant", clinvar="Pathogenic")
LYNCH = make_variant(
    "3-37000980-C-T", "MLH1", "stop_gained", clinvar="Pathogenic", escapes_nmd=False
)
ALL = [STOP, VAGUE, CARRIED]
SEGREGATIONS = [
    seg("STXBP1", Mode.AD, 0), seg("SCN2A", Mode.AD, 1), seg("CFTR", Mode.AD, 2),
]  # fmt: skip


def probability(ranked: RankedCase, gene: str) -> float:
    return math.fsum(c.probability for c in ranked.candidates if c.gene == gene)


def test_probability_is_recomputed_from_the_printed_factors(
    starter: KnowledgeBase, rank: Rank
) -> None:
    ranked = rank(starter, make_case(), ALL, SEGREGATIONS)
    assert len(ranked.candidates) == 3
    for candidate in ranked.candidates:
        printed = candidate.model_dump(mode="json")["derivation"]
        again = math.exp(sum(f["log_lr"] for f in printed))
        assert again == pytest.approx(candidate.probability, rel=1e-9)
        assert probability_of(candidate.derivation) == candidate.probability
        assert all(f["detail"] for f in printed)


def test_everything_adds_up_to_one(starter: KnowledgeBase, rank: Rank) -> None:
    ranked = rank(starter, make_case(), ALL, SEGREGATIONS)
    total = math.fsum(c.probability for c in ranked.candidates)
    assert total + ranked.none_of_these + ranked.unwritten == pytest.approx(1.0, abs=1e-9)
    assert ranked.candidates[0].gene == "STXBP1"


def test_no_variants_leaves_only_none_of_these(starter: KnowledgeBase, rank: Rank) -> None:
    ranked = rank(starter, make_case(), [], [])
    assert ranked.candidates == ()
    assert ranked.none_of_these == pytest.approx(1.0)


def test_a_recessive_carrier_is_no_dominant_answer(starter: KnowledgeBase, rank: Rank) -> None:
    ranked = rank(starter, make_case(("HP:0002613",)), [WILSON], [seg("ATP7B", Mode.AD, 0)])
    assert ranked.none_of_these > 0.5


def test_frequency_lowers_the_probability(starter: KnowledgeBase, rank: Rank) -> None:
    rare = rank(starter, make_case(), [VAGUE], [seg("SCN2A", Mode.AD, 0)])
    common = make_variant("2-165373330-C-G", "SCN2A", "missense_variant", max_af=0.0009)
    often = rank(starter, make_case(), [common], [seg("SCN2A", Mode.AD, 0)])
    assert probability(rare, "SCN2A") > 2 * probability(often, "SCN2A")


def test_proved_phase_and_meioses_raise_the_probability(starter: KnowledgeBase, rank: Rank) -> None:
    plain = rank(starter, make_case(), [VAGUE], [seg("SCN2A", Mode.AD, 0)])
    shared = rank(starter, make_case(), [VAGUE], [seg("SCN2A", Mode.AD, 0, meioses=3)])
    factor = next(f for f in shared.candidates[0].derivation if f.name == "segregation")
    assert factor.log_lr == pytest.approx(3 * math.log(2))
    assert probability(shared, "SCN2A") > probability(plain, "SCN2A")


def test_two_calls_side_by_side_are_hardly_a_compound_pair(
    starter: KnowledgeBase, rank: Rank
) -> None:
    def pair(distance: int, verdict: Verdict) -> float:
        first = make_variant("13-51958334-G-T", "ATP7B", "missense_variant", max_af=0.0)
        second = make_variant(
            f"13-{51958334 + distance}-G-T", "ATP7B", "missense_variant", max_af=0.0
        )
        found = rank(
            starter, make_case(("HP:0010837",)), [first, second],
            [seg("ATP7B", Mode.AR_COMPOUND, 0, 1, verdict=verdict)],
        )  # fmt: skip
        return found.candidates[0].probability / (1 - found.candidates[0].probability)

    assert pair(3, Verdict.ASSUMED) < 0.2 * pair(3000, Verdict.ASSUMED)
    assert pair(3, Verdict.PROVED) == pytest.approx(2 * pair(3000, Verdict.ASSUMED), rel=0.3)


def test_supplied_evidence_changes_class_and_probability(
    starter: KnowledgeBase, rank: Rank
) -> None:
    before = rank(starter, make_case(), [VAGUE], [seg("SCN2A", Mode.AD, 0)])
    assay = SuppliedEvidence(
        "SCN2A", "2-165373330-C-G", "protein_function", "abnormal", "PS3", "strong", "lab 7",
        "2025-01-02",
    )  # fmt: skip
    after = rank(starter, make_case(evidence=(assay,)), [VAGUE], [seg("SCN2A", Mode.AD, 0)])
    old, new = before.candidates[0], after.candidates[0]
    gained = new.variants[0].classification.points - old.variants[0].classification.points
    assert gained == 4
    assert "lab 7, 2025-01-02" in next(
        i.source for i in new.variants[0].classification.items if i.criterion == "PS3"
    )
    assert new.probability > old.probability
    assert any(f.name.startswith("evidence") for f in new.derivation)


def test_override_wins_and_is_announced(starter: KnowledgeBase, rank: Rank) -> None:
    off = SuppliedEvidence("STXBP1", kind="clinician_override", criterion="PVS1", result="not met")
    ranked = rank(starter, make_case(evidence=(off,)), [STOP], [seg("STXBP1", Mode.AD, 0)])
    items = ranked.candidates[0].variants[0].classification.items
    assert next(i for i in items if i.criterion == "PVS1").points == 0
    assert any("override" in w for w in ranked.warnings)


def test_clinvar_is_compared_and_gives_no_points(starter: KnowledgeBase, rank: Rank) -> None:
    ranked = rank(starter, make_case(), [CARRIED], [seg("CFTR", Mode.AD, 0)])
    result = ranked.candidates[0].variants[0].classification
    assert "ClinVar says Pathogenic" in result.conflict
    assert not {"PP5", "BP6"} & {i.criterion for i in result.items}


@pytest.mark.parametrize(
    ("consents", "secondary", "carrier"),
    [
        (Consents(), [], []),
        (Consents(secondary_findings=True), ["MLH1"], []),
        (Consents(carrier_findings=True), [], ["ATP7B", "CFTR"]),
    ],
)
def test_findings_need_consent(
    consents: Consents, secondary: list[str], carrier: list[str], starter: KnowledgeBase, rank: Rank
) -> None:
    variants = [STOP, CARRIED, WILSON, LYNCH]
    ranked = rank(starter, make_case(consents=consents), variants, [seg("STXBP1", Mode.AD, 0)])
    assert [v.gene for v in ranked.secondary] == secondary
    assert sorted({v.gene for v in ranked.carrier}) == carrier  # MLH1 is a risk to the carrier


def test_recessive_secondary_findings_need_two_alleles(starter: KnowledgeBase, rank: Rank) -> None:
    consent = make_case(consents=Consents(secondary_findings=True))
    one = rank(starter, consent, [WILSON], [])
    both = make_variant(
        "13-51958334-G-T", "ATP7B", "missense_variant", clinvar="Pathogenic", gt=(1, 1)
    )
    two = rank(starter, consent, [both], [])
    assert one.secondary == ()
    assert [v.gene for v in two.secondary] == ["ATP7B"]


def test_the_list_of_secondary_findings_holds_84_genes(starter: KnowledgeBase) -> None:
    rows = starter.curated("acmg_sf_v3_3")
    assert len({row["gene"] for row in rows}) == 84
    known = gene_index(starter).genes
    assert [row["gene"] for row in rows if row["gene"] not in known] == []


def test_few_candidates_are_written_and_the_rest_is_summed(
    starter: KnowledgeBase, settings: Settings, rank: Rank
) -> None:
    genes = [g for g in sorted(gene_index(starter).genes.values(), key=lambda g: g.gene)
             if g.diseases and g.cds_length][:120]  # fmt: skip
    variants = [
        make_variant(f"1-{1000 + i}-A-G", g.gene, "missense_variant") for i, g in enumerate(genes)
    ]
    ranked = rank(
        starter, make_case(), variants, [seg(g.gene, Mode.AD, i) for i, g in enumerate(genes)]
    )
    assert len(ranked.candidates) == settings.posterior.written_candidates
    assert [c.rank for c in ranked.candidates] == list(range(1, 51))
    ordered = [c.probability for c in ranked.candidates]
    assert ordered == sorted(ordered, reverse=True)
    assert ranked.unwritten > 0.0
