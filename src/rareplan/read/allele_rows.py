"""Records into one row an ALT allele: places, filters, haplotypes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from rareplan.model.batch import AlleleBatch
from rareplan.model.variant import trimmed
from rareplan.read.formats import RecordFields


def is_symbolic(alt: str) -> bool:
    """``<DEL>``, breakends, single breakends; not ``*`` and not ``.``."""
    return alt[:1] == "<" or "[" in alt or "]" in alt or (len(alt) > 1 and "." in alt)


def place_alleles(
    variants: list[Any], names: list[list[str]], records: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, list[int]]:
    """REF, ALT, 1-based position and length of each row, and the rows with a symbolic ALT.

    ``names`` are the ALT alleles of each record, none for a record without.
    """
    refs = objects([v.REF for v in variants])[records]
    pos = np.fromiter([v.POS for v in variants], np.int64, len(variants))[records]
    alts = objects([alt for alleles in names for alt in (alleles or (".",))])
    ref_size = np.fromiter(map(len, refs), np.int64, len(refs))
    alt_size = np.fromiter(map(len, alts), np.int64, len(alts))
    symbolic = []
    for row in np.flatnonzero((ref_size > 1) | (alt_size > 1)).tolist():
        if is_symbolic(alts[row]):
            symbolic.append(row)
        else:
            place = trimmed(int(pos[row]), refs[row].upper(), alts[row].upper())
            pos[row], refs[row], alts[row] = place
            ref_size[row] = len(refs[row])
    for letters in (refs, alts):
        if not "".join(letters).isupper():  # soft-masked bases, or symbols such as '*'
            letters[:] = [x if x[:1] == "<" else x.upper() for x in letters]
    return refs, alts, pos, ref_size, symbolic


def objects(values: Sequence[Any]) -> np.ndarray:
    """An object array of any values, sequences among them."""
    array = np.empty(len(values), object)
    array[:] = values
    return array


def filters_of(texts: Sequence[str | None]) -> tuple[np.ndarray, np.ndarray]:
    """Names of the failed filters of each record, and whether it passed (PASS or missing)."""
    passed = np.fromiter([text is None for text in texts], np.bool_, len(texts))
    known: dict[str, tuple[str, ...]] = {}
    filters = np.empty(len(texts), object)
    filters.fill(())
    for number in np.flatnonzero(~passed).tolist():
        text = str(texts[number])
        filters[number] = known.setdefault(text, tuple(text.split(";")))
    return filters, passed


def haplotypes(fields: RecordFields, records: np.ndarray, alleles: np.ndarray) -> np.ndarray:
    """Per row and sample: 1 this allele, 0 reference, 2 another, -1 missing, -2 absent."""
    calls = fields.gt[records]
    hap = np.minimum(calls, 2).astype(np.int8)
    hap[calls == 1] = 2
    hap[calls == alleles[:, None, None]] = 1
    none = alleles == 0
    if none.any():
        hap[none] = np.where(calls[none] > 0, 2, calls[none])
    for (record, sample), call in fields.many.items():
        rest = min(0 if 0 in call else 2, min(call) if min(call) < 0 else 2)
        for row in np.flatnonzero(records == record).tolist():
            copies = sum(h == alleles[row] for h in call if h > 0)
            hap[row, sample] = (1, 1) if copies == len(call) else (rest, 1 if copies else rest)
    return np.asarray(hap)


def repeats(batch: AlleleBatch) -> np.ndarray:
    """bool[n]: sequence alleles that another record right before gives, too."""
    same = np.zeros(len(batch), np.bool_)
    near = (batch.pos[1:] == batch.pos[:-1]) & (batch.contig[1:] == batch.contig[:-1])
    for row in (np.flatnonzero(near) + 1).tolist():
        alt = batch.alt[row]
        twin = batch.ref[row] == batch.ref[row - 1] and alt == batch.alt[row - 1]
        same[row] = twin and not is_symbolic(alt) and alt not in {".", "*"}
    return same
