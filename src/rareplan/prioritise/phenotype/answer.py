"""What ``rareplan rank`` says of one case: ranks, reasons, and what stays open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from rareplan.model.case import PhenotypeTerm
from rareplan.prioritise.phenotype.batch import genes_of
from rareplan.prioritise.phenotype.ranker import DiseaseRanking, PhenotypeRanker


def answer_case(
    ranker: PhenotypeRanker,
    terms: Sequence[PhenotypeTerm],
    *,
    sex: str | None,
    onset: str | None,
    panel: set[str] | None,
    catalogue: str,
    top: int,
) -> dict[str, Any]:
    """Ranked diseases with their terms' contributions, and ranked genes; ready for JSON.

    Args:
        ranker: of the snapshot.
        terms: observed and excluded ones, resolved.
        sex: ``male`` or ``female``, when known.
        onset: HPO onset term, when known.
        panel: only diseases and genes of these symbols; a gene without an OMIM disease is then
            listed with its Orphanet one.
        catalogue: ``OMIM``, ``ORPHA`` or ``all``: which diseases are listed.
        top: rows of each list.
    """
    observed = [t.id for t in terms if not t.excluded]
    excluded = [t.id for t in terms if t.excluded]
    found = ranker.rank(observed, excluded, sex=sex, onset=onset)
    symbols = genes_of(ranker)
    only = None if panel is None else _panel_diseases(ranker, panel, catalogue)
    rows: list[dict[str, Any]] = []
    for i in map(int, found.order()):
        listed = catalogue == "all" or str(found.ids[i]).startswith(f"{catalogue}:")
        if listed if only is None else i in only:
            own = symbols.get(i, ())
            rows.append(_disease(ranker, found, i, own, observed, excluded))
        if len(rows) == top:
            break
    for place, row in enumerate(rows, start=1):
        row["rank"] = place
    given = {
        kind: [{"id": t.id, "label": t.label} for t in terms if t.excluded is flag]
        for kind, flag in (("observed", False), ("excluded", True))
    }
    return {
        **given,
        "terms_used": found.n_terms,
        "none_of_these": found.none_posterior,
        "diseases": rows,
        "genes": _genes(ranker, found, panel, top),
    }


def _panel_diseases(ranker: PhenotypeRanker, panel: set[str], catalogue: str) -> set[int]:
    t = ranker.tables
    wanted = np.isin(t.genes, sorted(panel))
    pairs = np.flatnonzero(wanted[t.gene_index])
    if catalogue == "OMIM":
        pairs = np.intersect1d(pairs, ranker.judged)
    elif catalogue == "ORPHA":
        orpha = np.char.startswith(t.disease_ids, "ORPHA:")
        pairs = pairs[orpha[t.gene_disease[pairs]]]
    return set(t.gene_disease[pairs].tolist())


def _disease(
    ranker: PhenotypeRanker,
    found: DiseaseRanking,
    i: int,
    genes: tuple[str, ...],
    observed: list[str],
    excluded: list[str],
) -> dict[str, Any]:
    disease = str(found.ids[i])
    return {
        "rank": 0,
        "disease": disease,
        "name": str(found.names[i]),
        "genes": list(genes),
        "score": round(float(found.score[i]), 4),
        "posterior": float(found.posterior[i]),
        "log_lr": round(float(found.log_lr[i]), 4),
        "terms": [m.model_dump() for m in ranker.explain(disease, observed, excluded)],
    }


def _genes(
    ranker: PhenotypeRanker, found: DiseaseRanking, panel: set[str] | None, top: int
) -> list[dict[str, Any]]:
    ranked = ranker.genes(found)
    order = [i for i in ranked.order() if panel is None or str(ranked.genes[i]) in panel]
    return [
        {
            "rank": place,
            "gene": str(ranked.genes[i]),
            "disease": str(found.ids[ranked.disease[i]]),
            "score": round(float(ranked.score[i]), 4),
            "posterior": float(ranked.posterior[i]),
        }
        for place, i in enumerate(order[:top], start=1)
    ]
