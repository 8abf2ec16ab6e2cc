"""Many cases at once: read the table, rank, write the ranks; nothing is written on a fault."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rareplan.errors import Fault, InputError
from rareplan.knowledge.graph_compile import ONSET_STAGE
from rareplan.prioritise.phenotype.ranker import PhenotypeRanker, best_first

COLUMNS = ("case", "observed", "excluded")
_TERM = re.compile(r"HP:\d{7}")
_CHUNK = 2000
_MAX_FAULTS = 50


@dataclass(frozen=True)
class BatchCase:
    """One row of the input table."""

    id: str
    observed: tuple[str, ...]
    excluded: tuple[str, ...] = ()
    sex: str | None = None
    onset: str | None = None


def read_batch(path: Path) -> list[BatchCase]:
    """Cases of a TSV with the columns case, observed, excluded and, if known, sex and onset.

    Raises:
        InputError: every fault of the file, up to 50.
    """
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            Fault(path.name, "no readable text file", "a TSV of cases", "Check --batch.")
        ) from error
    rows = csv.reader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE)
    header = next(rows, [])
    absent = [c for c in COLUMNS[:2] if c not in header]
    if absent:
        raise InputError(
            Fault(
                f"{path.name} line 1",
                f"no column {' or '.join(absent)}",
                f"the columns {', '.join(COLUMNS)}, tab-separated",
                "Add the header line.",
            )
        )
    cases, faults = [], []
    seen: set[str] = set()
    for line, row in enumerate(rows, start=2):
        if not any(cell.strip() for cell in row):
            continue
        case, found = _case(dict(zip(header, row, strict=False)), f"{path.name} line {line}", seen)
        cases.append(case)
        faults += found
    if not cases:
        faults.append(Fault(path.name, "no case", "at least one row", "Check --batch."))
    if faults:
        raise InputError(faults[:_MAX_FAULTS])
    return cases


def _case(row: dict[str, str], where: str, seen: set[str]) -> tuple[BatchCase, list[Fault]]:
    faults = []
    name = row.get("case", "").strip()
    if not name or name in seen:
        found = "a case named twice" if name else "no case name"
        faults.append(Fault(where, found, "one row a case", "Name each case once."))
    seen.add(name)
    lists = {}
    for column in ("observed", "excluded"):
        terms = tuple(t.strip() for t in row.get(column, "").split(";") if t.strip())
        wrong = [t for t in terms if not _TERM.fullmatch(t)]
        if wrong:
            found = f"'{wrong[0][:40]}' in {column}"
            faults.append(Fault(where, found, "ids like HP:0001250", "Separate ids with ';'."))
        lists[column] = terms
    sex = row.get("sex", "").strip().lower()
    sex_known = sex if sex in {"male", "female"} else None
    onset = row.get("onset", "").strip() or None
    if onset and onset not in ONSET_STAGE:
        faults.append(onset_fault(where, onset))
    return BatchCase(name, lists["observed"], lists["excluded"], sex_known, onset), faults


def onset_fault(where: str, given: str) -> Fault:
    """An onset that is no onset term of HPO."""
    return Fault(
        where,
        f"'{given[:40]}' as onset",
        "an HPO onset term, for example HP:0003577 (congenital)",
        "Search for it below HP:0003674, or leave it out.",
    )


@dataclass(frozen=True)
class RankedRow:
    """One line of the output."""

    case: str
    rank: int
    disease: str
    gene: str
    score: float
    posterior: float
    name: str


def rank_batch(
    ranker: PhenotypeRanker, cases: Sequence[BatchCase], *, top: int, catalogue: str = "OMIM"
) -> Iterator[tuple[BatchCase, list[RankedRow]]]:
    """The best ``top`` diseases of each case; none for a case without a usable term.

    Args:
        ranker: of the snapshot.
        cases: in the order of the output.
        top: rows a case.
        catalogue: ``OMIM``, ``ORPHA`` or ``all``: which diseases are listed.
    """
    t = ranker.tables
    listed = np.arange(t.n_diseases)
    if catalogue != "all":
        listed = np.flatnonzero(np.char.startswith(t.disease_ids, f"{catalogue}:"))
    genes = genes_of(ranker)
    for start in range(0, len(cases), _CHUNK):
        chunk = cases[start : start + _CHUNK]
        ranker.prepare(case.observed for case in chunk)
        for case in chunk:
            found = ranker.rank(case.observed, case.excluded, sex=case.sex, onset=case.onset)
            if not found.n_terms:
                yield case, []
                continue
            best = listed[best_first(found.score[listed], top)]
            rows = [
                RankedRow(
                    case.id,
                    place,
                    str(found.ids[i]),
                    ";".join(genes.get(int(i), ())),
                    float(found.score[i]),
                    float(found.posterior[i]),
                    str(found.names[i]),
                )
                for place, i in enumerate(best, start=1)
            ]
            yield case, rows


def genes_of(ranker: PhenotypeRanker) -> dict[int, tuple[str, ...]]:
    """Symbols of the genes of each disease."""
    t = ranker.tables
    found: dict[int, list[str]] = {}
    for gene, disease in zip(t.gene_index, t.gene_disease, strict=True):
        found.setdefault(int(disease), []).append(str(t.genes[gene]))
    return {disease: tuple(symbols) for disease, symbols in found.items()}


HEADER = "case\trank\tdisease\tgene\tscore\tposterior\tname\n"


def as_line(row: RankedRow) -> str:
    """One line of the output table."""
    return (
        f"{row.case}\t{row.rank}\t{row.disease}\t{row.gene}\t{row.score:.4f}\t"
        f"{row.posterior:.6f}\t{row.name}\n"
    )
