"""Parameters of the phenotype ranking: few, fixed, and shared by every case.

They are properties of the model, not thresholds of a laboratory, and so are no settings.
docs/benchmarks/ranking.md says how each was chosen and how flat the score is around it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Parameters:
    """Weights of the scores, of excluded terms, and of the posterior."""

    walk_is_a: float = 3.0
    """Edge weight of is_a; a disease-term edge weighs frequency x ic."""
    walk_gene: float = 5.0
    """Edge weight between a gene and its disease."""
    walk_twin: float = 10.0
    """Edge weight between an OMIM and an Orphanet disease that MONDO holds to be the same."""
    walk_restart: float = 0.5
    walk_steps: int = 4
    """Nine steps rank no better than four and take twice the time."""
    walk_floor: float = 1e-6
    """Added before the logarithm: one odd term must not sink a disease."""
    walk_plus: float = 0.25
    walk_total: float = 0.5
    """Frequency for the walk: (n + plus) / (m + total)."""
    walk_missing: float = 0.5
    mix_plus: float = 0.3
    mix_total: float = 1.0
    mix_missing: float = 0.8
    mix_background: float = 0.5
    """Probability mass of a term that has nothing to do with the disease."""
    mix_slope: float = 0.6
    mix_ancestor: float = 0.5
    mix_least: float = 0.02
    """Ancestors that weigh less are passed over: they cannot move ln(0.5 + ...) by 0.04."""
    mix_length: float = 0.5
    """Penalty per term on ln(1 + expected number of terms of the disease)."""
    weight_walk: float = 0.25
    """Weight of the walk beside the mixture."""
    redundancy: float = 0.5
    """A term counts 1 / (similarity to all the patient's terms) ^ redundancy."""
    prior_references: float = 0.25
    """Prior on ln(number of publications): a well-described disease is met more often."""
    exclusion: float = 0.1
    """An excluded term costs -ln(1 - exclusion x F). Not fitted, since in published cases
    terms are excluded because the disease usually has them: the best fit would be zero. It was
    lowered once, from 0.3, when that cost 3 points of NS top-1 on the tuning half."""
    exclusion_terms: int = 5
    """At most this many excluded terms count in full; more are scaled down to it."""
    sex_recessive: float = 1.5
    """Cost of an X-linked recessive disease in a girl; fixed."""
    sex_linked: float = 0.5
    """Gain of an X-linked disease in a boy; fixed."""
    onset_step: float = 0.5
    """Cost of each stage of life (beyond the next one) from the disease's known onset; fixed."""
    onset_steps: int = 3
    temperature: float = 1.07
    """ln likelihood ratio ~ temperature x score / terms ^ temper; fitted with ``temper`` and
    ``none_level`` by likelihood on NS cases with and without the right disease in the catalogue."""
    temper: float = 0.52
    none_level: float = 2.05
    """How far above the average disease the background stands, in natural-log units."""
    none_prior: float = 0.5
    """Prior of "none of these": even odds, an assumption and not fitted."""
