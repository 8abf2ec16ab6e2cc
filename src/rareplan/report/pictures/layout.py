"""Where each member of a family stands in the pedigree picture."""

from __future__ import annotations

from math import inf

from rareplan.model.result import PersonView


def generations(people: tuple[PersonView, ...]) -> dict[str, int]:
    """Generation of each person, 0 the oldest; partners share one.

    A person lies one below the lower of the parents. Loops in a damaged pedigree end the
    search instead of running for ever.
    """
    ids = {p.id for p in people}
    level = dict.fromkeys(ids, 0)
    for _ in people:  # a path cannot be longer than the number of people
        before = dict(level)
        for person in people:
            parents = [q for q in (person.father, person.mother) if q in ids]
            if parents:
                deepest = max(level[q] for q in parents)
                for parent in parents:
                    level[parent] = max(level[parent], deepest)
                level[person.id] = max(level[person.id], deepest + 1)
        if level == before:
            break
    return {id_: min(depth, len(people)) for id_, depth in level.items()}


def couples(people: tuple[PersonView, ...]) -> dict[tuple[str, str], list[str]]:
    """Children by (father, mother); a missing parent is ""."""
    ids = {p.id for p in people}
    families: dict[tuple[str, str], list[str]] = {}
    for person in people:
        pair = (
            person.father if person.father in ids else "",
            person.mother if person.mother in ids else "",
        )
        if any(pair):
            families.setdefault(pair, []).append(person.id)
    return families


def positions(people: tuple[PersonView, ...]) -> dict[str, tuple[float, int]]:
    """Column (in steps of one person) and generation of each person.

    Rows are filled from the youngest generation up. Partners stand side by side over the
    middle of their children, the father's siblings on his left, the mother's on her right;
    blocks are pushed right where they would overlap.
    """
    level = generations(people)
    families = couples(people)
    place: dict[str, float] = {}
    for depth in sorted(set(level.values()), reverse=True):
        row = [p.id for p in people if level[p.id] == depth]
        end = -inf  # the first couple of a row may stand left of everyone below it
        for members, middle, wish in _blocks(row, families, place):
            start = max(end + 1, 0.0) if wish is None else max(end + 1, wish - middle)
            for i, member in enumerate(members):
                place[member] = start + i
            end = start + len(members) - 1
    shift = min(place.values(), default=0.0)
    return {id_: (x - shift, level[id_]) for id_, x in place.items()}


_Families = dict[tuple[str, str], list[str]]


def _blocks(
    row: list[str], families: _Families, place: dict[str, float]
) -> list[tuple[list[str], float, float | None]]:
    """Blocks of a row from left to right: members, index of the middle, and its wished column."""
    siblings = {child: children for children in families.values() for child in children}
    wished = {
        pair: sum(found) / len(found)
        for pair, children in families.items()
        if (found := [place[c] for c in children if c in place])
        and any(parent in row for parent in pair)
    }
    parents = {parent for pair in wished for parent in pair}
    used: set[str] = set()
    blocks: list[tuple[list[str], float, float | None]] = []
    for pair in sorted(wished, key=lambda q: wished[q]):
        father, mother = (p if p in row and p not in used else "" for p in pair)
        left, right = (
            [s for s in siblings.get(p, []) if s in row and s not in used and s not in parents]
            for p in (father, mother)
        )
        right = [s for s in right if s not in left]
        couple = [p for p in (father, mother) if p]
        members = [*left, *couple, *right]
        used.update(members)
        if members:
            middle = len(left) + (len(couple) - 1) / 2
            blocks.append((members, middle, wished[pair] if couple else None))
    for member in row:
        if member not in used:
            sibship = [s for s in siblings.get(member, [member]) if s in row and s not in used]
            used.update(sibship)
            blocks.append((sibship, (len(sibship) - 1) / 2, None))
    return blocks
