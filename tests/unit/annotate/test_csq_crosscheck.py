"""``bcftools csq`` on the same models and an N-masked genome as a second opinion."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from tests.builders.csq import difference, parse_bcsq, run_csq
from tests.builders.csq_cases import csq_cases
from tests.builders.genes import World, random_variants, random_world, write_vcf

from rareplan.annotate import annotate_sites
from rareplan.annotate.terms import names

pytest.importorskip("pysam")


def masked(world: World, reach: int = 30) -> World:
    """The world with N wherever no exon is near."""
    genome = {}
    for contig, seq in world.genome.items():
        keep = np.zeros(len(seq), dtype=bool)
        for gene in world.genes:
            for a, b in gene.exons if gene.contig == contig else ():
                keep[a - 1 - reach : b + reach] = True
        codes = np.frombuffer(seq.encode(), dtype=np.uint8).copy()
        codes[~keep] = ord("N")
        genome[contig] = codes.tobytes().decode()
    return World(world.genes, genome)


def test_agreement_on_simulated_alleles(tmp_path: Path) -> None:
    world = masked(random_world(17, 60, contigs=(1, 2)))
    variants = random_variants(world, 18, 6000)
    sizes = {contig: len(seq) for contig, seq in world.genome.items()}
    text = run_csq(
        write_vcf(tmp_path / "v.vcf", variants, sizes),
        world.write_fasta(tmp_path / "g.fa"),
        world.write_gff(tmp_path / "g.gff"),
    )
    theirs = parse_bcsq(text)
    contig, pos, ref, alt = zip(*variants, strict=True)
    bundle = world.bundle()
    table = annotate_sites(
        np.array(contig, dtype=np.int8),
        np.array(pos),
        np.array(ref, dtype=object),
        np.array(alt, dtype=object),
        bundle,
    )
    genes = {g.ident: g for g in world.genes}
    total: Counter[str] = Counter()
    defined: Counter[str] = Counter()
    unexplained: Counter[str] = Counter()
    for i, (c, p, r, a) in enumerate(variants):
        given = theirs[str(c), p, r, a]
        kind = "snv" if len(r) == len(a) == 1 else "indel"
        for k in table.pairs(i):
            gene = genes[bundle.transcript[table.row[k]]]
            other = given.get(gene.ident) or given.get(gene.symbol)
            if not other:
                continue
            why = difference(gene, p, r, a, set(names(int(table.mask[k]))), other)
            total[kind] += 1
            unexplained[kind] += why == "?"
            defined[kind] += why not in {"", "?"}
    assert total["snv"] > 3500
    assert total["indel"] > 1500
    assert unexplained["snv"] <= 0.001 * total["snv"]
    assert unexplained["indel"] <= 0.011 * total["indel"]
    # Definitions differ in few alleles; a rule that hid real faults would show here.
    assert defined["snv"] <= 0.001 * total["snv"]
    assert defined["indel"] <= 0.04 * total["indel"]


@pytest.mark.shared
def test_the_cases_of_bcftools_csq(shared_data: Path) -> None:
    total: Counter[str] = Counter()
    reasons: Counter[tuple[str, str]] = Counter()
    for case in csq_cases(shared_data / "consequences" / "bcftools_csq_tests.tar.gz"):
        bundle = case.world.bundle()
        genes = {g.ident: g for g in case.world.genes}
        for e in case.expected:
            table = annotate_sites(
                np.array([e.contig], dtype=np.int8),
                np.array([e.pos]),
                np.array([e.ref], dtype=object),
                np.array([e.alt], dtype=object),
                bundle,
            )
            kind = "snv" if len(e.ref) == len(e.alt) == 1 else "indel"
            for k in table.pairs(0):
                gene = genes[bundle.transcript[table.row[k]]]
                other = e.terms.get(gene.ident)
                if not other:
                    continue
                if table.moved:  # the case's record is not left-aligned, bcftools takes it as it is
                    reasons[kind, "not left-aligned"] += 1
                    continue
                ours = set(names(int(table.mask[k])))
                total[kind] += 1
                reasons[kind, difference(gene, e.pos, e.ref, e.alt, ours, set(other))] += 1
    assert total["snv"] >= 60
    assert total["indel"] >= 45
    assert reasons["snv", "?"] == 0
    assert reasons["indel", "not left-aligned"] <= 3
    assert reasons["indel", "?"] <= 0.01 * total["indel"], reasons
