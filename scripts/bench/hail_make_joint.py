#!/usr/bin/env python3
"""Write a simulated joint call set of exomes with its PED and phenotypes: it stands for nobody.

usage: .venv/bin/python scripts/bench/hail_make_joint.py SITES FOLDER [--samples 500] [--seed 1]

Samples are trios (father, mother, child), and singletons for what is left. Sites lie within 100
bases of an exon of the snapshot; most are rare, as in a real call set: the allele frequency is
drawn from a mixture, one site in twelve is an indel, one in twelve fails FILTER. Children inherit
one haplotype from each parent. Every family has the same terms (examples/cps1_trio).
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

import numpy as np
import pysam
from filters_make_trio import BASES, places

from rareplan.model.genome import Assembly, Contig

ROOT = Path(__file__).resolve().parents[2]
BLOCK = 2_000
CALLS = np.array(["0/0", "0/1", "1/1"])


def people(samples: int) -> tuple[list[str], list[tuple[int, int, int]], str]:
    """Sample names, columns of each trio (father, mother, child), and the PED."""
    names, trios, ped = [], [], []
    for family in range(samples // 3):
        first = len(names)
        father, mother, child = (f"F{family:03d}{role}" for role in ("dad", "mum", "kid"))
        names += [father, mother, child]
        trios.append((first, first + 1, first + 2))
        ped += [
            f"F{family:03d}\t{child}\t{father}\t{mother}\t{1 + family % 2}\t2",
            f"F{family:03d}\t{father}\t0\t0\t1\t1",
            f"F{family:03d}\t{mother}\t0\t0\t2\t1",
        ]
    for number in range(samples - len(names)):
        names.append(f"S{number:03d}")
        ped.append(f"S{number:03d}\tS{number:03d}\t0\t0\t1\t2")
    return names, trios, "\n".join(ped) + "\n"


def genotypes(rng: np.random.Generator, n: int, samples: int, trios: np.ndarray) -> np.ndarray:
    """Copies of ALT [n, samples]; somebody carries each."""
    common = rng.random(n) < 0.15
    frequency = np.where(common, rng.beta(0.6, 0.8, n), rng.beta(0.2, 40.0, n))
    hap = (rng.random((n, samples, 2)) < frequency[:, None, None]).astype(np.int8)
    nobody = np.flatnonzero(~hap.any(axis=(1, 2)))
    # A private site belongs to a founder, so that his child can have it.
    hap[nobody, trios[rng.integers(0, len(trios), len(nobody)), 0], 0] = 1
    pick = rng.integers(0, 2, (2, n, len(trios)))
    for parent in (0, 1):
        found = np.take_along_axis(hap[:, trios[:, parent]], pick[parent][:, :, None], axis=2)
        hap[:, trios[:, 2], parent] = found[:, :, 0]
    return hap.sum(axis=2)


def lines(rng: np.random.Generator, keys: np.ndarray, samples: int, trios: np.ndarray) -> str:
    """Records of one block."""
    n = len(keys)
    copies = genotypes(rng, n, samples, trios)
    depth = rng.poisson(30, (n, samples)) + 10
    alt_reads = rng.binomial(depth, np.array([0.002, 0.5, 0.998])[copies])
    quality = rng.integers(20, 100, (n, samples))
    ref, step = rng.integers(0, 4, n), rng.integers(1, 4, n)
    indel, failed = rng.random(n) < 0.08, rng.random(n) < 0.08
    shared = np.char.add(np.char.add(CALLS[copies], ":"), (depth - alt_reads).astype(str))
    for part in (alt_reads, depth, quality):
        mark = "," if part is alt_reads else ":"
        shared = np.char.add(np.char.add(shared, mark), part.astype(str))
    found = []
    for i in range(n):
        contig, pos = Contig(int(keys[i] >> 32)).ucsc, int(keys[i] & 0xFFFFFFFF)
        base, other = str(BASES[ref[i]]), str(BASES[(ref[i] + step[i]) % 4])
        alt = base + other if indel[i] else other
        count = int(copies[i].sum())
        af = count / (2 * samples) * rng.uniform(0.5, 1.5)
        info = f"AC={count};AN={2 * samples};gnomAD_AF={min(af, 1.0):.6g}"
        mark = "LowQual" if failed[i] else "PASS"
        fixed = f"{contig}\t{pos}\t.\t{base}\t{alt}\t900\t{mark}\t{info}\tGT:AD:DP:GQ"
        found.append(f"{fixed}\t" + "\t".join(shared[i]) + "\n")
    return "".join(found)


def header(names: list[str]) -> str:
    """Header with the column line."""
    rows = ["##fileformat=VCFv4.2", "##source=simulated for speed tests, stands for nobody",
            '##FILTER=<ID=LowQual,Description="low quality">']  # fmt: skip
    fields = (("INFO", "AC", "A", "Integer"), ("INFO", "AN", "1", "Integer"),
              ("INFO", "gnomAD_AF", "A", "Float"), ("FORMAT", "GT", "1", "String"),
              ("FORMAT", "AD", "R", "Integer"), ("FORMAT", "DP", "1", "Integer"),
              ("FORMAT", "GQ", "1", "Integer"))  # fmt: skip
    for kind, id_, number, type_ in fields:
        rows.append(f'##{kind}=<ID={id_},Number={number},Type={type_},Description="{id_}">')
    for contig, length in Assembly.GRCH38.lengths.items():
        rows.append(f"##contig=<ID={contig.ucsc},length={length}>")
    columns = ["#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO", "FORMAT"]
    return "\n".join([*rows, "\t".join([*columns, *names])]) + "\n"


def make(sites: int, folder: Path, samples: int, seed: int) -> Path:
    """Write joint.vcf.gz, all.ped and hpo/ into a folder; the path of the VCF."""
    rng = np.random.default_rng(seed)
    folder.mkdir(parents=True, exist_ok=True)
    names, trios, ped = people(samples)
    (folder / "all.ped").write_text(ped)
    (folder / "hpo").mkdir(exist_ok=True)
    for family in dict.fromkeys(line.split("\t")[0] for line in ped.splitlines()):
        shutil.copy(ROOT / "examples/cps1_trio/terms.txt", folder / "hpo" / f"{family}.txt")
    keys = places(sites, rng, exome=True)
    path = folder / "joint.vcf.gz"
    with pysam.BGZFile(str(path), "wb") as out:
        out.write(header(names).encode())
        for start in range(0, len(keys), BLOCK):
            part = lines(rng, keys[start : start + BLOCK], samples, np.array(trios))
            out.write(part.encode())
    return path


def main() -> None:
    """Write the files."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sites", type=int)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--samples", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    make(given.sites, given.folder, given.samples, given.seed)


if __name__ == "__main__":
    main()
