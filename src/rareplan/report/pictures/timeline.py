"""The treatment timeline: what is to be started within hours, days, and later."""

from __future__ import annotations

from markupsafe import Markup

from rareplan.model.result import CaseResult
from rareplan.model.therapy import TherapyOption
from rareplan.report.pictures.svg import (
    AMBER,
    AMBER_PALE,
    INK,
    LINE,
    MUTED,
    PALE,
    RED,
    RED_PALE,
    TEAL,
    TEAL_PALE,
    Picture,
    Table,
    drawing,
    el,
    lines,
    text,
)

# Order and words of the lanes; the key is TherapyOption.start_within.
LANES = (
    ("hours", "Within hours", RED, RED_PALE),
    ("days-weeks", "Days to weeks", AMBER, AMBER_PALE),
    ("years", "Months to years", TEAL, TEAL_PALE),
    ("", "No time stated", MUTED, PALE),
)
_COLUMN, _BOX, _SHOWN = 184.0, 58.0, 5


def by_urgency(options: tuple[TherapyOption, ...]) -> tuple[TherapyOption, ...]:
    """Hours first, then by tier, then by name."""
    order = {key: i for i, (key, *_) in enumerate(LANES)}
    return tuple(
        sorted(options, key=lambda o: (order.get(o.start_within, 3), o.tier, o.intervention))
    )


def timeline(result: CaseResult) -> Picture | None:
    """Options that pass the direction gate in lanes of time, or None without any."""
    options = by_urgency(tuple(o for plan in result.therapies for o in plan.options))
    if not options:
        return None
    known = {key for key, *_ in LANES}
    parts: list[Markup] = []
    tallest = 0.0
    for i, (key, label, ink, pale) in enumerate(LANES):
        x = 6 + i * _COLUMN
        lane = [o for o in options if (o.start_within if o.start_within in known else "") == key]
        parts.append(el("rect", x=x, y=6, width=_COLUMN - 8, height=4, rx=2, fill=ink))
        parts.append(text(x, 27, label, font_weight=600, fill=ink))
        for j, option in enumerate(lane[:_SHOWN]):
            y = 38 + j * (_BOX + 8)
            parts.append(
                el(
                    "rect",
                    x=x,
                    y=y,
                    width=_COLUMN - 8,
                    height=_BOX,
                    rx=6,
                    fill=pale,
                    stroke=ink,
                    stroke_width=1,
                )
            )
            parts.append(
                lines(x + 8, y + 17, f"{option.tier}: {option.intervention}", 23, font_size=11.5)[0]
            )
        if not lane:
            parts.append(text(x, 52, "none", fill=MUTED))
        if len(lane) > _SHOWN:
            parts.append(text(x, 50 + _SHOWN * (_BOX + 8), f"{len(lane) - _SHOWN} more", fill=INK))
        tallest = max(tallest, min(len(lane), _SHOWN) + (0.4 if len(lane) > _SHOWN else 0))
    height = 46 + max(tallest, 0.3) * (_BOX + 8)
    parts.append(
        el("line", x1=6, x2=6 + 4 * _COLUMN - 8, y1=height - 2, y2=height - 2, stroke=LINE)
    )
    title = "When each treatment matters"
    description = "Treatments by how soon they are to be started; the letter is the evidence tier."
    return Picture(
        "timeline",
        title,
        description,
        drawing("timeline", title, description, (6 + 4 * _COLUMN, height), parts),
        Table(
            ("Start within", "Treatment", "Tier", "For"),
            tuple(
                (o.start_within or "not stated", o.intervention, o.tier, f"{o.gene}: {o.disease}")
                for o in options
            ),
        ),
    )
