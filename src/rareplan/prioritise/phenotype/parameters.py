"""Parameters of the phenotype ranking: few, fixed, and shared by every case.

They are properties of the model, not thresholds of a laboratory, and so are no settings.
docs/benchmarks/ranking.md says how each was chosen.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Parameters:
    """Weights of the two scores, of excluded terms, and of the posterior."""

    walk_is_a: float = 3.0
    """Edge weight of is_a; a disease-term edge weighs frequency x ic, a gene-disease edge 1."""
    walk_gene: float = 1.0
    walk_restart: float = 0.5
    walk_steps: int = 9
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
    mix_slope: float = 0.3
    mix_ancestor: float = 0.5
    mix_length: float = 0.3
    """Penalty per term on ln(1 + expected number of terms of the disease)."""
    weight_walk: float = 1.0
    weight_mix: float = 0.5
    weight_coverage: float = 1.0
    exclusion: float = 0.3
    """An excluded term costs -ln(1 - exclusion x F). Fixed, never fitted: in published cases
    terms are excluded because the disease usually has them."""
    exclusion_terms: int = 5
    """At most this many excluded terms count in full; more are scaled down to it."""
    temperature: float = 0.5
    """Posterior: probability ~ exp(temperature x score / sqrt(number of terms))."""
    none_level: float = 3.0
    """Where "none of these" stands, in units of the tempered score above the case's mean."""
