"""The phenotype heat map: each patient term against the best diseases."""

from __future__ import annotations

from markupsafe import Markup

from rareplan.model.result import CaseResult, DiseaseMatch, TermMatch
from rareplan.report.pictures.svg import (
    AMBER,
    AMBER_PALE,
    INK,
    LINE,
    MUTED,
    TEAL,
    TEAL_PALE,
    WHITE,
    Picture,
    Table,
    drawing,
    el,
    lines,
    text,
)
from rareplan.report.text import natural_name, one_line

_COLUMNS = 4
_LEFT, _WIDTH, _WIDEST, _ROW, _HEAD = 210.0, 740.0, 190.0, 30.0, 66.0
_STRONG = 1.0  # natural-log likelihood ratio of about 2.7: a clear step for or against


def _shade(match: TermMatch | None) -> tuple[str, str]:
    """Fill and ink of one cell; the number is always printed too."""
    if match is None:
        return WHITE, MUTED
    if match.contribution >= _STRONG:
        return TEAL, WHITE
    if match.contribution > 0:
        return TEAL_PALE, INK
    if match.contribution <= -_STRONG:
        return AMBER, WHITE
    return (AMBER_PALE, INK) if match.contribution < 0 else (WHITE, INK)


def top_diseases(result: CaseResult) -> list[tuple[str, DiseaseMatch]]:
    """The best disease of each of the first candidates, once each, best candidates first."""
    chosen: list[tuple[str, DiseaseMatch]] = []
    for candidate in result.candidates:
        for match in candidate.diseases[:1]:
            if match.id not in {d.id for _, d in chosen}:
                chosen.append((candidate.gene, match))
    return chosen[:_COLUMNS]


def heatmap(result: CaseResult) -> Picture | None:
    """Terms by diseases, or None where no candidate has a disease."""
    columns = top_diseases(result)
    terms = result.patient.phenotype
    if not columns or not terms:
        return None
    cells = [{t.term: t for t in disease.terms} for _, disease in columns]
    cell = min(_WIDEST, (_WIDTH - _LEFT) / len(columns))
    letters = int((cell - 10) / 6.6)
    parts: list[Markup] = []
    for i, (gene, disease) in enumerate(columns):
        x = _LEFT + i * cell + 4
        parts.append(text(x, 14, gene, font_weight=600, font_style="italic"))
        parts.append(lines(x, 29, natural_name(disease.name), letters, font_size=11, fill=MUTED)[0])
    rows: list[tuple[str, ...]] = []
    for j, term in enumerate(terms):
        y = _HEAD + j * _ROW
        label = f"{'no ' if term.excluded else ''}{term.label}"
        parts.append(text(4, y + 19, one_line(label, 30)))
        row = [label]
        for i, by_term in enumerate(cells):
            match = by_term.get(term.id)
            fill, ink = _shade(match)
            value = f"{match.contribution:+.1f}" if match else "–"
            x = _LEFT + i * cell
            parts.append(
                el(
                    "rect",
                    x=x + 2,
                    y=y + 2,
                    width=cell - 4,
                    height=_ROW - 4,
                    rx=3,
                    fill=fill,
                    stroke=LINE,
                    stroke_width=0.75,
                )
            )
            parts.append(text(x + cell / 2, y + 19, value, text_anchor="middle", fill=ink))
            row.append(value)
        rows.append(tuple(row))
    title = "How each sign fits the diseases"
    description = (
        "Each number is a step in log odds: above zero speaks for the disease, below zero "
        "against it, a dash means that nothing is known."
    )
    size = (_LEFT + len(columns) * cell + 4, _HEAD + len(terms) * _ROW + 6)
    return Picture(
        "heatmap",
        title,
        description,
        drawing("heatmap", title, description, size, parts),
        Table(("Sign", *(f"{g}: {d.name}" for g, d in columns)), tuple(rows)),
    )
