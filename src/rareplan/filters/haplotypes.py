"""Can these genotypes, in this family, with these affected people, come about at all?

One exact answer for every mode and pedigree: each person gets one haplotype from each parent
(one, from the mother, for a male's X), a haplotype carries any of the one or two alleles of
interest, calls bound the number of copies (a no-call bounds nothing), and affection bounds the
arrangement (recessive: every haplotype hit; dominant: any). A depth-first search over the
haplotypes of the family tells whether one assignment satisfies all of it. Recombination
between the two alleles of one gene is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import product
from typing import NamedTuple

FREE, HIT, NOT_HIT, CARRIES = 0, 1, 2, 3
"""What affection asks of a person: nothing, be hit, not be hit, carry at least one allele."""

UNPHASED, TRANS, CIS = 0, 1, 2
HAP_NONE, HAP_A, HAP_B, HAP_BOTH = 0, 1, 2, 3

IN_TRANS = ((HAP_A, HAP_B),)
IN_CIS = ((HAP_NONE, HAP_BOTH),)
HOMOZYGOUS = ((HAP_A, HAP_A),)
_BUDGET = 200_000


class Member(NamedTuple):
    """One person for the search. ``father`` and ``mother`` are earlier places, or -1.

    ``a`` and ``b`` are the lowest and highest number of copies that the call allows.
    """

    father: int
    mother: int
    ploidy: int
    a: tuple[int, int]
    b: tuple[int, int] = (0, 0)
    phase: int = UNPHASED
    must: int = FREE


class Question(NamedTuple):
    """What is asked of a family. ``arrangement`` lists the proband's allowed sorted haplotypes.

    ``new`` are alleles (bits) that arose in the people at ``new_in``. ``deletion``: b is a
    deletion that takes allele a's place, so that a beside it is called homozygous or haploid.
    """

    members: tuple[Member, ...]
    proband: int
    recessive: bool
    arrangement: tuple[tuple[int, ...], ...] = ()
    new: int = 0
    pair: bool = False
    deletion: bool = False
    new_in: tuple[int, ...] = ()


def _hit(haplotypes: Sequence[int], *, recessive: bool) -> bool:
    return all(haplotypes) if recessive else any(haplotypes)


def _copies_fit(member: Member, haplotypes: Sequence[int], *, deletion: bool) -> bool:
    n_b = sum(h >> 1 & 1 for h in haplotypes)
    n_a = sum(h & 1 for h in haplotypes)
    if not member.b[0] <= n_b <= member.b[1]:
        return False
    if deletion and n_b:
        return member.a[1] >= 1 if n_a else member.a[0] == 0
    return member.a[0] <= n_a <= member.a[1]


def _fits(member: Member, haplotypes: tuple[int, ...], question: Question) -> bool:
    if not _copies_fit(member, haplotypes, deletion=question.deletion):
        return False
    if member.phase == TRANS and haplotypes != (HAP_A, HAP_B):
        return False
    if member.phase == CIS and haplotypes != (HAP_NONE, HAP_BOTH):
        return False
    if member.must == CARRIES:
        return any(haplotypes)
    if member.must == FREE:
        return True
    return _hit(haplotypes, recessive=question.recessive) == (member.must == HIT)


def _options(
    member: Member, assigned: Sequence[tuple[int, ...]], domain: tuple[int, ...]
) -> set[tuple[int, ...]]:
    maternal = set(assigned[member.mother]) if member.mother >= 0 else set(domain)
    if member.ploidy == 1:
        return {(h,) for h in maternal}
    paternal = set(assigned[member.father]) if member.father >= 0 else set(domain)
    return {(min(p, m), max(p, m)) for p, m in product(paternal, maternal)}


def _with_new(options: set[tuple[int, ...]], new: int) -> set[tuple[int, ...]]:
    """The new allele put on one haplotype of people who inherited none of it."""
    found = set()
    for haplotypes in options:
        if not any(h & new for h in haplotypes):
            for i in range(len(haplotypes)):
                changed = list(haplotypes)
                changed[i] |= new
                found.add(tuple(sorted(changed)))
    return found


@lru_cache(maxsize=1 << 17)
def feasible(question: Question) -> bool:
    """Whether some assignment of haplotypes satisfies every call and affection.

    Very large pedigrees stop at a budget of steps and count as feasible: what could not be
    ruled out stays in.
    """
    if question.deletion:
        domain: tuple[int, ...] = (HAP_NONE, HAP_A, HAP_B)
    else:
        domain = (0, 1, 2, 3) if question.pair else (0, 1)
    assigned: list[tuple[int, ...]] = [()] * len(question.members)
    steps = 0

    def search(i: int) -> bool:
        nonlocal steps
        if i == len(question.members):
            return True
        member = question.members[i]
        options = _options(member, assigned, domain)
        if i in question.new_in:
            options = _with_new(options, question.new)
        if i == question.proband and question.arrangement:
            options &= set(question.arrangement)
        for haplotypes in sorted(options):
            steps += 1
            if steps > _BUDGET:
                return True
            if _fits(member, haplotypes, question):
                assigned[i] = haplotypes
                if search(i + 1):
                    return True
        return False

    return search(0)


def without(question: Question, place: int) -> Question:
    """The same question, had this person not been examined."""
    member = question.members[place]
    blank = member._replace(
        a=(0, member.ploidy),
        b=(0, member.ploidy if question.pair or question.deletion else 0),
        phase=UNPHASED,
        must=FREE,
    )
    members = (*question.members[:place], blank, *question.members[place + 1 :])
    return question._replace(members=members)


def genotypes_only(question: Question) -> Question:
    """The same question without what affection asks."""
    return question._replace(members=tuple(m._replace(must=FREE) for m in question.members))
