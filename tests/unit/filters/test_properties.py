"""Properties that must hold for every family, by random search."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from rareplan.config import load_settings
from rareplan.filters.segregation import segregate
from rareplan.model.genome import Assembly, Contig
from rareplan.model.inheritance import Segregation
from rareplan.model.pedigree import Affection, Pedigree, Person, Sex
from rareplan.model.variant import AnnotatedVariant, Genotype, VariantKey

SETTINGS = load_settings()
PEOPLE = ("proband", "father", "mother", "sister", "brother")
CALLS = st.sampled_from(
    [(0, 0), (0, 1), (1, 0), (1, 1), (-1, -1), (0, -1), (1, -1), (0, 2), (1, 2), (0,), (1,), ()]
)
PLACES = st.sampled_from([(Contig.CHR7, 10_000), (Contig.X, 50_000_000), (Contig.X, 100_000)])
AFFECTIONS = st.sampled_from(list(Affection))


@st.composite
def families(draw: st.DrawFn) -> Pedigree:
    present = {"proband", *draw(st.sets(st.sampled_from(PEOPLE[1:])))}
    sequenced = {"proband", *draw(st.sets(st.sampled_from(sorted(present))))}
    people = []
    for name in PEOPLE:
        if name not in present:
            continue
        child = name in {"proband", "sister", "brother"}
        sex = {"father": Sex.MALE, "mother": Sex.FEMALE, "sister": Sex.FEMALE}.get(name, Sex.MALE)
        if name == "proband":
            sex = draw(st.sampled_from(list(Sex)))
        affection = Affection.AFFECTED if name == "proband" else draw(AFFECTIONS)
        people.append(
            Person(
                name,
                father="father" if child and "father" in present else "",
                mother="mother" if child and "mother" in present else "",
                sex=sex,
                affection=affection,
            )
        )
    return Pedigree("proband", tuple(people), frozenset(sequenced))


@st.composite
def variants(draw: st.DrawFn) -> list[AnnotatedVariant]:
    contig, pos = draw(PLACES)
    made = []
    for number in range(draw(st.integers(1, 3))):
        calls = {}
        for name in PEOPLE:
            haplotypes = draw(CALLS)
            if name == "proband":
                haplotypes = draw(st.sampled_from([(0, 1), (1, 0), (1, 1), (1,)]))
            phased = draw(st.booleans())
            set_name = draw(st.sampled_from([None, "1"])) if phased else None
            if haplotypes:
                calls[name] = Genotype(haplotypes, phased, 60.0, 30.0, 15.0, 15.0, set_name)
        key = VariantKey(Assembly.GRCH38, contig, pos + 50 * number, "A", "G")
        made.append(AnnotatedVariant(key, key, number, 1, calls))
    return made


def verdicts(found: list[Segregation], order: list[int] | None = None) -> dict:
    """(mode, variants) -> verdict, with the variants numbered as before a reordering."""
    place = order or list(range(100))
    return {(s.mode, frozenset(place[i] for i in s.variants)): s.verdict for s in found}


def run(alleles: list[AnnotatedVariant], pedigree: Pedigree) -> list[Segregation]:
    return segregate("G", alleles, pedigree, Assembly.GRCH38, SETTINGS)


@settings(max_examples=200, deadline=None)
@given(variants(), families(), st.randoms())
def test_the_order_of_records_changes_nothing(alleles, pedigree, random) -> None:
    order = list(range(len(alleles)))
    random.shuffle(order)
    shuffled = [alleles[i] for i in order]
    assert verdicts(run(shuffled, pedigree), order) == verdicts(run(alleles, pedigree))


@settings(max_examples=200, deadline=None)
@given(variants(), families(), st.permutations(PEOPLE))
def test_the_names_of_samples_change_nothing(alleles, pedigree, names) -> None:
    new = {old: f"S-{name}" for old, name in zip(PEOPLE, names, strict=True)}
    people = tuple(
        replace(p, id=new[p.id], father=new.get(p.father, ""), mother=new.get(p.mother, ""))
        for p in reversed(pedigree.people)
    )
    renamed = Pedigree(new["proband"], people, frozenset(new[s] for s in pedigree.sequenced))
    called = [replace(v, genotypes={new[s]: g for s, g in v.genotypes.items()}) for v in alleles]
    assert verdicts(run(called, renamed)) == verdicts(run(alleles, pedigree))


@settings(max_examples=200, deadline=None)
@given(variants(), families(), AFFECTIONS, st.booleans())
def test_a_sibling_without_calls_changes_nothing(alleles, pedigree, affection, written) -> None:
    both = {"father", "mother"} & {p.id for p in pedigree.people}
    sibling = Person(
        "another",
        father="father" if "father" in both else "",
        mother="mother" if "mother" in both else "",
        sex=Sex.FEMALE,
        affection=affection,
    )
    larger = Pedigree("proband", (*pedigree.people, sibling), pedigree.sequenced | {"another"})
    call = {"another": Genotype((-1, -1))} if written else {}
    called = [replace(v, genotypes={**v.genotypes, **call}) for v in alleles]
    assert verdicts(run(called, larger)) == verdicts(run(alleles, pedigree))


@settings(max_examples=200, deadline=None)
@given(variants(), families())
def test_losing_the_parents_calls_never_excludes(alleles, pedigree) -> None:
    """What stood with every call stands with fewer: a missing call never excludes."""
    # Without phase tags: one that contradicts the parents is doubted only while they are there.
    alleles = [
        replace(v, genotypes={s: g._replace(phased=False) for s, g in v.genotypes.items()})
        for v in alleles
    ]
    before = run(alleles, pedigree)
    blank = [
        replace(v, genotypes={s: g for s, g in v.genotypes.items() if s == "proband"})
        for v in alleles
    ]
    after = verdicts(run(blank, pedigree))
    for found in before:
        key = (found.mode, frozenset(found.variants))
        if found.verdict.value != "EXCLUDED" and key in after:
            assert after[key].value != "EXCLUDED"
