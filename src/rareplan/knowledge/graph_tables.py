"""The gene-phenotype graph compiled to arrays for scoring.

``networkx`` (:mod:`rareplan.knowledge.graph`) is the model that people look at; these arrays are
the hot path. They are kept in the snapshot when its builder called :func:`compile_ranking`, else
in the user's cache under the snapshot's hash.
"""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from rareplan.errors import KnowledgeError

if TYPE_CHECKING:
    from rareplan.knowledge.store import KnowledgeBase

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]
Arrays = dict[str, npt.NDArray[Any]]

TABLE = "ranking"
VERSION = 1
"""Version of the arrays; part of the cache key."""

PHENOTYPIC_ABNORMALITY = "HP:0000118"
# Midpoints of HPO's frequency classes (HPO documentation, frequency sub-ontology HP:0040279).
FREQUENCY_MIDPOINT = {
    "HP:0040280": 1.0,
    "HP:0040281": 0.895,
    "HP:0040282": 0.545,
    "HP:0040283": 0.17,
    "HP:0040284": 0.025,
}
EXCLUDED_CLASS = "HP:0040285"


@dataclass(frozen=True)
class RankingTables:
    """What the ranking needs, as arrays.

    Terms are indices into ``term_ids`` (phenotypic abnormalities only), diseases into
    ``disease_ids``, genes into ``genes``. ``*_start`` arrays are row pointers (length n + 1).
    """

    term_ids: npt.NDArray[np.str_]
    term_labels: npt.NDArray[np.str_]
    alias_ids: npt.NDArray[np.str_]
    alias_term: Ints
    """Alternative and replaced obsolete ids, sorted, and the term each stands for."""
    ic: Floats
    """-ln(share of OMIM diseases annotated with the term or a descendant)."""
    parent_start: Ints
    parents: Ints
    ancestor_start: Ints
    ancestors: Ints
    """Ancestors of each term, itself included."""
    disease_ids: npt.NDArray[np.str_]
    disease_names: npt.NDArray[np.str_]
    link_start: Ints
    link_term: Ints
    link_count: Floats
    """Observed patients with the term; nan when no count is known."""
    link_total: Floats
    link_class: Floats
    """Midpoint of the frequency class; nan when none is given."""
    genes: npt.NDArray[np.str_]
    gene_index: Ints
    gene_disease: Ints
    """Pairs of gene and disease, sorted by gene."""

    def term_index(self) -> dict[str, int]:
        """Index of every HPO id, alternative and replaced ones included."""
        index = {str(t): i for i, t in enumerate(self.term_ids)}
        for alias, term in zip(self.alias_ids, self.alias_term, strict=True):
            index[str(alias)] = int(term)
        return index

    @property
    def n_terms(self) -> int:
        """Number of terms."""
        return len(self.term_ids)

    @property
    def n_diseases(self) -> int:
        """Number of diseases."""
        return len(self.disease_ids)

    @property
    def link_disease(self) -> Ints:
        """Disease of each link."""
        counts = np.diff(self.link_start)
        return np.repeat(np.arange(self.n_diseases, dtype=np.int32), counts)

    def frequency(self, plus: float, total: float, missing: float) -> Floats:
        """Smoothed frequency of each link: (n + plus) / (m + total), class midpoint, or missing."""
        known = np.where(np.isnan(self.link_class), missing, self.link_class)
        counted = (self.link_count + plus) / (self.link_total + total)
        return np.where(np.isnan(self.link_count), known, counted)

    def ancestors_of(self, term: int) -> Ints:
        """Indices of a term's ancestors, itself included."""
        return self.ancestors[self.ancestor_start[term] : self.ancestor_start[term + 1]]


def compile_ranking(kb: KnowledgeBase) -> Arrays:
    """Arrays of :class:`RankingTables` from the snapshot's tables, by field name.

    Raises:
        KnowledgeError: a table is missing.
    """
    terms = _compile_terms(kb)
    index = {str(t): i for i, t in enumerate(terms["term_ids"])}
    current = _current_ids(kb)
    aliases = sorted(a for a, t in current.items() if t in index and a not in index)
    terms["alias_ids"] = np.array(aliases, "U16")
    terms["alias_term"] = np.array([index[current[a]] for a in aliases], np.int32)
    links = _compile_links(kb, index, current)
    terms["ic"] = _information_content(terms, links)
    return {**terms, **links, **_compile_genes(kb, links["disease_ids"])}


def load_ranking(kb: KnowledgeBase) -> RankingTables:
    """The compiled tables: from the snapshot, else the user's cache, else compiled now."""
    return kb.memo("ranking-tables", lambda base: RankingTables(**_arrays(base)))


def cache_dir() -> Path:
    """Folder for things that can be made again."""
    base = os.environ.get("RAREPLAN_CACHE") or os.environ.get("XDG_CACHE_HOME")
    return Path(base or Path.home() / ".cache") / "rareplan"


def _arrays(kb: KnowledgeBase) -> Arrays:
    if kb.has(TABLE):
        return dict(kb.arrays(TABLE))
    path = cache_dir() / f"ranking-v{VERSION}-{kb.sha256[:20]}.npz"
    try:
        with np.load(path, allow_pickle=False) as bundle:
            return {key: bundle[key] for key in bundle.files}
    except (OSError, ValueError, KeyError, EOFError):
        arrays = compile_ranking(kb)
    _store(path, arrays)
    return arrays


def _store(path: Path, arrays: Arrays) -> None:
    """Write whole or not at all; a cache that cannot be written is no fault."""
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".part")
        with os.fdopen(handle, "wb") as stream:
            np.savez(stream, **arrays)  # type: ignore[arg-type]
        Path(temporary).replace(path)
    except OSError:
        if temporary:
            Path(temporary).unlink(missing_ok=True)


def _columns(kb: KnowledgeBase, table: str, names: list[str]) -> list[list[Any]]:
    try:
        data = kb.table(table).select(names)
    except KeyError as error:
        raise KnowledgeError(f"table '{table}' of the snapshot lacks a column ({error})") from error
    return [data.column(name).to_pylist() for name in names]


def _current_ids(kb: KnowledgeBase) -> dict[str, str]:
    """Alternative and obsolete ids with a replacement, to the current id."""
    current = {}
    for term, obsolete, replaced, alternatives in zip(
        *_columns(kb, "hpo_terms", ["id", "obsolete", "replaced_by", "alt_ids"]), strict=True
    ):
        if obsolete and replaced:
            current[term] = replaced
        for other in alternatives or ():
            current.setdefault(other, term)
    return current


def _compile_terms(kb: KnowledgeBase) -> Arrays:
    rows = zip(*_columns(kb, "hpo_terms", ["id", "label", "parents", "obsolete"]), strict=True)
    labels, parents = {}, {}
    for term, label, above, obsolete in rows:
        if not obsolete:
            labels[term], parents[term] = label, tuple(above or ())
    closure: dict[str, frozenset[str]] = {}

    def ancestors(term: str) -> frozenset[str]:
        if term not in closure:
            above = (ancestors(p) for p in parents[term] if p in parents)
            closure[term] = frozenset({term}).union(*above)
        return closure[term]

    ids = [t for t in sorted(labels) if PHENOTYPIC_ABNORMALITY in ancestors(t)]
    index = {t: i for i, t in enumerate(ids)}
    parent_lists = [sorted(index[p] for p in parents[t] if p in index) for t in ids]
    ancestor_lists = [sorted(index[a] for a in closure[t] if a in index) for t in ids]
    parent_start, flat_parents = _ragged(parent_lists)
    ancestor_start, flat_ancestors = _ragged(ancestor_lists)
    return {
        "term_ids": np.array(ids),
        "term_labels": np.array([labels[t] for t in ids]),
        "parent_start": parent_start,
        "parents": flat_parents,
        "ancestor_start": ancestor_start,
        "ancestors": flat_ancestors,
    }


def _ragged(lists: list[list[int]]) -> tuple[Ints, Ints]:
    start = np.zeros(len(lists) + 1, np.int32)
    np.cumsum([len(item) for item in lists], out=start[1:])
    return start, np.array([i for item in lists for i in item], np.int32)


class _Link:
    """Frequency statements about one disease and one term, gathered over references."""

    __slots__ = ("count", "midpoint", "total")

    def __init__(self) -> None:
        self.count, self.total, self.midpoint = 0.0, 0.0, float("nan")

    def add(self, count: int, total: int, frequency_class: str, fraction: float | None) -> None:
        if total is not None and total > 0:
            self.count += count
            self.total += total
            return
        value = FREQUENCY_MIDPOINT.get(frequency_class or "", float("nan"))
        if np.isnan(value) and fraction is not None:
            value = fraction
        if not np.isnan(value):
            self.midpoint = value if np.isnan(self.midpoint) else max(self.midpoint, value)


def _compile_links(kb: KnowledgeBase, index: dict[str, int], current: dict[str, str]) -> Arrays:
    names = ["disease_id", "hpo_id", "negated", "freq_n", "freq_m", "freq_class", "freq_fraction"]
    rows = zip(*_columns(kb, "disease_terms", names), strict=True)
    links: dict[str, dict[int, _Link]] = {}
    for disease, hpo, negated, count, total, frequency_class, fraction in rows:
        term = index.get(current.get(hpo, hpo))
        if term is None or negated or frequency_class == EXCLUDED_CLASS:
            continue
        links.setdefault(disease, {}).setdefault(term, _Link()).add(
            count, total, frequency_class, fraction
        )
    names_of = dict(zip(*_columns(kb, "diseases", ["disease_id", "name"]), strict=True))
    ids = sorted(links)
    ordered = [(t, links[d][t]) for d in ids for t in sorted(links[d])]
    start, terms = _ragged([sorted(links[d]) for d in ids])
    nan = float("nan")
    return {
        "disease_ids": np.array(ids),
        "disease_names": np.array([names_of.get(d) or d for d in ids]),
        "link_start": start,
        "link_term": terms,
        "link_count": np.array([s.count if s.total else nan for _, s in ordered]),
        "link_total": np.array([s.total or nan for _, s in ordered]),
        "link_class": np.array([s.midpoint for _, s in ordered]),
    }


def _information_content(terms: Arrays, links: Arrays) -> Floats:
    start, ancestors = terms["ancestor_start"], terms["ancestors"]
    count = np.zeros(len(terms["term_ids"]))
    annotated = 0
    for disease, name in enumerate(links["disease_ids"]):
        if not str(name).startswith("OMIM:"):
            continue
        own = links["link_term"][links["link_start"][disease] : links["link_start"][disease + 1]]
        implied = np.unique(np.concatenate([ancestors[start[t] : start[t + 1]] for t in own]))
        count[implied] += 1
        annotated += 1
    return np.asarray(-np.log(np.maximum(count, 1) / max(annotated, 1)), np.float64)


def _compile_genes(kb: KnowledgeBase, disease_ids: npt.NDArray[np.str_]) -> Arrays:
    diseases = {str(d): i for i, d in enumerate(disease_ids)}
    rows = zip(*_columns(kb, "gene_disease", ["gene", "disease_id"]), strict=True)
    pairs = sorted({(g, diseases[d]) for g, d in rows if g and d in diseases})
    genes = sorted({g for g, _ in pairs})
    index = {g: i for i, g in enumerate(genes)}
    return {
        "genes": np.array(genes),
        "gene_index": np.array([index[g] for g, _ in pairs], np.int32),
        "gene_disease": np.array([d for _, d in pairs], np.int32),
    }
