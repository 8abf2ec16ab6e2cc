"""Who excludes a mode of inheritance, and why, in words."""

from __future__ import annotations

from itertools import combinations

from rareplan.filters.asking import Ask, GeneView, indices_of
from rareplan.filters.haplotypes import FREE, Question, feasible, without
from rareplan.model.pedigree import Affection, Person


def excluders(view: GeneView, question: Question) -> list[Person]:
    """Relatives without whose affection, or else calls, the question would have an answer."""
    people = view.family.relatives
    places = view.family.places
    by_affection = [p for p in people if feasible(_unaffecting(question, places[p.id]))]
    by_call = [p for p in people if feasible(without(question, places[p.id]))]
    return by_affection or by_call or _pair_of_excluders(view, question) or list(people)


def _pair_of_excluders(view: GeneView, question: Question) -> list[Person]:
    """Two relatives who exclude together what neither does alone, nearest to the proband first."""
    places = view.family.places
    for change in (_unaffecting, without):
        for one, two in combinations(view.family.relatives, 2):
            if feasible(change(change(question, places[one.id]), places[two.id])):
                return [one, two]
    return []


def _unaffecting(question: Question, place: int) -> Question:
    """The same question, had this person's affection not been known."""
    member = question.members[place]._replace(must=FREE)
    members = (*question.members[:place], member, *question.members[place + 1 :])
    return question._replace(members=members)


def why_not(view: GeneView, ask: Ask, question: Question) -> tuple[str, str]:
    """Who excludes a mode, and the reason in words."""
    people = excluders(view, question)
    single = len(people) == 1 or feasible(without(question, view.family.places[people[0].id]))
    blamed = people[:1] if single and people else people
    names = " and ".join(view.called(p.id) for p in blamed) or "proband"
    return names, "; ".join(_complaint(view, ask, p) for p in blamed) or "the calls do not fit"


def _complaint(view: GeneView, ask: Ask, person: Person) -> str:
    seen = [view.observation(i, person, ask.locus) for i in indices_of(ask)]
    name = view.called(person.id)
    carries = [o for o in seen if o.carrier]
    if person.affected and not carries:
        return f"{name} is affected but does not carry it"
    if person.affected and ask.recessive:
        return f"{name} is affected but has too few copies"
    both = len(seen) == 2 and len(carries) == 2
    if person.affection is Affection.UNAFFECTED and (both or any(o.low >= 2 for o in seen)):
        what = "both variants" if both else "two copies"
        return f"{name} is unaffected with {what}"
    if person.affection is Affection.UNAFFECTED and carries and not ask.recessive:
        return f"{name} is unaffected but carries it"
    if not carries:
        return f"{name} does not carry it"
    return f"{name}'s genotype does not fit"
