"""The ACMG/AMP criteria: what the guideline asks, where it says so, and how to write an answer.

Richards et al. 2015 (PMID 25741868) for every criterion; refinements are named beside it.
PP5 and BP6 (a reputable source said so) are not used: Biesecker and Harrison 2018
(PMID 29543229).
"""

from __future__ import annotations

from enum import Enum

from rareplan.model.evidence import EvidenceItem, Status, Strength

RICHARDS = "PMID 25741868"
TAVTIGIAN = "PMID 32720330"
PVS1_TREE = "PMID 30192042"
PEJAVER = "PMID 36413997"
WALKER = "PMID 37352859"
WHIFFIN = "PMID 28518168"
GHOSH = "PMID 30311383"
JARVIK = "PMID 27236918"
SVI_PM2 = "ClinGen SVI, PM2 v1.0 (2020)"
SVI_PM3 = "ClinGen SVI, in trans criterion PM3 v1.0 (2019)"
SVI_PS2 = "ClinGen SVI, de novo criteria PS2 and PM6 v1.1"
BRNICH = "PMID 31892348"


class Criterion(Enum):
    """Every criterion in use: default strength, what it asks, citation."""

    PVS1 = (Strength.VERY_STRONG, "null variant where loss of function causes disease", PVS1_TREE)
    PS1 = (Strength.STRONG, "same amino acid change as an established pathogenic one", RICHARDS)
    PS2 = (Strength.STRONG, "de novo, maternity and paternity confirmed", SVI_PS2)
    PS3 = (Strength.STRONG, "functional studies show a damaging effect", BRNICH)
    PS4 = (Strength.STRONG, "much commoner in affected people than in controls", RICHARDS)
    PM1 = (Strength.MODERATE, "mutational hot spot or critical domain", RICHARDS)
    PM2 = (Strength.SUPPORTING, "absent from or extremely rare in populations", SVI_PM2)
    PM3 = (Strength.MODERATE, "in trans with a pathogenic variant, recessive disease", SVI_PM3)
    PM4 = (Strength.MODERATE, "protein length change outside a repeat, or stop-loss", RICHARDS)
    PM5 = (Strength.MODERATE, "another pathogenic missense change at the residue", RICHARDS)
    PM6 = (Strength.MODERATE, "assumed de novo, parentage not confirmed", SVI_PS2)
    PP1 = (Strength.SUPPORTING, "segregates with disease in the family", JARVIK)
    PP2 = (Strength.SUPPORTING, "missense where missense commonly causes disease", RICHARDS)
    PP3 = (Strength.SUPPORTING, "calibrated predictor calls it damaging", PEJAVER)
    PP4 = (Strength.SUPPORTING, "phenotype highly specific for the gene's disease", RICHARDS)
    BA1 = (Strength.STAND_ALONE, "allele frequency above 5 %", GHOSH)
    BS1 = (Strength.STRONG, "commoner than the disease allows", WHIFFIN)
    BS2 = (Strength.STRONG, "seen in healthy adults with full penetrance expected", RICHARDS)
    BS3 = (Strength.STRONG, "functional studies show no damaging effect", BRNICH)
    BS4 = (Strength.STRONG, "does not segregate with disease in the family", RICHARDS)
    BP1 = (Strength.SUPPORTING, "missense where only truncation causes disease", RICHARDS)
    BP2 = (Strength.SUPPORTING, "in trans or in cis with a pathogenic variant", RICHARDS)
    BP3 = (Strength.SUPPORTING, "in-frame indel in a repeat without known function", RICHARDS)
    BP4 = (Strength.SUPPORTING, "calibrated predictor calls it tolerated", PEJAVER)
    BP5 = (Strength.SUPPORTING, "another molecular cause explains the disease", RICHARDS)
    BP7 = (Strength.SUPPORTING, "silent or deep intronic without splice effect", WALKER)

    def __init__(self, strength: Strength, asks: str, source: str) -> None:
        self.default_strength = strength
        self.asks = asks
        self.source = source

    @property
    def benign(self) -> bool:
        """Speaks against pathogenicity."""
        return self.name.startswith("B")


def met(
    criterion: Criterion,
    fact: str,
    threshold: str = "",
    strength: Strength | None = None,
    source: str = "",
) -> EvidenceItem:
    """The criterion applies, at its default strength unless another is given."""
    used = strength or criterion.default_strength
    return EvidenceItem(
        criterion=criterion.name,
        status=Status.MET,
        strength=used,
        points=-used.points if criterion.benign else used.points,
        fact=fact,
        threshold=threshold or criterion.asks,
        source=source or criterion.source,
    )


def not_met(criterion: Criterion, fact: str, threshold: str = "") -> EvidenceItem:
    """Looked at, and does not apply."""
    return EvidenceItem(
        criterion=criterion.name,
        status=Status.NOT_MET,
        fact=fact,
        threshold=threshold or criterion.asks,
        source=criterion.source,
    )


def not_assessed(criterion: Criterion, why: str) -> EvidenceItem:
    """Could not be looked at; ``why`` says what is missing."""
    return EvidenceItem(
        criterion=criterion.name,
        status=Status.NOT_ASSESSED,
        fact=why,
        threshold=criterion.asks,
        source=criterion.source,
    )
