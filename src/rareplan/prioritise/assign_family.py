"""PS2/PM6, PM3, PP1, BS4, BP2, BP5 and PP4: what family and phenotype add.

Points tables of the ClinGen SVI working group: de novo criteria (PS2 and PM6) v1.1, in trans
criterion (PM3) v1.0. Segregation: Jarvik and Browning 2016 (PMID 27236918).
"""

from __future__ import annotations

from dataclasses import dataclass

from rareplan.model.evidence import EvidenceItem, Strength
from rareplan.model.inheritance import Mode, Segregation, Verdict
from rareplan.prioritise.criteria import Criterion, met, not_assessed, not_met

DE_NOVO_POINTS = {
    # phenotype: (parentage confirmed, assumed)
    "specific": (2.0, 1.0),
    "consistent": (1.0, 0.5),
    "heterogeneous": (0.5, 0.25),
    "inconsistent": (0.0, 0.0),
}
IN_TRANS_POINTS = {
    # other variant: (confirmed in trans, phase unknown)
    "P": (1.0, 0.5),
    "LP": (1.0, 0.25),
    "VUS": (0.25, 0.0),
    "homozygous": (0.5, 0.0),
    "homozygous consanguineous": (0.25, 0.0),
}
_LADDER = (
    (4.0, Strength.VERY_STRONG),
    (2.0, Strength.STRONG),
    (1.0, Strength.MODERATE),
    (0.5, Strength.SUPPORTING),
)
_DE_NOVO = {Mode.AD_DE_NOVO, Mode.XL_DE_NOVO}
_RECESSIVE = {Mode.AR_HOM, Mode.AR_COMPOUND, Mode.AR_HEMI_DELETION}


def points_strength(points: float) -> Strength | None:
    """Strength of a PM3 or PS2/PM6 point total; both tables share the ladder."""
    return next((strength for cut, strength in _LADDER if points >= cut), None)


def meioses_strength(meioses: int, families: int = 1) -> Strength | None:
    """PP1 by informative meioses: chance of sharing (1/2)^m at most 1/8, 1/16, 1/32.

    With two or more families the cuts are 1/4, 1/8, 1/16.
    """
    reached = meioses + (1 if families > 1 else 0)
    if reached >= 5:
        return Strength.STRONG
    return {4: Strength.MODERATE, 3: Strength.SUPPORTING}.get(reached)


@dataclass(frozen=True)
class FamilyFacts:
    """What the assigners need beside the segregation."""

    phenotype: str  # key of DE_NOVO_POINTS
    phenotype_posterior: float
    specific_at: float  # posterior from which a phenotype is highly specific
    partner_class: str = ""  # P, LP, VUS or "" for the other variant of a pair
    dominant: bool = False
    consanguineous: bool = False
    rare: bool | None = None  # neither BA1 nor BS1 applies; None: no frequency is known


def assign_family(seg: Segregation | None, facts: FamilyFacts) -> list[EvidenceItem]:
    """Family and phenotype criteria of one variant in one hypothesis."""
    if seg is None:
        why = "assessed only for a candidate explanation, not for this finding"
        return [
            not_assessed(c, why)
            for c in (Criterion.PS2, Criterion.PM6, Criterion.PM3, Criterion.PP1, Criterion.BS4,
                      Criterion.BP2, Criterion.PP4)
        ]  # fmt: skip
    return [
        *_de_novo(seg, facts),
        _in_trans(seg, facts),
        *_sharing(seg),
        _beside_pathogenic(seg, facts),
        _specific_phenotype(facts),
    ]


def _de_novo(seg: Segregation, facts: FamilyFacts) -> list[EvidenceItem]:
    if seg.mode not in _DE_NOVO:
        return [not_met(c, f"mode is {seg.mode.value}") for c in (Criterion.PS2, Criterion.PM6)]
    confirmed = seg.verdict is Verdict.PROVED
    points = DE_NOVO_POINTS[facts.phenotype][0 if confirmed else 1]
    strength = points_strength(points)
    yes, no = (Criterion.PS2, Criterion.PM6) if confirmed else (Criterion.PM6, Criterion.PS2)
    fact = (
        f"de novo, {'both parents checked' if confirmed else 'parents not checked'}; phenotype "
        f"{facts.phenotype} (posterior {facts.phenotype_posterior:.2g}): {points:g} points"
    )
    other = not_met(no, "scored as " + yes.name)
    if seg.verdict is Verdict.ASSUMED:
        return [
            not_assessed(Criterion.PS2, "a parent was not sequenced: de novo not shown"),
            not_assessed(Criterion.PM6, "a parent was not sequenced: de novo not shown"),
        ]
    if strength is None:
        return [not_met(yes, fact), other]
    return [met(yes, fact, "SVI de novo table: 0.5, 1, 2, 4 points", strength=strength), other]


def in_trans_points(other: str, *, confirmed: bool) -> float:
    """Points of one proband by the PM3 table."""
    row = IN_TRANS_POINTS.get(other)
    return 0.0 if row is None else row[0 if confirmed else 1]


def _in_trans(seg: Segregation, facts: FamilyFacts) -> EvidenceItem:
    wanted = "SVI in trans table: 0.5, 1, 2, 4 points, for a rare variant"
    if facts.rare is False and seg.mode in _RECESSIVE:
        return not_met(Criterion.PM3, "too frequent for the disease (BA1 or BS1)", wanted)
    if seg.mode is Mode.AR_HOM and facts.rare is None:
        # Two copies of an allele say something only when the allele is rare (SVI PM3 v1.0).
        return not_assessed(
            Criterion.PM3, "homozygous in the proband, but no frequency says that it is rare"
        )
    if seg.mode is Mode.AR_HOM:
        row = "homozygous consanguineous" if facts.consanguineous else "homozygous"
        fact, points = f"{row} in the proband", in_trans_points(row, confirmed=True)
    elif seg.mode is Mode.AR_COMPOUND:
        confirmed = seg.verdict is Verdict.PROVED
        points = in_trans_points(facts.partner_class, confirmed=confirmed)
        fact = (
            f"other variant {facts.partner_class or 'not P, LP or rare VUS'}, "
            f"{'in trans (proved)' if confirmed else 'phase assumed'}: {points:g} points"
        )
    else:
        return not_met(Criterion.PM3, f"mode is {seg.mode.value}")
    strength = points_strength(points)
    if strength is None:
        return not_met(Criterion.PM3, fact, wanted)
    return met(Criterion.PM3, fact, wanted, strength=strength)


def _sharing(seg: Segregation) -> list[EvidenceItem]:
    meioses = seg.informative_meioses
    wanted = ">= 3, 4, 5 informative meioses (1/8, 1/16, 1/32)"
    bs4 = not_met(Criterion.BS4, "hypotheses that do not segregate were excluded beforehand")
    if meioses == 0:
        why = "no informative meiosis: no further affected relative was sequenced"
        return [not_assessed(Criterion.PP1, why), not_assessed(Criterion.BS4, why)]
    strength = meioses_strength(meioses)
    fact = f"{meioses} informative meioses in the family"
    if strength is None:
        return [not_met(Criterion.PP1, fact, wanted), bs4]
    return [met(Criterion.PP1, fact, wanted, strength=strength), bs4]


def _beside_pathogenic(seg: Segregation, facts: FamilyFacts) -> EvidenceItem:
    if len(seg.variants) != 2 or facts.partner_class not in {"P", "LP"}:
        return not_met(Criterion.BP2, "no pathogenic variant beside it")
    if facts.dominant and seg.verdict is Verdict.PROVED:
        return met(
            Criterion.BP2, f"in trans with a {facts.partner_class} variant of a dominant gene"
        )
    return not_met(Criterion.BP2, "recessive gene, or not shown to be in trans")


def _specific_phenotype(facts: FamilyFacts) -> EvidenceItem:
    fact = f"posterior of the disease by phenotype alone {facts.phenotype_posterior:.2g}"
    wanted = f">= {facts.specific_at:g} (used for the class only, never for the probability)"
    if facts.phenotype_posterior >= facts.specific_at:
        return met(Criterion.PP4, fact, wanted)
    return not_met(Criterion.PP4, fact, wanted)


def assign_other_cause(gene: str, other_gene: str, other_class: str) -> EvidenceItem:
    """BP5: another gene of the same case holds a pathogenic explanation."""
    if other_gene and other_gene != gene and other_class in {"P", "LP"}:
        return met(
            Criterion.BP5, f"{other_gene} explains the phenotype with a {other_class} variant"
        )
    return not_met(Criterion.BP5, "no other gene of this case explains the phenotype")
