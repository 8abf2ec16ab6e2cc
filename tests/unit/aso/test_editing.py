from __future__ import annotations

from dataclasses import replace

import pytest

from rareplan.config import Settings
from rareplan.knowledge.store import KnowledgeBase
from rareplan.model.therapy import Mechanism
from rareplan.therapies.aso.facts import AsoFacts, Kind
from rareplan.therapies.aso.hgvs import parse_coding
from rareplan.therapies.aso.lookups import transcript_of
from rareplan.therapies.editing import assess_editing, find_guides
from rareplan.therapies.replacement import assess_replacement


def facts(kb: KnowledgeBase, gene: str, name: str, **changes: object) -> AsoFacts:
    model, _ = transcript_of(kb, gene, "")
    base = AsoFacts(
        variant="v",
        gene=gene,
        hgvs=parse_coding(name),
        hgvs_text=name,
        kind=Kind.SMALL,
        transcript=model,
        mechanism=Mechanism.LOF,
        inheritance="AR",
        coding_gene=True,
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def test_cps1_precedent(kb: KnowledgeBase, settings: Settings) -> None:
    options = assess_editing(facts(kb, "CPS1", "c.1003C>T"), kb, settings.editing)
    first = options[0]
    assert first.verdict == "a precedent exists"
    assert "infant" in first.reason
    assert first.citations == ("PMID 40373211 (Musunuru et al. 2025, N Engl J Med)",)
    assert not any("eligible" in o.verdict or "cure" in o.reason.lower() for o in options)


@pytest.mark.parametrize(
    ("name", "approach", "verdict"),
    [
        ("c.100G>A", "base editing (adenine)", "chemically possible"),
        ("c.100C>T", "base editing (adenine)", "chemically possible"),
        ("c.100A>G", "base editing (cytosine)", "chemically possible"),
        ("c.100T>C", "base editing (cytosine)", "chemically possible"),
        ("c.100A>T", "base editing", "not possible"),
        ("c.100G>C", "base editing", "not possible"),
        ("c.100del", "base editing", "not possible"),
        ("c.100del", "prime editing", "chemically possible"),
        ("c.100_150del", "prime editing", "not possible"),
        ("c.100_140del", "prime editing", "chemically possible"),
        ("c.100_179dup", "prime editing", "chemically possible"),
        ("c.100_180dup", "prime editing", "not possible"),
        ("c.100A>T", "prime editing", "chemically possible"),
    ],
)
def test_chemistry(
    name: str, approach: str, verdict: str, kb: KnowledgeBase, settings: Settings
) -> None:
    options = assess_editing(facts(kb, "ASL", name), kb, settings.editing)
    assert {o.approach: o.verdict for o in options}[approach] == verdict


@pytest.mark.parametrize(
    ("mechanism", "verdict"),
    [
        (Mechanism.LOF, "not possible"),
        (Mechanism.GOF, "chemically possible"),
        (Mechanism.DOMINANT_NEGATIVE, "chemically possible"),
        (Mechanism.UNKNOWN, "unknown"),
    ],
)
def test_nuclease_only_for_toxic_variants(
    mechanism: Mechanism, verdict: str, kb: KnowledgeBase, settings: Settings
) -> None:
    given = facts(kb, "KCNQ3", "c.689G>A", mechanism=mechanism)
    options = assess_editing(given, kb, settings.editing)
    assert {o.approach: o.verdict for o in options}["nuclease editing"] == verdict


def test_mitochondrial_dna_is_out_of_reach(kb: KnowledgeBase, settings: Settings) -> None:
    options = assess_editing(
        facts(kb, "MT-TL1", "m.3243A>G", mitochondrial=True), kb, settings.editing
    )
    assert [o.verdict for o in options] == ["not possible"]


def test_guides_by_hand(settings: Settings) -> None:
    # The mutated A is base 6 of the protospacer; A at 8 is a bystander, A at 12 is not.
    protospacer = "CTCTCACACTCACTCTCTCT"
    sequence = "TTT" + protospacer + "TGG" + "TTT"
    guides = find_guides(sequence, 3 + 5, "A", settings.editing)
    assert [(g.position, g.strand, g.bystanders) for g in guides] == [(6, "+", (8,))]
    assert guides[0].protospacer == protospacer
    assert find_guides(sequence.replace("TGG", "TGT"), 8, "A", settings.editing) == ()


def test_guides_on_the_other_strand(settings: Settings) -> None:
    from rareplan.knowledge.sequence import reverse_complement

    sequence = reverse_complement("TTT" + "CTCTCACTCTCTCTCTCTCT" + "AGG" + "TTT")
    index = len(sequence) - 1 - 8
    guides = find_guides(sequence, index, "A", settings.editing)
    assert [(g.position, g.strand, g.bystanders) for g in guides] == [(6, "-", ())]


@pytest.mark.parametrize(
    ("gene", "changes", "verdict"),
    [
        ("RPE65", {}, "approved product"),
        ("GAN", {}, "in trial"),
        ("ASL", {}, "would fit one AAV"),
        ("CPS1", {}, "would need two AAVs"),
        ("USH2A", {}, "too large for AAV"),
        ("KCNQ3", {"mechanism": Mechanism.GOF}, "not suited"),
        ("ASL", {"mechanism": Mechanism.UNKNOWN}, "unknown"),
        ("ASL", {"transcript": None}, "unknown"),
    ],
)
def test_replacement(
    gene: str, changes: dict[str, object], verdict: str, kb: KnowledgeBase, settings: Settings
) -> None:
    (option,) = assess_replacement(facts(kb, gene, "c.100G>A", **changes), kb, settings.replacement)
    assert option.verdict == verdict
    assert option.reason


def test_cds_length_is_counted(kb: KnowledgeBase, settings: Settings) -> None:
    (option,) = assess_replacement(facts(kb, "CPS1", "c.1003C>T"), kb, settings.replacement)
    assert option.cds_length == 4503
