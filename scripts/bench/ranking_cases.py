"""Published cases for the ranking benchmark: reading, halves, and ranks of the right answer."""

from __future__ import annotations

import hashlib
import lzma
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from rareplan.prioritise.phenotype import DiseaseRanking, PhenotypeRanker

CASES = Path(__file__).resolve().parents[3] / "shared/data/phenopackets/cases_tune.tsv.xz"
_SALT = "rareplan-ranking-split:"
_OTHERS = 99


@dataclass(frozen=True)
class PublishedCase:
    """One row of the case file; ``own`` says that its publication is a source of the annotation."""

    id: str
    component: str
    disease: str
    diseases: tuple[str, ...]
    genes: tuple[str, ...]
    sex: str
    onset: str
    observed: tuple[str, ...]
    excluded: tuple[str, ...]
    own: bool
    disease_known: bool
    gene_linked: bool

    @property
    def report_half(self) -> bool:
        """Halves by a fixed hash of the component over publication, disease, gene, cohort."""
        return hashlib.sha256((_SALT + self.component).encode()).digest()[0] % 2 == 1


def _split(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split(";") if part)


def read_cases(path: Path = CASES) -> list[PublishedCase]:
    """Cases with at least one observed term."""
    with lzma.open(path, "rt", encoding="utf-8") as handle:
        header = handle.readline().rstrip("\n").split("\t")
        rows = [dict(zip(header, line.rstrip("\n").split("\t"), strict=True)) for line in handle]
    cases = [
        PublishedCase(
            id=row["case"],
            component=row["comp"],
            disease=row["disease"],
            diseases=_split(row["disease"]),
            genes=_split(row["gene"]),
            sex={"MALE": "male", "FEMALE": "female"}.get(row["sex"], ""),
            onset=row["onset"] if row["onset"].startswith("HP:") else "",
            observed=_split(row["observed"]),
            excluded=_split(row["excluded"]),
            own=row["pmid_in_hpoa"] == "True",
            disease_known=row["in_hpoa"] == "True",
            gene_linked=row["gene_link"] == "True",
        )
        for row in rows
    ]
    return [case for case in cases if case.observed]


def place(scores: npt.NDArray[np.float64], right: Sequence[int]) -> float:
    """Rank of the best right answer, 1 = first; equal scores share their mean rank."""
    best = scores[list(right)].max()
    return 1.0 + float((scores > best).sum()) + (float((scores == best).sum()) - 1.0) / 2.0


@dataclass(frozen=True)
class Ranks:
    """Ranks by case; nan where a case cannot be judged."""

    disease: npt.NDArray[np.float64]
    gene: npt.NDArray[np.float64]
    among_100: npt.NDArray[np.float64]
    seconds: float
    """Time of ranking alone."""


Query = Callable[[PublishedCase], PublishedCase]
Watch = Callable[[int, PublishedCase, DiseaseRanking], None]


def rank_cases(
    ranker: PhenotypeRanker,
    cases: Sequence[PublishedCase],
    *,
    use_excluded: bool = True,
    use_sex_and_onset: bool = False,
    watch: Watch | None = None,
) -> Ranks:
    """Rank every case; diseases among all OMIM diseases, genes among all annotated genes."""
    omim = np.char.startswith(ranker.tables.disease_ids, "OMIM:")
    found = np.full((3, len(cases)), np.nan)
    begun = time.perf_counter()
    ranker.prepare(case.observed for case in cases)
    spent = time.perf_counter() - begun
    for i, case in enumerate(cases):
        begun = time.perf_counter()
        ranking = ranker.rank(
            case.observed,
            case.excluded if use_excluded else (),
            sex=(case.sex or None) if use_sex_and_onset else None,
            onset=(case.onset or None) if use_sex_and_onset else None,
        )
        spent += time.perf_counter() - begun
        genes = ranker.genes(ranking)
        if watch:
            watch(i, case, ranking)
        own = [p for d in case.diseases if (p := ranking.index_of(d)) is not None]
        if case.disease_known and own:
            best = ranking.score[own].max()
            found[0, i] = place(np.append(ranking.score[omim], best), [-1]) - 0.5
        right = [p for g in case.genes if (p := genes.index_of(g)) is not None]
        if case.gene_linked and right:
            found[1, i] = place(genes.score, right)
            draw = np.random.default_rng([7, i]).choice(len(genes.genes), _OTHERS, replace=False)
            others = genes.score[np.setdiff1d(draw, right)]
            best = genes.score[right].max()
            found[2, i] = 1.0 + float((others > best).sum()) + float((others == best).sum()) / 2.0
    return Ranks(found[0], found[1], found[2], spent)


def with_terms(case: PublishedCase, observed: Sequence[str]) -> PublishedCase:
    """The same case described by other terms."""
    return replace(case, observed=tuple(observed))
