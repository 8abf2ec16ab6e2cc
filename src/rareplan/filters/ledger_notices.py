"""What a finished ledger shows about the input that nobody asked: said with the warnings."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

# Chromosomes under names that are not read, as PLINK's 23; decoys and alternates look otherwise.
_CHROMOSOME = re.compile(
    r"(?:chr|chrom|chromosome)?_?(?:0?\d{1,2}|X|Y|XY|M|MT|PAR\d?)", re.IGNORECASE
)
_HG19_M = {"CHRM", "M", "CHRMT", "MT"}
_SHOWN = 3


def ledger_notices(ledger: Path) -> tuple[str, ...]:
    """Notices about unread chromosomes and about alleles that stand in the file twice."""
    return (*_unread_chromosomes(ledger), *_repeated(ledger))


def _rows(ledger: Path, columns: list[str], stopped_by: set[str]) -> Iterator[dict[str, Any]]:
    """Rows whose rule is one of these, a row group at a time.

    Arrow's own filtered read starts threads and waits for ever where memory allows none.
    """
    import pyarrow.parquet as pq

    file = pq.ParquetFile(ledger)
    for group in range(file.num_row_groups):
        rules = file.read_row_group(group, ["stopped_by"], use_threads=False)["stopped_by"]
        rules = rules.combine_chunks()
        codes = [i for i, rule in enumerate(rules.dictionary.to_pylist()) if rule in stopped_by]
        rows = np.flatnonzero(np.isin(np.asarray(rules.indices), codes))
        if len(rows):
            yield from file.read_row_group(group, columns, use_threads=False).take(rows).to_pylist()


def _unread_chromosomes(ledger: Path) -> list[str]:
    return unread_chromosomes(Counter(r["contig"] for r in _rows(ledger, ["contig"], {"contig"})))


def unread_chromosomes(counts: Mapping[str, int]) -> list[str]:
    """Notices about alleles on contigs that are not analysed but look like chromosomes."""
    return [
        f"{count} allele(s) on '{name}' were not analysed: chromosomes are 1-22, X, Y and MT, with "
        "or without chr."
        for name, count in sorted(counts.items())
        if _CHROMOSOME.fullmatch(name) and name.upper() not in _HG19_M
    ]


def _repeated(ledger: Path) -> list[str]:
    """Alleles among those that were followed to the end which more than one record gives."""
    columns = ["contig", "pos", "end", "ref", "alt", "genotype"]
    calls: dict[tuple[str, ...], list[str]] = {}
    for row in _rows(ledger, columns, {"", "inheritance", "consequence"}):
        place = (row["contig"], str(row["pos"]), str(row["end"]), row["ref"], row["alt"])
        calls.setdefault(place, []).append(row["genotype"])
    twice = {place: found for place, found in calls.items() if len(found) > 1}
    if not twice:
        return []
    shown = ", ".join(
        f"{c}-{p}-{r[:10]}-{a[:10]} ({' and '.join(found)})"
        for (c, p, _, r, a), found in list(twice.items())[:_SHOWN]
    )
    return [
        (
            f"{len(twice)} allele(s) stand in the file more than once, for example {shown}: they "
            "count as one; where the calls differ, see 'rareplan why'."
        )
    ]
