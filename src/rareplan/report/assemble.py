"""Everything that a run found, put into the one object that is written to case.json."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rareplan import __version__
from rareplan.config import Settings
from rareplan.knowledge.store import KnowledgeBase
from rareplan.model.case import Case
from rareplan.model.ledger import LedgerSummary
from rareplan.model.pedigree import Person
from rareplan.model.result import (
    Candidate,
    CandidateVariant,
    CaseResult,
    LedgerView,
    PatientView,
    PersonView,
    PhenotypeView,
    QcCheck,
    RuleCountView,
)
from rareplan.model.therapy import TherapyPlan, TrialSearch
from rareplan.model.variant import AnnotatedVariant
from rareplan.provenance import sha256_json
from rareplan.report.gene_model import with_gene_models
from rareplan.report.limits import cannot_see


@dataclass(frozen=True)
class Findings:
    """What the stages before found, without their own types."""

    engine: str
    ledger: LedgerSummary
    qc: tuple[QcCheck, ...]
    variants: tuple[AnnotatedVariant, ...]
    candidates: tuple[Candidate, ...]
    none_of_these: float
    secondary: tuple[CandidateVariant, ...]
    carrier: tuple[CandidateVariant, ...]
    therapies: tuple[TherapyPlan, ...]
    trials: tuple[TrialSearch, ...]
    warnings: Sequence[str]


def role_of(person: Person, case: Case) -> str:
    """How a person is related to the proband."""
    pedigree = case.pedigree
    proband = pedigree.proband
    if person.id == proband.id:
        return "proband"
    if person.id in {proband.father, proband.mother}:
        return "father" if person.id == proband.father else "mother"
    if person.father == proband.father and person.mother == proband.mother and person.father:
        return "sibling"
    if (person.father and person.father == proband.father) or (
        person.mother and person.mother == proband.mother
    ):
        return "half-sibling"
    if proband.id in {person.father, person.mother}:
        return "child"
    grandparents = {
        parent
        for p in (pedigree.father, pedigree.mother)
        if p is not None
        for parent in (p.father, p.mother)
    }
    return "grandparent" if person.id in grandparents else "relative"


def _patient(case: Case) -> PatientView:
    pedigree = case.pedigree
    consents = case.consents
    return PatientView(
        proband=pedigree.proband_id,
        sex=pedigree.proband.sex.value,
        age_years=case.age_years,
        country=case.country,
        medicines=case.medicines,
        consents={
            "secondary_findings": consents.secondary_findings,
            "carrier_findings": consents.carrier_findings,
            "reanalysis_alerts": consents.reanalysis_alerts,
            "share_matching": consents.share_matching,
        },
        family=tuple(
            PersonView(
                id=p.id,
                role=role_of(p, case),
                father=p.father,
                mother=p.mother,
                sex=p.sex.value,
                affection=p.affection.value,
                sequenced=p.id in pedigree.sequenced,
            )
            for p in pedigree.people
        ),
        shape=pedigree.shape,
        phenotype=tuple(
            PhenotypeView(id=t.id, label=t.label, excluded=t.excluded, onset=t.onset)
            for t in case.terms
        ),
    )


def _ledger(ledger: LedgerSummary) -> LedgerView:
    return LedgerView(
        alleles=ledger.alleles,
        passed=ledger.passed,
        rules=tuple(
            RuleCountView(
                rule=r.rule,
                description=r.description,
                threshold=r.threshold,
                tested=r.tested,
                stopped=r.stopped,
            )
            for r in ledger.rules
        ),
    )


def assemble(
    case: Case,
    findings: Findings,
    inputs: Mapping[str, str],
    kb: KnowledgeBase,
    settings: Settings,
) -> CaseResult:
    """The content of case.json; ``inputs`` is file name to hash."""
    return CaseResult(
        rareplan_version=__version__,
        assembly=case.assembly.value,
        engine=findings.engine,
        patient=_patient(case),
        inputs=dict(inputs),
        settings_sha256=sha256_json(settings.model_dump(mode="json")),
        knowledge=kb.sources(),
        none_of_these=findings.none_of_these,
        warnings=tuple(dict.fromkeys(findings.warnings)),
        notices=case.notices,
        qc=findings.qc,
        ledger=_ledger(findings.ledger),
        candidates=with_gene_models(findings.candidates, kb),
        secondary=findings.secondary,
        carrier=findings.carrier,
        therapies=findings.therapies,
        trials=findings.trials,
        cannot_see=cannot_see(case, findings.variants, kb),
    )
