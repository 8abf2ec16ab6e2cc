"""The transcript's exons with the variants, the protein domains and the skippable frame."""

from __future__ import annotations

import re

from markupsafe import Markup

from rareplan.model.result import Candidate, CandidateVariant, ConsequenceView, ExonView
from rareplan.report.pictures.svg import (
    INK,
    LINE,
    MUTED,
    PALE,
    RED,
    TEAL,
    TEAL_PALE,
    WHITE,
    Picture,
    Table,
    drawing,
    el,
    text,
)
from rareplan.report.text import one_line

_WIDTH, _GAP, _PER_ROW, _ROW_HEIGHT, _TOP = 720.0, 5.0, 20, 126.0, 60.0


def _exon_number(variant: CandidateVariant) -> int | None:
    match = re.match(r"\d+", variant.consequence.exon or variant.consequence.intron)
    return int(match.group()) if match else None


def _spot(variant: CandidateVariant, exon: ExonView) -> float:
    """Where in the exon the variant lies, 0 to 1 in transcript order (0.5 when not known)."""
    parts = variant.variant_grch38.split("-")
    if len(parts) < 2 or not parts[1].isdigit():
        return 0.5
    share = (int(parts[1]) - exon.start) / max(exon.end - exon.start, 1)
    share = min(max(share, 0.0), 1.0)
    return share if variant.consequence.strand >= 0 else 1 - share


def _boxes(exons: tuple[ExonView, ...]) -> dict[int, tuple[float, float, float]]:
    """Left, top and width of each exon; widths follow the square root of the length."""
    boxes: dict[int, tuple[float, float, float]] = {}
    for start in range(0, len(exons), _PER_ROW):
        row = exons[start : start + _PER_ROW]
        sizes = [(e.end - e.start + 1) ** 0.5 for e in row]
        room = _WIDTH - 20 - _GAP * (len(row) - 1)
        scale = min(room / sum(sizes), 5.0)
        x = 10.0
        for exon, size in zip(row, sizes, strict=True):
            boxes[exon.number] = (x, _TOP + start // _PER_ROW * _ROW_HEIGHT, size * scale)
            x += size * scale + _GAP
    return boxes


def _draw_exon(exon: ExonView, box: tuple[float, float, float]) -> Markup:
    x, y, width = box
    coding = exon.coding_length > 0
    top, height = (y, 26.0) if coding else (y + 6, 14.0)
    fill = TEAL_PALE if exon.skippable else INK if coding else PALE
    drawn = el(
        "rect",
        x=x,
        y=top,
        width=width,
        height=height,
        rx=2,
        fill=fill,
        stroke=TEAL if exon.skippable else INK,
        stroke_width=1.5,
    )
    ink = INK if exon.skippable or not coding else WHITE
    if width >= 13:
        drawn += text(
            x + width / 2, y + 17, str(exon.number), text_anchor="middle", font_size=10, fill=ink
        )
    return drawn


def _pin(
    variant: CandidateVariant, index: int, exon: ExonView, box: tuple[float, float, float]
) -> Markup:
    """A pin with its name; even ones stand higher, so that two neighbours can be read."""
    lift = 16 * ((index + 1) % 2)
    x = box[0] + _spot(variant, exon) * box[2]
    y = box[1]
    label = f"{index}: {_short(variant.hgvs_p) or _short(variant.hgvs_c) or variant.variant}"
    anchor = "start" if x < 120 else "end" if x > _WIDTH - 120 else "middle"
    return (
        el("line", x1=x, x2=x, y1=y - 14 - lift, y2=y - 1, stroke=RED, stroke_width=2)
        + el(
            "rect",
            x=box[0] - 1.5,
            y=y - 1.5,
            width=box[2] + 3,
            height=29,
            rx=3,
            fill="none",
            stroke=RED,
            stroke_width=2.5,
        )
        + el("circle", cx=x, cy=y - 16 - lift, r=5, fill=RED)
        + text(
            x,
            y - 26 - lift,
            one_line(label, 34),
            text_anchor=anchor,
            fill=RED,
            font_weight=600,
            font_size=12,
        )
    )


def _short(hgvs: str) -> str:
    return hgvs.rpartition(":")[2]


def _domains(view: ConsequenceView, boxes: dict[int, tuple[float, float, float]]) -> list[Markup]:
    """A bar under the exons that code for each domain, its name where there is room."""
    parts: list[Markup] = []
    labels: list[tuple[float, float, str, str]] = []
    done = 0
    for exon in view.exons:
        first, last = done / 3, (done + exon.coding_length) / 3
        done += exon.coding_length
        x, y, width = boxes[exon.number]
        for i, domain in enumerate(view.domains):
            low, high = max(first, domain.start_aa - 1), min(last, domain.end_aa)
            if high <= low or last <= first:
                continue
            left = x + width * (low - first) / (last - first)
            size = max(width * (high - low) / (last - first), 1.5)
            ink = TEAL if i % 2 else MUTED
            parts.append(el("rect", x=left, y=y + 32, width=size, height=6, fill=ink))
            if low == domain.start_aa - 1:
                labels.append((left, y + 52, domain.name, ink))
    return parts + _labels(labels)


def _labels(labels: list[tuple[float, float, str, str]]) -> list[Markup]:
    """Names cut so that none runs into its neighbour on the right or out of the picture."""
    parts = []
    for left, y, name, ink in labels:
        right = min((x for x, row, _, _ in labels if row == y and x > left), default=_WIDTH)
        letters = int((right - left - 8) / 6.4)
        if letters >= 4:
            parts.append(text(left, y, one_line(name, letters), font_size=11, fill=ink))
    return parts


def _legend(y: float) -> list[Markup]:
    entries = (
        (INK, INK, "coding exon"),
        (TEAL_PALE, TEAL, "could be left out without breaking the reading frame"),
        (PALE, INK, "untranslated"),
    )
    parts: list[Markup] = []
    x = 10.0
    for fill, stroke, label in entries:
        parts.append(el("rect", x=x, y=y, width=14, height=14, rx=2, fill=fill, stroke=stroke))
        parts.append(text(x + 20, y + 12, label, font_size=12, fill=MUTED))
        x += 40 + len(label) * 6.6
    return parts


def exon_diagram(lead: Candidate) -> Picture | None:
    """Exons in transcript order, or None when the transcript's structure is not in case.json."""
    view = next((v.consequence for v in lead.variants if v.consequence.exons), None)
    if view is None:
        return None
    boxes = _boxes(view.exons)
    rows = (len(view.exons) - 1) // _PER_ROW + 1
    parts = [
        el(
            "line",
            x1=4,
            x2=_WIDTH - 4,
            y1=_TOP + i * _ROW_HEIGHT + 13,
            y2=_TOP + i * _ROW_HEIGHT + 13,
            stroke=LINE,
            stroke_width=1.5,
        )
        for i in range(rows)
    ]
    parts += [_draw_exon(e, boxes[e.number]) for e in view.exons]
    parts += _domains(view, boxes)
    hits: dict[int, str] = {}
    for i, variant in enumerate(lead.variants, start=1):
        number = _exon_number(variant)
        exon = next((e for e in view.exons if e.number == number), None)
        if exon:
            parts.append(_pin(variant, i, exon, boxes[exon.number]))
            hits[exon.number] = f"{hits.get(exon.number, '')} {variant.hgvs_c or variant.variant}"
    height = _TOP + rows * _ROW_HEIGHT - 24
    parts += _legend(height - 18)
    title = f"{lead.gene}: exons of {view.refseq or view.transcript}"
    where = "; ".join(f"exon {n}:{v}" for n, v in hits.items()) or "no variant lies in an exon"
    description = f"{len(view.exons)} exons, not to scale between them. {where}."
    if view.domains:
        named = (f"{d.name} (residues {d.start_aa} to {d.end_aa})" for d in view.domains)
        description += f" Domains: {'; '.join(named)}."
    words = {True: "yes", False: "no", None: "not known"}
    table = Table(
        ("Exon", "Start", "End", "Coding bases", "In frame if left out", "Variant"),
        tuple(
            (
                str(e.number),
                f"{e.start:,}",
                f"{e.end:,}",
                str(e.coding_length),
                words[e.skippable],
                hits.get(e.number, "").strip(),
            )
            for e in view.exons
        ),
    )
    return Picture(
        "exons",
        title,
        description,
        drawing("exons", title, description, (_WIDTH, height), parts),
        table,
    )
