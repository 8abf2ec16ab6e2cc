"""Nucleotide sequence at two bits a base, with the few unknown bases kept aside.

Base ``i`` lies in bits ``2 * (i % 4)`` and up of byte ``i // 4``; A, C, G, T are 0, 1, 2, 3.
Unknown bases (N and every other letter) are stored as A and listed in ``n_mask``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

UNKNOWN = 4
"""Code of an unknown base."""

BASES = np.frombuffer(b"ACGTN", dtype=np.uint8)
CODE_OF = np.full(256, UNKNOWN, dtype=np.uint8)
CODE_OF[np.frombuffer(b"ACGTacgtUu", dtype=np.uint8)] = [0, 1, 2, 3, 0, 1, 2, 3, 3, 3]

_FOUR = np.array(
    ["".join("ACGT"[byte >> shift & 3] for shift in (0, 2, 4, 6)) for byte in range(256)],
    dtype="S4",
)
"""The four bases of a packed byte."""

_COMPLEMENT = str.maketrans("ACGTNacgtn", "TGCANtgcan")


def reverse_complement(text: str) -> str:
    """Reverse complement; letters other than ACGTN stay as they are."""
    return text.translate(_COMPLEMENT)[::-1]


def encode(text: str) -> npt.NDArray[np.uint8]:
    """Base codes (0-3, :data:`UNKNOWN` for anything but ACGTU) of a string, in its order."""
    return CODE_OF[np.frombuffer(text.encode("ascii", "replace"), dtype=np.uint8)]


def decode(codes: npt.NDArray[np.uint8]) -> str:
    """String of base codes; :data:`UNKNOWN` becomes N."""
    return BASES[codes].tobytes().decode("ascii")


@dataclass(frozen=True)
class PackedSequence:
    """Sequence at two bits a base.

    ``packed`` is uint8 of ``ceil(length / 4)`` bytes; ``n_mask`` the ascending 0-based positions
    of unknown bases.
    """

    packed: npt.NDArray[np.uint8]
    length: int
    n_mask: npt.NDArray[np.int64]

    @classmethod
    def from_text(cls, text: str) -> PackedSequence:
        """Pack a string."""
        return cls.from_codes(encode(text))

    @classmethod
    def from_codes(cls, codes: npt.NDArray[np.uint8]) -> PackedSequence:
        """Pack base codes."""
        unknown = np.flatnonzero(codes == UNKNOWN).astype(np.int64)
        padded = np.zeros(-(-len(codes) // 4) * 4, dtype=np.uint8)
        padded[: len(codes)] = codes
        padded[unknown] = 0
        quads = padded.reshape(-1, 4)
        packed = quads[:, 0] | quads[:, 1] << 2 | quads[:, 2] << 4 | quads[:, 3] << 6
        return cls(packed.astype(np.uint8), len(codes), unknown)

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, npt.NDArray[Any]]) -> PackedSequence:
        """The sequence of :meth:`as_arrays`."""
        return cls(arrays["packed"], int(arrays["length"][0]), arrays["n_mask"])

    def as_arrays(self) -> dict[str, npt.NDArray[Any]]:
        """As a snapshot's ``sequence.npz`` holds it: packed, n_mask and length (one int64)."""
        length = np.array([self.length], dtype=np.int64)
        return {"packed": self.packed, "n_mask": self.n_mask, "length": length}

    def codes(self, positions: npt.NDArray[np.int64]) -> npt.NDArray[np.uint8]:
        """Base codes at 0-based positions; outside the sequence they are unknown."""
        inside = (positions >= 0) & (positions < self.length)
        at = np.where(inside, positions, 0)
        if not self.length:
            return np.full(positions.shape, UNKNOWN, dtype=np.uint8)
        shift = ((at & 3) << 1).astype(np.uint8)
        found: npt.NDArray[np.uint8] = (self.packed[at >> 2] >> shift) & np.uint8(3)
        found[~inside] = UNKNOWN
        if len(self.n_mask):
            spot = np.searchsorted(self.n_mask, positions)
            spot[spot == len(self.n_mask)] = 0
            found[self.n_mask[spot] == positions] = UNKNOWN
        return found

    def text(self, start: int, stop: int) -> str:
        """Bases of the 0-based half-open range, cut to the sequence's ends."""
        start, stop = max(start, 0), min(stop, self.length)
        if stop <= start:
            return ""
        first, last = start >> 2, (stop + 3) >> 2
        letters = _FOUR[self.packed[first:last]].view(np.uint8)
        letters = letters[start - 4 * first : stop - 4 * first]
        if len(self.n_mask):
            low, high = np.searchsorted(self.n_mask, [start, stop])
            letters[self.n_mask[low:high] - start] = ord("N")
        return letters.tobytes().decode("ascii")
