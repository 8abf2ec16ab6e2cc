"""FORMAT fields of a block of records as arrays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

_MISSING_BELOW = 0  # htslib's missing and end-of-vector integers are hugely negative


@dataclass
class RecordFields:
    """m records x s samples; ``reads`` is [m, s, 1 + most ALT alleles] (NaN missing)."""

    gt: np.ndarray
    phased: np.ndarray
    decoded: np.ndarray
    gq: np.ndarray
    dp: np.ndarray
    reads: np.ndarray
    phase_set: dict[tuple[int, int], str] = field(default_factory=dict)
    many: dict[tuple[int, int], tuple[int, ...]] = field(default_factory=dict)
    """Calls of three haplotypes and more, by record and sample; ``gt`` has the outer two."""


def _genotypes(
    variants: Sequence[Any], n: int, many: dict[tuple[int, int], tuple[int, ...]]
) -> np.ndarray:
    """[m, s, 3] int16: two haplotypes and the phase flag; haploid calls get -2 in the second.

    Calls of more haplotypes are added to ``many``.
    """
    try:
        stacked = np.concatenate([v.genotype.array() for v in variants])
        if stacked.shape == (len(variants) * n, 3):
            return stacked.reshape(len(variants), n, 3)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001, S110 - records of another ploidy or without GT: one by one
        pass
    calls = np.full((len(variants), n, 3), -2, np.int16)
    calls[:, :, 2] = 0
    for number, variant in enumerate(variants):
        for sample, call in _one_genotype(variant, calls[number]):
            many[number, sample] = call
    return calls


def _one_genotype(variant: Any, into: np.ndarray) -> list[tuple[int, tuple[int, ...]]]:
    """Fills in one record's calls; returns those of three haplotypes and more."""
    # Not asked of FORMAT first: cyvcf2 gives it from memory that a lazy record has not filled yet.
    try:
        array = variant.genotype.array()
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - cyvcf2's word for "no GT" is a bare Exception
        return []
    ploidy = array.shape[1] - 1
    into[:, 2] = array[:, -1]
    into[:, : min(ploidy, 2)] = array[:, : min(ploidy, 2)]
    more = []
    for sample in np.flatnonzero((array[:, 2:-1] > -2).any(axis=1)).tolist() if ploidy > 2 else ():
        call = tuple(h for h in array[sample, :-1].tolist() if h > -2)
        into[sample] = min(call), max(call), 0
        more.append((sample, call))
    return more


def _numbers(
    variants: Sequence[Any],
    which: np.ndarray,
    n: int,
    key: str,
    width: int = 1,
    *,
    exact: bool = False,
) -> np.ndarray:
    """One numeric FORMAT field of the records ``which``: [len(which), s, width], NaN missing.

    With ``exact`` a sample that has more values has none: whose is whose cannot be told.
    """
    found = [variants[i].format(key) for i in which]
    try:
        stacked = np.concatenate(found)
        if stacked.shape == (len(found) * n, width):
            values = stacked.reshape(len(found), n, width).astype(np.float64)
            values[values < _MISSING_BELOW] = np.nan
            return values
    except ValueError:  # some record lacks the field or has another width
        pass
    values = np.full((len(found), n, width), np.nan)
    for number, array in enumerate(found):
        if array is not None and np.issubdtype(array.dtype, np.number):
            used = min(width, array.shape[1])
            values[number, :, :used] = array[:, :used]
            if exact:
                values[number, (array[:, width:] >= 0).any(axis=1)] = np.nan
    values[values < _MISSING_BELOW] = np.nan
    return values


def _reads(
    variants: Sequence[Any], which: np.ndarray, n: int, n_alt: np.ndarray, keys: frozenset[str]
) -> np.ndarray:
    """Reads by allele from AD; from RO and AO (freebayes) where AD is not there."""
    width = int(n_alt.max(initial=1)) + 1
    reads = np.full((len(which), n, width), np.nan)
    if "AD" in keys:
        for count in np.unique(n_alt).tolist():
            rows = n_alt == count
            reads[rows, :, : count + 1] = _numbers(
                variants, which[rows], n, "AD", count + 1, exact=True
            )
    if "AO" in keys and "RO" in keys:
        bare = np.isnan(reads).all(axis=(1, 2))
        if bare.any():
            reads[bare, :, :1] = _numbers(variants, which[bare], n, "RO", 1)
            reads[bare, :, 1:] = _numbers(variants, which[bare], n, "AO", width - 1)
    return reads


def _text_field(variant: Any, key: str) -> Sequence[str] | None:
    values = variant.format(key)
    return None if values is None else [str(v) for v in np.asarray(values).reshape(-1)]


def _phase(
    variants: Sequence[Any], which: np.ndarray, fields: RecordFields, keys: frozenset[str]
) -> None:
    """Phase sets from PS, or from PGT and PID (GATK), which also give the haplotypes' order."""
    if "PS" in keys:
        for i in which.tolist():
            values = _text_field(variants[i], "PS")
            for sample, value in enumerate(values or ()):
                is_set = value not in {"", ".", "nan"} and not value.startswith("-214748364")
                if is_set and fields.phased[i, sample]:
                    fields.phase_set[i, sample] = f"PS{value}"
    if not {"PGT", "PID"} <= keys:
        return
    for i in which.tolist():
        ids = _text_field(variants[i], "PID")
        orders = _text_field(variants[i], "PGT") if ids else None
        for sample, (id_, order) in enumerate(zip(ids or (), orders or (), strict=False)):
            pair = fields.gt[i, sample, :2]
            if id_ in {"", "."} or order not in {"0|1", "1|0"} or fields.phased[i, sample]:
                continue
            if sorted(pair.tolist()) == [0, 1]:
                fields.gt[i, sample, :2] = [int(h) for h in order.split("|")]
                fields.phased[i, sample] = True
                fields.phase_set[i, sample] = f"PID{id_}"


def read_fields(
    variants: Sequence[Any],
    samples: Sequence[str],
    focus: Sequence[int],
    keys: frozenset[str],
    alts: np.ndarray,
) -> RecordFields:
    """GT of every record; GQ, DP, AD and phase where a focus sample carries any ALT.

    ``alts`` counts the ALT alleles of each record. With no focus sample in the file everything
    is decoded.
    """
    n, m = len(samples), len(variants)
    many: dict[tuple[int, int], tuple[int, ...]] = {}
    raw = _genotypes(variants, n, many)
    gt = raw[:, :, :2].copy()
    looked_at = gt[:, list(focus)] if focus else gt
    decoded = np.asarray((looked_at > 0).any(axis=(1, 2))) if focus else np.ones(m, np.bool_)
    which = np.flatnonzero(decoded)
    n_alt = alts[which]
    width = int(alts.max(initial=1)) + 1
    nothing: Callable[[], np.ndarray] = lambda: np.full((m, n), np.nan)  # noqa: E731
    fields = RecordFields(
        gt,
        (raw[:, :, 2] == 1) & (gt[:, :, 1] != -2),
        decoded,
        nothing(),
        nothing(),
        np.full((m, n, width), np.nan),
        many=many,
    )
    if not len(which):
        return fields
    if "GQ" in keys:
        fields.gq[which] = _numbers(variants, which, n, "GQ")[:, :, 0]
    if "DP" in keys:
        fields.dp[which] = _numbers(variants, which, n, "DP")[:, :, 0]
    reads = _reads(variants, which, n, n_alt, keys)
    fields.reads[which, :, : reads.shape[2]] = reads
    sums = np.nansum(reads, axis=2)
    unknown = np.isnan(fields.dp[which]) & ~np.isnan(reads).all(axis=2)
    fields.dp[which] = np.where(unknown, sums, fields.dp[which])
    _phase(variants, which, fields, keys)
    return fields
