"""Agreement with the inheritance tests of GEMINI (MIT), case by case.

The expected rows are read from GEMINI's own test scripts. Its reads and qualities are
placeholders, so only calls are taken. Every known difference is named with its reason, and a
difference that is no longer one fails too. docs/benchmarks/filters.md tells them in words.
"""

from __future__ import annotations

import io
import re
import tarfile
from pathlib import Path

import pytest

from rareplan.config import load_settings
from rareplan.filters.haplotypes import Member, Question, feasible
from rareplan.filters.segregation import segregate
from rareplan.model.genome import Assembly, contig_from_name
from rareplan.model.inheritance import Mode, Segregation, Verdict
from rareplan.model.pedigree import Affection, Pedigree, Person, Sex
from rareplan.model.variant import AnnotatedVariant, Genotype, VariantKey

pytestmark = pytest.mark.shared
SEX = {"1": Sex.MALE, "2": Sex.FEMALE}
AFFECTION = {"1": Affection.UNAFFECTED, "2": Affection.AFFECTED}
Case = tuple[int, str]  # 1-based position, family


@pytest.fixture(scope="module")
def files(shared_data: Path) -> dict[str, str]:
    found = {}
    with tarfile.open(shared_data / "inheritance" / "gemini_test.tar.xz") as archive:
        for member in archive.getmembers():
            handle = archive.extractfile(member)
            if handle is not None:
                text = io.TextIOWrapper(handle, "utf-8", "replace").read()
                found[Path(member.name).name] = text
    return found


def people_of(text: str) -> dict[str, list[Person]]:
    families: dict[str, list[Person]] = {}
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            family, id_, father, mother, sex, affection = line.split()[:6]
            parents = ["" if p in {"0", "-9"} else p for p in (father, mother)]
            families.setdefault(family, []).append(
                Person(id_, family, *parents, SEX.get(sex, Sex.UNKNOWN),
                       AFFECTION.get(affection, Affection.UNKNOWN))
            )  # fmt: skip
    return families


def variants_of(text: str) -> list[AnnotatedVariant]:
    variants, samples = [], []
    for line in text.splitlines():
        parts = line.split("\t")
        if line.startswith("#CHROM"):
            samples = parts[9:]
        elif not line.startswith("#") and len(parts) > 9:
            key = VariantKey(
                Assembly.GRCH37, contig_from_name(parts[0]), int(parts[1]), parts[3], parts[4]
            )
            calls = {s: call(c) for s, c in zip(samples, parts[9:], strict=True)}
            variants.append(AnnotatedVariant(key, key, len(variants), 1, calls))
    return variants


def call(text: str) -> Genotype:
    gt = text.split(":", maxsplit=1)[0]
    haplotypes = tuple(-1 if h == "." else int(h) for h in re.split(r"[/|]", gt))
    return Genotype(haplotypes, "|" in gt)


def judged(files: dict[str, str], vcf: str, ped: str) -> dict[str, list[Segregation]]:
    """All segregations of each family; the proband is its last affected child."""
    variants = variants_of(files[vcf])
    found = {}
    for family, people in people_of(files[ped]).items():
        affected = [p for p in people if p.affected]
        children = [p for p in affected if p.father or p.mother]
        if not affected:
            continue
        above = {i for p in people for i in (p.father, p.mother)}
        proband = ([p for p in children if p.id not in above] or affected)[-1]
        sequenced = frozenset(p.id for p in people) & frozenset(variants[0].genotypes)
        pedigree = Pedigree(proband.id, tuple(people), sequenced)
        found[family] = segregate("G", variants, pedigree, Assembly.GRCH37, load_settings())
    return found


def ours(files: dict[str, str], vcf: str, ped: str, modes: set[Mode]) -> set[Case]:
    variants = variants_of(files[vcf])
    return {
        (variants[i].key.pos, family)
        for family, results in judged(files, vcf, ped).items()
        for s in results
        if s.mode in modes and s.verdict is not Verdict.EXCLUDED
        for i in s.variants
    }


def theirs(script: str, title: str) -> set[Case]:
    """Rows that GEMINI's script expects in the test whose title is given."""
    # The X-linked de novo test writes its rows before its title: they are the script's last.
    last = 'echo "gene' + script.rsplit('echo "gene', 1)[-1]
    block = last if title.startswith("x_linked_de_novo") else script.split(title, 1)[1]
    if "touch exp" in block.split("gemini ", 1)[0]:
        return set()
    rows = block.split('echo "', 1)[1].split('" >', 1)[0].splitlines()
    head = next(i for i, row in enumerate(rows) if "family_id" in row)
    names = rows[head].split("\t")
    family, end = names.index("family_id"), names.index("end") if "end" in names else -1
    variant = names.index("variant_id")
    return {
        (
            int(r.split("\t")[end]) if end >= 0 else -int(r.split("\t")[variant]),
            r.split("\t")[family],
        )
        for r in rows[head + 1 :]
        if r.strip()
    }


def by_position(cases: set[Case], variants: list[AnnotatedVariant]) -> set[Case]:
    """GEMINI numbers variants from 1 where it prints no position (negative here)."""
    return {(variants[-pos - 1].key.pos if pos < 0 else pos, family) for pos, family in cases}


DOMINANT, RECESSIVE = {Mode.AD}, {Mode.AR_HOM}
NEW = {Mode.AD_DE_NOVO}
TABLE = [
    ("auto-dom.sh", "auto_dom.t1", "auto_dom", DOMINANT, {}),
    ("auto-dom.sh", "auto_dom.t6", "auto_dom.no_parents", DOMINANT, {}),
    ("auto-rec.sh", "auto_rec.t1", "auto_rec", RECESSIVE, {}),
    ("auto-rec.sh", "auto_rec.t6", "auto_rec.no_parents", RECESSIVE, {}),
    ("de-novo.sh", "de_novo.t1", "de_novo", NEW, {}),
    ("de-novo.sh", "de_novo.t9", "de_novo.affected.and.unaffected", NEW, {}),
    ("x-linked.sh", "x_linked_rec.t1", "x-linked", {Mode.XLR}, {
        (48004992, "1"): "a girl with two copies whose father has none: no descent explains it",
        (48003992, "1"): "the father's only X is called heterozygous: doubtful, so no exclusion",
    }),
    ("x-linked.sh", "x_linked_dom.t1", "x-linked", {Mode.XLD}, {}),
    ("x-linked.sh", "x_linked_de_novo.t1", "x-linked", {Mode.XL_DE_NOVO}, {}),
]  # fmt: skip


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row[1])
def test_agreement(files: dict[str, str], row: tuple) -> None:
    script, title, name, modes, differences = row
    vcf, ped = f"test.{name}.vcf", f"test.{name}.ped"
    expected = by_position(theirs(files[f"test-{script}"], title), variants_of(files[vcf]))
    assert expected ^ ours(files, vcf, ped, modes) == set(differences)


# file, ped, family, first and second position, GEMINI's priority (0: not reported), our verdict
PAIRS = [
    # Every one is heterozygous for the second: GEMINI calls it unphasable (3, not shown by
    # default); we exclude it, since the unaffected father has both.
    ("comp_het", "comp_het", "4", 17363, 17730, 3, "EXCLUDED"),
    ("comp_het.unphase", "comp_het", "4", 17363, 17730, 1, "PROVED"),
    # The phase in the file contradicts the father's: GEMINI trusts the child's, we say so.
    ("comp_het.3", "comp_het", "3", 17363, 17730, 1, "ASSUMED"),
    ("comp_het.singleton", "comp_het", "1", 17363, 17730, 2, "ASSUMED"),
    ("comp_het", "comp_het", "3", 16977, 17563, 2, "ASSUMED"),
    ("comp_het", "comp_het", "3", 17563, 17746, 2, "ASSUMED"),
]


@pytest.mark.parametrize("row", PAIRS, ids=lambda row: f"{row[0]} {row[2]} {row[3]} {row[4]}")
def test_compound_pairs(files: dict[str, str], row: tuple) -> None:
    name, ped, family, first, second, _, verdict = row
    vcf = f"test.{name}.vcf"
    variants = variants_of(files[vcf])
    found = judged(files, vcf, f"test.{ped}.ped")[family]
    mine = [
        s.verdict.value
        for s in found
        if s.mode is Mode.AR_COMPOUND
        and {variants[i].key.pos for i in s.variants} == {first, second}
    ]
    assert mine == [verdict]


@pytest.mark.parametrize("number", ["4", "5", "6", "7"])
def test_no_pair_is_proved_where_gemini_finds_none(files: dict[str, str], number: str) -> None:
    for results in judged(files, f"test.comp_het.{number}.vcf", "test.comp_het.2.ped").values():
        pairs = [s for s in results if s.mode is Mode.AR_COMPOUND]
        assert not [s for s in pairs if s.verdict is Verdict.PROVED]


def test_an_inherited_new_variant(files: dict[str, str]) -> None:
    """New in the affected mother: GEMINI lists it as de novo, we as dominant from the mother."""
    found = judged(files, "inherited-dn.vcf", "inherited-dn.ped")["fam1"]
    verdicts = {s.mode: s.verdict for s in found}
    assert verdicts[Mode.AD] is Verdict.CONSISTENT


def test_mendelian_errors(files: dict[str, str]) -> None:
    """GEMINI finds 19 in the 22 records; three calls of the child are incomplete."""
    variants = variants_of(files["test.mendel.vcf"])
    father, mother, child = "NA12889", "NA12890", "NA12877"
    errors = 0
    for variant in variants:
        copies = [variant.genotypes[p] for p in (father, mother, child)]
        members = tuple(
            Member(*parents, 2, (g.alt_count, g.alt_count + g.haplotypes.count(-1)))
            for parents, g in zip([(-1, -1), (-1, -1), (0, 1)], copies, strict=True)
        )
        errors += not feasible(Question(members, 2, recessive=False))
    assert errors == 19
