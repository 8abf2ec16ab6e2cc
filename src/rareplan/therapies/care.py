"""The plan for every candidate that is likely enough to act on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from rareplan.config import Settings
from rareplan.knowledge.store import KnowledgeBase
from rareplan.model.case import Case
from rareplan.model.result import Candidate
from rareplan.model.therapy import TherapyPlan, TrialSearch
from rareplan.model.variant import AnnotatedVariant
from rareplan.therapies.pgx import GeneCall
from rareplan.therapies.plan import plan_therapies
from rareplan.therapies.trials import match_trials

PgxCaller = Callable[[frozenset[str]], Mapping[str, GeneCall]]


@dataclass(frozen=True)
class CarePlan:
    """Therapies and trials, one of each a candidate, and what was sent over the network."""

    therapies: tuple[TherapyPlan, ...] = ()
    trials: tuple[TrialSearch, ...] = ()

    @property
    def queries(self) -> tuple[str, ...]:
        """Every address that left this machine, also those of a search that was broken off."""
        return tuple(q for t in self.trials for q in t.queries)


def worth_planning(candidates: Sequence[Candidate], settings: Settings) -> list[Candidate]:
    """Candidates for which a plan is made; one a gene, the likeliest first."""
    chosen: dict[str, Candidate] = {}
    for candidate in candidates:
        if candidate.probability >= settings.care.min_probability:
            chosen.setdefault(candidate.gene, candidate)
    return list(chosen.values())[: settings.care.max_candidates]


def plan_care(
    case: Case,
    candidates: Sequence[Candidate],
    variants: Sequence[AnnotatedVariant],
    kb: KnowledgeBase,
    settings: Settings,
    trials: str = "cached",
    pgx: PgxCaller | None = None,
    today: date | None = None,
) -> CarePlan:
    """What can be done for each candidate worth planning for.

    Args:
        trials: ``off``, ``cached`` or ``live`` (the only one that reaches the network).
        pgx: calls the genes asked for from the whole VCF; asked only for the genes that matter
            for the drugs on the plans.
        today: the run's date, which decides what counts as stale; a replay gives the first run's.
    """
    chosen = worth_planning(candidates, settings)
    plans = [plan_therapies(c, variants, case, kb, settings, today=today) for c in chosen]
    genes = frozenset(result.gene for plan in plans for result in plan.pgx)
    if pgx is not None and genes:
        calls = pgx(genes)
        plans = [
            plan_therapies(c, variants, case, kb, settings, pgx=calls, today=today) for c in chosen
        ]
    searches = []
    if trials != "off":
        searches = [
            match_trials(c, case, kb, trials, settings, plan)
            for c, plan in zip(chosen, plans, strict=True)
        ]
    return CarePlan(tuple(plans), tuple(searches))
