"""Where each member of a family stands in the pedigree picture."""

from __future__ import annotations

from itertools import pairwise

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

    Rows are filled from the youngest generation up: each couple stands over the middle of
    its children, pushed right where it would overlap.
    """
    level = generations(people)
    families = couples(people)
    place: dict[str, float] = {}
    for depth in sorted(set(level.values()), reverse=True):
        row = [p.id for p in people if level[p.id] == depth]
        place |= _wishes(row, families, place)
        _spread(sorted(row, key=lambda q: place[q]), place)
    shift = min(place.values(), default=0.0)
    return {id_: (x - shift, level[id_]) for id_, x in place.items()}


def _wishes(
    row: list[str], families: dict[tuple[str, str], list[str]], place: dict[str, float]
) -> dict[str, float]:
    """Where the members of a row would stand if there were room."""
    wishes: dict[str, float] = {}
    for (father, mother), children in families.items():
        placed = [place[c] for c in children if c in place]
        if not placed:
            continue
        middle = sum(placed) / len(placed)
        pair = father and mother
        for parent, offset in ((father, -0.5), (mother, 0.5)):
            if parent in row and parent not in wishes:
                wishes[parent] = middle + (offset if pair else 0.0)
    # Siblings stand side by side in the order of the file; partners who married in follow.
    sibships = {c: i for i, (_, kids) in enumerate(families.items()) for c in kids}
    loose = sorted((q for q in row if q not in wishes), key=lambda q: sibships.get(q, len(row)))
    start = max(wishes.values(), default=-1.0) + 1
    return wishes | {q: start + i for i, q in enumerate(loose)}


def _spread(ordered: list[str], place: dict[str, float]) -> None:
    """Push people right until neighbours are at least one step apart."""
    for left, right in pairwise(ordered):
        place[right] = max(place[right], place[left] + 1)
