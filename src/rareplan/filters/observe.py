"""What one person's call says about one allele, and the family in the order of descent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from rareplan.config import Settings
from rareplan.filters.haplotypes import CIS, TRANS, UNPHASED
from rareplan.model.genome import Assembly, Contig, in_pseudoautosomal
from rareplan.model.pedigree import Pedigree, Person, Sex
from rareplan.model.variant import AnnotatedVariant, Genotype


class Locus(Enum):
    """How a place in the genome is inherited. The pseudoautosomal regions are autosomal."""

    AUTOSOMAL = "autosomal"
    X = "X"
    Y = "Y"
    MT = "MT"


def locus_of(variant: AnnotatedVariant, assembly: Assembly) -> Locus:
    """Locus of a variant, by its place in the assembly of the input."""
    contig = variant.key.contig
    if contig is Contig.MT:
        return Locus.MT
    if contig not in {Contig.X, Contig.Y}:
        return Locus.AUTOSOMAL
    if in_pseudoautosomal(assembly, contig, variant.key.pos):
        return Locus.AUTOSOMAL
    return Locus.X if contig is Contig.X else Locus.Y


@dataclass(frozen=True)
class Observation:
    """Copies that a call allows: ``low`` to ``high``.

    ``called``: nothing of the call is missing or doubtful. ``seen``: there is a call at all.
    ``mosaic``: called a carrier with so few reads that the person may be a mosaic.
    ``odd``: two different alleles where the person has one chromosome.
    """

    low: int
    high: int
    called: bool
    seen: bool
    mosaic: bool = False
    odd: bool = False

    @property
    def carrier(self) -> bool:
        """Carries the allele for certain."""
        return self.low >= 1

    @property
    def reference(self) -> bool:
        """Does not carry the allele for certain."""
        return self.high == 0


def ploidy_of(person: Person, locus: Locus) -> int:
    """Copies of the locus that a person has."""
    if locus is Locus.AUTOSOMAL:
        return 2
    if locus is Locus.X:
        return 1 if person.sex is Sex.MALE else 2
    if locus is Locus.Y:
        return 0 if person.sex is Sex.FEMALE else 1
    return 1


def alt_share(genotype: Genotype) -> float | None:
    """Share of reads with the allele; None when reads were not reported."""
    return genotype.allele_balance


def observe(
    variant: AnnotatedVariant,
    person: Person,
    locus: Locus,
    settings: Settings,
    *,
    index: bool = False,
) -> Observation:
    """What the call of one person allows. ``index``: the proband, who is taken as called."""
    ploidy = ploidy_of(person, locus)
    genotype = variant.genotypes.get(person.id)
    if genotype is None or not any(h >= 0 for h in genotype.haplotypes):
        return Observation(0, ploidy, called=False, seen=False)
    copies, size = genotype.alt_count, len(genotype.haplotypes)
    missing = genotype.haplotypes.count(-1)
    if locus is Locus.X and person.sex is Sex.UNKNOWN:
        return Observation(int(copies > 0), 2 if copies or missing else 0, missing == 0, seen=True)
    if ploidy < 2:
        return _observe_single(copies, size, missing)
    if (
        copies == 1
        and size == 2
        and not missing
        and not index
        and _looks_mosaic(genotype, settings)
    ):
        return Observation(0, 1, called=True, seen=True, mosaic=True)
    if size == 1:  # a haploid call where two copies are expected: the other may be deleted
        return Observation(copies, 2 * copies, called=copies == 0, seen=True)
    return Observation(copies, copies + missing, called=not missing, seen=True)


def _observe_single(copies: int, size: int, missing: int) -> Observation:
    if copies + missing < size and copies:
        return Observation(0, 1, called=False, seen=True, odd=True)
    if copies:
        return Observation(1, 1, called=True, seen=True)
    return Observation(0, int(missing > 0), called=missing == 0, seen=True)


def _looks_mosaic(genotype: Genotype, settings: Settings) -> bool:
    share = alt_share(genotype)
    limits = settings.de_novo
    reads = (genotype.ad_ref or 0.0) + (genotype.ad_alt or 0.0)
    return share is not None and reads >= limits.min_parent_dp and share <= limits.mosaic_max_share


def same_place(first: AnnotatedVariant, second: AnnotatedVariant) -> bool:
    """Two substitutions of the same bases by others: no haplotype can have both."""
    one, two = first.key, second.key
    if not len(one.ref) == len(one.alt) == len(two.alt) or one.is_symbolic or two.is_symbolic:
        return False
    return (one.contig, one.pos, one.ref) == (two.contig, two.pos, two.ref) and one.alt != two.alt


def read_phase(person_id: str, first: AnnotatedVariant, second: AnnotatedVariant) -> int:
    """TRANS or CIS where the calls of one person tell by themselves, else UNPHASED.

    Two alternates of one place are in trans, in one record or in two (as bcftools norm splits
    them). Phased calls count within one phase set (PS, or PID of GATK), and along the contig when
    the file gives none (VCF 4.3, PS).
    """
    one, two = first.genotypes.get(person_id), second.genotypes.get(person_id)
    if one is None or two is None or one.alt_count != 1 or two.alt_count != 1:
        return UNPHASED
    if len(one.haplotypes) != 2 or len(two.haplotypes) != 2:
        return UNPHASED
    in_one_call = first.record == second.record and first.allele != second.allele
    if in_one_call or same_place(first, second):
        return TRANS
    if not (one.phased and two.phased) or one.phase_set != two.phase_set:
        return UNPHASED
    if first.key.contig is not second.key.contig:
        return UNPHASED
    same = one.haplotypes.index(1) == two.haplotypes.index(1)
    return CIS if same else TRANS


@dataclass(frozen=True)
class Family:
    """People who matter for segregation, parents before children."""

    people: tuple[Person, ...]
    places: Mapping[str, int]
    proband: int
    sequenced: frozenset[str]
    pedigree: Pedigree

    @property
    def relatives(self) -> tuple[Person, ...]:
        """Sequenced people beside the proband: the parents first."""
        named = [self.pedigree.father, self.pedigree.mother]
        parents = [p for p in named if p is not None and p.id in self.sequenced]
        known = {p.id for p in parents} | {self.pedigree.proband_id}
        others = [p for p in self.people if p.id in self.sequenced and p.id not in known]
        return (*parents, *others)


def family_of(pedigree: Pedigree) -> Family:
    """Sequenced people and those who link them, parents before children.

    People without data and without examined descendants are left out; so are unexamined
    parents of a single child, who say nothing.
    """
    kept = {p.id: p for p in pedigree.people}
    sequenced = pedigree.sequenced | {pedigree.proband_id}
    while True:
        parents = {parent for p in kept.values() for parent in (p.father, p.mother) if parent}
        children = {i: [p for p in kept.values() if i in {p.father, p.mother}] for i in kept}
        idle = [
            i
            for i, person in kept.items()
            if i not in sequenced
            and (
                i not in parents
                or (len(children[i]) == 1 and not {person.father, person.mother} & set(kept))
            )
        ]
        if not idle:
            break
        for i in idle:
            del kept[i]
    order: list[str] = []

    def visit(id_: str) -> None:
        if id_ in order or id_ not in kept:
            return
        visit(kept[id_].father)
        visit(kept[id_].mother)
        order.append(id_)

    for id_ in sorted(kept):
        visit(id_)
    people = tuple(kept[i] for i in order)
    places = {p.id: i for i, p in enumerate(people)}
    return Family(people, places, places[pedigree.proband_id], frozenset(sequenced), pedigree)
