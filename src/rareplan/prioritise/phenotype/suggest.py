"""The next best question: the term whose answer is expected to tell most.

Expected information gain (Lindley 1956, doi:10.1214/aoms/1177728069) over the current posterior:
the entropy of the answer less its mean entropy once the disease is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rareplan.knowledge.graph_compile import Floats, Ints
from rareplan.prioritise.phenotype.ranker import DiseaseRanking, PhenotypeRanker, best_first

_DISEASES = 300
"""Diseases looked at; the rest of the posterior is put to the background."""
_DESCRIBED = 0.85
"""Share of a disease's features that an examiner finds and words in HPO; an assumption."""
_LEAST_KNOWN = 3
"""A term of fewer OMIM diseases is no question to ask."""


@dataclass(frozen=True)
class Question:
    """One term to look for."""

    term: str
    label: str
    information: float
    """Expected information gain in bits."""
    p_yes: float
    """Expected probability of a yes."""
    for_yes: tuple[str, ...]
    """Diseases that a yes would speak for most."""


def suggest(
    ranker: PhenotypeRanker,
    ranking: DiseaseRanking,
    observed: Sequence[str],
    excluded: Sequence[str],
    *,
    top: int = 10,
) -> list[Question]:
    """The ``top`` terms by expected information gain; terms already answered are left out."""
    t = ranker.tables
    rows = best_first(ranking.posterior, _DISEASES).astype(np.int32)
    weight = ranking.posterior[rows]
    terms = _open_terms(ranker, rows, observed, excluded)
    background = np.exp(-t.ic[terms])
    given = _DESCRIBED * np.asarray(ranker.rows.propagated[rows][:, terms].todense())
    answer = given + (1.0 - given) * background  # a term also comes with something else
    rest = 1.0 - weight.sum()
    p_yes = weight @ answer + rest * background
    gain = _entropy(p_yes) - weight @ _entropy(answer) - rest * _entropy(background)
    questions: list[Question] = []
    for i in best_first(gain, None):
        if len(questions) == top:
            break
        if _near(ranker, int(terms[i]), [q.term for q in questions]):
            continue
        speaks = best_first(weight * answer[:, i], 3)
        questions.append(
            Question(
                str(t.term_ids[terms[i]]),
                str(t.term_labels[terms[i]]),
                float(gain[i]),
                float(p_yes[i]),
                tuple(str(t.disease_ids[rows[j]]) for j in speaks),
            )
        )
    return questions


def _entropy(p: Floats) -> Floats:
    q = np.clip(p, 1e-12, 1.0 - 1e-12)
    bits: Floats = -(q * np.log2(q) + (1.0 - q) * np.log2(1.0 - q))
    return bits


def _open_terms(
    ranker: PhenotypeRanker, rows: Ints, observed: Sequence[str], excluded: Sequence[str]
) -> Ints:
    """Terms of the diseases that are neither implied by a yes nor ruled out by a no."""
    t = ranker.tables
    here = np.unique(ranker.rows.propagated[rows].tocoo().col)
    implied = {int(a) for q in ranker.terms.indices(observed) for a in t.ancestors_of(q)}
    ruled_out = set(ranker.terms.indices(excluded))
    least = np.exp(-t.ic) * max(1, int(np.char.startswith(t.disease_ids, "OMIM:").sum()))
    kept = [
        int(term)
        for term in here
        if int(term) not in implied
        and (least[term] >= _LEAST_KNOWN or t.n_diseases < 100)
        and ruled_out.isdisjoint(t.ancestors_of(int(term)).tolist())
    ]
    return np.array(kept, np.int32)


def _near(ranker: PhenotypeRanker, term: int, asked: Sequence[str]) -> bool:
    """Whether a question is a more general or more specific form of one already listed."""
    above = set(ranker.tables.ancestors_of(term).tolist())
    for other in ranker.terms.indices(asked):
        if other in above or term in ranker.tables.ancestors_of(other):
            return True
    return False
