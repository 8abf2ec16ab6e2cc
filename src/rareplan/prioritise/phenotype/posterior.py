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
    if n_terms == 0:
        share = np.full(len(score), 1.0 / (len(score) + 1))
        return share, float(share[0]), np.zeros(len(score))
    tempered = tempering(n_terms, p) * score
    spread = tempered - tempered.mean()
    log_lr = spread - p.none_level
    top = max(float(log_lr.max()), 0.0)
    weight = np.exp(log_lr - top)
    total = float(weight.sum()) + float(np.exp(-top))
    return weight / total, float(np.exp(-top)) / total, log_lr
