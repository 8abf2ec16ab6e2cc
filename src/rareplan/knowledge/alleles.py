"""Finding alleles in a sorted table: by position first, by allele code only where that hits.

A code is exact for single-base changes (base pair, below 16) and a 64-bit BLAKE2b hash of
``REF>ALT`` with the lowest bit of the sign range kept clear for all others. With n indels at
one position the chance of a false match is below n / 2**62.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from rareplan.knowledge.columns import array

if TYPE_CHECKING:
    import pyarrow as pa

Ints = np.ndarray[Any, np.dtype[np.int64]]

_BASE = np.full(256, 255, dtype=np.uint8)
for _code, _letters in enumerate(("Aa", "Cc", "Gg", "Tt")):
    for _letter in _letters:
        _BASE[ord(_letter)] = _code


@lru_cache(maxsize=1 << 18)
def _hash(text: str) -> int:
    digest = hashlib.blake2b(text.encode("ascii", "replace"), digest_size=8).digest()
    return (int.from_bytes(digest, "big") >> 1) | 16


def _as_text(values: Any) -> pa.Array:
    import pyarrow as pa

    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    if isinstance(values, pa.Array):
        return values.cast(pa.string())
    return pa.array(values, type=pa.string())


def _first_bytes(column: pa.Array) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Length and first byte of each text."""
    buffers = column.buffers()
    offsets = np.frombuffer(buffers[1], dtype=np.int32)[column.offset :][: len(column) + 1]
    data = np.frombuffer(buffers[2], dtype=np.uint8) if buffers[2] else np.zeros(1, np.uint8)
    starts = np.minimum(offsets[:-1], max(len(data) - 1, 0))
    return np.diff(offsets), data[starts]


def allele_codes(ref: Any, alt: Any) -> Ints:
    """Code of each REF/ALT pair (case does not matter), int64."""
    refs, alts = _as_text(ref), _as_text(alt)
    if len(refs) == 0:
        return np.zeros(0, dtype=np.int64)
    ref_size, ref_byte = _first_bytes(refs)
    alt_size, alt_byte = _first_bytes(alts)
    left, right = _BASE[ref_byte], _BASE[alt_byte]
    single = (ref_size == 1) & (alt_size == 1) & (left < 4) & (right < 4)
    codes: Ints = left.astype(np.int64) * 4 + right
    rest = np.flatnonzero(~single)
    if len(rest):
        pairs = zip(refs.take(rest).to_pylist(), alts.take(rest).to_pylist(), strict=True)
        codes[rest] = [_hash(f"{r.upper()}>{a.upper()}") for r, a in pairs]
    return codes


def position_keys(contig: Any, pos: Any) -> Ints:
    """Contig code and 1-based position in one sortable number."""
    return (np.asarray(contig).astype(np.int64) << 32) | np.asarray(pos).astype(np.int64)


def _table_codes(table: pa.Table) -> Ints:
    """Codes of a table's alleles; dictionary columns are coded once a distinct pair."""
    import pyarrow as pa

    ref, alt = table.column("ref").combine_chunks(), table.column("alt").combine_chunks()
    if not pa.types.is_dictionary(ref.type):
        return allele_codes(ref, alt)
    ref, alt = (c.unify_dictionaries() if hasattr(c, "unify_dictionaries") else c
                for c in (ref, alt))  # fmt: skip
    i = ref.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    j = alt.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    width = len(alt.dictionary)
    pairs, inverse = np.unique(i * width + j, return_inverse=True)
    codes = allele_codes(ref.dictionary.take(pairs // width), alt.dictionary.take(pairs % width))
    found: Ints = codes[inverse]
    return found


@dataclass(frozen=True)
class AlleleIndex:
    """Sorted positions and allele codes of a table."""

    keys: np.ndarray[Any, Any]
    codes: Ints

    @classmethod
    def of(cls, table: pa.Table) -> AlleleIndex:
        """Index a table that is sorted by contig, pos, ref, alt."""
        keys = position_keys(array(table, "contig", np.int64), array(table, "pos", np.int64))
        known = "code" in table.column_names
        return cls(keys, array(table, "code", np.int64) if known else _table_codes(table))

    def find(self, contig: Any, pos: Any, ref: Any, alt: Any) -> Ints:
        """Row of each allele, -1 where the table has none.

        ``contig`` int8, ``pos`` int64 (1-based), ``ref`` and ``alt`` texts, all of length n;
        alleles must be trimmed and left-aligned as the table's are.
        """
        return self.find_keys(position_keys(contig, pos), ref, alt)

    def find_keys(self, wanted: np.ndarray[Any, Any], ref: Any, alt: Any) -> Ints:
        """As :meth:`find`, with places in the same numbers as ``keys`` (and of their dtype)."""
        here, first = self._places(wanted)
        rows = np.full(len(wanted), -1, dtype=np.int64)
        if len(here):
            refs, alts = _as_text(ref), _as_text(alt)
            codes = allele_codes(refs.take(here), alts.take(here))
            rows[here] = self._walk(first, wanted[here], codes)
        return rows

    def find_codes(self, wanted: np.ndarray[Any, Any], codes: Ints) -> Ints:
        """As :meth:`find_keys`, with allele codes instead of texts."""
        here, first = self._places(wanted)
        rows = np.full(len(wanted), -1, dtype=np.int64)
        rows[here] = self._walk(first, wanted[here], codes[here])
        return rows

    def _places(self, wanted: np.ndarray[Any, Any]) -> tuple[Ints, Ints]:
        """Queries whose place is in the table, and the first row there."""
        first = np.searchsorted(self.keys, wanted)
        inside = np.flatnonzero(first < len(self.keys))
        here = inside[self.keys[first[inside]] == wanted[inside]]
        return here, first[here]

    def _walk(self, row: Ints, key: np.ndarray[Any, Any], codes: Ints) -> Ints:
        """Step through the alleles of each place: as many rounds as the fullest has."""
        rows = np.full(len(row), -1, dtype=np.int64)
        open_ = np.arange(len(row))
        while len(open_):
            match = self.codes[row[open_]] == codes[open_]
            rows[open_[match]] = row[open_[match]]
            open_ = open_[~match]
            row[open_] += 1
            open_ = open_[row[open_] < len(self.keys)]
            open_ = open_[self.keys[row[open_]] == key[open_]]
        return rows

    def between(self, contig: int, start: int, end: int) -> range:
        """Rows with start <= position <= end on one contig (1-based inclusive)."""
        low, high = position_keys([contig, contig], [start, end + 1])
        first, last = np.searchsorted(self.keys, [low, high])
        return range(int(first), int(last))
