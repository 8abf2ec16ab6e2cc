"""``rareplan annotate FILE`` against ``bcftools csq FILE``: whole commands, real gene models.

python scripts/bench/consequences_file.py            bare sites, 8 % indels
python scripts/bench/consequences_file.py --trio     a caller's INFO and FORMAT
python scripts/bench/consequences_file.py --toy      800 small genes, close together

Both commands know the same models: every transcript of the starter (Ensembl 110, 24,269), or with
``--toy`` the 800 simulated genes of ``consequences_csq.py``. Bases are made up; every CDS is a
reading frame. The alleles lie in and beside exons of chromosome 1. Runs of the two commands
alternate; the shortest of each counts. CPU seconds stand beside wall seconds, since the machine
may be shared.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.builders.genes import random_variants, random_world, write_vcf
from tests.builders.sequenced import real_world, snapshot_of_world

from rareplan.model.genome import Assembly

CSQ = "import sys, pysam.bcftools; pysam.bcftools.csq(*sys.argv[1:], catch_stdout=False)"


def seconds(command: list[str]) -> tuple[float, float]:
    """Wall and CPU seconds of a command."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, used


def main() -> None:
    """Make the files, run both, print the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--variants", type=int, default=100_000)
    parser.add_argument("--indels", type=float, default=0.08)
    parser.add_argument("--trio", action="store_true")
    parser.add_argument("--toy", action="store_true")
    parser.add_argument("--seed", type=int, default=17)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--keep", type=Path, help="Folder in which the files stay.")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = options.keep or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        if options.toy:
            world = random_world(options.seed, 400, contigs=(1, 2))
            sampled = world
        else:
            world, sampled = real_world(options.seed, contig=1)
        variants = random_variants(
            sampled, options.seed + 1, options.variants, indels=options.indels
        )
        fasta, gff = world.write_fasta(folder / "g.fa"), world.write_gff(folder / "g.gff")
        lengths = {c: Assembly.GRCH38.lengths[c] for c in world.genome}
        vcf = write_vcf(folder / "v.vcf", variants, lengths, trio=options.trio)
        kb = snapshot_of_world(folder / "kb", world)
        theirs = [
            sys.executable, "-c", CSQ, "-l", "-O", "v", "-o", str(folder / "csq.vcf"),
            "-f", str(fasta), "-g", str(gff), str(vcf),
        ]  # fmt: skip
        own = [sys.executable, "-m", "rareplan", "annotate", str(vcf), "--kb", str(kb)]
        outs = {"tsv": "o.tsv", "vcf": "o.vcf", "vcf.gz": "o.vcf.gz"}
        times: dict[str, list[tuple[float, float]]] = {}
        for _ in range(options.repeats):
            times.setdefault("bcftools csq", []).append(seconds(theirs))
            for kind, out in outs.items():
                done = seconds([*own, "--out", str(folder / out)])
                times.setdefault(f"rareplan, {kind}", []).append(done)
    print(f"{len(world.genes)} transcripts, {len(variants)} alleles, load {os.getloadavg()[0]:.1f}")
    wall, cpu = (min(t[i] for t in times["bcftools csq"]) for i in (0, 1))
    for what, found in times.items():
        mine = [min(t[i] for t in found) for i in (0, 1)]
        print(
            f"{what:18s} wall {mine[0]:.2f} s, CPU {mine[1]:.2f} s; "
            f"speed against bcftools: wall {wall / mine[0]:.2f}, CPU {cpu / mine[1]:.2f}"
        )


if __name__ == "__main__":
    main()
