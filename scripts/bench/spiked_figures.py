"""Figures of scripts/bench/spiked.py: ranks, calibration, controls, reliability plot."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

_BINS = 10


@dataclass(frozen=True)
class Outcome:
    """One run: rank of the causal gene (0 = not among the candidates), top probability."""

    case: str
    comp: str
    evaluable: bool
    rank: int
    top: float
    none: float

    @property
    def right(self) -> bool:
        """The top candidate is the causal gene."""
        return self.rank == 1


def bins(outcomes: list[Outcome]) -> list[tuple[float, float, int]]:
    """(mean top probability, share right, cases) of each tenth that holds any."""
    place = [min(int(o.top * _BINS), _BINS - 1) for o in outcomes]
    found = []
    for k in range(_BINS):
        inside = [o for o, p in zip(outcomes, place, strict=True) if p == k]
        if inside:
            mean = float(np.mean([o.top for o in inside]))
            found.append((mean, float(np.mean([o.right for o in inside])), len(inside)))
    return found


def ece(outcomes: list[Outcome]) -> float:
    """Expected calibration error of the top candidate: ten equal bins, weighted by cases."""
    total = sum(n for _, _, n in bins(outcomes))
    return sum(abs(p - y) * n for p, y, n in bins(outcomes)) / max(total, 1)


def _shares(outcomes: list[Outcome]) -> tuple[float, float]:
    ranks = np.array([o.rank for o in outcomes])
    return float((ranks == 1).mean()), float(((ranks >= 1) & (ranks <= 5)).mean())


def by_component(outcomes: list[Outcome]) -> tuple[float, float]:
    """First and top-five shares, each component counted once."""
    groups = defaultdict(list)
    for o in outcomes:
        groups[o.comp].append(o)
    pairs = np.array([_shares(group) for group in groups.values()])
    first, five = pairs.mean(axis=0)
    return float(first), float(five)


def summary(label: str, outcomes: list[Outcome], controls: list[Outcome]) -> str:
    """Markdown table rows for evaluable and for all NS cases."""
    lines = [
        f"### {label}", "",
        ("| cases | n | first | top five | first by component | top five by component | "
        "ECE spiked | ECE spiked + controls | controls > 0.5 |"),
        "|---|---|---|---|---|---|---|---|---|",
    ]  # fmt: skip
    for name, only in (("evaluable", True), ("all NS", False)):
        pairs = [(o, c) for o, c in zip(outcomes, controls, strict=True) if o.evaluable or not only]
        mine, others = [o for o, _ in pairs], [replace_rank(c) for _, c in pairs]
        first, five = _shares(mine)
        macro_first, macro_five = by_component(mine)
        above = float(np.mean([c.top > 0.5 for c in others]))
        lines.append(
            f"| {name} | {len(mine)} | {first:.3f} | {five:.3f} | {macro_first:.3f} | "
            f"{macro_five:.3f} | {ece(mine):.3f} | {ece(mine + others):.3f} | {above:.3f} |"
        )
    cells = "; ".join(f"{p:.2f} -> {y:.2f} (n {n})" for p, y, n in bins(outcomes))
    return "\n".join([*lines, "", f"Reliability, all NS: {cells}", ""])


def replace_rank(control: Outcome) -> Outcome:
    """A control's top candidate is never right."""
    return Outcome(control.case, control.comp, control.evaluable, 0, control.top, control.none)


def plot(results: dict[str, tuple[list[Outcome], list[Outcome]]]) -> str:
    """Reliability plot as SVG: probability of the top candidate against how often it is right."""
    size, gap = 260, 40
    width = len(results) * (size + gap) + gap
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{size + 90}" '
            'font-family="sans-serif" font-size="12">'
        )
    ]
    for column, (label, (outcomes, controls)) in enumerate(results.items()):
        x0, y0 = gap + column * (size + gap), 30
        mine = [o for o in outcomes if o.evaluable]
        pooled = mine + [replace_rank(c) for c in controls if c.evaluable]
        parts.append(f'<text x="{x0}" y="18">{label}</text>')
        parts.append(
            f'<rect x="{x0}" y="{y0}" width="{size}" height="{size}" fill="none" stroke="#888"/>'
            f'<line x1="{x0}" y1="{y0 + size}" x2="{x0 + size}" y2="{y0}" stroke="#bbb"/>'
        )
        for group, colour in ((mine, "#1f77b4"), (pooled, "#d62728")):
            for p, y, n in bins(group):
                radius = 2 + 6 * (n / len(group)) ** 0.5
                parts.append(
                    f'<circle cx="{x0 + p * size:.1f}" cy="{y0 + size - y * size:.1f}" '
                    f'r="{radius:.1f}" fill="{colour}" fill-opacity="0.6"/>'
                )
    foot = size + 60
    parts.append(
        f'<text x="{gap}" y="{foot}">x: probability of the top candidate, y: share right; '
        "blue: spiked exomes, red: spiked and controls together</text></svg>"
    )
    return "\n".join(parts) + "\n"
