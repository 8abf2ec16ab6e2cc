"""Autosomal (and pseudoautosomal) modes of one variant: dominant, de novo, homozygous."""

from __future__ import annotations

from rareplan.filters.asking import (
    Ask,
    GeneView,
    mendelian,
    question_of,
    result,
    too_common,
)
from rareplan.filters.blame import why_not
from rareplan.filters.denovo import judge_new
from rareplan.filters.haplotypes import (
    FREE,
    HAP_A,
    HOMOZYGOUS,
    NOT_HIT,
    Question,
    feasible,
    without,
)
from rareplan.filters.observe import Locus
from rareplan.model.inheritance import Mode, Segregation, Verdict
from rareplan.model.pedigree import Affection, Person


def dominant_modes(view: GeneView, index: int, locus: Locus = Locus.AUTOSOMAL) -> list[Segregation]:
    """Inherited dominant, and new, for one variant (also the X-linked forms of both)."""
    linked = locus is Locus.X
    inherited = Ask(Mode.XLD if linked else Mode.AD, locus, index)
    new = Ask(Mode.XL_DE_NOVO if linked else Mode.AD_DE_NOVO, locus, index, new=1)
    proband = view.observation(index, view.proband, locus)
    found = []
    if proband.low < 2 or any(
        p.affected and view.observation(index, p, locus).high for p in view.parents()
    ):
        found.append(_inherited(view, inherited))
    if transmitters(view, locus) and proband.low < 2:
        found.append(_new(view, new))
    return found


def transmitters(view: GeneView, locus: Locus) -> tuple[Person, ...]:
    """Sequenced parents who could have passed the locus on: for a boy's X only the mother."""
    if locus is Locus.X and view.proband.sex.value == "male":
        mother = view.parent("mother")
        return (mother,) if mother else ()
    return view.parents()


def expected_transmitters(view: GeneView, locus: Locus) -> tuple[str, ...]:
    """The parents, by role, who could have passed the locus on, sequenced or not."""
    boys_x = locus is Locus.X and view.proband.sex.value == "male"
    return ("mother",) if boys_x else ("father", "mother")


def _inherited(view: GeneView, ask: Ask) -> Segregation:
    if common := too_common(view, ask):
        return result(view, ask, Verdict.EXCLUDED, common, excluded_by="frequency")
    question = question_of(view, ask)
    if founders := _new_in_relatives(view, ask):
        question = question._replace(new=HAP_A, new_in=founders)
    if not feasible(question):
        return _not_inherited(view, ask, question)
    parents = transmitters(view, ask.locus)
    seen = {p.id: view.observation(ask.first, p, ask.locus) for p in parents}
    source = [p for p in parents if seen[p.id].carrier]
    if any(p.affected for p in source):
        names = " and ".join(view.called(p.id) for p in source)
        return result(view, ask, Verdict.CONSISTENT, f"shared with the affected {names}")
    if source:
        name = view.called(source[0].id)
        return result(view, ask, Verdict.ASSUMED, f"whether the {name} is affected is not known")
    return result(view, ask, Verdict.ASSUMED, missing_text(view, ask, "inherited or new"))


def _new_in_relatives(view: GeneView, ask: Ask) -> tuple[int, ...]:
    """Places of ancestors who carry it though neither of their examined parents does."""
    found = []
    for person in view.family.relatives:
        if person.id not in {view.proband.father, view.proband.mother}:
            continue
        above = [view.family.pedigree.person(i) for i in (person.father, person.mother) if i]
        known = [p for p in above if p is not None and p.id in view.family.sequenced]
        lacking = [p for p in known if view.observation(ask.first, p, ask.locus).reference]
        if len(lacking) == 2 and view.observation(ask.first, person, ask.locus).carrier:
            found.append(view.family.places[person.id])
    return tuple(found)


def missing_text(view: GeneView, ask: Ask, what: str) -> str:
    """Which parents' calls are missing: the reason of an ASSUMED."""
    absent, uncalled = [], []
    for role in expected_transmitters(view, ask.locus):
        parent = view.parent(role)
        if parent is None:
            absent.append(role)
        elif not view.observation(ask.first, parent, ask.locus).called:
            uncalled.append(role)
    parts = []
    if absent:
        parts.append(f"{' and '.join(absent)} not sequenced")
    if uncalled:
        parts.append(f"no full call in {' and '.join(uncalled)}")
    return f"{'; '.join(parts) or 'it fits'}: {what} cannot be told"


def _not_inherited(view: GeneView, ask: Ask, question: Question) -> Segregation:
    if not mendelian(question):
        names = " and ".join(view.called(p.id) for p in transmitters(view, ask.locus))
        reason = f"{names or 'the family'} without it: not inherited (see de novo)"
        return result(view, ask, Verdict.EXCLUDED, reason, excluded_by=names)
    forgiving = view.reduced_penetrance or bool(view.variants[ask.first].exempt)
    skipped = _with_skipped_carriers(view, ask, question)
    blamed = _forgiven(question) if forgiving and not skipped else question
    excluded_by, reason = why_not(view, ask, blamed)
    if skipped and forgiving:
        text = f"only with incomplete penetrance: {' and '.join(skipped)} unaffected with it"
        return result(view, ask, Verdict.ASSUMED, text, flags=("incomplete penetrance",))
    flags = ("possible with incomplete penetrance",) if skipped else ()
    return result(view, ask, Verdict.EXCLUDED, reason, excluded_by=excluded_by, flags=flags)


def _forgiven(question: Question) -> Question:
    """The same question when carriers may stay well."""
    members = tuple(m._replace(must=FREE) if m.must == NOT_HIT else m for m in question.members)
    return question._replace(members=members)


def _with_skipped_carriers(view: GeneView, ask: Ask, question: Question) -> list[str]:
    """Unaffected carriers, if forgiving them is all it takes."""
    if not feasible(_forgiven(question)):
        return []
    return [
        view.called(p.id)
        for p in view.family.people
        if p.id != view.proband.id
        and p.affection is Affection.UNAFFECTED
        and view.observation(ask.first, p, ask.locus).carrier
    ]


def _new(view: GeneView, ask: Ask) -> Segregation:
    if common := too_common(view, ask):
        return result(view, ask, Verdict.EXCLUDED, common, excluded_by="frequency")
    parents = transmitters(view, ask.locus)
    seen = {p.id: view.observation(ask.first, p, ask.locus) for p in parents}
    carriers = [view.called(p.id) for p in parents if seen[p.id].carrier]
    if carriers:
        names = " and ".join(carriers)
        verb = "carries" if len(carriers) == 1 else "carry"
        return result(view, ask, Verdict.EXCLUDED, f"{names} {verb} it", excluded_by=names)
    sharing = _carrying_siblings(view, ask)
    question = question_of(view, ask)._replace(
        new_in=(view.family.proband, *(view.family.places[p.id] for p in sharing))
    )
    if not feasible(question):
        excluded_by, reason = why_not(view, ask, question)
        return result(view, ask, Verdict.EXCLUDED, reason, excluded_by=excluded_by)
    settled = [p for p in parents if seen[p.id].seen and seen[p.id].called]
    if len(settled) < len(expected_transmitters(view, ask.locus)):
        return result(view, ask, Verdict.ASSUMED, missing_text(view, ask, "new or inherited"))
    variant = view.variants[ask.first]
    calls = {view.called(p.id): variant.genotypes[p.id] for p in parents}
    evidence = judge_new(variant.genotypes[view.proband.id], calls, view.settings.de_novo)
    if sharing and evidence.verdict is Verdict.PROVED:
        names = " and ".join(view.called(p.id) for p in sharing)
        reason = f"{evidence.reason}, but shared with {names}: a parent's germ line is mosaic"
        flags = (*evidence.flags, "gonadal mosaicism")
        return result(view, ask, Verdict.CONSISTENT, reason, flags=flags)
    return result(view, ask, evidence.verdict, evidence.reason, flags=evidence.flags)


def _carrying_siblings(view: GeneView, ask: Ask) -> list[Person]:
    """Siblings who carry it too: with parents who do not, from a mosaic germ line.

    Half-siblings count when the parent who is not shared was not called a carrier.
    """
    proband = view.proband

    def given(id_: str) -> bool:
        parent = view.family.pedigree.person(id_) if id_ else None
        return parent is not None and view.observation(ask.first, parent, ask.locus).carrier

    return [
        p
        for p in view.family.relatives
        if view.observation(ask.first, p, ask.locus).carrier
        and {p.father, p.mother} & {proband.father, proband.mother} - {""}
        and not given(p.father)
        and not given(p.mother)
    ]


def homozygous_modes(
    view: GeneView, index: int, locus: Locus = Locus.AUTOSOMAL
) -> list[Segregation]:
    """Two copies of one allele; or one copy over a deletion that was not called."""
    proband = view.observation(index, view.proband, locus)
    if proband.high < 2:
        return []
    mode = Mode.XLR if locus is Locus.X else Mode.AR_HOM
    ask = Ask(mode, locus, index, recessive=True, arrangement=HOMOZYGOUS)
    if common := too_common(view, ask):
        return [result(view, ask, Verdict.EXCLUDED, common, excluded_by="frequency")]
    question = question_of(view, ask)
    if not feasible(question):
        excluded_by, reason = why_not(view, ask, question)
        excluded = result(view, ask, Verdict.EXCLUDED, reason, excluded_by=excluded_by)
        return [excluded, *_one_copy_lost(view, index, locus)]
    flags = pseudo_dominant(view)
    parents = view.parents()
    settled = all(view.observation(index, p, locus).carrier for p in parents)
    if proband.low == 2 and len(parents) == 2 and settled:
        reason = "one copy from each parent"
        return [result(view, ask, Verdict.PROVED, reason, phase="homozygous", flags=flags)]
    reason = missing_text(view, ask, "one copy from each parent, a deletion or isodisomy")
    if proband.low < 2:
        reason = "the proband's second copy was not called"
    return [result(view, ask, Verdict.ASSUMED, reason, phase="homozygous", flags=flags)]


def pseudo_dominant(view: GeneView) -> tuple[str, ...]:
    """Flags for parents who are themselves affected by a recessive disease."""
    return tuple(f"pseudo-dominant: {view.called(p.id)}" for p in view.parents() if p.affected)


def _one_copy_lost(view: GeneView, index: int, locus: Locus) -> list[Segregation]:
    """Called homozygous though exactly one parent lacks it: a lost copy or isodisomy."""
    parents = view.parents()
    lacking = [p for p in parents if view.observation(index, p, locus).reference]
    if locus is not Locus.AUTOSOMAL or len(lacking) != 1:
        return []
    name = view.called(lacking[0].id)
    ask = Ask(Mode.AR_HEMI_DELETION, locus, index, recessive=True, arrangement=HOMOZYGOUS)
    # The lost copy passes for the allele: what this parent was called says nothing then.
    question = without(question_of(view, ask), view.family.places[lacking[0].id])
    flags = (f"no allele from the {name}",)
    if not feasible(question):
        excluded_by, reason = why_not(view, ask, question)
        return [result(view, ask, Verdict.EXCLUDED, reason, excluded_by=excluded_by, flags=flags)]
    reason = (
        f"{name} does not carry it: a deletion that was not called, or isodisomy, "
        "would make one copy look like two"
    )
    return [result(view, ask, Verdict.ASSUMED, reason, flags=flags)]
