"""Changed cases for the benchmark: noise, vagueness, few terms, and answered questions."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from ranking_cases import PublishedCase, with_terms

from rareplan.prioritise.phenotype import PhenotypeRanker
from rareplan.prioritise.phenotype.suggest import suggest

Change = Callable[[PublishedCase, np.random.Generator], PublishedCase]


def extra_terms(ranker: PhenotypeRanker, number: int) -> Change:
    """Add terms drawn from those that any disease is annotated with."""
    pool = np.unique(ranker.tables.link_term)

    def change(case: PublishedCase, rng: np.random.Generator) -> PublishedCase:
        drawn = ranker.tables.term_ids[rng.choice(pool, number, replace=False)]
        return with_terms(case, [*case.observed, *map(str, drawn)])

    return change


def half_to_parents(ranker: PhenotypeRanker) -> Change:
    """Replace half of the terms by one of their parents."""
    t, index = ranker.tables, ranker.tables.term_index()

    def change(case: PublishedCase, rng: np.random.Generator) -> PublishedCase:
        terms = list(case.observed)
        for i in rng.choice(len(terms), (len(terms) + 1) // 2, replace=False):
            term = index.get(terms[i])
            parents = (
                () if term is None else t.parents[t.parent_start[term] : t.parent_start[term + 1]]
            )
            if len(parents):
                terms[i] = str(t.term_ids[rng.choice(parents)])
        return with_terms(case, terms)

    return change


def few_terms(number: int) -> Change:
    """Keep a random few terms; a shorter list stays as it is."""

    def change(case: PublishedCase, rng: np.random.Generator) -> PublishedCase:
        if len(case.observed) <= number:
            return case
        return with_terms(case, rng.permutation(case.observed)[:number].tolist())

    return change


def answer_questions(
    ranker: PhenotypeRanker, case: PublishedCase, start: list[str], questions: int
) -> tuple[list[str], list[str], int]:
    """Ask the suggested questions one by one; the case's held-back terms answer.

    Yes when a held-back term is the asked one or below it (the patient's own, more exact term is
    then written down); no when the case excludes the asked term or one above it; else unknown.

    Returns:
        Observed and excluded terms after the questions, and how many got a yes.
    """
    t, index = ranker.tables, ranker.tables.term_index()
    observed, excluded, skipped, yes = list(start), list[str](), list[str](), 0
    held = [h for h in case.observed if h not in start and h in index]
    for _ in range(questions):
        ranking = ranker.rank(observed, excluded)
        asked = suggest(ranker, ranking, observed, [*excluded, *skipped], top=1)
        if not asked:
            break
        question = asked[0].term
        here = [h for h in held if index[question] in t.ancestors_of(index[h])]
        if here:
            observed.append(here[0])
            yes += 1
        elif any(e in index and index[e] in t.ancestors_of(index[question]) for e in case.excluded):
            excluded.append(question)
        else:
            skipped.append(question)
    return observed, excluded, yes
