"""From criteria to a class on the points scale.

Tavtigian et al. 2020 (PMID 32720330): supporting 1, moderate 2, strong 4, very strong 8;
Pathogenic >= 10, Likely pathogenic 6-9, Uncertain 0-5, Likely benign -1..-6, Benign <= -7;
BA1 stands alone. Sub-tiers of Uncertain after the ACGS best practice guidelines for variant
classification (2020 v4, section 6): hot 5, warm 4, tepid 3, cool 2, cold 1, ice cold 0.

The points scale differs from Richards 2015 table 5 on purpose in a few places (two strong
criteria are 8 points, Likely pathogenic); tests/unit/prioritise type the table out.
"""

from __future__ import annotations

from collections.abc import Iterable

from rareplan.model.evidence import Classification, EvidenceItem, Status, Strength

PATHOGENIC, LIKELY_PATHOGENIC, UNCERTAIN = (
    "Pathogenic",
    "Likely pathogenic",
    "Uncertain significance",
)
LIKELY_BENIGN, BENIGN = "Likely benign", "Benign"
_TIERS = ("ice cold", "cold", "cool", "tepid", "warm", "hot")
# Pairs that state the same observation; only the stronger one is counted.
_SAME_FACT = (
    ("PVS1", "PM4"),  # Abou Tayoun 2018: protein length is part of the tree
    ("PVS1", "PP3"),  # Walker 2023: no computational evidence on top of PVS1
    ("PS2", "PM6"),
    ("PS1", "PM5"),
    ("BP4", "BP3"),
    ("PM1", "PP2"),  # both say: missense changes here cause disease
)


def class_of_points(points: int, stand_alone: bool = False) -> tuple[str, str]:
    """Class and VUS sub-tier of a point total."""
    if stand_alone:
        return BENIGN, ""
    if points >= 10:
        return PATHOGENIC, ""
    if points >= 6:
        return LIKELY_PATHOGENIC, ""
    if points >= 0:
        return UNCERTAIN, _TIERS[points]
    return (LIKELY_BENIGN, "") if points >= -6 else (BENIGN, "")


def without_double_counts(items: Iterable[EvidenceItem]) -> tuple[EvidenceItem, ...]:
    """Criteria with each observation counted once; what was dropped says so."""
    kept = list(items)
    for first, second in _SAME_FACT:
        pair = [i for i in kept if i.criterion in {first, second} and i.status is Status.MET]
        if {i.criterion for i in pair} != {first, second}:
            continue
        weaker = min(pair, key=lambda i: (abs(i.points), i.criterion == first))
        other = second if weaker.criterion == first else first
        dropped = weaker.model_copy(
            update={
                "status": Status.NOT_MET,
                "strength": None,
                "points": 0,
                "fact": f"{weaker.fact} (not counted: {other} states the same observation)",
            }
        )
        kept[kept.index(weaker)] = dropped
    return tuple(kept)


def clinvar_conflict(label: str, significance: str) -> str:
    """Words for a disagreement with ClinVar, or ""; ClinVar gives no points here."""
    text = significance.lower().replace("_", " ")
    if not text:
        return ""
    if "conflicting" in text:
        return f"ClinVar's submitters disagree ({significance}); rareplan's points say {label}."
    theirs_pathogenic, theirs_benign = "pathogenic" in text, "benign" in text
    ours_pathogenic = label in {PATHOGENIC, LIKELY_PATHOGENIC}
    ours_benign = label in {BENIGN, LIKELY_BENIGN}
    if theirs_pathogenic and not ours_pathogenic:
        return (
            f"ClinVar says {significance}; the criteria that could be assessed here "
            f"only reach {label}."
        )
    if theirs_benign and not ours_benign:
        return f"ClinVar says {significance}; the criteria assessed here say {label}."
    return ""


def classify(items: Iterable[EvidenceItem], clinvar: str = "") -> Classification:
    """Sum the points of the criteria that are met and name the class.

    Args:
        items: one item per criterion looked at, in any status.
        clinvar: ClinVar's own significance, only compared, never counted.
    """
    kept = without_double_counts(items)
    points = sum(i.points for i in kept if i.status is Status.MET)
    stand_alone = any(i.status is Status.MET and i.strength is Strength.STAND_ALONE for i in kept)
    label, tier = class_of_points(points, stand_alone)
    return Classification(
        label=label,
        tier=tier,
        points=points,
        items=kept,
        conflict=clinvar_conflict(label, clinvar),
    )
