"""The case posterior: candidates with probabilities, and "none of these"."""

from __future__ import annotations

import math
from dataclasses import dataclass

from rareplan.config import Settings
from rareplan.knowledge.store import KnowledgeBase
from rareplan.model.case import Case
from rareplan.model.inheritance import Segregation
from rareplan.model.pedigree import Sex
from rareplan.model.result import Candidate, CandidateVariant, DiseaseMatch, Factor
from rareplan.model.variant import AnnotatedVariant
from rareplan.prioritise.classify import LIKELY_PATHOGENIC, PATHOGENIC
from rareplan.prioritise.dual import with_dual_flags
from rareplan.prioritise.evidence import CaseEvidence
from rareplan.prioritise.findings import carrier_findings, secondary_findings
from rareplan.prioritise.gene_index import GeneIndex, gene_index
from rareplan.prioritise.hypotheses import Weighed, background_of, kinds_of, weigh_all
from rareplan.prioritise.phenotype import DiseaseRanking, PhenotypeRanker
from rareplan.prioritise.posterior import disease_prior, joint_phenotype, none_weight
from rareplan.prioritise.view import joint_flags, variant_view

_SETTLED = 0.9
"""Probability from which a first candidate with P/LP variants explains the case (BP5)."""


@dataclass(frozen=True)
class CasePhenotype:
    """The patient's terms scored against every disease, and the ranker that can explain it."""

    ranker: PhenotypeRanker
    ranking: DiseaseRanking


@dataclass(frozen=True)
class RankedCase:
    """What a case's variants explain.

    ``none_of_these`` and the probabilities of all hypotheses add up to 1; ``unwritten`` is the
    share of the hypotheses beyond the written candidates.
    """

    candidates: tuple[Candidate, ...]
    none_of_these: float
    secondary: tuple[CandidateVariant, ...] = ()
    carrier: tuple[CandidateVariant, ...] = ()
    warnings: tuple[str, ...] = ()
    unwritten: float = 0.0


def rank_phenotypes(case: Case, kb: KnowledgeBase, settings: Settings) -> CasePhenotype:
    """Score every annotated disease against the case's terms."""
    del settings
    ranker = PhenotypeRanker.from_knowledge(kb)
    sex = case.pedigree.proband.sex
    ranking = ranker.rank(
        [t.id for t in case.observed],
        [t.id for t in case.excluded],
        sex=None if sex is Sex.UNKNOWN else sex.value,
    )
    return CasePhenotype(ranker, ranking)


def rank_candidates(
    case: Case,
    variants: tuple[AnnotatedVariant, ...],
    segregations: tuple[Segregation, ...],
    phenotype: CasePhenotype,
    kb: KnowledgeBase,
    settings: Settings,
) -> RankedCase:
    """Weigh every gene x mode x variants hypothesis and normalise with "none of these".

    Args:
        case: the validated case (pedigree, terms, consents, supplied evidence).
        variants: survivors of the filters.
        segregations: hypotheses; ``variants`` are indices into the tuple above.
        phenotype: from :func:`rank_phenotypes`.
        kb: the snapshot.
        settings: thresholds and the posterior's parameters.
    """
    index = gene_index(kb)
    kinds = kinds_of(variants, case, settings.posterior)
    background = background_of(kinds, index.total_cds, settings.posterior)
    evidence = CaseEvidence(case, phenotype.ranking, index, settings)
    joint = joint_phenotype(phenotype.ranking, settings.posterior)
    weighed = weigh_all(variants, segregations, kinds, background, joint, index, evidence.points)
    prior = disease_prior(kb, phenotype.ranking, settings.posterior)
    absent, missed = none_weight(joint, prior, background.miss)
    top = max([w.log_weight for w in weighed], default=0.0)
    scale = max(top, math.log(absent + missed))
    log_total = scale + math.log(
        math.fsum(math.exp(w.log_weight - scale) for w in weighed)
        + (absent + missed) * math.exp(-scale)
    )
    written = weighed[: settings.posterior.written_candidates]
    candidates: list[Candidate] = []
    for rank, w in enumerate(written, start=1):
        found = _candidate(rank, w, log_total, case, variants, phenotype, index, evidence)
        candidates.append(found)
        if rank == 1:
            evidence.explained_by = _explanation(found)
    none = (absent + missed) * math.exp(-log_total)
    return RankedCase(
        candidates=with_dual_flags(candidates),
        none_of_these=none,
        secondary=secondary_findings(case, variants, index, evidence, kb),
        carrier=carrier_findings(case, variants, index, evidence, kb),
        warnings=_warnings(case, phenotype, index),
        unwritten=max(0.0, 1.0 - none - math.fsum(c.probability for c in candidates)),
    )


def _candidate(
    rank: int,
    weighed: Weighed,
    log_total: float,
    case: Case,
    variants: tuple[AnnotatedVariant, ...],
    phenotype: CasePhenotype,
    index: GeneIndex,
    evidence: CaseEvidence,
) -> Candidate:
    seg = weighed.segregation
    chosen = [variants[i] for i in seg.variants]
    classes = evidence.classify_all(chosen, seg, weighed.disease)
    derivation = (
        *weighed.factors,
        Factor(
            name="normalisation",
            log_lr=-log_total,
            detail="divided by the weight of all hypotheses and of none of these",
        ),
    )
    views = tuple(variant_view(v, seg.gene, case, c) for v, c in zip(chosen, classes, strict=True))
    matches = disease_matches(seg.gene, weighed.disease, case, phenotype, index)
    return Candidate(
        rank=rank,
        gene=seg.gene,
        hgnc_id=index.get(seg.gene).hgnc_id,
        inheritance=seg.mode.value,
        segregation=seg.verdict.value,
        segregation_reason=seg.reason,
        phase=seg.phase,
        flags=(*seg.flags, *joint_flags(views)),
        probability=probability_of(derivation),
        phenotype_score=matches[0].posterior if matches else 0.0,
        variants=views,
        diseases=matches,
        derivation=derivation,
    )


def _explanation(first: Candidate) -> tuple[str, str]:
    """Gene and class of a first candidate that settles the case, else empty (for BP5)."""
    short = {PATHOGENIC: "P", LIKELY_PATHOGENIC: "LP"}
    classes = [short.get(v.classification.label, "") for v in first.variants]
    settled = first.probability >= _SETTLED and all(classes)
    return (first.gene, min(classes, key=len, default="")) if settled else ("", "")


def probability_of(derivation: tuple[Factor, ...]) -> float:
    """The probability that a candidate's printed factors add up to."""
    return min(1.0, math.exp(math.fsum(f.log_lr for f in derivation)))


def disease_matches(
    symbol: str, best: str, case: Case, phenotype: CasePhenotype, index: GeneIndex
) -> tuple[DiseaseMatch, ...]:
    """The gene's diseases, the one that fits phenotype and mode best first; terms for it only."""
    ranking = phenotype.ranking
    observed = [t.id for t in case.observed]
    excluded = [t.id for t in case.excluded]
    found = []
    for disease in index.get(symbol).diseases:
        place = ranking.index_of(disease.id)
        if place is None:
            continue
        explain = disease.id == best
        found.append(
            DiseaseMatch(
                id=disease.id,
                name=disease.name or str(ranking.names[place]),
                score=float(ranking.score[place]),
                posterior=float(ranking.posterior[place]),
                inheritance=tuple(sorted(disease.inheritance)),
                terms=phenotype.ranker.explain(disease.id, observed, excluded) if explain else (),
            )
        )
    return tuple(sorted(found, key=lambda m: (m.id != best, -m.posterior, m.id)))


def _warnings(case: Case, phenotype: CasePhenotype, index: GeneIndex) -> tuple[str, ...]:
    found = []
    if phenotype.ranking.n_terms == 0:
        found.append("No usable phenotype terms: candidates are ordered by variant evidence alone.")
    elif phenotype.ranking.n_terms < 3:
        found.append(
            f"Only {phenotype.ranking.n_terms} phenotype term(s): "
            "the phenotype can hardly tell diseases apart."
        )
    if not index.has_clinvar:
        found.append("No ClinVar table: mechanism, hot spots and PS1/PM5 could not be assessed.")
    if any(e.kind == "clinician_override" for e in case.evidence):
        found.append("A clinician's override changed criteria; it is marked in the evidence.")
    return tuple(found)
