"""Turns a family's calls of one or two alleles into a question, and explains its answer."""

from __future__ import annotations

from dataclasses import dataclass, field

from rareplan.config import Settings
from rareplan.filters.haplotypes import (
    CARRIES,
    FREE,
    HIT,
    NOT_HIT,
    UNPHASED,
    Member,
    Question,
    feasible,
    genotypes_only,
)
from rareplan.filters.observe import Family, Locus, Observation, observe, ploidy_of, read_phase
from rareplan.model.inheritance import Mode, Segregation, Verdict
from rareplan.model.pedigree import Affection, Person
from rareplan.model.variant import AnnotatedVariant


@dataclass
class GeneView:
    """One gene's variants in one family; observations are made once and kept."""

    gene: str
    variants: tuple[AnnotatedVariant, ...]
    family: Family
    settings: Settings
    reduced_penetrance: bool = False
    _seen: dict[tuple[int, str, Locus], Observation] = field(default_factory=dict)

    @property
    def proband(self) -> Person:
        """The index patient."""
        return self.family.pedigree.proband

    def observation(self, index: int, person: Person, locus: Locus) -> Observation:
        """A person's call of ``variants[index]``."""
        key = (index, person.id, locus)
        if person.id not in self.family.sequenced:
            ploidy = ploidy_of(person, locus)
            return Observation(0, ploidy, called=False, seen=False)
        if key not in self._seen:
            self._seen[key] = observe(
                self.variants[index],
                person,
                locus,
                self.settings,
                index=person.id == self.family.pedigree.proband_id,
            )
        return self._seen[key]

    def parent(self, which: str) -> Person | None:
        """The ``father`` or ``mother`` if sequenced."""
        pedigree = self.family.pedigree
        person = pedigree.father if which == "father" else pedigree.mother
        return person if person is not None and person.id in self.family.sequenced else None

    def parents(self) -> tuple[Person, ...]:
        """Sequenced parents."""
        return tuple(p for p in (self.parent("father"), self.parent("mother")) if p is not None)

    def called(self, name: str) -> str:
        """``father``, ``mother``, or the person's id: how a person is named in reasons."""
        proband = self.proband
        return {proband.father: "father", proband.mother: "mother", proband.id: "proband"}.get(
            name, name
        )


@dataclass(frozen=True)
class Ask:
    """A mode, as asked of the family."""

    mode: Mode
    locus: Locus
    first: int
    second: int | None = None
    recessive: bool = False
    arrangement: tuple[tuple[int, ...], ...] = ()
    new: int = 0
    deletion: bool = False


def question_of(view: GeneView, ask: Ask) -> Question:
    """The question of a mode, with every call and affection of the family."""
    members = tuple(_member(view, ask, person) for person in view.family.people)
    return Question(
        members,
        view.family.proband,
        ask.recessive,
        ask.arrangement,
        ask.new,
        pair=ask.second is not None and not ask.deletion,
        deletion=ask.deletion,
        new_in=(view.family.proband,) if ask.new else (),
    )


def _member(view: GeneView, ask: Ask, person: Person) -> Member:
    ploidy = ploidy_of(person, ask.locus)
    a = view.observation(ask.first, person, ask.locus)
    bounds, phase = (0, 0), UNPHASED
    if ask.second is not None:
        b = view.observation(ask.second, person, ask.locus)
        bounds = (b.low, b.high)
        if not ask.deletion and person.id in view.family.sequenced:
            phase = read_phase(person.id, view.variants[ask.first], view.variants[ask.second])
    return Member(
        father=view.family.places.get(person.father, -1),
        mother=view.family.places.get(person.mother, -1),
        ploidy=ploidy,
        a=(a.low, a.high),
        b=bounds,
        phase=phase,
        must=_must(view, ask, person),
    )


def _must(view: GeneView, ask: Ask, person: Person) -> int:
    """What affection asks. Without a full call, nothing: what is not known excludes nothing."""
    if person.id == view.proband.id:
        return HIT
    if person.id not in view.family.sequenced or person.affection is Affection.UNKNOWN:
        return FREE
    seen = [view.observation(i, person, ask.locus) for i in indices_of(ask)]
    if any(not o.called and (ask.recessive or not o.carrier) for o in seen):
        return FREE
    if not person.affected:
        return NOT_HIT
    if ask.recessive and (_other_hit(view, ask, person) or _may_have_another(view, ask, person)):
        return CARRIES
    return HIT


def _may_have_another(view: GeneView, ask: Ask, person: Person) -> bool:
    """An affected relative with one copy, whose second hit may be one the proband has not.

    Alleles that only relatives carry are not looked at. A full sibling of unaffected parents can
    have no others: each parent has one hit at most.
    """
    if ploidy_of(person, ask.locus) < 2:
        return False
    seen = [view.observation(i, person, ask.locus) for i in indices_of(ask)]
    if not any(o.carrier for o in seen) or sum(o.high for o in seen) >= 2:
        return False
    pedigree = view.family.pedigree
    parents = [pedigree.person(i) for i in (person.father, person.mother) if i]
    same = {person.father, person.mother} == {view.proband.father, view.proband.mother}
    well = [p for p in parents if p is not None and p.affection is Affection.UNAFFECTED]
    return not (same and len(well) == 2)


def unseen_second(view: GeneView, ask: Ask) -> list[str]:
    """Affected relatives who fit a recessive mode only with a variant the proband lacks."""
    if not ask.recessive:
        return []
    return [
        view.called(p.id)
        for p in view.family.relatives
        if p.affected
        and all(view.observation(i, p, ask.locus).called for i in indices_of(ask))
        and not _other_hit(view, ask, p)
        and _may_have_another(view, ask, p)
    ]


def _other_hit(view: GeneView, ask: Ask, person: Person) -> bool:
    """An affected relative may have a second hit of the gene that the proband has not."""
    pair = {ask.first, ask.second}
    return any(
        view.observation(i, person, ask.locus).carrier
        for i in range(len(view.variants))
        if i not in pair
    )


def indices_of(ask: Ask) -> tuple[int, ...]:
    """Places of the alleles that a mode is asked of."""
    return (ask.first,) if ask.second is None else (ask.first, ask.second)


def mendelian(question: Question) -> bool:
    """Whether the calls alone can come about by descent."""
    return feasible(genotypes_only(question))


def affected_carriers(view: GeneView, ask: Ask) -> int:
    """Affected people, the proband among them, who carry every allele of the mode."""
    people = [view.proband, *(p for p in view.family.relatives if p.affected)]
    return sum(
        all(view.observation(i, p, ask.locus).high >= 1 and view.observation(i, p, ask.locus).seen
            for i in indices_of(ask))
        for p in people
    )  # fmt: skip


def result(
    view: GeneView,
    ask: Ask,
    verdict: Verdict,
    reason: str,
    *,
    excluded_by: str = "",
    phase: str = "",
    flags: tuple[str, ...] = (),
) -> Segregation:
    """A segregation with the counts that evidence for co-segregation needs.

    ``informative_meioses`` counts the further affected relatives who share the alleles.
    """
    if verdict is not Verdict.EXCLUDED and (names := unseen_second(view, ask)):
        verdict = Verdict.ASSUMED
        who = " and ".join(names)
        reason = f"{reason}; {who}, affected, would need a second variant that was not looked for"
        flags = (*flags, f"second variant not seen: {who}")
    carriers = affected_carriers(view, ask) if verdict is not Verdict.EXCLUDED else 0
    return Segregation(
        gene=view.gene,
        mode=ask.mode,
        variants=indices_of(ask),
        verdict=verdict,
        reason=reason,
        excluded_by=excluded_by,
        phase=phase,
        flags=flags,
        affected_carriers=carriers,
        informative_meioses=max(0, carriers - 1),
    )


def too_common(view: GeneView, ask: Ask) -> str:
    """Why the population data exclude a mode, or "". Unknown is not common; exempt passes."""
    rarity = view.settings.rarity
    limit = {
        Mode.AD: rarity.ad,
        Mode.AD_DE_NOVO: rarity.ad,
        Mode.AR_HOM: rarity.ar_homozygous,
        Mode.AR_HEMI_DELETION: rarity.ar_compound,
        Mode.AR_COMPOUND: rarity.ar_compound,
        Mode.MT: rarity.mt,
    }.get(ask.mode, rarity.xl)
    dominant = ask.mode in {Mode.AD, Mode.AD_DE_NOVO}
    most = rarity.max_homozygotes_ad if dominant else rarity.max_homozygotes_ar
    for index in indices_of(ask):
        variant = view.variants[index]
        frequency = variant.frequency
        if variant.exempt:
            continue
        if frequency.max_af is not None and frequency.max_af > limit:
            return f"{variant.key.text}: frequency {frequency.max_af:g} above {limit:g}"
        if frequency.homozygotes is not None and frequency.homozygotes > most:
            return f"{variant.key.text}: {frequency.homozygotes} homozygotes, more than {most}"
    return ""
