"""A block of alleles as numpy arrays: what readers hand to the rules.

n alleles (after splitting multiallelic records and trimming shared bases) by s samples.
Positions are 1-based. Missing numbers are NaN: unknown is neither zero nor a failure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.int8]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Objects = npt.NDArray[np.object_]

# Codes of ``AlleleBatch.hap``.
HAP_ALT = 1
HAP_REF = 0
HAP_OTHER = 2
HAP_MISSING = -1
HAP_ABSENT = -2


@dataclass(frozen=True)
class AlleleBatch:
    """n alleles x s samples; ``samples`` names the second axis.

    ``hap``: 1 this allele, 0 reference, 2 another alternate of the record, -1 missing,
    -2 absent (second slot of a haploid call, both slots when there is no call at all).
    Depths, qualities, frequencies and annotations are decoded only where ``decoded`` is
    True (somebody of interest carries the allele); elsewhere they are NaN or empty.
    """

    samples: tuple[str, ...]
    record: Ints  # 0-based number of the record in the input
    allele: npt.NDArray[np.int16]  # 1-based number in ALT; 0 for a record without ALT
    contig: Bytes  # model.genome.Contig
    pos: Ints
    end: Ints  # last base, inclusive; END of symbolic alleles
    ref: Objects
    alt: Objects
    contig_name: Objects  # as in the file
    qual: Floats
    filter_pass: Bools  # FILTER is PASS or missing
    filters: Objects  # tuple[str, ...]; () when passed
    hap: Bytes  # [n, s, 2]
    phased: Bools  # [n, s]
    decoded: Bools
    gq: Floats  # [n, s]
    dp: Floats
    ad_ref: Floats
    ad_alt: Floats
    phase_set: dict[tuple[int, int], str] = field(default_factory=dict)
    """(row, sample) -> phase set, only where one is given."""
    max_af: Floats = field(default_factory=lambda: np.empty(0))
    af_source: Objects = field(default_factory=lambda: np.empty(0, object))  # INFO tag or ""
    af_group: Objects = field(default_factory=lambda: np.empty(0, object))
    homozygotes: Floats = field(default_factory=lambda: np.empty(0))
    sv_type: dict[int, str] = field(default_factory=dict)
    copy_number: dict[int, float] = field(default_factory=dict)
    annotations: dict[str, dict[int, str]] = field(default_factory=dict)
    """INFO tag (CSQ, ANN, BCSQ, SpliceAI) -> row -> raw text."""
    contig38: Bytes = field(default_factory=lambda: np.empty(0, np.int8))
    pos38: Ints = field(default_factory=lambda: np.empty(0, np.int64))  # 0: could not be lifted
    flipped38: Bools = field(default_factory=lambda: np.empty(0, np.bool_))

    def __len__(self) -> int:
        return len(self.pos)

    def sample(self, name: str) -> int:
        """Column of a sample.

        Raises:
            ValueError: not in this batch.
        """
        return self.samples.index(name)

    def with_grch38(self, contig38: Bytes, pos38: Ints, flipped: Bools) -> AlleleBatch:
        """The same alleles with their GRCh38 places."""
        return replace(self, contig38=contig38, pos38=pos38, flipped38=flipped)

    def take(self, rows: Ints) -> AlleleBatch:
        """The given rows (0-based), in the given order."""
        sparse = (self.phase_set, self.sv_type, self.copy_number, *self.annotations.values())
        place = {row: i for i, row in enumerate(rows.tolist())} if any(sparse) else {}
        changes: dict[str, Any] = {}
        for f in fields(self):
            value = getattr(self, f.name)
            if isinstance(value, np.ndarray):
                changes[f.name] = value[rows] if len(value) else value
        changes["phase_set"] = {
            (place[r], s): name for (r, s), name in self.phase_set.items() if r in place
        }
        changes["sv_type"] = {place[r]: v for r, v in self.sv_type.items() if r in place}
        changes["copy_number"] = {place[r]: v for r, v in self.copy_number.items() if r in place}
        changes["annotations"] = {
            tag: {place[r]: v for r, v in texts.items() if r in place}
            for tag, texts in self.annotations.items()
        }
        return replace(self, **changes)


def concatenate(batches: Sequence[AlleleBatch]) -> AlleleBatch:
    """Batches of the same samples end to end.

    Raises:
        ValueError: no batch, or other samples in one of them.
    """
    if not batches or any(b.samples != batches[0].samples for b in batches):
        raise ValueError("batches of the same samples are needed")
    starts = np.cumsum([0, *(len(b) for b in batches)]).tolist()
    changes: dict[str, Any] = {}
    for f in fields(AlleleBatch):
        values = [getattr(b, f.name) for b in batches]
        if isinstance(values[0], np.ndarray):
            changes[f.name] = np.concatenate(values)
    tags = {tag for b in batches for tag in b.annotations}
    pairs = list(zip(starts, batches, strict=False))
    changes["phase_set"] = {(r + at, s): v for at, b in pairs for (r, s), v in b.phase_set.items()}
    changes["sv_type"] = {r + at: v for at, b in pairs for r, v in b.sv_type.items()}
    changes["copy_number"] = {r + at: v for at, b in pairs for r, v in b.copy_number.items()}
    changes["annotations"] = {
        tag: {r + at: v for at, b in pairs for r, v in b.annotations.get(tag, {}).items()}
        for tag in sorted(tags)
    }
    return replace(batches[0], **changes)
