"""Find HPO terms by words: labels, synonyms and plain names, best first."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rareplan.knowledge.hpo import Ontology

_LEAST = 70.0
"""rapidfuzz score (0-100) below which a name is no hit."""


@dataclass(frozen=True)
class Hit:
    """One term; ``matched`` is the label or synonym that fitted best."""

    id: str
    label: str
    matched: str
    score: float
    definition: str


def _fold(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", text.casefold()).strip()


def search(terms: Ontology, text: str, *, top: int = 10) -> list[Hit]:
    """Phenotypic terms whose label or synonym is most like the text.

    A label counts a little more than a synonym, and an exact name comes first.
    """
    from rapidfuzz import fuzz, process

    wanted = _fold(text)
    exact = terms.resolve(text)
    if not wanted:
        return []
    names, owners = _names(terms)
    close = process.extract(
        wanted, names, scorer=fuzz.token_sort_ratio, limit=top * 8, score_cutoff=_LEAST
    )
    partial = process.extract(
        wanted, names, scorer=fuzz.token_set_ratio, limit=top * 8, score_cutoff=_LEAST
    )
    best: dict[str, tuple[float, str]] = {}
    for name, score, place in [*close, *((n, 0.9 * s, p) for n, s, p in partial)]:
        term, given, is_label = owners[place]
        # A name with many words beside the wanted ones is a less likely meaning.
        value = score + (1.0 if is_label else 0.0) - 0.1 * abs(len(name) - len(wanted))
        if term not in best or value > best[term][0]:
            best[term] = (value, given)
    if exact is not None and terms.is_phenotype(exact.id):
        best[exact.id] = (200.0, text.strip())
    ranked = sorted(best.items(), key=lambda item: (-item[1][0], item[0]))[:top]
    return [
        Hit(term, terms.label(term), matched, round(min(score, 100.0), 1), terms.definition(term))
        for term, (score, matched) in ranked
    ]


def _names(terms: Ontology) -> tuple[list[str], list[tuple[str, str, bool]]]:
    names, owners = [], []
    for term in terms.terms:
        if not terms.is_phenotype(term):
            continue
        label = terms.label(term)
        names.append(_fold(label))
        owners.append((term, label, True))
        for synonym in terms.synonyms(term):
            names.append(_fold(synonym))
            owners.append((term, synonym, False))
    return names, owners
