from __future__ import annotations

import pytest
from tests.builders.genes import Gene, World

from rareplan.annotate.phased import joint_consequences
from rareplan.knowledge.sequence import reverse_complement
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


def test_neighbouring_codons_and_missing_sequence_join_nothing() -> None:
    one = world(1)
    apart = [snv(one, 9, "A"), snv(one, 10, "G")]
    assert joint_consequences(Contig.CHR1, apart, one.bundle()) == ()
    together = [snv(one, 7, "C"), snv(one, 9, "A")]
    assert joint_consequences(Contig.CHR1, together, one.bundle(with_sequence=False)) == ()
    assert joint_consequences(Contig.CHR1, together[:1], one.bundle()) == ()
