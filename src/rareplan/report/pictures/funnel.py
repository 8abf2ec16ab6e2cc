"""The filter funnel: how many alleles each rule was the first to stop."""

from __future__ import annotations

from math import log10

from rareplan.model.result import LedgerView
from rareplan.report.pictures.svg import (
    INK,
    LINE,
    MUTED,
    PALE,
    TEAL,
    TEAL_PALE,
    Picture,
    Table,
    drawing,
    el,
    text,
)
from rareplan.report.text import one_line

_WIDTH, _ROW, _LEFT, _BAR = 640.0, 38.0, 8.0, 380.0


def _length(count: int, total: int) -> float:
    """Bar length on a log scale, so that the last few alleles can still be seen."""
    return _BAR * log10(count + 1) / log10(max(total, 1) + 1)


def funnel(ledger: LedgerView) -> Picture:
    """Bars of the alleles left after each rule, log scale, with the exact counts beside them."""
    stages = [("Alleles in the file", "", ledger.alleles, 0)]
    left = ledger.alleles
    for rule in ledger.rules:
        left -= rule.stopped
        stages.append((rule.description or rule.rule, rule.threshold, left, rule.stopped))
    # Rules that stopped nothing are in the table behind the picture only.
    drawn = [stages[0], *(s for s in stages[1:] if s[3])]
    parts = []
    for i, (label, _, remaining, stopped) in enumerate(drawn):
        y = 6 + i * _ROW
        last = i == len(drawn) - 1
        parts += [
            el("rect", x=_LEFT, y=y + 17, width=_BAR, height=12, rx=3, fill=PALE),
            el(
                "rect",
                x=_LEFT,
                y=y + 17,
                width=max(_length(remaining, ledger.alleles), 2.0),
                height=12,
                rx=3,
                fill=TEAL if last else TEAL_PALE,
                stroke=TEAL,
                stroke_width=1,
            ),
            text(_LEFT, y + 11, one_line(label, 70), fill=INK),
            text(_LEFT + _BAR + 14, y + 28, f"{remaining:,} left", font_weight=600),
        ]
        if stopped:
            parts.append(text(_WIDTH - 8, y + 28, f"−{stopped:,}", fill=MUTED, text_anchor="end"))
    height = 6 + len(drawn) * _ROW + 4
    parts.append(el("line", x1=_LEFT, x2=_LEFT, y1=4, y2=height - 4, stroke=LINE, stroke_width=1))
    title = "How the variants were narrowed down"
    description = (
        f"Of {ledger.alleles:,} alleles, {ledger.passed:,} passed every rule. "
        "Bars are on a log scale."
    )
    return Picture(
        "funnel",
        title,
        description,
        drawing("funnel", title, description, (_WIDTH, height), parts),
        Table(
            ("Rule", "Threshold", "Stopped here", "Left"),
            tuple((a, b, f"{d:,}" if i else "", f"{c:,}") for i, (a, b, c, d) in enumerate(stages)),
        ),
    )
