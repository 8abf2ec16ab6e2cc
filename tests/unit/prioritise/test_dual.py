"""Two diagnoses in one patient are pointed out; a carried recessive allele is not one of them."""

from __future__ import annotations

from collections.abc import Callable

from tests.builders.evidence import SEIZURES, make_case, make_variant, seg

from rareplan.knowledge.store import KnowledgeBase
from rareplan.model.inheritance import Mode, Verdict
from rareplan.model.variant import AnnotatedVariant
from rareplan.prioritise.rank import RankedCase

Rank = Callable[..., RankedCase]
MARFAN = ("HP:0001083", "HP:0001166", "HP:0002616", "HP:0000767")
KETONE_DEFECT = ("HP:0001985", "HP:0002240", "HP:0001259", "HP:0001942")


def flags_of(ranked: RankedCase) -> dict[str, str]:
    return {c.gene: " ".join(c.flags) for c in reversed(ranked.candidates)}


def stxbp1() -> AnnotatedVariant:
    return make_variant(
        "9-127661133-C-T", "STXBP1", "stop_gained", max_af=0.0, homozygotes=0, escapes_nmd=False,
        protein_position=100, cds_position=300, clinvar="Pathogenic",
    )  # fmt: skip


def test_two_genes_with_disjoint_signs_are_flagged(fuller: KnowledgeBase, rank: Rank) -> None:
    fbn1 = make_variant(
        "15-48485400-C-T", "FBN1", "missense_variant", protein_position=700, max_af=0.0,
        clinvar="Pathogenic",
    )  # fmt: skip
    ranked = rank(
        fuller, make_case((*SEIZURES, *MARFAN)), [stxbp1(), fbn1],
        [seg("STXBP1", Mode.AD_DE_NOVO, 0, verdict=Verdict.PROVED),
         seg("FBN1", Mode.AD_DE_NOVO, 1, verdict=Verdict.PROVED)],
    )  # fmt: skip
    flags = flags_of(ranked)
    first = ranked.candidates[0].gene
    other = "FBN1" if first == "STXBP1" else "STXBP1"
    assert f"possible dual diagnosis with {other}" in flags[first]
    assert f"possible second diagnosis beside {first}" in flags[other]


def test_the_carrier_of_a_recessive_disease_is_not_flagged(
    fuller: KnowledgeBase, rank: Rank
) -> None:
    hmgcs2 = make_variant(
        "1-119759171-A-G", "HMGCS2", "stop_gained", clinvar="Pathogenic", escapes_nmd=False,
        protein_position=266, cds_position=797, max_af=0.0,
    )  # fmt: skip
    ranked = rank(
        fuller, make_case((*SEIZURES, *KETONE_DEFECT)), [stxbp1(), hmgcs2],
        [seg("STXBP1", Mode.AD_DE_NOVO, 0, verdict=Verdict.PROVED), seg("HMGCS2", Mode.AD, 1)],
    )  # fmt: skip
    assert "HMGCS2" in {c.gene for c in ranked.candidates}
    assert "diagnosis" not in " ".join(flags_of(ranked).values())
