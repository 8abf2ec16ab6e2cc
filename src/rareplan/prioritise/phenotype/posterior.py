"""From scores to probabilities, with room for "none of these"."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rareplan.knowledge.graph_tables import Floats

if TYPE_CHECKING:
    from rareplan.prioritise.phenotype.parameters import Parameters


def posterior(score: Floats, n_terms: int, p: Parameters) -> tuple[Floats, float, Floats]:
    """Posterior of each disease, of none of them, and the log likelihood ratio of each.

    A term of one patient repeats part of what another said, so the evidence of n terms is
    tempered by sqrt(n). Without any term, nothing is known: the ratios are zero.
    """
    if n_terms == 0:
        share = np.full(len(score), 1.0 / (len(score) + 1))
        return share, float(share[0]), np.zeros(len(score))
    tempered = p.temperature * score / np.sqrt(n_terms)
    spread = tempered - tempered.mean()
    log_lr = spread - p.none_level
    top = max(float(log_lr.max()), 0.0)
    weight = np.exp(log_lr - top)
    total = float(weight.sum()) + float(np.exp(-top))
    return weight / total, float(np.exp(-top)) / total, log_lr
