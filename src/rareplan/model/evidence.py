"""ACMG/AMP criteria as data. Assigning and classifying live in ``prioritise``.

Richards et al. 2015 (PMID 25741868) for the criteria; Tavtigian et al. 2020 (PMID 32720330)
for the points.
"""

from __future__ import annotations

from enum import Enum

from rareplan.model.base import Frozen


class Strength(Enum):
    """Evidence strength; the value is the absolute number of points (Tavtigian 2020)."""

    STAND_ALONE = "stand-alone"
    VERY_STRONG = "very strong"
    STRONG = "strong"
    MODERATE = "moderate"
    SUPPORTING = "supporting"

    @property
    def points(self) -> int:
        """Points toward pathogenic (or, negated by the criterion, benign)."""
        return {
            Strength.STAND_ALONE: 8,
            Strength.VERY_STRONG: 8,
            Strength.STRONG: 4,
            Strength.MODERATE: 2,
            Strength.SUPPORTING: 1,
        }[self]


class Status(Enum):
    """Whether a criterion applies, or why it was not looked at."""

    MET = "met"
    NOT_MET = "not met"
    NOT_ASSESSED = "not assessed"


class EvidenceItem(Frozen):
    """One criterion for one variant: the fact, the threshold and the source are printed."""

    criterion: str  # "PVS1", "BS1"
    status: Status
    strength: Strength | None = None
    points: int = 0  # signed: benign criteria are negative
    fact: str = ""
    threshold: str = ""
    source: str = ""

    @property
    def label(self) -> str:
        """``PM2_Supporting`` style label."""
        if self.strength is None:
            return self.criterion
        return f"{self.criterion}_{self.strength.value.title().replace(' ', '').replace('-', '')}"


class Classification(Frozen):
    """The class and how it came about."""

    label: str  # Pathogenic, Likely pathogenic, Uncertain significance, Likely benign, Benign
    tier: str = ""  # VUS sub-tier: hot, warm, tepid, cool, cold, ice cold
    points: int = 0
    items: tuple[EvidenceItem, ...] = ()
    conflict: str = ""  # against ClinVar, said in words

    @property
    def criteria(self) -> str:
        """``PVS1;PM2_Supporting`` for the table."""
        return ";".join(i.label for i in self.items if i.status is Status.MET)
