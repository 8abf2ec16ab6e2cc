"""The gene-phenotype graph compiled to arrays for scoring.

``networkx`` (:mod:`rareplan.knowledge.graph`) is the model that people look at; these arrays are
the hot path. They are kept in the snapshot when its builder called :func:`compile_ranking`, else
in the user's cache under the snapshot's hash.
"""

from __future__ import annotations

import os
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from rareplan.knowledge.graph_compile import VERSION, Arrays, Floats, Ints, compile_ranking

if TYPE_CHECKING:
    from rareplan.knowledge.store import KnowledgeBase

TABLE = "ranking"
_CACHES_KEPT = 3


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
    twin_omim: Ints
    twin_orpha: Ints
    """Pairs of an OMIM and an Orphanet disease that MONDO holds to be the same."""
    references: Ints
    """Number of publications behind each disease's phenotypes."""
    x_recessive: npt.NDArray[np.bool_]
    x_linked: npt.NDArray[np.bool_]
    onset_first: Ints
    onset_last: Ints
    """Range of onset stages (``graph_compile.ONSET_STAGE``), -1 when unknown."""

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


def load_ranking(kb: KnowledgeBase) -> RankingTables:
    """The compiled tables: from the snapshot, else the user's cache, else compiled now."""
    return kb.memo("ranking-tables", lambda base: RankingTables(**_arrays(base)))


def cache_dir() -> Path:
    """Folder for things that can be made again."""
    base = os.environ.get("RAREPLAN_CACHE") or os.environ.get("XDG_CACHE_HOME")
    return Path(base or Path.home() / ".cache") / "rareplan"


def _arrays(kb: KnowledgeBase) -> Arrays:
    if kb.has(TABLE):
        arrays = dict(kb.arrays(TABLE))
        if _is_current(arrays):
            return arrays
    path = cache_dir() / f"ranking-v{VERSION}-{kb.sha256[:20]}.npz"
    try:
        with np.load(path, allow_pickle=False) as bundle:
            arrays = {key: bundle[key] for key in bundle.files}
        if _is_current(arrays):
            return arrays
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        pass
    arrays = compile_ranking(kb)
    _store(path, arrays)
    del arrays["version"]
    return arrays


def _is_current(arrays: Arrays) -> bool:
    """Whether arrays are of this version; the mark itself is taken off."""
    version = arrays.pop("version", None)
    return version is not None and version.tolist() == [VERSION]


def _store(path: Path, arrays: Arrays) -> None:
    """Write whole or not at all; a cache that cannot be written is no fault."""
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".part")
        with os.fdopen(handle, "wb") as stream:
            np.savez(stream, **arrays)  # type: ignore[arg-type]
        Path(temporary).replace(path)
        _forget_old(path.parent)
    except OSError:
        if temporary:
            Path(temporary).unlink(missing_ok=True)


def _forget_old(folder: Path) -> None:
    """Keep the caches of the snapshots used last."""
    kept = sorted(folder.glob("ranking-v*.npz"), key=lambda p: p.stat().st_mtime)
    for path in kept[:-_CACHES_KEPT]:
        path.unlink(missing_ok=True)
