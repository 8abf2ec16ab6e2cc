"""hpo3's half: similarity of each case to every OMIM and ORPHA disease.

Runs in hpo3's own environment, where the import name "pyhpo" means hpo3.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from pyhpo import HPOSet, Ontology


def main() -> None:
    """Print time a case, rank shares among OMIM diseases, and the ratio to ours."""
    data = json.loads((Path(sys.argv[1]) / "cases.json").read_text("utf-8"))
    cases, ours = data["cases"], data["ours"]
    Ontology()
    diseases = [(f"OMIM:{d.id}", d.hpo_set()) for d in Ontology.omim_diseases]
    diseases += [(f"ORPHA:{d.id}", d.hpo_set()) for d in Ontology.orpha_diseases]
    sets = [s for _, s in diseases]
    print(f"hpo3 with HPO {Ontology.version()}, {len(diseases)} diseases, {len(cases)} cases")
    for method in ("graphic", "resnik"):
        spent, first, ten, judged = 0.0, 0, 0, 0
        for case in cases:
            query = HPOSet.from_queries(list(case["observed"]))
            begun = time.perf_counter()
            scores = query.similarity_scores(sets, "omim", method, "funSimAvg")
            spent += time.perf_counter() - begun
            named = zip((name for name, _ in diseases), scores, strict=True)
            by_id = {name: s for name, s in named if name.startswith("OMIM")}
            right = [by_id[d] for d in case["diseases"] if d in by_id]
            if right:
                judged += 1
                place = 1 + sum(s > max(right) for s in by_id.values())
                first, ten = first + (place <= 1), ten + (place <= 10)
        each = 1e3 * spent / len(cases)
        print(
            f"hpo3 {method} funSimAvg: {each:.0f} ms a case (all cores), "
            f"top-1 {100 * first / judged:.0f} %, top-10 {100 * ten / judged:.0f} %"
        )
        cold, warm = each / ours["ms"], each / ours["ms_warm"]
        print(f"  ratio to rareplan: {cold:.0f} with empty, {warm:.0f} with full cache of terms")
    print(
        f"rareplan: {ours['ms']:.2f} ms a case from an empty cache of terms, "
        f"{ours['ms_warm']:.2f} ms from a full one (one core), {ours['diseases']} diseases, "
        f"top-1 {100 * ours['top1']:.0f} %, top-10 {100 * ours['top10']:.0f} %"
    )


if __name__ == "__main__":
    main()
