"""Compile the snapshot's tables to the arrays of the phenotype ranking."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from rareplan.errors import KnowledgeError

if TYPE_CHECKING:
    from rareplan.knowledge.store import KnowledgeBase

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]
Arrays = dict[str, npt.NDArray[Any]]

VERSION = 3
"""Version of the arrays: part of the cache's name, and told by the arrays themselves."""

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
X_RECESSIVE = "HP:0001419"
X_LINKED = frozenset({"HP:0001417", X_RECESSIVE, "HP:0001423"})
# Onset terms of HPO (HP:0003674 and below) in the order of life.
ONSET_STAGE = {
    "HP:0030674": 0, "HP:0011460": 0, "HP:0011461": 0, "HP:0034197": 0, "HP:0034198": 0,
    "HP:0034199": 0, "HP:0003577": 1, "HP:0003623": 2, "HP:0003593": 3, "HP:0011463": 4,
    "HP:0410280": 4, "HP:0003621": 5, "HP:0003581": 6, "HP:0011462": 6, "HP:0025708": 6,
    "HP:0025709": 6, "HP:0025710": 6, "HP:0003596": 7, "HP:0003584": 8,
}  # fmt: skip


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
    diseases = {str(d): i for i, d in enumerate(links["disease_ids"])}
    facts = _disease_facts(kb, diseases)
    version = {"version": np.array([VERSION], np.int32)}
    return {**version, **terms, **links, **_compile_genes(kb, diseases), **facts}


def columns_of(kb: KnowledgeBase, table: str, names: list[str]) -> list[list[Any]]:
    """Columns of a table as Python lists.

    Raises:
        KnowledgeError: the table or a column is missing.
    """
    try:
        data = kb.table(table).select(names)
    except KeyError as error:
        raise KnowledgeError(f"table '{table}' of the snapshot lacks a column ({error})") from error
    return [data.column(name).to_pylist() for name in names]


def _current_ids(kb: KnowledgeBase) -> dict[str, str]:
    """Alternative and obsolete ids with a replacement, to the current id."""
    current = {}
    for term, obsolete, replaced, alternatives in zip(
        *columns_of(kb, "hpo_terms", ["id", "obsolete", "replaced_by", "alt_ids"]), strict=True
    ):
        if obsolete and replaced:
            current[term] = replaced
        for other in alternatives or ():
            current.setdefault(other, term)
    return current


def _compile_terms(kb: KnowledgeBase) -> Arrays:
    rows = zip(*columns_of(kb, "hpo_terms", ["id", "label", "parents", "obsolete"]), strict=True)
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
    rows = zip(*columns_of(kb, "disease_terms", names), strict=True)
    links: dict[str, dict[int, _Link]] = {}
    for disease, hpo, negated, count, total, frequency_class, fraction in rows:
        term = index.get(current.get(hpo, hpo))
        if term is None or negated or frequency_class == EXCLUDED_CLASS:
            continue
        links.setdefault(disease, {}).setdefault(term, _Link()).add(
            count, total, frequency_class, fraction
        )
    names_of = dict(zip(*columns_of(kb, "diseases", ["disease_id", "name"]), strict=True))
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


def _compile_genes(kb: KnowledgeBase, diseases: dict[str, int]) -> Arrays:
    rows = zip(*columns_of(kb, "gene_disease", ["gene", "disease_id"]), strict=True)
    pairs = sorted({(g, diseases[d]) for g, d in rows if g and d in diseases})
    genes = sorted({g for g, _ in pairs})
    index = {g: i for i, g in enumerate(genes)}
    return {
        "genes": np.array(genes),
        "gene_index": np.array([index[g] for g, _ in pairs], np.int32),
        "gene_disease": np.array([d for _, d in pairs], np.int32),
    }


def _disease_facts(kb: KnowledgeBase, diseases: dict[str, int]) -> Arrays:
    """Twins, references, inheritance and onset of each disease."""
    size = len(diseases)
    x_recessive, x_linked = np.zeros(size, bool), np.zeros(size, bool)
    by_mondo: dict[str, list[int]] = {}
    for disease, mondo, modes in zip(
        *columns_of(kb, "diseases", ["disease_id", "mondo_id", "inheritance"]), strict=True
    ):
        place = diseases.get(disease)
        if place is None:
            continue
        x_recessive[place] = X_RECESSIVE in (modes or ())
        x_linked[place] = not X_LINKED.isdisjoint(modes or ())
        if mondo:
            by_mondo.setdefault(mondo, []).append(place)
    return {
        **_twins(by_mondo, sorted(diseases, key=diseases.__getitem__)),
        **_references_and_onset(kb, diseases),
        "x_recessive": x_recessive,
        "x_linked": x_linked,
    }


def _twins(by_mondo: dict[str, list[int]], ids: list[str]) -> Arrays:
    pairs = [
        (a, b)
        for group in by_mondo.values()
        for a in group
        for b in group
        if ids[a].startswith("OMIM:") and ids[b].startswith("ORPHA:")
    ]
    pairs.sort()
    return {
        "twin_omim": np.array([a for a, _ in pairs], np.int32),
        "twin_orpha": np.array([b for _, b in pairs], np.int32),
    }


def _references_and_onset(kb: KnowledgeBase, diseases: dict[str, int]) -> Arrays:
    references: dict[int, set[str]] = {}
    first, last = np.full(len(diseases), 99, np.int32), np.full(len(diseases), -1, np.int32)
    names = ["disease_id", "hpo_id", "negated", "onset", "reference", "aspect"]
    for disease, hpo, negated, onset, reference, aspect in zip(
        *columns_of(kb, "disease_terms", names), strict=True
    ):
        place = diseases.get(disease)
        if place is None or negated:
            continue
        if aspect == "P":
            references.setdefault(place, set()).add(reference)
        stage = ONSET_STAGE.get(hpo if aspect == "C" else onset or "")
        if stage is not None:
            first[place], last[place] = min(first[place], stage), max(last[place], stage)
    return {
        "references": np.array(
            [len(references.get(i, ())) for i in range(len(diseases))], np.int32
        ),
        "onset_first": np.where(last < 0, -1, first).astype(np.int32),
        "onset_last": last,
    }
