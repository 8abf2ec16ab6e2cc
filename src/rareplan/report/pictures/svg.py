"""A few SVG building blocks. Every text and attribute is escaped here, and nowhere else."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup, escape

from rareplan.report.text import one_line

# Ink on white is at least 4.5:1 for text and 3:1 for shapes (WCAG 2.2, 1.4.3 and 1.4.11).
INK = "#16303a"
MUTED = "#4b626b"
LINE = "#7d929a"
PALE = "#e6eef0"
TEAL = "#0b6e6e"
TEAL_PALE = "#cfe6e4"
AMBER = "#9a5b00"
AMBER_PALE = "#f8e7c8"
RED = "#a3262a"
RED_PALE = "#f9dedd"
WHITE = "#ffffff"
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif"

Value = str | int | float


@dataclass(frozen=True)
class Table:
    """The numbers behind a picture."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Picture:
    """One picture: ``svg`` is safe markup, ``description`` its text alternative."""

    key: str
    title: str
    description: str
    svg: Markup
    table: Table


def _number(value: Value) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def el(name: str, *children: Markup, **attributes: Value) -> Markup:
    """One element. ``stroke_width`` becomes ``stroke-width``; ``class_`` becomes ``class``."""
    pairs = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(one_line(_number(value)))}"'
        for key, value in attributes.items()
    )
    return Markup(f"<{name}{pairs}>{''.join(children)}</{name}>")  # noqa: S704 - escaped above


def text(x: float, y: float, content: str, **attributes: Value) -> Markup:
    """One line of text; 13 units high unless told."""
    style: dict[str, Value] = {"font_size": 13, "fill": INK}
    style.update(attributes)
    return el("text", escape(one_line(content)), x=x, y=y, **style)


def lines(
    x: float, y: float, content: str, width: int, most: int = 3, **attributes: Value
) -> tuple[Markup, int]:
    """Text wrapped at ``width`` characters, at most ``most`` lines; returns the count too."""
    wrapped = textwrap.wrap(one_line(content), width, max_lines=most, placeholder="…") or [""]
    size = float(attributes.get("font_size", 13))
    rows = [text(x, y + i * size * 1.3, row, **attributes) for i, row in enumerate(wrapped)]
    return Markup().join(rows), len(wrapped)


def drawing(
    key: str, title: str, description: str, size: tuple[float, float], parts: Iterable[Markup]
) -> Markup:
    """The ``<svg>`` element with its title and description for screen readers."""
    return el(
        "svg",
        el("title", escape(one_line(title)), id=f"{key}-title"),
        el("desc", escape(one_line(description)), id=f"{key}-desc"),
        *parts,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {_number(size[0])} {_number(size[1])}",
        width=size[0],
        height=size[1],
        role="img",
        aria_labelledby=f"{key}-title {key}-desc",
        font_family=FONT,
    )
