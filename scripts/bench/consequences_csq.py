"""Consequences against ``bcftools csq`` (pysam wheel): agreement on simulated alleles.

python scripts/bench/consequences_csq.py --variants 100000 --indels 0.3 --seed 17

How fast a file is: ``consequences_file.py``.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.builders.csq import difference, parse_bcsq, run_csq_to_file, top
from tests.builders.genes import World, random_variants, random_world, write_vcf

from rareplan.annotate import annotate_sites
from rareplan.annotate.terms import names


def agreement(world: World, variants: list, theirs_text: str) -> None:
    """Print agreement by kind and every reason for a difference."""
    theirs = parse_bcsq(theirs_text)
    bundle = world.bundle()
    contig, pos, ref, alt = zip(*variants, strict=True)
    columns = (
        np.array(contig, dtype=np.int8), np.array(pos), np.array(ref, dtype=object),
        np.array(alt, dtype=object),
    )  # fmt: skip
    table = annotate_sites(*columns, bundle)
    genes = {g.ident: g for g in world.genes}
    total: Counter[str] = Counter()
    reasons: Counter[tuple[str, str]] = Counter()
    for i, (c, p, r, a) in enumerate(variants):
        given = theirs[str(c), p, r, a]
        kind = "SNV" if len(r) == len(a) == 1 else "MNV" if len(r) == len(a) else "indel"
        for k in table.pairs(i):
            gene = genes[bundle.transcript[table.row[k]]]
            ours = set(names(int(table.mask[k])))
            other = given.get(gene.ident) or given.get(gene.symbol) or set()
            if not other and top(ours) in {"upstream_gene_variant", "downstream_gene_variant"}:
                continue
            total[kind] += 1
            why = difference(gene, p, r, a, ours, other)
            if why:
                reasons[kind, why] += 1
                if why == "?":
                    print("   ", c, p, r, a, gene.ident, sorted(ours), sorted(other))
    for (kind, why), count in reasons.most_common():
        print(f"{count:6d} {kind} {why}")
    for kind, count in total.items():
        raw = sum(n for (k, _), n in reasons.items() if k == kind)
        unexplained = reasons[kind, "?"]
        comparable = count - (raw - unexplained)
        print(
            f"{kind}: {count} pairs, raw {1 - raw / count:.4%}, "
            f"comparable {1 - unexplained / comparable:.4%}"
        )


def main() -> None:
    """Make the file, run both, print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--variants", type=int, default=100_000)
    parser.add_argument("--indels", type=float, default=0.3)
    parser.add_argument("--seed", type=int, default=17)
    options = parser.parse_args()
    world = random_world(options.seed, 400, contigs=(1, 2))
    variants = random_variants(world, options.seed + 1, options.variants, indels=options.indels)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fasta, gff = world.write_fasta(folder / "g.fa"), world.write_gff(folder / "g.gff")
        sizes = {contig: len(seq) for contig, seq in world.genome.items()}
        vcf = write_vcf(folder / "v.vcf", variants, sizes)
        run_csq_to_file(vcf, fasta, gff, folder / "csq.vcf")
        agreement(world, variants, (folder / "csq.vcf").read_text())
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


if __name__ == "__main__":
    main()
