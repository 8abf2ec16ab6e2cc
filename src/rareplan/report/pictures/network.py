"""The evidence network of the leading candidate: variants, gene, disease, signs, treatments."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from rareplan.model.result import Candidate
from rareplan.model.therapy import TherapyPlan
from rareplan.report.pictures.svg import (
    AMBER,
    AMBER_PALE,
    INK,
    LINE,
    PALE,
    TEAL,
    TEAL_PALE,
    Picture,
    Table,
    drawing,
    el,
    lines,
    text,
)
from rareplan.report.text import natural_name, percent

_WIDTH, _BOX, _HEIGHT, _STEP, _TOP = 760.0, 172.0, 40.0, 48.0, 30.0
_X = (4.0, 198.0, 392.0, 584.0)
_SHOWN = 5  # signs; as many treatments at most


@dataclass(frozen=True)
class _Node:
    key: str
    label: str
    column: int
    row: float
    style: str = "plain"


@dataclass(frozen=True)
class _Edge:
    source: str
    target: str
    why: str
    weight: float = 1.5


_STYLES = {"plain": (PALE, LINE), "lead": (TEAL_PALE, TEAL), "care": (AMBER_PALE, AMBER)}


def _graph(lead: Candidate, plan: TherapyPlan | None) -> tuple[list[_Node], list[_Edge]]:
    signs = [t for t in (lead.diseases[0].terms if lead.diseases else ()) if t.contribution][
        :_SHOWN
    ]
    cares = plan.options[:4] if plan else ()
    right = len(signs) + len(cares)
    middle = max((max(right, len(lead.variants)) - 1) / 2, 0)
    nodes = [_Node("gene", f"{lead.gene}, {percent(lead.probability)} likely", 1, middle, "lead")]
    edges = []
    for i, variant in enumerate(lead.variants):
        label = variant.hgvs_p.rpartition(":")[2] or variant.hgvs_c.rpartition(":")[2]
        row = middle + i - (len(lead.variants) - 1) / 2
        nodes.append(
            _Node(f"v{i}", f"{label or variant.variant}: {variant.classification.label}", 0, row)
        )
        edges.append(_Edge(f"v{i}", "gene", variant.classification.criteria or "no criterion met"))
    for disease in lead.diseases[:1]:
        nodes.append(_Node("disease", natural_name(disease.name), 2, middle, "lead"))
        edges.append(_Edge("gene", "disease", ", ".join(disease.inheritance) or lead.inheritance))
    anchor = "disease" if lead.diseases else "gene"
    for i, sign in enumerate(signs):
        label = f"{'no ' if sign.excluded else ''}{sign.label}"
        nodes.append(_Node(f"t{i}", label, 3, i))
        edges.append(
            _Edge(
                anchor,
                f"t{i}",
                f"{sign.contribution:+.1f} log odds",
                1 + min(abs(sign.contribution), 4),
            )
        )
    for i, care in enumerate(cares):
        nodes.append(
            _Node(f"c{i}", f"{care.intervention} ({care.tier})", 3, len(signs) + i, "care")
        )
        edges.append(_Edge(anchor, f"c{i}", care.gate.value))
    return nodes, edges


def _draw(node: _Node) -> Markup:
    x, y = _X[node.column], _TOP + node.row * _STEP
    fill, stroke = _STYLES[node.style]
    box = el(
        "rect",
        x=x,
        y=y,
        width=_BOX,
        height=_HEIGHT,
        rx=8,
        fill=fill,
        stroke=stroke,
        stroke_width=1.5,
    )
    _, count = lines(0, 0, node.label, 24, most=2)
    first = y + (17 if count > 1 else 24)
    return box + lines(x + 10, first, node.label, 24, most=2, font_size=11.5)[0]


def _join(edge: _Edge, nodes: dict[str, _Node]) -> Markup:
    a, b = nodes[edge.source], nodes[edge.target]
    x1, y1 = _X[a.column] + _BOX, _TOP + a.row * _STEP + _HEIGHT / 2
    x2, y2 = _X[b.column], _TOP + b.row * _STEP + _HEIGHT / 2
    bend = (x1 + x2) / 2
    path = f"M{x1:.1f} {y1:.1f} C{bend:.1f} {y1:.1f} {bend:.1f} {y2:.1f} {x2:.1f} {y2:.1f}"
    return el("path", d=path, fill="none", stroke=LINE, stroke_width=edge.weight)


def network(lead: Candidate, plan: TherapyPlan | None) -> Picture:
    """From left to right: what was found, where, what it causes, what it explains and allows."""
    nodes, edges = _graph(lead, plan)
    by_key = {n.key: n for n in nodes}
    parts = [
        text(x, 16, label, font_weight=600, fill=INK, font_size=12)
        for x, label in zip(
            _X, ("Variants", "Gene", "Disease", "Signs and treatments"), strict=True
        )
    ]
    parts += [_join(e, by_key) for e in edges] + [_draw(n) for n in nodes]
    height = _TOP + (max(n.row for n in nodes) + 1) * _STEP
    title = f"Why {lead.gene}"
    description = (
        "Lines join the variants to the gene, its disease, the patient's signs that fit and "
        "the treatments; a thicker line is stronger evidence."
    )
    return Picture(
        "network",
        title,
        description,
        drawing("network", title, description, (_WIDTH, height), parts),
        Table(
            ("From", "To", "Because"),
            tuple((by_key[e.source].label, by_key[e.target].label, e.why) for e in edges),
        ),
    )
