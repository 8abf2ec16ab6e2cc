"""Alleles, genotypes and what is known of them before any gene is looked at."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from rareplan.model.consequence import Consequence
from rareplan.model.genome import Assembly, Contig


def trimmed(pos: int, ref: str, alt: str) -> tuple[int, str, str]:
    """Position and alleles without shared bases: the suffix first, one base is always kept.

    For sequence alleles; left-alignment would need the reference and is not done.
    """
    end_ref, end_alt = len(ref), len(alt)
    while end_ref > 1 and end_alt > 1 and ref[end_ref - 1] == alt[end_alt - 1]:
        end_ref -= 1
        end_alt -= 1
    start = 0
    while start < end_ref - 1 and start < end_alt - 1 and ref[start] == alt[start]:
        start += 1
    return pos + start, ref[start:end_ref], alt[start:end_alt]


class VariantKey(NamedTuple):
    """One alternate allele: 1-based position, trimmed and left-aligned as far as known."""

    assembly: Assembly
    contig: Contig
    pos: int
    ref: str
    alt: str

    @property
    def text(self) -> str:
        """``2-210591886-C-T``: the form that ``why`` and case.json use."""
        return f"{self.contig.bare}-{self.pos}-{self.ref}-{self.alt}"

    @property
    def is_snv(self) -> bool:
        """Single nucleotide change."""
        return len(self.ref) == 1 and len(self.alt) == 1 and self.alt.isalpha()

    @property
    def is_symbolic(self) -> bool:
        """Symbolic or breakend ALT (``<DEL>``, ``N[chr1:5[``)."""
        return not self.alt.isalpha()


class Genotype(NamedTuple):
    """One sample's call of one (split) allele.

    ``haplotypes``: 1 this allele, 0 reference, 2 another alternate of the same record,
    -1 missing; one entry for a haploid call, empty when the sample has no call at all.
    """

    haplotypes: tuple[int, ...]
    phased: bool = False
    gq: float | None = None
    dp: float | None = None
    ad_ref: float | None = None
    ad_alt: float | None = None
    phase_set: str | None = None

    @property
    def called(self) -> bool:
        """At least one haplotype, and none missing."""
        return bool(self.haplotypes) and -1 not in self.haplotypes

    @property
    def alt_count(self) -> int:
        """Copies of this allele that were called."""
        return self.haplotypes.count(1)

    @property
    def allele_balance(self) -> float | None:
        """Share of reads with this allele, as a fraction of ref + this allele."""
        if self.ad_ref is None or self.ad_alt is None or self.ad_ref + self.ad_alt == 0:
            return None
        return self.ad_alt / (self.ad_ref + self.ad_alt)


@dataclass(frozen=True)
class Frequency:
    """Population frequency of an allele: fractions, never percents; None is unknown, not zero."""

    max_af: float | None = None
    group: str = ""
    source: str = ""
    homozygotes: int | None = None


@dataclass(frozen=True)
class ClinVarRecord:
    """ClinVar's own classification, shown beside ours."""

    variation_id: int
    significance: str
    stars: int
    diseases: tuple[str, ...] = ()
    consequences: tuple[str, ...] = ()
    date: str = ""


@dataclass(frozen=True)
class JointEffect:
    """What several SNVs of one codon make together on one haplotype of the proband.

    ``variants`` are all of them (``VariantKey.text``, in genome order), ``alone`` their own most
    severe terms on the transcript. ``certain``: that they lie on one haplotype is shown, by
    ``evidence``; otherwise it is likely only.
    """

    variants: tuple[str, ...]
    alone: tuple[str, ...]
    consequence: Consequence
    evidence: str
    certain: bool


@dataclass(frozen=True)
class AnnotatedVariant:
    """One allele of the input with all that is known of it."""

    key: VariantKey
    key38: VariantKey | None
    record: int
    allele: int
    genotypes: dict[str, Genotype]
    filters: tuple[str, ...] = ()
    qual: float | None = None
    frequency: Frequency = field(default_factory=Frequency)
    clinvar: ClinVarRecord | None = None
    consequences: tuple[Consequence, ...] = ()
    scores: dict[str, float] = field(default_factory=dict)
    exempt: str = ""
    sv_type: str = ""
    sv_end: int | None = None
    joint: tuple[JointEffect, ...] = ()

    def consequence_for(self, gene: str) -> Consequence | None:
        """The consequence on the reported transcript of a gene (the first listed)."""
        return next((c for c in self.consequences if c.gene == gene), None)
