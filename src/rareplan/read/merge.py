"""Several VCFs of one family as one: single-sample files, or a second file of large variants.

Files are read side by side, contig by contig, and joined by allele. A sample whose file has
no record at a place has no call there: what was not written down is unknown, not reference.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np

from rareplan.config import RarityTags
from rareplan.errors import Fault, InputError
from rareplan.model.batch import HAP_ABSENT, AlleleBatch, concatenate
from rareplan.model.genome import Assembly
from rareplan.read.batches import CHUNK, read_file, samples_of


@dataclass
class _File:
    """One file, handed out contig by contig in its own order."""

    path: Path
    batches: Iterator[AlleleBatch]
    rest: AlleleBatch | None = None
    done: set[str] = field(default_factory=set)

    def next_contig(self) -> tuple[str, AlleleBatch] | None:
        """The next run of one contig.

        Raises:
            InputError: a contig comes a second time; the join needs each in one piece.
        """
        parts: list[AlleleBatch] = []
        name = ""
        while True:
            batch = self.rest if self.rest is not None else next(self.batches, None)
            self.rest = None
            if batch is None:
                break
            name = name or str(batch.contig_name[0])
            other = np.flatnonzero(batch.contig_name != name)
            if not len(other):
                parts.append(batch)
                continue
            cut = int(other[0])
            if cut:
                parts.append(batch.take(np.arange(cut)))
            self.rest = batch.take(np.arange(cut, len(batch)))
            break
        if not parts:
            return None
        if name in self.done:
            raise InputError(
                Fault(self.path.name, f"contig {name} in more than one place", "a sorted VCF",
                      "Sort the file (bcftools sort) before merging several files.")
            )  # fmt: skip
        self.done.add(name)
        return name, concatenate(parts)


def merged_batches(
    paths: Sequence[Path],
    wanted: Sequence[str],
    focus: Sequence[str],
    tags: RarityTags,
    assembly: Assembly,
    *,
    rows: int = CHUNK,
) -> Iterator[AlleleBatch]:
    """Joined blocks of several files, one contig each, columns in the order of ``wanted``.

    Raises:
        InputError: as for ``read_file``, or a file whose contigs are not in one piece each.
    """
    files = []
    for path in paths:
        mine = [s for s in wanted if s in samples_of(path)]
        if mine:
            files.append(_File(path, read_file(path, mine, focus, tags, assembly, rows=rows)))
    kept: list[dict[str, AlleleBatch]] = [{} for _ in files]
    records = 0
    for lead, file in enumerate(files):
        while True:
            names = list(kept[lead])[:1]
            if names:
                name, batch = names[0], kept[lead].pop(names[0])
            else:
                found = file.next_contig()
                if found is None:
                    break
                name, batch = found
            parts = [batch]
            for other in range(lead + 1, len(files)):
                part = _contig_of(files[other], kept[other], name)
                if part is not None:
                    parts.append(part)
            joined = _join(parts, tuple(wanted), [list(wanted).index(f) for f in focus], records)
            records = int(joined.record.max()) + 1
            yield joined


def _contig_of(file: _File, kept: dict[str, AlleleBatch], name: str) -> AlleleBatch | None:
    """A contig of one file, reading on until it comes; what comes before is kept."""
    while name not in kept and name not in file.done:
        found = file.next_contig()
        if found is None:
            return None
        kept[found[0]] = found[1]
    return kept.pop(name, None)


def _widened(batch: AlleleBatch, samples: tuple[str, ...], first_record: int) -> AlleleBatch:
    """The batch with every sample's column; absent samples have no call."""
    from dataclasses import replace

    n, s = len(batch), len(samples)
    columns = [samples.index(name) for name in batch.samples]
    changes: dict[str, Any] = {
        "samples": samples,
        "record": batch.record - batch.record.min() + first_record,
    }
    blanks: dict[str, tuple[Any, Any]] = {
        "hap": ((n, s, 2), HAP_ABSENT), "phased": ((n, s), False), "gq": ((n, s), np.nan),
        "dp": ((n, s), np.nan), "ad_ref": ((n, s), np.nan), "ad_alt": ((n, s), np.nan),
    }  # fmt: skip
    for name, (shape, blank) in blanks.items():
        wide = np.full(shape, blank, getattr(batch, name).dtype)
        wide[:, columns] = getattr(batch, name)
        changes[name] = wide
    changes["phase_set"] = {(r, columns[c]): v for (r, c), v in batch.phase_set.items()}
    return replace(batch, **changes)


def _join(
    parts: Sequence[AlleleBatch], samples: tuple[str, ...], focus: list[int], first: int
) -> AlleleBatch:
    wide = []
    for part in parts:
        wide.append(_widened(part, samples, first))
        first = int(wide[-1].record.max()) + 1
    stacked = concatenate(wide)
    places: dict[tuple[int, str, str, int], int] = {}
    target = np.empty(len(stacked), np.int64)
    starts = np.cumsum([0, *(len(p) for p in parts)])
    for number in range(len(parts)):
        for row in range(int(starts[number]), int(starts[number + 1])):
            key = (int(stacked.pos[row]), stacked.ref[row], stacked.alt[row], int(stacked.end[row]))
            target[row] = places.setdefault(key, row)
    order = np.lexsort((stacked.allele, stacked.record, stacked.pos))
    doubles = np.flatnonzero(target != np.arange(len(stacked)))
    merged = _overlay(stacked, target, doubles, focus) if len(doubles) else stacked
    keep = np.ones(len(stacked), np.bool_)
    keep[doubles] = False
    return merged.take(order[keep[order]])


def _overlay(
    batch: AlleleBatch, target: np.ndarray, doubles: np.ndarray, focus: list[int]
) -> AlleleBatch:
    """Put the calls of later files onto the row of the first file with the same allele."""
    from dataclasses import replace

    arrays = {
        f.name: getattr(batch, f.name).copy()
        for f in fields(batch)
        if isinstance(getattr(batch, f.name), np.ndarray)
    }
    phase_set = dict(batch.phase_set)
    annotations = {tag: dict(texts) for tag, texts in batch.annotations.items()}
    for row in doubles.tolist():
        into = int(target[row])
        columns = np.flatnonzero(
            (batch.hap[row, :, 0] != HAP_ABSENT) & (arrays["hap"][into, :, 0] == HAP_ABSENT)
        )  # where both files have a call, the first file's stands
        for name in ("hap", "phased", "gq", "dp", "ad_ref", "ad_alt"):
            arrays[name][into, columns] = arrays[name][row, columns]
        phase_set |= {
            (into, c): phase_set[row, c] for c in columns.tolist() if (row, c) in phase_set
        }
        if not arrays["max_af"][into] >= arrays["max_af"][row]:
            for name in ("max_af", "af_source", "af_group"):
                arrays[name][into] = arrays[name][row]
        arrays["homozygotes"][into] = np.fmax(
            arrays["homozygotes"][into], arrays["homozygotes"][row]
        )
        if (batch.hap[row][focus] != HAP_ABSENT).any():  # the proband's own file decides
            arrays["filter_pass"][into] = arrays["filter_pass"][row]
            arrays["filters"][into] = arrays["filters"][row]
        for texts in annotations.values():
            if row in texts:
                texts.setdefault(into, texts[row])
    return replace(batch, **arrays, phase_set=phase_set, annotations=annotations)
