"""case.json: everything that the reports say comes from here."""

from __future__ import annotations

from pydantic import Field

from rareplan.model.base import Frozen
from rareplan.model.evidence import Classification
from rareplan.model.therapy import TherapyPlan, TrialSearch

SCHEMA_VERSION = "1.1"  # 1.1 added exons and domains; report.store upgrades older files


class GenotypeView(Frozen):
    """One person's call as printed: ``0/1``, reads and quality."""

    person: str
    role: str  # proband, father, mother, sibling, ...
    gt: str
    gq: float | None = None
    dp: float | None = None
    allele_balance: float | None = None


class ExonView(Frozen):
    """One exon of the reported transcript, in transcript order.

    ``start`` and ``end`` are genomic, 1-based and inclusive, in GRCh38. ``skippable`` is True
    for an inner exon that is wholly coding and a multiple of three bases long, so that
    leaving it out keeps the reading frame; None when the coding part is not known.
    """

    number: int
    start: int
    end: int
    coding_length: int = 0  # bases
    skippable: bool | None = None


class DomainView(Frozen):
    """One protein domain of the reported transcript; residues are 1-based, inclusive."""

    name: str
    start_aa: int
    end_aa: int


class ConsequenceView(Frozen):
    """The consequence on the reported transcript, for pictures and tables."""

    transcript: str = ""
    refseq: str = ""
    transcript_class: str = ""
    terms: tuple[str, ...] = ()
    impact: str = ""
    exon: str = ""
    intron: str = ""
    cds_position: int | None = None
    protein_position: int | None = None
    amino_acids: str = ""
    codons: str = ""
    splice_distance: int | None = None
    exon_length: int | None = None
    exon_in_frame: bool | None = None
    escapes_nmd: bool | None = None
    resolved: bool = True
    source: str = ""
    strand: int = 0  # 1 or -1; 0 when the transcript's structure is not known
    exons: tuple[ExonView, ...] = ()  # report.gene_model fills it
    domains: tuple[DomainView, ...] = ()


class JointView(Frozen):
    """What several variants of one codon make together, beside what each is called alone."""

    variants: tuple[str, ...]
    alone: tuple[str, ...]
    transcript: str
    terms: tuple[str, ...]
    impact: str
    hgvs_c: str = ""
    hgvs_p: str = ""
    resolved: bool = True
    evidence: str = ""
    certain: bool = False  # False: on one haplotype only by likelihood


class CandidateVariant(Frozen):
    """One variant of a candidate."""

    variant: str  # 2-210591886-C-T in the input's assembly
    variant_grch38: str = ""
    assembly: str
    gene: str
    zygosity: str
    inherited_from: str = ""
    consequence: ConsequenceView = ConsequenceView()
    hgvs_c: str = ""
    hgvs_p: str = ""
    hgvs_g: str = ""
    genotypes: tuple[GenotypeView, ...] = ()
    max_af: float | None = None
    af_group: str = ""
    af_source: str = ""
    homozygotes: int | None = None
    clinvar: str = ""
    clinvar_id: int | None = None
    clinvar_stars: int | None = None
    clinvar_date: str = ""
    classification: Classification
    scores: dict[str, float] = Field(default_factory=dict)
    exempt: str = ""
    filters: tuple[str, ...] = ()
    joint: tuple[JointView, ...] = ()


class TermMatch(Frozen):
    """How one patient term speaks for or against a disease."""

    term: str
    label: str
    excluded: bool = False
    matched_term: str = ""
    matched_label: str = ""
    through: str = ""  # the shared ancestor
    frequency: float | None = None
    contribution: float = 0.0  # natural-log likelihood ratio or its analogue


class DiseaseMatch(Frozen):
    """One disease of the gene, scored against the phenotype."""

    id: str
    name: str
    score: float
    posterior: float = 0.0
    inheritance: tuple[str, ...] = ()
    terms: tuple[TermMatch, ...] = ()


class Factor(Frozen):
    """One factor of a candidate's probability: ``log_lr`` in natural log, added up."""

    name: str
    log_lr: float
    detail: str = ""


class Candidate(Frozen):
    """One gene with one mode of inheritance."""

    rank: int
    gene: str
    hgnc_id: str = ""
    inheritance: str
    segregation: str = ""  # PROVED, CONSISTENT, ASSUMED
    segregation_reason: str = ""
    phase: str = ""
    flags: tuple[str, ...] = ()
    probability: float
    phenotype_score: float
    variants: tuple[CandidateVariant, ...]
    diseases: tuple[DiseaseMatch, ...] = ()
    derivation: tuple[Factor, ...] = ()


class QcCheck(Frozen):
    """One quality check of the samples, with a plain verdict."""

    name: str
    person: str = ""
    value: str = ""
    expected: str = ""
    verdict: str  # ok, warn, fail, not assessed
    text: str = ""


class SourceVersion(Frozen):
    """One knowledge source as printed in every report."""

    name: str
    version: str
    date: str
    licence: str
    sha256: str = ""
    rows: int = 0


class RuleCountView(Frozen):
    """One bar of the filter funnel."""

    rule: str
    description: str
    threshold: str = ""
    tested: int
    stopped: int


class LedgerView(Frozen):
    """The funnel: ``alleles == passed + sum(stopped)``."""

    alleles: int
    passed: int
    rules: tuple[RuleCountView, ...]


class PersonView(Frozen):
    """One member of the family, for the pedigree picture."""

    id: str
    role: str = ""
    father: str = ""
    mother: str = ""
    sex: str = "unknown"
    affection: str = "unknown"
    sequenced: bool = False


class PhenotypeView(Frozen):
    """One phenotype term of the patient."""

    id: str
    label: str
    excluded: bool = False
    onset: str = ""


class PatientView(Frozen):
    """Who the case is about."""

    proband: str
    sex: str = "unknown"
    age_years: float | None = None
    country: str = ""
    medicines: tuple[str, ...] = ()
    consents: dict[str, bool] = Field(default_factory=dict)
    family: tuple[PersonView, ...] = ()
    shape: str = "singleton"
    phenotype: tuple[PhenotypeView, ...] = ()


class CaseResult(Frozen):
    """The whole of case.json."""

    schema_version: str = SCHEMA_VERSION
    rareplan_version: str
    assembly: str
    engine: str
    patient: PatientView
    inputs: dict[str, str] = Field(default_factory=dict)  # file name -> sha256
    settings_sha256: str = ""
    knowledge: tuple[SourceVersion, ...]
    none_of_these: float
    warnings: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    qc: tuple[QcCheck, ...] = ()
    ledger: LedgerView
    candidates: tuple[Candidate, ...] = ()
    secondary: tuple[CandidateVariant, ...] = ()
    carrier: tuple[CandidateVariant, ...] = ()
    therapies: tuple[TherapyPlan, ...] = ()
    trials: tuple[TrialSearch, ...] = ()
    cannot_see: tuple[str, ...] = ()
