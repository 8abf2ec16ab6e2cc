"""The Human Phenotype Ontology: names to terms, obsolete to current, ancestors."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from rareplan.knowledge.columns import ragged, texts
from rareplan.knowledge.store import KnowledgeBase

if TYPE_CHECKING:
    import pyarrow as pa

PHENOTYPIC_ABNORMALITY = "HP:0000118"
INHERITANCE = "HP:0000005"
_MAX_REPLACEMENTS = 10


@dataclass(frozen=True)
class Resolution:
    """What became of a name: the current term, and why it differs from what was written.

    ``how``: id, label, synonym, layperson, alternative id, replaced.
    """

    id: str
    label: str
    how: str


def _fold(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip().casefold()


def _american(folded: str) -> str:
    """HPO's labels are American: anaemia, oedema, tumour, paralyse."""
    for british, american in (("ae", "e"), ("oe", "e"), ("our", "or"), ("yse", "yze")):
        folded = folded.replace(british, american)
    return folded


class Ontology:
    """HPO of one snapshot. Ids are ``HP:0000118``; labels and synonyms match in any case."""

    def __init__(self, table: pa.Table) -> None:
        self._table = table
        self.ids = texts(table, "id")
        self.labels = texts(table, "label")
        self._row = {term: i for i, term in enumerate(self.ids)}
        self._obsolete = table.column("obsolete").to_pylist()
        self._replaced = texts(table, "replaced_by")
        offsets, values = ragged(table, "parents")
        flat = values.to_pylist()
        self.parents = {
            term: tuple(flat[offsets[i] : offsets[i + 1]]) for i, term in enumerate(self.ids)
        }
        self._ancestors: dict[str, frozenset[str]] = {}

    def __contains__(self, term: str) -> bool:
        return term in self._row and not self._obsolete[self._row[term]]

    @cached_property
    def _alternative(self) -> dict[str, str]:
        return dict(self._lists("alt_ids"))

    @cached_property
    def _by_label(self) -> dict[str, str]:
        return {
            _fold(label): term
            for term, label, gone in zip(self.ids, self.labels, self._obsolete, strict=True)
            if not gone
        }

    @cached_property
    def _by_synonym(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for text, term in self._lists("synonyms"):
            if term in self:
                found.setdefault(_fold(text), set()).add(term)
        return found

    def _lists(self, column: str) -> list[tuple[str, str]]:
        offsets, values = ragged(self._table, column)
        flat = values.to_pylist()
        return [
            (flat[j], term)
            for i, term in enumerate(self.ids)
            for j in range(offsets[i], offsets[i + 1])
        ]

    @cached_property
    def children(self) -> dict[str, tuple[str, ...]]:
        """Direct children of every term that has any."""
        found: dict[str, list[str]] = {}
        for term, parents in self.parents.items():
            for parent in parents:
                found.setdefault(parent, []).append(term)
        return {term: tuple(kids) for term, kids in found.items()}

    def label(self, term: str) -> str:
        """Label of a term; empty when unknown."""
        row = self._row.get(term)
        return "" if row is None else self.labels[row]

    def definition(self, term: str) -> str:
        """Definition of a term; empty when it has none."""
        return self._cell(term, "definition")

    def synonyms(self, term: str) -> tuple[str, ...]:
        """Every synonym of a term."""
        return self._cells(term, "synonyms")

    def layperson(self, term: str) -> str:
        """First plain-language name of a term, else its label."""
        plain = self._cells(term, "layperson")
        return plain[0] if plain else self.label(term)

    def _cell(self, term: str, column: str) -> str:
        row = self._row.get(term)
        return "" if row is None else str(self._table.column(column)[row].as_py())

    def _cells(self, term: str, column: str) -> tuple[str, ...]:
        row = self._row.get(term)
        return () if row is None else tuple(self._table.column(column)[row].as_py())

    def current(self, term: str) -> str | None:
        """The current id of an id: itself, its successor, or the term it is an alternative of."""
        for _ in range(_MAX_REPLACEMENTS):
            if term in self:
                return term
            if term in self._alternative:
                term = self._alternative[term]
            elif term in self._row and self._replaced[self._row[term]]:
                term = self._replaced[self._row[term]]
            else:
                return None
        return None

    def resolve(self, text: str) -> Resolution | None:
        """The term that an id, label or synonym means; None when unknown or ambiguous."""
        given = text.strip()
        as_id = re.fullmatch(r"(?:HP|hp|Hp)[:_](\d{7})", given)
        if as_id:
            term = f"HP:{as_id.group(1)}"
            now = self.current(term)
            if now is None:
                return None
            how = "id" if now == term else "replaced" if term in self._row else "alternative id"
            return Resolution(now, self.label(now), how)
        return self._by_name(_fold(given)) or self._by_name(_american(_fold(given)))

    def _by_name(self, folded: str) -> Resolution | None:
        if folded in self._by_label:
            term = self._by_label[folded]
            return Resolution(term, self.label(term), "label")
        terms = self._by_synonym.get(folded, set())
        if len(terms) == 1:
            term = next(iter(terms))
            return Resolution(term, self.label(term), "synonym")
        return None

    def nearest(self, text: str, limit: int = 3) -> tuple[tuple[str, str], ...]:
        """(id, label) of the phenotypic terms whose label or synonym looks most like the text."""
        from rapidfuzz import fuzz, process

        names = self._searchable
        close = process.extract(
            _fold(text), list(names), scorer=fuzz.WRatio, limit=limit * 6, score_cutoff=55
        )
        found: dict[str, str] = {}
        for name, _, _ in close:
            found.setdefault(names[name], self.label(names[name]))
        return tuple(found.items())[:limit]

    @cached_property
    def _searchable(self) -> dict[str, str]:
        names = {name: next(iter(terms)) for name, terms in self._by_synonym.items()}
        names.update(self._by_label)
        return {name: term for name, term in names.items() if self.is_phenotype(term)}

    def ancestors(self, term: str) -> frozenset[str]:
        """The term and everything above it."""
        known = self._ancestors.get(term)
        if known is None:
            above = (self.ancestors(parent) for parent in self.parents.get(term, ()))
            known = frozenset({term}.union(*above))
            self._ancestors[term] = known
        return known

    def is_phenotype(self, term: str) -> bool:
        """Whether a term lies under *Phenotypic abnormality* (the root itself does not)."""
        return term != PHENOTYPIC_ABNORMALITY and PHENOTYPIC_ABNORMALITY in self.ancestors(term)

    @property
    def terms(self) -> tuple[str, ...]:
        """Every current term."""
        return tuple(t for t, gone in zip(self.ids, self._obsolete, strict=True) if not gone)


def ontology(kb: KnowledgeBase) -> Ontology:
    """The HPO of a snapshot, built once."""
    return kb.memo("ontology", lambda base: Ontology(base.table("hpo_terms")))
