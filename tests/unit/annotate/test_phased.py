from __future__ import annotations

import numpy as np
import pytest
from tests.builders.genes import Gene, World

from rareplan.annotate import annotate_sites
from rareplan.annotate.phased import codon_groups, joint_consequences
from rareplan.knowledge.sequence import reverse_complement
from rareplan.model.consequence import UNRESOLVED
from rareplan.model.genome import Contig

CDS = "ATGGCTTACCACCACCAAAAGTGGTAA"  # Met Ala Tyr His His Gln Lys Trp Ter
PAD = "ACGTTGCA" * 10


def world(strand: int) -> World:
    text = CDS if strand > 0 else reverse_complement(CDS)
    low = len(PAD) + 1
    high = len(PAD) + len(CDS)
    return World([Gene("TOY", strand, [(low, high)], (low, high))], {1: PAD + text + PAD})


def snv(one: World, cds: int, base: str) -> tuple[int, str, str]:
    """An SNV given by its 1-based CDS position and the new base of the transcript."""
    gene = one.genes[0]
    pos = gene.exons[0][0] + cds - 1 if gene.strand > 0 else gene.exons[0][1] - cds + 1
    return pos, one.genome[1][pos - 1], base if gene.strand > 0 else reverse_complement(base)


@pytest.mark.parametrize("strand", [1, -1])
def test_two_alleles_of_a_codon_make_what_neither_makes(strand: int) -> None:
    one = world(strand)
    # TAC > TAA alone is a stop; with TAC > CAC on the same haplotype it reads CAA, glutamine.
    alleles = [snv(one, 7, "C"), snv(one, 25, "C"), snv(one, 9, "A")]
    (joint,) = joint_consequences(Contig.CHR1, alleles, one.bundle())
    assert joint.members == (0, 2)
    assert joint.consequence.term == "missense_variant"
    assert joint.consequence.hgvs_p == "p.(Tyr3Gln)"
    assert joint.consequence.hgvs_c.endswith(":c.7_9delinsCAA")


@pytest.mark.parametrize("strand", [1, -1])
def test_a_codon_that_an_intron_cuts_in_two_is_one(strand: int) -> None:
    text = CDS[:8] + "GT" + "ACGT" * 10 + "AG" + CDS[8:]
    text = text if strand > 0 else reverse_complement(text)
    low = len(PAD) + 1
    cut, rest = (8, len(CDS) - 8) if strand > 0 else (len(CDS) - 8, 8)
    exons = [(low, low + cut - 1), (low + cut + 44, low + cut + 44 + rest - 1)]
    one = World([Gene("TOY", strand, exons, (low, exons[1][1]))], {1: PAD + text + PAD})
    ends = (exons[0][1] - 1, exons[1][0]) if strand > 0 else (exons[1][0] + 1, exons[0][1])
    bases = ("C", "A") if strand > 0 else ("G", "T")
    alleles = [(p, one.genome[1][p - 1], b) for p, b in zip(ends, bases, strict=True)]
    (joint,) = joint_consequences(Contig.CHR1, alleles, one.bundle())
    assert joint.consequence.hgvs_p == "p.(Tyr3Gln)"
    assert set(joint.consequence.terms) == {"missense_variant", "splice_region_variant"}


def test_snvs_of_one_codon_are_found_in_a_table() -> None:
    one = world(-1)
    alleles = sorted([snv(one, 7, "C"), snv(one, 9, "A"), snv(one, 9, "G"), snv(one, 10, "G")])
    pos, ref, alt = zip(*alleles, strict=True)
    columns = np.array(pos), np.array(ref, dtype=object), np.array(alt, dtype=object)
    table = annotate_sites(np.ones(4, dtype=np.int8), *columns, one.bundle())
    (group,) = codon_groups(table)
    assert len(group.members) == 3
    assert all(one.genes[0].exons[0][1] - alleles[i][0] in {6, 8} for i in group.members)


def test_neighbouring_codons_join_nothing_and_missing_sequence_leaves_it_open() -> None:
    one = world(1)
    apart = [snv(one, 9, "A"), snv(one, 10, "G")]
    assert joint_consequences(Contig.CHR1, apart, one.bundle()) == ()
    together = [snv(one, 7, "C"), snv(one, 9, "A")]
    (blind,) = joint_consequences(Contig.CHR1, together, one.bundle(with_sequence=False))
    assert (blind.consequence.term, blind.consequence.resolved) == (UNRESOLVED, False)
    wrong = [together[0], (together[1][0], "G", "T")]
    (other,) = joint_consequences(Contig.CHR1, wrong, one.bundle())
    assert not other.consequence.resolved
    assert joint_consequences(Contig.CHR1, together[:1], one.bundle()) == ()
