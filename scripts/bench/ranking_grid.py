"""Choose the ranking's weights on the tuning half: NS cases, cases and diseases weighed alike.

    OMP_NUM_THREADS=1 .venv/bin/python scripts/bench/ranking_grid.py

Prints every setting with its mean reciprocal rank (by case, by disease) of the right disease
among all OMIM diseases, the best last. The report half is not read.
"""

from __future__ import annotations

import itertools
from dataclasses import asdict

import numpy as np
from ranking_cases import rank_cases, read_cases

from rareplan.knowledge import open_knowledge
from rareplan.knowledge.graph_tables import load_ranking
from rareplan.prioritise.phenotype import Parameters, PhenotypeRanker

GRID = {
    "weight_walk": (0.1, 0.25, 0.5),
    "mix_length": (0.3, 0.4, 0.5),
    "mix_slope": (0.3, 0.6, 1.0),
    "prior_references": (0.0, 0.25, 0.5),
}
SECOND = {"redundancy": (0.0, 0.25, 0.5, 0.75)}


def main() -> None:
    """Search the grid, then the second one around its best."""
    cases = [c for c in read_cases() if not c.report_half and not c.own and c.disease_known]
    tables = load_ranking(open_knowledge())
    diseases = np.array([c.disease for c in cases])

    def judge(parameters: Parameters) -> tuple[float, float]:
        ranks = rank_cases(PhenotypeRanker(tables, parameters), cases, use_excluded=False).disease
        reciprocal = 1.0 / ranks
        each = [reciprocal[diseases == d].mean() for d in np.unique(diseases)]
        return float(reciprocal.mean()), float(np.mean(each))

    best, chosen = -1.0, Parameters()
    for grid in (GRID, SECOND):
        base = asdict(chosen)
        for values in itertools.product(*grid.values()):
            changed = dict(zip(grid, values, strict=True))
            parameters = Parameters(**{**base, **changed})
            by_case, by_disease = judge(parameters)
            print(changed, f"by case {by_case:.4f} by disease {by_disease:.4f}", flush=True)
            if by_case + by_disease > best:
                best, chosen = by_case + by_disease, parameters
    print("best", {k: getattr(chosen, k) for k in (*GRID, *SECOND)}, f"{best / 2:.4f}")


if __name__ == "__main__":
    main()
