"""A block of VCF records as columns, alternates split: what ``annotate`` reads.

Only the columns that consequences need are looked at; everything else of a line stays text.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Objects = npt.NDArray[np.object_]


@dataclass(frozen=True)
class SiteBlock:
    """r records with n alternates (a record whose ALT is ``.`` has none).

    ``text`` holds whole lines, each ended by one newline. ``cuts`` are byte offsets into it,
    [r, columns + 1]: where each column of a line begins, and one past the line's newline.
    ``first`` is the 0-based number of the first record in the file.
    """

    text: bytes
    cuts: Ints
    first: int
    names: tuple[str, ...]
    """Contig names as in the file; ``name_code`` [r] are places in it."""
    name_code: Ints
    contig: npt.NDArray[np.int8]  # model.genome.Contig of each alternate, n
    record: Ints  # place of each alternate's record in the block, n
    pos: Ints  # 1-based as in the file, n
    ref: Objects  # n
    alt: Objects  # n

    def __len__(self) -> int:
        return len(self.pos)

    @property
    def records(self) -> int:
        """Number of records."""
        return len(self.cuts)

    @cached_property
    def first_allele(self) -> Ints:
        """Place of each record's first alternate, and n at the end, r + 1."""
        return np.searchsorted(self.record, np.arange(self.records + 1)).astype(np.int64)

    def column(self, record: int, number: int) -> str:
        """Text of one 0-based column of a record."""
        low, high = self.cuts[record, number], self.cuts[record, number + 1]
        return self.text[low : high - 1].decode("utf-8", "replace")

    def info(self, record: int, tags: tuple[str, ...]) -> dict[str, str]:
        """Values of the INFO entries with one of the given ids."""
        pairs = (entry.partition("=") for entry in self.column(record, 7).split(";"))
        return {key: value for key, equals, value in pairs if equals and key in tags}

    def alleles(self, record: int) -> range:
        """Places of a record's alternates."""
        return range(int(self.first_allele[record]), int(self.first_allele[record + 1]))
