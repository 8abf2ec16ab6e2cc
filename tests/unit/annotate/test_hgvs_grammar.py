"""Every kind of name that is printed, read by the grammar of the hgvs package."""

from __future__ import annotations

import random
import re
from typing import Any

import pytest
from tests.builders.genes import Gene, World, random_variants, random_world
from tests.unit.annotate.test_snv import table_of

from rareplan.annotate.text import pair_text
from rareplan.model.genome import Assembly, Contig
from rareplan.model.variant import AnnotatedVariant, VariantKey
from rareplan.prioritise.view import hgvs_g

KINDS = {
    "c. substitution": r":c\.\d+[ACGT]>[ACGT]$",
    "c. in an intron": r":c\.\d+[+-]\d+",
    "c. in the 5' UTR": r":c\.-\d+[ACGT]>",
    "c. in the 3' UTR": r":c\.\*\d+[ACGT]>",
    "c. in an intron of a UTR": r":c\.[*-]\d+[+-]\d+",
    "c. del": r":c\..*\ddel$",
    "c. dup": r":c\..*dup$",
    "c. ins": r":c\..*\dins[ACGT]+$",
    "c. delins": r":c\..*delins[ACGT]+$",
    "c. inv": r":c\..*inv$",
    "n. substitution": r":n\.\d+[ACGT]>",
    "n. in an intron": r":n\.\d+[+-]\d+",
    "n. del": r":n\..*\ddel$",
    "n. dup or ins": r":n\..*(dup|ins)",
    "n. or c. inversion": r":[cn]\..*inv$",
    "p. missense": r":p\.\([A-Z][a-z]{2}\d+[A-Z][a-z]{2}\)$",
    "p. silent": r":p\.\([A-Z][a-z]{2}\d+=\)$",
    "p. nonsense": r":p\.\([A-Z][a-z]{2}\d+Ter\)$",
    "p. frameshift": r"fsTer\d+\)$",
    "p. frameshift without an end": r"fsTer\?\)$",
    "p. extension": r"extTer\d+\)$",
    "p. extension without an end": r"extTer\?\)$",
    "p. del": r":p\.\(.*\ddel\)$",
    "p. dup": r":p\.\(.*dup\)$",
    "p. ins": r":p\.\(.*\dins.*\)$",
    "p. delins": r":p\.\(.*delins.*\)$",
    "p. start lost": r":p\.\(Met1\?\)$",
    "p. unknown": r":p\.\?$",
    "p. unchanged": r":p\.\(=\)$",
    "m. substitution": r":m\.\d+[ACGT]>",
    "no accession": r"^p\.",
}
MOST = 40
"""Names of each kind that are parsed."""


@pytest.fixture(scope="module")
def parser() -> Any:
    return pytest.importorskip(
        "hgvs.parser", reason="the hgvs package is not installed (scripts/test does it)"
    ).Parser()


def printed() -> set[str]:
    world = random_world(8, 40)
    for number, gene in enumerate(world.genes):
        if number % 8 == 7:
            gene.cds = None
            gene.biotype = "lncRNA"
        gene.refseq = f"{'NM' if gene.cds else 'NR'}_{number:06d}.1"
        gene.protein = f"NP_{number:06d}.1" if gene.cds and number % 8 else ""
    variants = random_variants(world, 9, 4000, indels=0.6)
    texts = pair_text(table_of(variants, world))
    names = set(texts.hgvs_c.to_pylist()) | set(texts.hgvs_p.to_pylist())
    return (names | _by_hand(world)) - {""}


def _by_hand(world: World) -> set[str]:
    """Kinds that chance makes seldom: inversions, whole repeats, lost stops, codons kept."""
    names: set[str] = set()
    for gene in world.genes:
        if gene.cds is None:
            continue
        variants = [*_inversions(world, gene), *_repeats(world, gene), *_stops(world, gene)]
        texts = pair_text(table_of(sorted(set(variants)), world))
        names |= set(texts.hgvs_c.to_pylist()) | set(texts.hgvs_p.to_pylist())
    return names


def _inversions(world: World, gene: Gene) -> list[tuple[int, int, str, str]]:
    from rareplan.knowledge.sequence import reverse_complement

    seq, pos = world.genome[gene.contig], gene.cds_parts[0][0] + 5
    ref = seq[pos - 1 : pos + 2]
    alt = reverse_complement(ref)
    return [(gene.contig, pos, ref, alt)] if ref[0] != alt[0] and ref[-1] != alt[-1] else []


def _repeats(world: World, gene: Gene) -> list[tuple[int, int, str, str]]:
    """A codon twice, and a residue's codon after it."""
    seq, pos = world.genome[gene.contig], gene.cds_parts[-1][0] + 6
    unit = seq[pos : pos + 3]
    return [(gene.contig, pos, seq[pos - 1], seq[pos - 1] + unit)]


def _stops(world: World, gene: Gene) -> list[tuple[int, int, str, str]]:
    """Every change of the last codon's bases."""
    assert gene.cds is not None
    last = (
        range(gene.cds[1] - 2, gene.cds[1] + 1)
        if gene.strand > 0
        else range(gene.cds[0], gene.cds[0] + 3)
    )
    seq = world.genome[gene.contig]
    return [(gene.contig, p, seq[p - 1], b) for p in last for b in "ACGT" if b != seq[p - 1]]


def unchanged() -> set[str]:
    """Ser Arg written with other codons: one allele over two residues that stay."""
    pad, cds = "ACGTTGCA" * 10, "ATG" + "TCT" + "CGA" + "GCT" + "TAA"
    low = len(pad) + 1
    exon = (low, low + len(cds) - 1)
    gene = Gene("TOY", 1, [exon], exon, refseq="NM_999999.1", protein="NP_999999.1")
    table = table_of([(1, low + 5, "TC", "AA")], World([gene], {1: pad + cds + pad}))
    return set(pair_text(table).hgvs_p.to_pylist())


def mitochondrial() -> str:
    key = VariantKey(Assembly.GRCH38, Contig.MT, 3243, "A", "G")
    return hgvs_g(AnnotatedVariant(key, key, 0, 1, {}))


def test_every_kind_of_name_parses(parser: Any) -> None:
    names = sorted(printed() | unchanged() | {mitochondrial()})
    parsed: set[str] = set()
    for kind, pattern in KINDS.items():
        mine = [name for name in names if re.search(pattern, name)]
        assert mine, kind
        # The parser takes milliseconds a name; the seed is fixed.
        parsed |= set(random.Random(1).sample(mine, min(len(mine), MOST)))
    for name in sorted(parsed):
        if name.startswith("p."):
            # Without an accession a name is only a position and an edit.
            parser._grammar(name[2:]).p_posedit()
        else:
            parser.parse(name)
    assert len(names) > 4000
    known = re.compile("|".join(KINDS.values()))
    assert not [name for name in names if not known.search(name)]


def test_the_grammar_is_no_rubber_stamp(parser: Any) -> None:
    for wrong in ("NM_000001.1:c.5A", "NM_000001.1:c.5_6ins", "NP_000001.1:p.(Ala2fsTer)x"):
        with pytest.raises(Exception, match=r"char|expected"):
            parser.parse(wrong)
