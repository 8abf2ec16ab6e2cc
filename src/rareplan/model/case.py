"""What the user gave: the patient, the family, the phenotype and the consents."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from rareplan.model.genome import Assembly
from rareplan.model.pedigree import Pedigree


@dataclass(frozen=True)
class PhenotypeTerm:
    """One HPO term of the patient, already current (obsolete and alternative ids replaced)."""

    id: str
    label: str
    excluded: bool = False
    onset: str = ""
    given_as: str = ""
    """What the user wrote, when it differs from ``id``."""


@dataclass(frozen=True)
class Consents:
    """What the family agreed to. Everything is off unless the case file turns it on."""

    secondary_findings: bool = False
    carrier_findings: bool = False
    reanalysis_alerts: bool = True
    share_matching: bool = False


@dataclass(frozen=True)
class SuppliedEvidence:
    """One piece of functional or clinical evidence from the case or evidence file.

    ``kind``: rna_splicing, rna_expression, protein_function, enzyme_activity, metabolite,
    segregation, clinician_override, phenotype_specificity, wt_transcript, muscle ...
    """

    gene: str
    variant: str = ""
    kind: str = ""
    result: str = ""
    criterion: str = ""
    strength: str = ""
    source: str = ""
    date: str = ""
    z_score: float | None = None


@dataclass(frozen=True)
class Case:
    """A validated case: nothing later may find a fault in the input's form."""

    vcf_paths: tuple[Path, ...]
    assembly: Assembly
    pedigree: Pedigree
    terms: tuple[PhenotypeTerm, ...]
    age_years: float | None = None
    country: str = ""
    medicines: tuple[str, ...] = ()
    consents: Consents = field(default_factory=Consents)
    evidence: tuple[SuppliedEvidence, ...] = ()
    targets: Path | None = None
    """BED of covered positions (0-based half-open), if given."""
    notices: tuple[str, ...] = ()
    """Things said to the user while reading: replaced terms, inferred pedigree, ..."""

    @property
    def observed(self) -> tuple[PhenotypeTerm, ...]:
        """Terms that the patient has."""
        return tuple(t for t in self.terms if not t.excluded)

    @property
    def excluded(self) -> tuple[PhenotypeTerm, ...]:
        """Terms that were looked for and not found."""
        return tuple(t for t in self.terms if t.excluded)
