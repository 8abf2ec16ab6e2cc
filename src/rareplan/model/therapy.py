"""What can be done: drugs, cautions, pharmacogenetics, antisense, editing, replacement, trials."""

from __future__ import annotations

from enum import Enum

from rareplan.model.base import Frozen


class Mechanism(Enum):
    """What a variant does to the gene's function."""

    LOF = "loss of function"
    HAPLOINSUFFICIENT = "haploinsufficiency"
    GOF = "gain of function"
    DOMINANT_NEGATIVE = "dominant negative"
    UNKNOWN = "unknown"


class MechanismCall(Frozen):
    """The mechanism in this patient, and what would tell open possibilities apart."""

    gene: str
    possible: tuple[Mechanism, ...]
    null_genotype: bool | None = None  # no residual protein expected; None unknown
    reason: str = ""
    would_tell_apart: str = ""
    citations: tuple[str, ...] = ()


class Gate(Enum):
    """Result of the direction gate."""

    RIGHT = "acts in the right direction"
    WRONG = "would act the wrong way"
    NOTHING_LEFT = "would not act: no protein is left for it"
    BARRED = "ruled out for this variant"
    UNKNOWN = "direction unknown"
    DEPENDS = "depends on the mechanism, which is not settled"


class Match(Enum):
    """Whether one requirement is met by this patient."""

    MET = "met"
    NOT_MET = "not met"
    UNKNOWN = "unknown"


class Requirement(Frozen):
    """One limit of a therapy or a trial, held against the patient."""

    name: str  # genotype, age, sex, subgroup, country ...
    verdict: Match
    text: str = ""


class TherapyOption(Frozen):
    """One curated (or inferred, tier X) intervention after the gate."""

    gene: str
    disease: str
    disease_id: str = ""
    intervention: str
    intervention_ids: tuple[str, ...] = ()
    therapy_class: str = ""
    tier: str  # A B C D E X
    direction: str = ""
    gate: Gate
    gate_reason: str = ""
    approvals: tuple[str, ...] = ()
    start_within: str = ""  # hours, days-weeks, years, ""
    efficacy: str = ""
    evidence: str = ""
    position: str = ""
    mode_of_action: str = ""
    requirements: tuple[Requirement, ...] = ()
    limits: str = ""
    danger: str = ""
    citations: tuple[str, ...] = ()
    last_reviewed: str = ""
    stale: bool = False
    reviewed: bool = True
    inferred_path: str = ""


class Caution(Frozen):
    """A medicine to avoid or adapt."""

    gene: str
    drug: str
    action: str
    context: str = ""
    reason: str = ""
    citations: tuple[str, ...] = ()
    takes_now: bool = False  # the case file lists it: URGENT
    reviewed: bool = True


class PgxResult(Frozen):
    """Pharmacogenetics of one gene for the drugs that are on this plan."""

    gene: str
    drugs: tuple[str, ...]
    status: str  # called, not tested, cannot be called from this file
    diplotype: str = ""
    phenotype: str = ""
    recommendation: str = ""
    tested: tuple[str, ...] = ()
    not_tested: tuple[str, ...] = ()
    source: str = ""


class TraceNode(Frozen):
    """One node of a decision tree: the question, the fact used, the answer, the source."""

    node: str
    question: str
    fact: str = ""
    answer: str = ""
    source: str = ""


class AsoVerdict(Frozen):
    """Verdict of one antisense strategy by the N1C VARIANT guidelines."""

    variant: str
    gene: str
    strategy: str  # splice correction, exon skipping, transcript knock-down, wild-type upregulation
    verdict: str  # eligible, likely eligible, unlikely eligible, not eligible, unable to assess
    reason: str
    trace: tuple[TraceNode, ...] = ()
    would_change: str = ""
    flags: tuple[str, ...] = ()


class EditingOption(Frozen):
    """Base, prime or nuclease editing for one variant."""

    variant: str
    gene: str
    approach: str
    verdict: str  # a precedent exists, chemically possible, not possible, unknown
    reason: str = ""
    tissue: str = ""
    precedent: str = ""
    citations: tuple[str, ...] = ()


class ReplacementOption(Frozen):
    """Gene replacement for one gene."""

    gene: str
    verdict: str
    reason: str = ""
    cds_length: int | None = None
    products: tuple[str, ...] = ()
    citations: tuple[str, ...] = ()


class TherapyPlan(Frozen):
    """All that can be done for one candidate gene."""

    gene: str
    mechanism: MechanismCall
    options: tuple[TherapyOption, ...] = ()
    wrong_way: tuple[TherapyOption, ...] = ()
    # Not offered to this patient: direction unknown or not settled, or a requirement of the
    # genome (genotype, variant list) is not met. Never printed as a recommendation.
    below_line: tuple[TherapyOption, ...] = ()
    cautions: tuple[Caution, ...] = ()
    pgx: tuple[PgxResult, ...] = ()
    antisense: tuple[AsoVerdict, ...] = ()
    editing: tuple[EditingOption, ...] = ()
    replacement: tuple[ReplacementOption, ...] = ()


class TrialMatch(Frozen):
    """One study held against the patient, criterion by criterion. Never "eligible"."""

    nct_id: str
    title: str
    status: str
    kind: str  # interventional, expanded access, natural history, registry
    phase: str = ""
    interventions: tuple[str, ...] = ()
    sponsor: str = ""
    countries: tuple[str, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    summary: str = ""  # "may fit, ask your team" ...
    may_fit: bool = True  # False: a requirement other than the country is not met
    score: float = 0.0
    url: str = ""
    data_timestamp: str = ""


class TrialSearch(Frozen):
    """What was searched, when and how; ``state`` says "not searched" when nothing was."""

    gene: str
    state: str  # not searched, cached, live
    link: str = ""
    queries: tuple[str, ...] = ()
    matches: tuple[TrialMatch, ...] = ()
    data_timestamp: str = ""
    note: str = ""  # why nothing was searched, or what went wrong
