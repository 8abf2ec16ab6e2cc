"""Fit the posterior's three numbers on the tuning half's NS cases, by likelihood.

    OMP_NUM_THREADS=1 .venv/bin/python scripts/bench/ranking_calibrate.py

Each case is met twice: with its disease in the catalogue, and with that disease, its Orphanet
twin and every disease of its gene taken out. Cases weigh 1 / sqrt(cases of their disease).
"""

from __future__ import annotations

from collections import Counter

import numpy as np
import numpy.typing as npt
from ranking_cases import PublishedCase, rank_cases, read_cases
from scipy.optimize import minimize

from rareplan.knowledge import open_knowledge
from rareplan.prioritise.phenotype import DiseaseRanking, PhenotypeRanker

_PRIOR_NONE = 0.5


class Seen:
    """Scores of one case, where its disease stands, and what is taken out."""

    def __init__(self, ranking: DiseaseRanking, right: set[int], gone: set[int]) -> None:
        self.score = ranking.score.astype(np.float32)
        self.terms = ranking.n_terms
        self.right, self.gone = sorted(right), sorted(gone)

    def loss(self, x: npt.NDArray[np.float64]) -> float:
        """Minus ln P(right disease) minus ln P(none of these | disease taken out)."""
        tempered = x[0] * self.score / self.terms ** x[1]
        log_lr = tempered - tempered.mean() - x[2]
        top = max(float(log_lr.max()), 0.0)
        weight = (1 - _PRIOR_NONE) / len(log_lr) * np.exp(log_lr - top)
        none = _PRIOR_NONE * np.exp(-top)
        total = weight.sum() + none
        present = weight[self.right].sum() / total
        absent = none / (total - weight[self.gone].sum())
        return -float(np.log(present + 1e-9) + np.log(absent + 1e-9))


def main() -> None:
    """Collect the scores once, then search."""
    cases = [c for c in read_cases() if not c.report_half and not c.own and c.disease_known]
    ranker = PhenotypeRanker.from_knowledge(open_knowledge())
    t = ranker.tables
    by_gene: dict[str, set[int]] = {}
    for gene, disease in zip(t.gene_index, t.gene_disease, strict=True):
        by_gene.setdefault(str(t.genes[gene]), set()).add(int(disease))
    seen: list[Seen] = []
    names: list[str] = []

    def watch(_: int, case: PublishedCase, found: DiseaseRanking) -> None:
        right = {p for d in case.diseases if (p := found.index_of(d)) is not None}
        right |= {int(b) for a, b in zip(t.twin_omim, t.twin_orpha, strict=True) if a in right}
        gone = right.union(*(by_gene.get(g, set()) for g in case.genes))
        seen.append(Seen(found, right, gone))
        names.append(case.disease)

    rank_cases(ranker, cases, use_sex_and_onset=True, watch=watch)
    count = Counter(names)
    weight = np.array([count[n] ** -0.5 for n in names])

    def loss(x: npt.NDArray[np.float64]) -> float:
        return float(weight @ [s.loss(x) for s in seen] / weight.sum())

    best = minimize(
        loss, [0.6, 0.2, 3.0], method="Nelder-Mead", options={"maxfev": 150, "fatol": 1e-3}
    )
    print(dict(zip(("temperature", "temper", "none_level"), best.x.round(3).tolist(), strict=True)))
    print(f"loss {best.fun:.3f} on {len(seen)} cases of {len(count)} diseases")


if __name__ == "__main__":
    main()
