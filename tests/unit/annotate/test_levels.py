"""What coordinates alone decide, NMD, the mitochondrial code, PAR, incomplete models."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from tests.builders.genes import Gene, World, bundle_from

from rareplan.annotate import annotate_sites
from rareplan.annotate.explain import explain
from rareplan.annotate.view import view
from rareplan.model.consequence import Consequence

PAD = "ACGTTGCA" * 10


def toy(cds: str, *, cuts: tuple[int, ...] = (), strand: int = 1, **more: object) -> World:
    """One gene on the plus strand: 6 bases of UTR, the CDS cut into exons, 30 bases of UTR."""
    rna = "CCTGAC" + cds + "GCTGACCTAAGGCCTTGGAACCTTGGAACC"
    bounds = [0, *(6 + c for c in cuts), len(rna)]
    text, exons, at = [PAD], [], len(PAD)
    for i, (a, b) in enumerate(pairwise(bounds)):
        if i:
            intron = "GTAAGT" + "TCTC" * 20 + "CCACAG"
            text.append(intron)
            at += len(intron)
        exons.append((at + 1, at + b - a))
        text.append(rna[a:b])
        at += b - a
    text.append(PAD)
    seq = "".join(text)

    def genomic(offset: int) -> int:
        for a, b in exons:
            if offset <= b - a:
                return a + offset
            offset -= b - a + 1
        raise AssertionError

    span = (genomic(6), genomic(5 + len(cds)))
    gene = Gene("TOY", strand, exons, span, **more)  # type: ignore[arg-type]
    return World([gene], {gene.contig: seq})


def at(world: World, cds_position: int) -> int:
    """Genomic position of a 1-based CDS position."""
    gene = world.genes[0]
    rest = cds_position - 1
    for a, b in gene.cds_parts:
        if rest <= b - a:
            return a + rest
        rest -= b - a + 1
    raise AssertionError


def call(world: World, pos: int, removed: int, added: str, *, sequence: bool = True) -> Consequence:
    seq = world.genome[world.genes[0].contig]
    anchor = seq[pos - 2]
    ref = seq[pos - 1 : pos - 1 + removed]
    one = view(world.bundle(with_sequence=sequence), 0)
    return explain(one, pos - 1, anchor + ref, anchor + added)


CDS = "ATG" + "GCTTTCCACCACCAA" * 20 + "TGGTCATAA"


@pytest.mark.parametrize(
    ("cds", "removed", "added", "term", "resolved"),
    [
        (1, 1, "C", "start_lost", True),
        (20, 1, "G", "coding_sequence_variant", False),
        (20, 1, "", "frameshift_variant", True),
        (20, 0, "AC", "frameshift_variant", True),
        (22, 3, "", "inframe_deletion", True),
        (23, 3, "", "inframe_deletion", False),
        (22, 0, "GGG", "inframe_insertion", True),
        (23, 0, "GGG", "inframe_insertion", False),
        (22, 0, "GGGTAA", "stop_gained", True),
        (25, 3, "TAA", "stop_gained", True),
        (22, 3, "GGG", "missense_variant", True),
        (310, 1, "C", "stop_lost", True),  # TAA: no stop begins with C
        (311, 1, "G", "coding_sequence_variant", False),  # TGA or TGG: the next base decides
        (312, 1, "C", "stop_lost", True),
    ],
)
def test_coordinates_only(cds: int, removed: int, added: str, term: str, *, resolved: bool) -> None:
    world = toy(CDS)
    blind = call(world, at(world, cds), removed, added, sequence=False)
    assert (blind.term, blind.resolved) == (term, resolved)
    assert blind.codon_position == (cds - 1) % 3 + 1
    seen = call(world, at(world, cds), removed, added)
    assert seen.resolved
    if resolved:
        assert seen.term == term
        assert blind.hgvs_c.split(":")[1].startswith("c.")
    else:
        assert blind.hgvs_p == ""


def test_splice_terms_by_distance() -> None:
    world = toy(CDS, cuts=(60, 150))
    gene = world.genes[0]
    donor, acceptor = gene.exons[0][1], gene.exons[1][0]
    expected = {
        donor: "splice_region_variant", donor - 2: "splice_region_variant",
        donor + 1: "splice_donor_variant", donor + 2: "splice_donor_variant",
        donor + 3: "splice_donor_region_variant", donor + 5: "splice_donor_5th_base_variant",
        donor + 6: "splice_donor_region_variant", donor + 7: "splice_region_variant",
        donor + 8: "splice_region_variant", donor + 9: "intron_variant",
        acceptor - 1: "splice_acceptor_variant", acceptor - 2: "splice_acceptor_variant",
        acceptor - 3: "splice_region_variant", acceptor - 9: "splice_polypyrimidine_tract_variant",
        acceptor - 17: "splice_polypyrimidine_tract_variant", acceptor - 18: "intron_variant",
        acceptor + 2: "splice_region_variant",
    }  # fmt: skip
    seq = world.genome[1]
    for pos, term in expected.items():
        alt = "A" if seq[pos - 1] != "A" else "C"
        one = call(world, pos, 1, alt, sequence=False)
        assert term in one.terms, pos
    assert call(world, donor + 1, 1, "A").splice_distance == -1
    assert call(world, donor, 1, "T").splice_distance == 1
    assert call(world, acceptor - 2, 1, "T").intron == "1/2"
    assert call(world, acceptor, 1, "T").exon == "2/3"
    middle = call(world, acceptor + 10, 1, "T" if seq[acceptor + 9] != "T" else "G")
    assert (middle.exon_length, middle.exon_in_frame) == (90, True)


@pytest.mark.parametrize(
    ("cuts", "codon", "escapes", "rule"),
    [
        ((), 60, True, "single exon"),
        ((60, 200), 80, True, "last exon"),
        ((60, 200), 55, True, "last 50 nt of the penultimate exon"),
        ((60, 250), 20, True, "first 100 coding nt"),
        ((60, 250), 50, False, "premature stop more than 50 nt before the last exon junction"),
    ],
)
def test_nmd_of_a_gained_stop(
    cuts: tuple[int, ...], codon: int, rule: str, *, escapes: bool
) -> None:
    world = toy(CDS, cuts=cuts)
    one = call(world, at(world, 3 * codon - 2), 3, "TAA")
    assert one.term == "stop_gained"
    assert (one.escapes_nmd, one.nmd_rule) == (escapes, rule)


def test_nmd_of_a_frameshift_is_where_its_new_stop_is() -> None:
    # GCC GAT AGC without two C reads GGA TAG.
    cds = "ATG" + "GCC" * 50 + "GATAGC" + "GCC" * 80 + "TAA"
    world = toy(cds, cuts=(300,))
    one = call(world, at(world, 152), 2, "")
    assert (one.term, one.hgvs_p) == ("frameshift_variant", "p.(Ala51GlyfsTer2)")
    assert one.escapes_nmd is False
    near = call(toy(cds, cuts=(170,)), at(toy(cds, cuts=(170,)), 152), 2, "")
    assert (near.escapes_nmd, near.nmd_rule) == (True, "last 50 nt of the penultimate exon")


def test_mitochondrial_code() -> None:
    cds = "ATT" + "ACTTGAATAAGA" + "TAG"
    world = toy(cds, contig=25, codon_table=2, transcript_class="")
    cases = {
        (9, "G"): ("synonymous_variant", "p.(Trp3=)"),  # TGA is Trp, so is TGG
        (12, "G"): ("synonymous_variant", "p.(Met4=)"),  # ATA is Met
        (13, "C"): ("stop_lost", "p.(Ter5Pro"),  # AGA is a stop
        (3, "G"): ("synonymous_variant", "p.(Met1=)"),  # ATT and ATG both initiate
        (2, "C"): ("start_lost", "p.(Met1?)"),
    }
    for (pos, alt), (term, name) in cases.items():
        if (pos, alt) == (13, "C"):
            continue  # an inner AGA cannot be in a real CDS
        one = call(world, at(world, pos), 1, alt)
        assert (one.term, one.hgvs_p) == (term, name)


def test_selenocysteine_is_no_stop() -> None:
    world = toy("ATGGCTTGACAATAA")
    one = call(world, at(world, 8), 1, "C")
    assert (one.term, one.hgvs_p) == ("missense_variant", "p.(Sec3Ser)")
    one = call(world, at(world, 8), 1, "A")
    assert (one.term, one.hgvs_p) == ("stop_gained", "p.(Sec3Ter)")


def test_y_par_is_looked_up_on_x() -> None:
    gene = Gene("SHOX", 1, [(624_344, 659_411)], contig=23, biotype="lncRNA")
    bundle = bundle_from([gene])
    table = annotate_sites(
        np.array([23, 24, 24], dtype=np.int8),
        np.array([630_000, 630_000, 5_000_000]),
        np.array(["A", "A", "A"], dtype=object),
        np.array(["C", "C", "C"], dtype=object),
        bundle,
    )
    assert table.genes(0) == table.genes(1) == ("SHOX",)
    assert table.genes(2) == ()


def test_incomplete_models_are_not_guessed() -> None:
    world = toy("CTTTCCACCACCA", transcript_class="", phase=1)
    assert call(world, at(world, 1), 1, "A").term == "coding_sequence_variant"
    assert call(world, at(world, 2), 1, "A").hgvs_p == "p.(Phe2Ile)"
    assert call(world, at(world, 1), 1, "A").resolved is False


def test_deleted_transcript_and_flanks() -> None:
    world = toy(CDS)
    gene = world.genes[0]
    start, end = gene.exons[0]
    assert call(world, start - 3, end - start + 6, "").term == "transcript_ablation"
    assert call(world, start - 3, 1, "A").term == "upstream_gene_variant"
    assert call(world, end + 3, 1, "").term == "downstream_gene_variant"
    assert call(world, end + 3, 1, "").hgvs_c == ""
