"""Figures from ranks: shares with intervals by disease, macro averages, calibration."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.str_]
_DRAWS = 2000


@dataclass(frozen=True)
class Share:
    """Share of cases with rank <= k, with a 95 % interval, and the mean of diseases' shares."""

    value: float
    low: float
    high: float
    macro: float
    cases: int
    diseases: int

    def __str__(self) -> str:
        return f"{100 * self.value:.1f} ({100 * self.low:.1f}-{100 * self.high:.1f})"


def share(ranks: Floats, diseases: Texts, k: int) -> Share:
    """Top-k share; the interval resamples diseases, since cases of one disease are alike."""
    names, of = np.unique(diseases, return_inverse=True)
    hits = np.bincount(of, ranks <= k, len(names))
    cases = np.bincount(of, minlength=len(names))
    draw = np.random.default_rng(11).integers(0, len(names), (_DRAWS, len(names)))
    spread = hits[draw].sum(axis=1) / cases[draw].sum(axis=1)
    low, high = np.quantile(spread, [0.025, 0.975])
    macro = float((hits / cases).mean())
    return Share(float((ranks <= k).mean()), float(low), float(high), macro, len(ranks), len(names))


def reliability(probability: Floats, right: Bools, bins: int = 10) -> tuple[float, list[str]]:
    """Expected calibration error and one table line a bin of equal width."""
    place = np.minimum((probability * bins).astype(int), bins - 1)
    error, lines = 0.0, []
    for i in range(bins):
        here = place == i
        if not here.any():
            continue
        said, true = float(probability[here].mean()), float(right[here].mean())
        error += float(here.mean()) * abs(said - true)
        edge = f"{i / bins:.1f}-{(i + 1) / bins:.1f}"
        lines.append(f"| {edge} | {int(here.sum())} | {said:.3f} | {true:.3f} |")
    return error, lines
