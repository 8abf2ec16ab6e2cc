"""Modes of inheritance and what the family's genotypes say of each."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Mode(Enum):
    """A way in which variants of one gene can explain the proband."""

    AD = "AD"
    AD_DE_NOVO = "AD de novo"
    AR_HOM = "AR homozygous"
    AR_COMPOUND = "AR compound heterozygous"
    AR_HEMI_DELETION = "AR hemizygous over deletion"
    XLD = "XL dominant"
    XLR = "XL recessive"
    XL_DE_NOVO = "XL de novo"
    Y = "Y-linked"
    MT = "mitochondrial"
    UNKNOWN = "unknown"

    @property
    def recessive(self) -> bool:
        """Needs both copies, or the only copy of a male's X."""
        return self in {Mode.AR_HOM, Mode.AR_COMPOUND, Mode.AR_HEMI_DELETION, Mode.XLR}


class Verdict(Enum):
    """How sure the segregation is."""

    PROVED = "PROVED"
    CONSISTENT = "CONSISTENT"
    ASSUMED = "ASSUMED"
    EXCLUDED = "EXCLUDED"


@dataclass(frozen=True)
class Segregation:
    """One gene, one mode, one or two variants (indices into the caller's list)."""

    gene: str
    mode: Mode
    variants: tuple[int, ...]
    verdict: Verdict
    reason: str
    excluded_by: str = ""
    phase: str = ""  # "in trans: proved by transmission", "assumed: mother not sequenced"
    flags: tuple[str, ...] = ()  # e.g. "mosaic parent: father", "pseudo-dominant"
    affected_carriers: int = 0
    informative_meioses: int = 0
