"""Our half of the comparison: write the cases, rank them, write the time."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ranking_cases import rank_cases, read_cases

from rareplan.knowledge import open_knowledge
from rareplan.prioritise.phenotype import PhenotypeRanker


def main() -> None:
    """Draw NS cases of the report half, with a fixed seed."""
    number, folder = int(sys.argv[1]), Path(sys.argv[2])
    pool = [c for c in read_cases() if c.report_half and not c.own and c.disease_known]
    chosen = np.random.default_rng(5).choice(len(pool), number, replace=False)
    cases = [pool[i] for i in sorted(chosen)]
    ranker = PhenotypeRanker.from_knowledge(open_knowledge())
    ranks = rank_cases(ranker, cases, use_excluded=False)
    again = rank_cases(ranker, cases, use_excluded=False)
    rows = [{"observed": c.observed, "diseases": c.diseases} for c in cases]
    ours = {
        "ms": 1e3 * ranks.seconds / number,
        "ms_warm": 1e3 * again.seconds / number,
        "diseases": ranker.tables.n_diseases,
        "top1": float((ranks.disease <= 1).mean()),
        "top10": float((ranks.disease <= 10).mean()),
    }
    (folder / "cases.json").write_text(json.dumps({"cases": rows, "ours": ours}), "utf-8")


if __name__ == "__main__":
    main()
