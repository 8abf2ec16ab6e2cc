"""All that can be done for one candidate: gated drugs, cautions, PGx, antisense, editing."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from rareplan.knowledge.therapies import curated_therapies
from rareplan.model.therapy import TherapyPlan
from rareplan.therapies.alleles import alleles_of
from rareplan.therapies.cautions import (
    gene_cautions,
    pgx_cautions,
    sort_cautions,
    wrong_way_cautions,
)
from rareplan.therapies.inferred import approved_drugs, inferred_options
from rareplan.therapies.mechanism import call_mechanism, is_recessive
from rareplan.therapies.medicines import DrugNames
from rareplan.therapies.options import Patient, curated_options, sort_options, stale_limit
from rareplan.therapies.pgx import pgx_for_drugs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rareplan.config import Settings
    from rareplan.knowledge.store import KnowledgeBase
    from rareplan.knowledge.therapies import CuratedTherapies
    from rareplan.model.case import Case
    from rareplan.model.result import Candidate
    from rareplan.model.therapy import MechanismCall
    from rareplan.model.variant import AnnotatedVariant
    from rareplan.therapies.options import Sorted
    from rareplan.therapies.pgx import GeneCall


def plan_therapies(
    candidate: Candidate,
    variants: Sequence[AnnotatedVariant],
    case: Case,
    kb: KnowledgeBase,
    settings: Settings,
    *,
    pgx: Mapping[str, GeneCall] | None = None,
    today: date | None = None,
) -> TherapyPlan:
    """The plan for one candidate.

    The direction gate comes before any ranking. ``options`` hold only what acts in the right
    direction for every mechanism that is possible, what must start within hours first, then by
    tier. ``wrong_way`` names what would do harm, ``below_line`` what is not offered to this
    patient and why. Cautions name what the patient takes now first.

    ``pgx`` are the calls of :func:`rareplan.therapies.pgx.call_pgx` on the whole VCF (not on
    the survivors of the filter); without them every gene is "not tested". ``today`` decides
    only which rows count as stale.
    """
    # Imported here: the command that needs no patient does without it.
    from rareplan.therapies.made_for_one import assess_variant_therapies

    alleles = alleles_of(candidate.variants, variants)
    mode, tables = candidate.inheritance, curated_therapies(kb)
    call = call_mechanism(candidate.gene, alleles, mode, tables, case.evidence)
    diseases = _supported_diseases(candidate, settings.therapies.disease_posterior)
    patient = Patient(alleles, case.age_years, diseases, is_recessive(mode))
    plan = assemble(
        candidate.gene, call, patient, case.medicines, kb, settings, pgx=pgx, today=today
    )
    antisense, editing, replacement = assess_variant_therapies(
        candidate, variants, case, kb, call, settings
    )
    return plan.model_copy(
        update={"antisense": antisense, "editing": editing, "replacement": replacement}
    )


def assemble(
    gene: str,
    call: MechanismCall,
    patient: Patient,
    medicines: Sequence[str],
    kb: KnowledgeBase,
    settings: Settings,
    *,
    pgx: Mapping[str, GeneCall] | None = None,
    today: date | None = None,
) -> TherapyPlan:
    """The plan for one gene from a mechanism call; the part that needs no case."""
    tables = curated_therapies(kb)
    names = kb.memo("therapies:drug_names", lambda _: DrugNames.build(tables.drugs))
    chosen = _options(gene, call, patient, tables, names, kb, settings, today)
    agents = {row.intervention: row.agents for row in tables.therapies.get(gene, ())}
    proposed = proposed_agents(chosen, agents)
    results = pgx_for_drugs(kb, (*proposed, *medicines), pgx or {}, names)
    cautions = [
        *gene_cautions(
            tables.cautions.get(gene, ()), call, patient.alleles, medicines, proposed, names
        ),
        *pgx_cautions(
            [row for r in results for row in tables.cautions.get(r.gene, ())],
            results, medicines, proposed, names,
        ),
        *wrong_way_cautions(chosen.wrong_way, agents, medicines, names),
    ]  # fmt: skip
    return TherapyPlan(
        gene=gene,
        mechanism=call,
        options=chosen.options,
        wrong_way=chosen.wrong_way,
        below_line=chosen.below_line,
        cautions=sort_cautions(cautions),
        pgx=results,
    )


def proposed_agents(chosen: Sorted, agents: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The single agents of the options above the line (a tier X option is its own agent)."""
    found = (a for o in chosen.options for a in agents.get(o.intervention, (o.intervention,)))
    return tuple(dict.fromkeys(found))


def _options(
    gene: str,
    call: MechanismCall,
    patient: Patient,
    tables: CuratedTherapies,
    names: DrugNames,
    kb: KnowledgeBase,
    settings: Settings,
    today: date | None,
) -> Sorted:
    limit = stale_limit(today or datetime.now(UTC).date(), settings.therapies.stale_months)
    rows = tables.therapies.get(gene, ())
    curated = curated_options(rows, call, patient, names, limit)
    known = {agent.lower() for row in rows for agent in row.agents}
    inferred = [
        option
        for option in inferred_options(gene, call, approved_drugs(kb), tables.edges.get(gene, ()))
        if option.intervention.lower() not in known
    ]
    return sort_options([*curated, *inferred])


def _supported_diseases(candidate: Candidate, least: float) -> frozenset[str]:
    """OMIM numbers of the gene's diseases that hold at least a share of its phenotype score.

    The share is within the gene: which of its diseases it is, not whether it is this gene.
    """
    known = [d for d in candidate.diseases if d.id.startswith("OMIM:")]
    total = sum(disease.posterior for disease in known)
    return frozenset(
        disease.id.removeprefix("OMIM:")
        for disease in known
        if total > 0 and disease.posterior / total >= least
    )
