"""UCSC chain files to arrays of aligned blocks (1-based inclusive)."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from rareplan.model.genome import Contig, contig_from_name
from rareplan.refresh.faults import SourceError
from rareplan.refresh.parts import Inputs
from rareplan.refresh.tables import Built

PARSER_VERSION = 1


def _primary(name: str) -> Contig:
    return Contig.OTHER if "_" in name else contig_from_name(name)


def parse_chain(path: Path) -> dict[str, np.ndarray[Any, Any]]:
    """Blocks between primary nuclear contigs, sorted by source contig and start.

    ``dst_start`` is the target base of ``src_start``; on ``strand`` -1 the target runs down.
    hg19's own chrM is another sequence than GRCh37's MT, so the mitochondrion is left out:
    rCRS is the same in both assemblies. Where chains overlap on the source the better wins.
    """
    blocks: list[tuple[int, int, int, int, int, int, int]] = []
    source = target = Contig.OTHER
    at = to = size = score = 0
    strand = 1
    with gzip.open(path, "rt", encoding="ascii") as lines:
        for line in lines:
            fields = line.split()
            if fields[:1] == ["chain"]:
                score, source, target = int(fields[1]), _primary(fields[2]), _primary(fields[7])
                if fields[4] != "+":
                    raise SourceError(f"{path.name}: a chain whose source strand is not +")
                at, to, size = int(fields[5]), int(fields[10]), int(fields[8])
                strand = 1 if fields[9] == "+" else -1
            elif fields and source and target and Contig.MT not in (source, target):
                length = int(fields[0])
                first = to + 1 if strand == 1 else size - to
                blocks.append((source, at + 1, at + length, target, first, strand, score))
                if len(fields) == 3:
                    at += length + int(fields[1])
                    to += length + int(fields[2])
    if not blocks:
        raise SourceError(f"{path.name} holds no chain between primary contigs")
    return _arrays(_without_overlap(sorted(blocks)))


def _without_overlap(
    blocks: list[tuple[int, int, int, int, int, int, int]],
) -> list[tuple[int, int, int, int, int, int, int]]:
    """Cut the lower-scored of two blocks that overlap on the source."""
    kept: list[tuple[int, int, int, int, int, int, int]] = []
    for block in blocks:
        contig, start, end, target, first, strand, score = block
        if kept and kept[-1][0] == contig and kept[-1][2] >= start:
            last = kept[-1]
            if last[6] >= score:
                cut = last[2] + 1 - start
                start, first = start + cut, first + strand * cut
            else:
                kept[-1] = (*last[:2], start - 1, *last[3:])
                if kept[-1][2] < kept[-1][1]:
                    kept.pop()
        if start <= end:
            kept.append((contig, start, end, target, first, strand, score))
    return kept


def _arrays(
    blocks: list[tuple[int, int, int, int, int, int, int]],
) -> dict[str, np.ndarray[Any, Any]]:
    columns = list(zip(*blocks, strict=True))
    names = ("src_contig", "src_start", "src_end", "dst_contig", "dst_start", "strand")
    kinds = (np.int8, np.int32, np.int32, np.int8, np.int32, np.int8)
    return {n: np.array(c, dtype=k) for n, c, k in zip(names, columns, kinds, strict=False)}


def build(inputs: Inputs, _work: Path) -> Iterator[Built]:
    """``chain_37_38``."""
    arrays = parse_chain(inputs.files["chain.gz"].path)
    yield Built("chain_37_38", arrays, (inputs.source("chain.gz"),))
