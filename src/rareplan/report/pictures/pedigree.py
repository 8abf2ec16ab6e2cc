"""The family as a pedigree with the symbols of Bennett et al. 2008 (PMID 18792771)."""

from __future__ import annotations

from markupsafe import Markup

from rareplan.model.result import Candidate, CaseResult, PersonView
from rareplan.report.pictures.layout import couples, positions
from rareplan.report.pictures.svg import (
    INK,
    MUTED,
    TEAL,
    WHITE,
    Picture,
    Table,
    drawing,
    el,
    text,
)
from rareplan.report.text import one_line

_STEP, _DROP, _SIZE, _TOP = 150.0, 138.0, 40.0, 40.0
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII")


def _calls(result: CaseResult, lead: Candidate | None) -> dict[str, list[str]]:
    """Genotypes of the leading candidate by person, in the order of its variants."""
    found: dict[str, list[str]] = {p.id: [] for p in result.patient.family}
    for variant in lead.variants if lead else ():
        for call in variant.genotypes:
            found.setdefault(call.person, []).append(call.gt)
    return found


def _carries(gts: list[str]) -> bool:
    return any(a not in {"0", "."} for gt in gts for a in gt.replace("|", "/").split("/"))


def _symbol(person: PersonView, x: float, y: float, *, dot: bool) -> Markup:
    """Square, circle or diamond; filled when affected; a dot for an unaffected carrier."""
    affected = person.affection == "affected"
    half = _SIZE / 2
    style: dict[str, str | float] = {
        "fill": INK if affected else WHITE,
        "stroke": INK,
        "stroke_width": 2.0,
    }
    if person.sex == "male":
        shape = el("rect", x=x - half, y=y - half, width=_SIZE, height=_SIZE, **style)
    elif person.sex == "female":
        shape = el("circle", cx=x, cy=y, r=half, **style)
    else:
        points = f"{x},{y - half - 3} {x + half + 3},{y} {x},{y + half + 3} {x - half - 3},{y}"
        shape = el("polygon", points=points, **style)
    if dot and not affected:
        shape += el("circle", cx=x, cy=y, r=5, fill=INK)
    elif person.affection == "unknown":
        shape += text(x, y + 5, "?", text_anchor="middle", font_size=16)
    return shape


def _arrow(x: float, y: float) -> Markup:
    """The proband's arrow, from the lower left."""
    tip_x, tip_y = x - _SIZE / 2 - 5, y + 4
    head = f"{tip_x},{tip_y} {tip_x - 12},{tip_y + 2} {tip_x - 4},{tip_y + 10}"
    shaft = el(
        "line",
        x1=tip_x - 24,
        y1=tip_y + 18,
        x2=tip_x - 6,
        y2=tip_y + 5,
        stroke=TEAL,
        stroke_width=2.5,
    )
    letter = text(tip_x - 36, tip_y + 28, "P", font_weight=700, fill=TEAL)
    return shaft + el("polygon", points=head, fill=TEAL) + letter


def _line(x1: float, y1: float, x2: float, y2: float) -> Markup:
    return el("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=INK, stroke_width=1.5)


def _connections(
    people: tuple[PersonView, ...], at: dict[str, tuple[float, float]]
) -> list[Markup]:
    """Marriage lines and the lines of descent."""
    parts: list[Markup] = []
    for (father, mother), children in couples(people).items():
        ends = [at[p] for p in (father, mother) if p]
        x = sum(e[0] for e in ends) / len(ends)
        y = max(e[1] for e in ends)
        if len(ends) == 2:
            parts.append(_line(ends[0][0], ends[0][1], ends[1][0], ends[1][1]))
        bar = min(at[c][1] for c in children) - _SIZE / 2 - 18
        parts.append(_line(x, y, x, bar))
        spots = [at[c][0] for c in children] + [x]
        parts.append(_line(min(spots), bar, max(spots), bar))
        parts += [_line(at[c][0], bar, at[c][0], at[c][1]) for c in children]
    return parts


def _family(result: CaseResult) -> tuple[PersonView, ...]:
    people = result.patient.family
    if any(p.id == result.patient.proband for p in people):
        return people
    alone = PersonView(
        id=result.patient.proband,
        role="proband",
        sex=result.patient.sex,
        affection="affected",
        sequenced=True,
    )
    return (*people, alone)


def pedigree(result: CaseResult, lead: Candidate | None) -> Picture:
    """The family with the leading candidate's genotypes under each symbol."""
    people = _family(result)
    spot = positions(people)
    at = {id_: (70 + x * _STEP, _TOP + depth * _DROP) for id_, (x, depth) in spot.items()}
    gts = _calls(result, lead)
    mode = lead.inheritance if lead else ""
    recessive = mode.startswith("AR") or "recessive" in mode
    parts = _connections(people, at)
    rows = []
    for person in people:
        x, y = at[person.id]
        mine = gts.get(person.id, [])
        parts.append(_symbol(person, x, y, dot=recessive and _carries(mine)))
        if person.id == result.patient.proband:
            parts.append(_arrow(x, y))
        role = person.role or "relative"
        parts.append(text(x, y + 38, one_line(role, 16), text_anchor="middle"))
        below = "  ".join(mine) if mine else "" if person.sequenced else "not sequenced"
        parts.append(
            text(x, y + 55, one_line(below, 18), text_anchor="middle", fill=MUTED, font_size=12)
        )
        generation = _ROMAN[min(spot[person.id][1], len(_ROMAN) - 1)]
        rows.append(
            (
                generation,
                person.id,
                role,
                person.sex,
                person.affection,
                "yes" if person.sequenced else "no",
                ", ".join(mine),
            )
        )
    width = max(x for x, _ in at.values()) + 80
    height = max(y for _, y in at.values()) + 72
    title = "Family"
    named = ", ".join(f"{p.role or 'relative'} ({p.sex}, {p.affection})" for p in people)
    description = f"Pedigree: {named}. The arrow marks the proband; filled symbols are affected."
    return Picture(
        "pedigree",
        title,
        description,
        drawing("pedigree", title, description, (max(width, 220.0), height), parts),
        Table(
            ("Generation", "Sample", "Role", "Sex", "Affection", "Sequenced", "Genotypes"),
            tuple(rows),
        ),
    )
