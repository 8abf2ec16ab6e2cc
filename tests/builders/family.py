"""Families and annotated variants from the compact notation of tests/data/segregation_truth.tsv."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rareplan.model.genome import Assembly, Contig
from rareplan.model.pedigree import Affection, Pedigree, Person, Sex
from rareplan.model.variant import AnnotatedVariant, Frequency, Genotype, VariantKey

PLACES = {
    "A": (Contig.CHR7, 1_000_000),
    "PAR": (Contig.X, 100_000),
    "X": (Contig.X, 50_000_000),
    "Y": (Contig.Y, 10_000_000),
    "MT": (Contig.MT, 3243),
}
PARENTS = {"p": ("f", "m"), "s": ("f", "m"), "b": ("f", "m"), "f": ("ff", "fm"),
           "m": ("mf", "mm"), "u": ("mf", "mm")}  # fmt: skip
NAMES = {"p": "proband", "f": "father", "m": "mother"}
_CALL = re.compile(r"(?P<who>\w+)=(?P<gt>[0-9./|]+)(?:\((?P<reads>[^)]*)\))?(?:@(?P<set>\w+))?")


def named(short: str) -> str:
    return NAMES.get(short, short)


def family_from(text: str, sequenced: set[str]) -> Pedigree:
    """``p:M! f:M m:F``: who there is, sex, ``!`` affected, ``?`` affection not known."""
    people = {}
    for word in text.split():
        short, _, rest = word.partition(":")
        people[short] = rest
    made = []
    for short, rest in people.items():
        father, mother = PARENTS.get(short, ("", ""))
        affection = {"!": Affection.AFFECTED, "?": Affection.UNKNOWN}.get(
            rest[1:], Affection.UNAFFECTED
        )
        # Siblings share parents even where nobody wrote the parents down.
        made.append(
            Person(
                id=named(short),
                family="fam",
                father=named(father) if father in people else "",
                mother=named(mother) if mother in people else "",
                sex={"M": Sex.MALE, "F": Sex.FEMALE, "U": Sex.UNKNOWN}[rest[0]],
                affection=affection,
            )
        )
    siblings = {"s", "b"} & set(people)
    if siblings and "f" not in people:
        made = _with_unseen_parent(made, "father", Sex.MALE)
    if siblings and "m" not in people:
        made = _with_unseen_parent(made, "mother", Sex.FEMALE)
    return Pedigree("proband", tuple(made), frozenset(named(s) for s in sequenced))


def _with_unseen_parent(people: list[Person], role: str, sex: Sex) -> list[Person]:
    from dataclasses import replace

    children = {"proband", "s", "b"}
    changed = [replace(p, **{role: role}) if p.id in children else p for p in people]
    return [*changed, Person(id=role, family="fam", sex=sex)]


def genotype_from(gt: str, reads: str | None, phase_set: str | None) -> Genotype:
    phased = "|" in gt
    codes = {"0": 0, "1": 1, "2": 2, ".": -1}
    haplotypes = tuple(codes[h] for h in re.split(r"[/|]", gt))
    if reads == "-":
        return Genotype(haplotypes, phased)
    if reads:
        numbers = [float(x) for x in reads.split(",")]
        gq = numbers[2] if len(numbers) == 3 else 60.0
        return Genotype(
            haplotypes, phased, gq, numbers[0] + numbers[1], numbers[0], numbers[1], phase_set
        )
    if all(h < 0 for h in haplotypes):
        return Genotype(haplotypes, phased)
    known = [h for h in haplotypes if h >= 0]
    alt = 30.0 * known.count(1) / len(known)
    ref = 30.0 * known.count(0) / len(known)
    return Genotype(haplotypes, phased, 60.0, 30.0, ref, alt, phase_set)


@dataclass
class Block:
    name: str
    tags: list[str]
    calls: dict[str, Genotype]


def blocks_from(text: str) -> list[Block]:
    blocks = []
    for part in re.split(r" / ", text):
        head, _, rest = part.strip().partition(" ")
        calls = {
            named(m["who"]): genotype_from(m["gt"], m["reads"], m["set"])
            for m in _CALL.finditer(rest)
        }
        blocks.append(Block(head[0], re.findall(r"\[([^\]]*)\]", head), calls))
    return blocks


def variants_from(text: str, place: str) -> tuple[list[AnnotatedVariant], list[str]]:
    """Variants of ``a p=0/1 f=0/0 / b[del] p=0/1`` and their letters."""
    contig, pos = PLACES[place]
    variants, letters = [], []
    for number, block in enumerate(blocks_from(text)):
        variants.append(_variant(block, number, contig, pos))
        letters.append(block.name)
    return variants, letters


def _variant(block: Block, number: int, contig: Contig, pos: int) -> AnnotatedVariant:
    values = dict(t.split("=") for t in block.tags if "=" in t)
    place, ref, alt, record, allele = pos + 100 * number, "A", "G", number, 1
    sv_type, sv_end = "", None
    if "del" in block.tags:
        place, ref, alt, sv_type, sv_end = pos - 5000, "N", "<DEL>", "DEL", pos + 5000
    if "far" in block.tags:
        place, ref, alt, sv_type, sv_end = pos + 20_000, "N", "<DEL>", "DEL", pos + 30_000
    if "del60" in block.tags:
        place, ref, alt = pos - 30, "A" * 61, "A"
    if "alt2" in block.tags:
        place, alt, record, allele = pos + 100 * (number - 1), "T", number - 1, 2
    key = VariantKey(Assembly.GRCH38, contig, place, ref, alt)
    return AnnotatedVariant(
        key=key,
        key38=key,
        record=record,
        allele=allele,
        genotypes=block.calls,
        frequency=Frequency(
            max_af=float(values["af"]) if "af" in values else None,
            homozygotes=int(values["hom"]) if "hom" in values else None,
        ),
        exempt="ClinVar pathogenic" if "exempt" in block.tags else "",
        sv_type=sv_type,
        sv_end=sv_end,
    )
