"""From scores to probabilities, with room for "none of these"."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rareplan.knowledge.graph_compile import Floats

if TYPE_CHECKING:
    from rareplan.prioritise.phenotype.parameters import Parameters


def tempering(n_terms: int, p: Parameters) -> float:
    """Factor from score to log likelihood ratio.

    A term of one patient repeats part of what another said, so the more terms, the less each.
    """
    return p.temperature / float(max(n_terms, 1) ** p.temper)


def posterior(score: Floats, n_terms: int, p: Parameters) -> tuple[Floats, float, Floats]:
    """Posterior of each disease, of none of them, and the log likelihood ratio of each.

    Without any term, nothing is known: the ratios are zero.
    """
    each = (1.0 - p.none_prior) / len(score)
    if n_terms == 0:
        return np.full(len(score), each), p.none_prior, np.zeros(len(score))
    tempered = tempering(n_terms, p) * score
    log_lr = tempered - tempered.mean() - p.none_level
    top = max(float(log_lr.max()), 0.0)
    weight = each * np.exp(log_lr - top)
    none = p.none_prior * float(np.exp(-top))
    total = float(weight.sum()) + none
    return weight / total, none / total, log_lr
