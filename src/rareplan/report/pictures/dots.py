"""A row of dots for a natural frequency, as risk communication guides advise."""

from __future__ import annotations

from markupsafe import Markup

from rareplan.report.pictures.svg import TEAL, WHITE, drawing, el

_STEP, _RADIUS, _PER_ROW = 24.0, 8.0, 20


def icon_array(count: int, size: int, label: str) -> Markup:
    """``count`` filled dots of ``size``; shape, not colour alone: open dots have no fill."""
    dots = [
        el(
            "circle",
            cx=12 + i % _PER_ROW * _STEP,
            cy=12 + i // _PER_ROW * _STEP,
            r=_RADIUS,
            fill=TEAL if i < count else WHITE,
            stroke=TEAL,
            stroke_width=2,
        )
        for i in range(size)
    ]
    rows = (size - 1) // _PER_ROW + 1
    width = min(size, _PER_ROW) * _STEP
    return drawing("chance", label, label, (width, rows * _STEP), dots)
