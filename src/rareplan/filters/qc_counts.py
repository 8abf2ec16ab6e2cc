"""Running counts over a family's calls from which the sample checks are made."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from rareplan.filters.facts import sex_linked
from rareplan.model.batch import AlleleBatch
from rareplan.model.genome import Assembly, Contig

_CODES = np.full(256, 9, np.int8)
_CODES[[ord(base) for base in "ACGT"]] = range(4)
MISSING = -1
_EXPECTED = np.zeros((3, 3, 3), np.bool_)  # child, father, mother: possible by descent
for _father in range(3):
    for _mother in range(3):
        for _child in range(3):
            _paternal = {0: {0}, 1: {0, 1}, 2: {1}}[_father]
            _maternal = {0: {0}, 1: {0, 1}, 2: {1}}[_mother]
            _EXPECTED[_child, _father, _mother] = any(
                p + m == _child for p in _paternal for m in _maternal
            )


@dataclass
class QcCounts:
    """Counts for s samples; sites are single-base, PASS records with one ALT.

    Autosomal: ``dosage`` [s, 3] calls with 0, 1, 2 copies, ``missing`` [s]; for pairs
    [s, s]: ``het_het``, ``opposite`` (0 against 2), ``het_of`` (first sample heterozygous),
    ``hom_alt_any`` (both called, one or both with 2 copies); all where both are called.
    X outside PAR: ``x_het``, ``x_hom`` [s]. Y outside PAR: ``y_alt`` [s].
    ``mendel``: (child, father, mother) -> [errors, sites with an ALT in somebody].
    """

    samples: tuple[str, ...]
    trios: tuple[tuple[int, int, int], ...] = ()
    dosage: np.ndarray = field(init=False)
    missing: np.ndarray = field(init=False)
    het_het: np.ndarray = field(init=False)
    opposite: np.ndarray = field(init=False)
    het_of: np.ndarray = field(init=False)
    hom_alt_any: np.ndarray = field(init=False)
    x_het: np.ndarray = field(init=False)
    x_hom: np.ndarray = field(init=False)
    y_alt: np.ndarray = field(init=False)
    sites: int = 0
    transitions: np.ndarray = field(init=False)
    transversions: np.ndarray = field(init=False)
    het_share: np.ndarray = field(init=False)  # [s, 2]: sum of alt shares, calls
    hom_ref_reads: np.ndarray = field(init=False)  # [s, 2]: sum of ref shares, calls
    mendel: dict[tuple[int, int, int], np.ndarray] = field(default_factory=dict)

    def __post_init__(self) -> None:
        s = len(self.samples)
        self.dosage = np.zeros((s, 3), np.int64)
        for name in ("het_het", "opposite", "het_of", "hom_alt_any"):
            setattr(self, name, np.zeros((s, s), np.int64))
        for name in ("missing", "x_het", "x_hom", "y_alt", "transitions", "transversions"):
            setattr(self, name, np.zeros(s, np.int64))
        self.het_share, self.hom_ref_reads = np.zeros((s, 2)), np.zeros((s, 2))
        self.mendel = {trio: np.zeros(2, np.int64) for trio in self.trios}

    def add(self, batch: AlleleBatch, assembly: Assembly) -> None:
        """Count one block."""
        plain = _plain_sites(batch)
        linked = sex_linked(batch, assembly)
        autosomal = plain & (batch.contig >= 1) & (batch.contig <= Contig.Y) & ~linked
        self._autosomes(batch, np.flatnonzero(autosomal))
        on_x = np.flatnonzero(plain & linked & (batch.contig == Contig.X))
        on_y = np.flatnonzero(plain & linked & (batch.contig == Contig.Y))
        if len(on_x):
            hap = batch.hap[on_x]
            self.x_het += ((hap == 1).any(axis=2) & (hap == 0).any(axis=2)).sum(axis=0)
            self.x_hom += ((hap == 1).any(axis=2) & ~(hap == 0).any(axis=2)).sum(axis=0)
        if len(on_y):
            self.y_alt += (batch.hap[on_y] == 1).any(axis=2).sum(axis=0)

    def merge(self, other: QcCounts) -> None:
        """Add the counts of another part of the same file.

        Raises:
            ValueError: other samples.
        """
        if other.samples != self.samples:
            raise ValueError("counts of the same samples are needed")
        for name, value in vars(other).items():
            if isinstance(value, np.ndarray):
                getattr(self, name).__iadd__(value)
        self.sites += other.sites
        for trio, errors in other.mendel.items():
            self.mendel[trio] += errors

    def _autosomes(self, batch: AlleleBatch, rows: np.ndarray) -> None:
        if not len(rows):
            return
        hap = batch.hap[rows]
        called = (hap >= 0).all(axis=2)
        dose = np.where(called, hap[:, :, 0] + hap[:, :, 1], MISSING)
        self.sites += len(rows)
        for copies in range(3):
            self.dosage[:, copies] += (dose == copies).sum(axis=0)
        self.missing += (~called).sum(axis=0)
        self._pairs(dose)
        self._trios(dose)
        self._changes(batch, rows, dose)
        self._reads(batch, rows, dose)

    def _pairs(self, dose: np.ndarray) -> None:
        if dose.shape[1] < 2:
            return
        called, het = (dose >= 0).astype(np.float32), (dose == 1).astype(np.float32)
        ref, alt = (dose == 0).astype(np.float32), (dose == 2).astype(np.float32)
        self.het_het += np.rint(het.T @ het).astype(np.int64)
        self.het_of += np.rint(het.T @ called).astype(np.int64)
        self.opposite += np.rint(ref.T @ alt + alt.T @ ref).astype(np.int64)
        both_alt, one = alt.T @ alt, alt.T @ called
        self.hom_alt_any += np.rint(one + one.T - both_alt).astype(np.int64)

    def _trios(self, dose: np.ndarray) -> None:
        for trio in self.trios:
            calls = dose[:, trio]
            calls = calls[(calls >= 0).all(axis=1) & (calls > 0).any(axis=1)]
            possible = _EXPECTED[calls[:, 0], calls[:, 1], calls[:, 2]]
            self.mendel[trio] += (int((~possible).sum()), len(calls))

    def _changes(self, batch: AlleleBatch, rows: np.ndarray, dose: np.ndarray) -> None:
        ref, alt = _letters(batch.ref[rows]), _letters(batch.alt[rows])
        known = (ref < 4) & (alt < 4)
        transition = known & (np.abs(ref - alt) == 2)  # A-G and C-T are two apart
        carried = dose > 0
        self.transitions += (carried & transition[:, None]).sum(axis=0)
        self.transversions += (carried & (known & ~transition)[:, None]).sum(axis=0)

    def _reads(self, batch: AlleleBatch, rows: np.ndarray, dose: np.ndarray) -> None:
        looked_at = batch.decoded[rows]
        rows, dose = rows[looked_at], dose[looked_at]
        ref, alt = batch.ad_ref[rows], batch.ad_alt[rows]
        total = ref + alt
        deep = np.nan_to_num(total) >= 10
        with np.errstate(invalid="ignore", divide="ignore"):
            share = alt / total
        for copies, into, value in ((1, self.het_share, share), (2, self.hom_ref_reads, 1 - share)):
            use = deep & (dose == copies)
            into[:, 0] += np.where(use, value, 0.0).sum(axis=0)
            into[:, 1] += use.sum(axis=0)


def _letters(alleles: np.ndarray) -> np.ndarray:
    """Codes of single-base alleles: A C G T = 0 1 2 3, anything else 9."""
    return _CODES[np.frombuffer("".join(alleles).encode("ascii", "replace"), np.uint8)]


def _plain_sites(batch: AlleleBatch) -> np.ndarray:
    """Single-base changes of records with one ALT that passed the caller's filters."""
    n = len(batch)
    ref_size = np.fromiter(map(len, batch.ref), np.int64, n)
    alt_size = np.fromiter(map(len, batch.alt), np.int64, n)
    short = (ref_size == 1) & (alt_size == 1) & (batch.allele > 0) & (batch.alt != "*")
    alone = np.ones(len(batch), np.bool_)
    repeated = batch.record[1:] == batch.record[:-1]
    alone[1:] &= ~repeated
    alone[:-1] &= ~repeated
    return np.asarray(short & alone & batch.filter_pass)
