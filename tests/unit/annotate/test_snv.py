"""Every SNV of small genes, against Biopython's translation and against the scalar rules."""

from __future__ import annotations

import random

import numpy as np
import pytest
from Bio.Seq import Seq
from tests.builders.genes import Gene, World, random_world, reverse_complement

from rareplan.annotate import annotate_sites
from rareplan.annotate.codons import THREE
from rareplan.annotate.table import ConsequenceTable
from rareplan.annotate.terms import names
from rareplan.annotate.text import pair_text


def every_snv(world: World, gene: Gene, *, margin: int = 20) -> list[tuple[int, int, str, str]]:
    seq = world.genome[gene.contig]
    found = []
    for a, b in gene.exons:
        for pos in range(a - margin, b + margin + 1):
            ref = seq[pos - 1]
            found += [(gene.contig, pos, ref, alt) for alt in "ACGT" if alt != ref]
    return sorted(set(found))


def table_of(
    variants: list[tuple[int, int, str, str]], world: World, *, sequence: bool = True
) -> ConsequenceTable:
    contig, pos, ref, alt = zip(*variants, strict=True)
    return annotate_sites(
        np.array(contig, dtype=np.int8),
        np.array(pos),
        np.array(ref, dtype=object),
        np.array(alt, dtype=object),
        world.bundle(with_sequence=sequence),
    )


def protein_names(gene: Gene, world: World, table: int = 1) -> dict[tuple[int, str], str]:
    """Expected p. name by position and alternate, from whole translations by Biopython."""
    rna = world.rna(gene)
    genomic = [p for a, b in gene.exons for p in range(a, b + 1)]
    if gene.strand < 0:
        genomic.reverse()
    low, high = gene.cds or (0, 0)
    inside = [i for i, p in enumerate(genomic) if low <= p <= high]
    first, stop = inside[0], inside[-1] + 1
    cds = rna[first:stop]
    protein = str(Seq(cds).translate(table=table))
    found = {}
    for i in inside:
        for base in "ACGT":
            if base == rna[i]:
                continue
            new = cds[: i - first] + base + cds[i - first + 1 :]
            changed = str(Seq(new).translate(table=table))
            k = (i - first) // 3
            alt = base if gene.strand > 0 else reverse_complement(base)
            old, now = protein[k], changed[k]
            if k == 0:
                name = "p.(Met1?)"
            elif old == "*" and now != "*":
                name = "ext"
            else:
                name = f"p.({THREE[old]}{k + 1}{'=' if old == now else THREE[now]})"
            found[genomic[i], alt] = name
    return found


@pytest.mark.parametrize("seed", range(4))
def test_every_snv_names_the_protein_as_biopython_does(seed: int) -> None:
    world = random_world(seed, 2)
    for gene in world.genes:
        variants = every_snv(world, gene, margin=0)
        table = table_of(variants, world)
        texts = pair_text(table)
        expected = protein_names(gene, world)
        checked = 0
        for k, (i, row) in enumerate(zip(table.query.tolist(), table.row.tolist(), strict=True)):
            if table.bundle.transcript[row] != gene.ident:
                continue
            _, pos, _, alt = variants[i]
            want = expected.get((pos, alt), "")
            got = texts.hgvs_p[k].as_py()
            if want == "ext":
                assert got.startswith("p.(Ter")
                assert "ext" in got
            else:
                assert got == want, variants[i]
            checked += bool(want)
        assert checked == len(expected)


@pytest.mark.parametrize("sequence", [True, False])
def test_bulk_and_single_rules_agree(*, sequence: bool) -> None:
    world = random_world(21, 8)
    rng = random.Random(5)
    variants = sorted({v for g in world.genes for v in every_snv(world, g)})
    variants = sorted(rng.sample(variants, 3000))
    table = table_of(variants, world, sequence=sequence)
    texts = pair_text(table)
    names_c, names_p = texts.hgvs_c.to_pylist(), texts.hgvs_p.to_pylist()
    pairs = 0
    for i in range(len(variants)):
        single = {c.transcript: c for c in table.consequences(i)}
        for k in table.pairs(i):
            one = single[table.bundle.transcript[table.row[k]]]
            assert one.terms == names(int(table.mask[k])), variants[i]
            assert one.resolved == bool(table.pair_resolved[k]), variants[i]
            assert (one.hgvs_c, one.hgvs_p) == (names_c[k], names_p[k]), variants[i]
            pairs += 1
    assert pairs >= 3000


def test_reporting_order_equals_the_order_of_the_records() -> None:
    world = random_world(31, 12)
    variants = [v for g in world.genes for v in every_snv(world, g)[::97]]
    table = table_of(sorted(variants), world)
    order = table.reporting_order
    for i in range(len(table)):
        mine = [table.bundle.transcript[table.row[k]] for k in order if table.query[k] == i]
        assert mine == [c.transcript for c in table.consequences(i)]


def test_a_ref_that_the_transcript_does_not_have_is_no_guess() -> None:
    world = random_world(3, 1)
    gene = world.genes[0]
    pos = gene.cds_parts[0][0] + 4
    ref = world.genome[1][pos - 1]
    wrong, alt = [b for b in "ACGT" if b != ref][:2]
    table = table_of([(1, pos, wrong, alt)], world)
    one = table.consequences(0)[0]
    assert table.mismatches == 1
    assert (one.term, one.resolved, one.hgvs_p) == ("coding_sequence_variant", False, "")


def test_worst_rank_of_alleles_without_a_gene_or_sequence() -> None:
    world = random_world(3, 1)
    table = annotate_sites(
        np.array([5, 1, 1, 1], dtype=np.int8),
        np.array([100, world.genes[0].start_codon, 6100, 6100]),
        np.array(["A", "A", "A", "A"], dtype=object),
        np.array(["C", "*", "<DEL>", "A[5:100["], dtype=object),
        world.bundle(),
    )
    assert [names(1 << int(r))[0] for r in table.worst_rank] == [
        "intergenic_variant", "sequence_variant", "sequence_variant", "sequence_variant",
    ]  # fmt: skip
    assert table.consequences(0) == ()
