"""Samples that stand out from their batch: call rate, Ti/Tv, het/hom.

The values are those of the families' own sample checks (``filters.sample_qc``). A value stands
out when it lies more than ``[cohort] outlier_mads`` scaled median absolute deviations from the
median of all samples (as gnomAD's sample filters do).
"""

from __future__ import annotations

import json
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rareplan.config import Cohort

_SCALE = 1.4826
"""Makes the deviation that of a normal distribution."""
_NAMES = {"missing calls": "call rate", "het/hom": "het/hom", "Ti/Tv": "Ti/Tv"}


@dataclass(frozen=True)
class BatchRow:
    """One value of one sample beside those of the batch."""

    family: str
    sample: str
    metric: str
    value: str
    median: str
    mad: str
    deviations: str
    outlier: str


def _values(runs: Mapping[str, Path]) -> list[tuple[str, str, str, float]]:
    """(family, sample, metric, value) of every check that was assessed."""
    found = []
    for family, run in runs.items():
        for check in json.loads((run / "case.json").read_text("utf-8"))["qc"]:
            name, _, kind = check["name"].partition(" (")
            if name in _NAMES and check["value"]:
                value = float(check["value"])
                label = f"{_NAMES[name]} ({kind}" if kind else _NAMES[name]
                found.append(
                    (
                        family,
                        check["person"],
                        label,
                        1 - value if name == "missing calls" else value,
                    )
                )
    return found


def _spread(values: Sequence[float]) -> tuple[float, float]:
    """Median, and scaled median absolute deviation from it."""
    middle = statistics.median(values)
    return middle, _SCALE * statistics.median(abs(v - middle) for v in values)


def batch_qc(runs: Mapping[str, Path], limits: Cohort) -> list[BatchRow]:
    """A row a sample and value; no verdict from fewer samples than ``outlier_samples``."""
    values = _values(runs)
    by_metric: dict[str, list[float]] = {}
    for _, _, metric, value in values:
        by_metric.setdefault(metric, []).append(value)
    spreads = {metric: _spread(found) for metric, found in by_metric.items()}
    rows = []
    for family, sample, metric, value in values:
        middle, spread = spreads[metric]
        few = len(by_metric[metric]) < limits.outlier_samples
        # Values are printed to three digits: less than that is no deviation.
        away = abs(value - middle) / max(spread, limits.least_mad)
        verdict = "not assessed" if few else ("yes" if away > limits.outlier_mads else "no")
        rows.append(
            BatchRow(family, sample, metric, f"{value:.3f}", f"{middle:.3f}", f"{spread:.4f}",
                     f"{away:.2f}", verdict)
        )  # fmt: skip
    return rows
