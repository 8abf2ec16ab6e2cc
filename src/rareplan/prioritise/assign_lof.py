"""PVS1 by the ClinGen decision tree: Abou Tayoun et al. 2018 (PMID 30192042), figure 1.

The tree is a pure function of a few facts, so that every leaf can be typed out as a test;
:func:`assign_pvs1` fills the facts from an annotated variant.
"""

from __future__ import annotations

from dataclasses import dataclass

from rareplan.model.consequence import Consequence
from rareplan.model.evidence import EvidenceItem, Strength
from rareplan.model.variant import AnnotatedVariant
from rareplan.prioritise.criteria import Criterion, met, not_assessed, not_met
from rareplan.prioritise.gene_facts import GeneFacts

_SPLICE = {"splice_acceptor_variant", "splice_donor_variant"}
_TRUNCATING = {"stop_gained", "frameshift_variant"}
NULL_TERMS = _SPLICE | _TRUNCATING | {"start_lost", "transcript_ablation", "feature_truncation"}
_LADDER = (Strength.VERY_STRONG, Strength.STRONG, Strength.MODERATE, Strength.SUPPORTING)


@dataclass(frozen=True)
class LofFacts:
    """What the tree asks. ``None`` is "not known"."""

    kind: str  # nonsense_frameshift, splice, deletion, duplication, initiation, full_gene_deletion
    nmd: bool = False  # predicted to undergo nonsense-mediated decay
    in_frame: bool = False  # splice or exon deletion that keeps the reading frame
    critical_region: bool | None = None
    biologically_relevant: bool = True
    lof_frequent_in_exon: bool = False
    protein_lost: float | None = None  # fraction of the protein, 0..1
    tandem: str = ""  # duplication: proven, presumed, not
    alternative_start: bool = False
    pathogenic_upstream: bool = False  # P/LP before the next in-frame ATG


def pvs1_strength(facts: LofFacts) -> tuple[Strength | None, str]:
    """Leaf of the tree: strength (None is "not applicable") and the path in words."""
    if facts.kind == "full_gene_deletion":
        return Strength.VERY_STRONG, "full gene deletion"
    if facts.kind == "initiation":
        return _initiation(facts)
    if facts.kind == "duplication":
        return _duplication(facts)
    breaks_frame = facts.kind == "nonsense_frameshift" or not facts.in_frame
    if breaks_frame and facts.nmd:
        if facts.biologically_relevant:
            return Strength.VERY_STRONG, "predicted NMD, exon in a relevant transcript"
        return None, "predicted NMD, but the exon is not in a relevant transcript"
    return _no_decay(facts, "reading frame kept" if not breaks_frame else "escapes NMD")


def _no_decay(facts: LofFacts, why: str) -> tuple[Strength | None, str]:
    if facts.critical_region:
        return Strength.STRONG, f"{why}, region critical to the protein"
    if facts.lof_frequent_in_exon or not facts.biologically_relevant:
        return None, f"{why}, LoF frequent in the exon or exon not in a relevant transcript"
    if facts.protein_lost is not None and facts.protein_lost > 0.10:
        return Strength.STRONG, f"{why}, removes {facts.protein_lost:.0%} of the protein (> 10 %)"
    lost = "an unknown part" if facts.protein_lost is None else f"{facts.protein_lost:.0%}"
    return Strength.MODERATE, f"{why}, removes {lost} of the protein (not shown to be > 10 %)"


def _initiation(facts: LofFacts) -> tuple[Strength | None, str]:
    if facts.alternative_start:
        return None, "another functional transcript uses a different start codon"
    if facts.pathogenic_upstream:
        return Strength.MODERATE, "P/LP variants before the next in-frame start codon"
    return Strength.SUPPORTING, "no P/LP variants before the next in-frame start codon"


def _duplication(facts: LofFacts) -> tuple[Strength | None, str]:
    if facts.tandem == "not":
        return None, "duplication proven not in tandem"
    if facts.in_frame or not facts.nmd:
        return None, "no or unknown effect on the reading frame and NMD"
    if facts.tandem == "proven":
        return Strength.VERY_STRONG, "in tandem (proven), frame disrupted, predicted NMD"
    return Strength.STRONG, "in tandem (presumed), frame disrupted, predicted NMD"


def for_mechanism(strength: Strength | None, level: str) -> Strength | None:
    """Lower the leaf by how well LoF is known as the gene's mechanism (ibid., table 1).

    ``established`` keeps it, ``likely`` takes one level, ``possible`` two, else none.
    """
    steps = {"established": 0, "likely": 1, "possible": 2}.get(level)
    if strength is None or steps is None:
        return None
    place = _LADDER.index(strength) + steps
    return _LADDER[place] if place < len(_LADDER) else None


def lof_facts(consequence: Consequence, gene: GeneFacts, variant: AnnotatedVariant) -> LofFacts:
    """Facts of the tree from the annotation and what is known of the gene."""
    terms = set(consequence.terms)
    if variant.sv_type == "DEL" and "transcript_ablation" in terms:
        return LofFacts("full_gene_deletion")
    position = consequence.protein_position
    length = gene.protein_length
    lost = (length - position + 1) / length if position and length else None
    if "start_lost" in terms:
        return LofFacts("initiation", pathogenic_upstream=gene.pathogenic_before(100))
    nmd = consequence.escapes_nmd is False
    critical = gene.null_pathogenic_after(position) if position else None
    if terms & _SPLICE and not terms & _TRUNCATING:
        in_frame = bool(consequence.exon_in_frame)
        if in_frame and consequence.exon_length and length:
            lost = consequence.exon_length / 3 / length
        return LofFacts("splice", nmd, in_frame, None if in_frame else critical, protein_lost=lost)
    if variant.sv_type in {"DUP", "INS"}:
        return LofFacts("duplication", nmd, tandem="presumed")
    if not variant.sv_type:
        return LofFacts("nonsense_frameshift", nmd, critical_region=critical, protein_lost=lost)
    if consequence.exon_length and length:
        lost = consequence.exon_length / 3 / length
    return LofFacts(
        "deletion",
        nmd,
        in_frame=bool(consequence.exon_in_frame),
        critical_region=critical,
        protein_lost=lost,
    )


def assign_pvs1(
    variant: AnnotatedVariant, consequence: Consequence, gene: GeneFacts
) -> EvidenceItem:
    """PVS1 for one variant on its reported transcript."""
    if not set(consequence.terms) & NULL_TERMS:
        if not consequence.resolved:
            return not_assessed(
                Criterion.PVS1, "effect on the protein unknown without the transcript's sequence"
            )
        return not_met(Criterion.PVS1, f"{consequence.term} is not a null variant")
    level, why = gene.lof_mechanism
    if level == "unknown":
        return not_assessed(Criterion.PVS1, why)
    facts = lof_facts(consequence, gene, variant)
    leaf, path = pvs1_strength(facts)
    if leaf is not None and consequence.escapes_nmd is None and facts.kind != "initiation":
        path += "; NMD could not be decided, taken as escaping"
    strength = for_mechanism(leaf, level)
    if strength is None:
        return not_met(Criterion.PVS1, f"{path}; {why}")
    return met(Criterion.PVS1, f"{consequence.term}: {path}; {why}", strength=strength)
