"""Names written by hand from the HGVS recommendations."""

from __future__ import annotations

import pytest
from tests.builders.genes import Gene, World

from rareplan.annotate.effect import Allele, effect
from rareplan.annotate.explain import explain
from rareplan.annotate.hgvs_c import allele_name
from rareplan.annotate.view import view
from rareplan.knowledge.sequence import reverse_complement

# Two exons; the CDS is ATG GCT TTC CAC CAC CAA | AAG TGG TCA TAA with 6 bases of 5' UTR.
_EXON1 = "CCTGAC" + "ATGGCTTTCCACCACCAA"
_INTRON = "GTAAGT" + "TTTT" * 10 + "CCACAG"
_EXON2 = "AAGTGGTCATAA" + "GCTGACCTAAGG"
_PAD = "ACGTTGCA" * 4


def _world(strand: int) -> tuple[World, Gene]:
    text = _EXON1 + _INTRON + _EXON2
    start = len(_PAD)
    one, two = (0, len(_EXON1)), (len(_EXON1) + len(_INTRON), len(text))
    low, high = 6, len(_EXON1) + len(_INTRON) + 11
    if strand < 0:
        text, size = reverse_complement(text), len(text)
        one, two = (size - two[1], size - two[0]), (size - one[1], size - one[0])
        low, high = size - 1 - high, size - 1 - low
    exons = [(start + a + 1, start + b) for a, b in (one, two)]
    gene = Gene(
        "TOY", strand, exons, (start + low + 1, start + high + 1), refseq="NM_000001.1",
        protein="NP_000001.1",
    )  # fmt: skip
    return World([gene], {1: _PAD + text + _PAD}), gene


def _place(gene: Gene, offset: int) -> int:
    """Genomic position of a 0-based offset from the first transcribed base, introns included."""
    return gene.exons[0][0] + offset if gene.strand > 0 else gene.exons[-1][1] - offset


# offset from the transcript's start (genomic), bases removed, bases put in, c. and p. names
_CASES = [
    (6, 1, "C", "c.1A>C", "p.(Met1?)"),
    (9, 1, "A", "c.4G>A", "p.(Ala2Thr)"),
    (11, 1, "C", "c.6T>C", "p.(Ala2=)"),
    (21, 1, "T", "c.16C>T", "p.(Gln6Ter)"),
    (2, 1, "A", "c.-4T>A", ""),
    (12, 1, "", "c.8del", "p.(Phe3SerfsTer11)"),  # TTTC: a T is lost, the last is named
    (15, 3, "", "c.15_17del", "p.(His5del)"),  # CACCACCAA: two bases further than codon 5
    (15, 0, "CAC", "c.15_17dup", "p.(His5dup)"),
    (15, 0, "GGG", "c.9_10insGGG", "p.(Phe3_His4insGly)"),
    (9, 3, "AA", "c.4_6delinsAA", "p.(Ala2AsnfsTer12)"),
    (9, 2, "GG", "c.5C>G", "p.(Ala2Gly)"),
    (9, 2, "AT", "c.4_5delinsAT", "p.(Ala2Ile)"),
    (12, 3, "GAA", "c.7_9inv", "p.(Phe3Glu)"),
    (24, 1, "A", "c.18+1G>A", "p.?"),
    (75, 1, "T", "c.19-1G>T", "p.?"),
    (24 + 10, 1, "A", "c.18+11T>A", ""),
    (86, 1, "C", "c.29A>C", "p.(Ter10SerextTer?)"),
    (88, 1, "A", "c.*1G>A", ""),
]


@pytest.mark.parametrize("strand", [1, -1])
@pytest.mark.parametrize(("offset", "size", "new", "name_c", "name_p"), _CASES)
def test_names(strand: int, offset: int, size: int, new: str, name_c: str, name_p: str) -> None:
    world, gene = _world(strand)
    ends = sorted((_place(gene, offset), _place(gene, offset + max(size, 1) - 1)))
    start = ends[0] if size or strand > 0 else ends[0] + 1
    ref = world.genome[1][start - 1 : start - 1 + size]
    alt = new if strand > 0 else reverse_complement(new)
    anchor = world.genome[1][start - 2]
    got = explain(view(world.bundle(), 0), start - 1, anchor + ref, anchor + alt)
    assert got.hgvs_c == f"NM_000001.1:{name_c}"
    assert got.hgvs_p == (f"NP_000001.1:{name_p}" if name_p else "")


def test_an_indel_in_an_intron_is_only_shifted_with_a_genome() -> None:
    world, gene = _world(1)
    start = _place(gene, 24 + 6)  # the first of forty T
    allele = Allele(start, start, "T", "")
    one = view(world.bundle(), 0)
    blind = allele_name(one, allele, effect(one, allele).edit)
    assert (blind.text, blind.shifted) == ("18+7del", False)
    seen = allele_name(one, allele, effect(one, allele).edit, world.fetch)
    assert (seen.text, seen.shifted) == ("19-7del", True)
    doubled = Allele(start, start - 1, "", "T")
    seen = allele_name(one, doubled, effect(one, doubled).edit, world.fetch)
    assert (seen.text, seen.shifted) == ("19-7dup", True)
