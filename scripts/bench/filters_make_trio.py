#!/usr/bin/env python3
"""Write a simulated trio VCF of any size (GRCh38, bgzip): for speed only, it stands for nobody.

usage: .venv/bin/python scripts/bench/filters_make_trio.py ROWS OUT.vcf.gz [--exome]

Parents' haplotypes are drawn from allele frequencies of a typical genome, the child inherits
one from each; 12 % of records are indels, 3 % have two ALTs, 8 % fail FILTER. Without --exome
positions lie anywhere on 1-22, X and Y; with it within 100 bases of an exon of the snapshot.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pysam

from rareplan.knowledge.store import open_knowledge
from rareplan.knowledge.transcripts import TranscriptBundle
from rareplan.model.genome import Assembly, Contig

BLOCK = 100_000
BASES = np.array(list("ACGT"))


def places(rows: int, rng: np.random.Generator, exome: bool) -> np.ndarray:
    """Sorted contig << 32 | position, unique."""
    lengths = [Assembly.GRCH38.lengths[Contig(c)] for c in range(1, 25)]
    if exome:
        bundle = TranscriptBundle.from_knowledge(open_knowledge())
        contig = np.repeat(bundle.contig, np.diff(bundle.exon_offset))
        usable = np.flatnonzero((contig >= 1) & (contig <= 24))
        pick = rng.choice(usable, int(rows * 1.3))
        span = bundle.exon_end[pick] - bundle.exon_start[pick] + 200
        pos = bundle.exon_start[pick] - 100 + (rng.random(len(pick)) * span).astype(np.int64)
        keys = contig[pick].astype(np.int64) << 32 | np.maximum(pos, 1)
    else:
        ends = np.cumsum(lengths)
        at = rng.integers(0, ends[-1], int(rows * 1.02))
        code = np.searchsorted(ends, at, side="right")
        starts = np.concatenate(([0], ends[:-1]))
        keys = (code + 1).astype(np.int64) << 32 | (at - starts[code] + 1)
    keys = np.unique(keys)
    return np.sort(rng.choice(keys, min(rows, len(keys)), replace=False))


def calls(rng: np.random.Generator, n: int) -> np.ndarray:
    """Haplotypes [n, 3, 2] of child, father, mother; every record has a carrier."""
    frequency = rng.beta(0.4, 0.8, n)
    parents = (rng.random((n, 2, 2)) < frequency[:, None, None]).astype(np.int8)
    nobody = ~parents.any(axis=(1, 2))
    parents[nobody, rng.integers(0, 2, nobody.sum()), rng.integers(0, 2, nobody.sum())] = 1
    pick = rng.integers(0, 2, (n, 2))
    child = np.take_along_axis(parents, pick[:, :, None], axis=2)[:, :, 0]
    return np.concatenate((child[:, None], parents), axis=1)


def block(rng: np.random.Generator, keys: np.ndarray) -> str:
    """Lines of one block."""
    n = len(keys)
    hap = calls(rng, n)
    depth = rng.poisson(32, (n, 3)) + 8
    alt_reads = rng.binomial(depth, np.array([0.002, 0.5, 0.998])[hap.sum(axis=2)])
    quality = rng.integers(15, 100, (n, 3))
    ref, alt = BASES[rng.integers(0, 4, n)], rng.integers(1, 4, n)
    kind, failed = rng.random(n), rng.random(n) < 0.08
    af = np.round(rng.beta(0.4, 0.8, n), 5)
    lines = []
    for i in range(n):
        contig, pos = int(keys[i] >> 32), int(keys[i] & 0xFFFFFFFF)
        base = str(ref[i])
        other = "ACGT"[("ACGT".index(base) + int(alt[i])) % 4]
        if kind[i] < 0.06:
            other = base + "ACGT"[alt[i]] * int(alt[i])
        elif kind[i] < 0.12:
            base, other = base + "TG", base
        two = 0.12 <= kind[i] < 0.15
        alts = f"{other},{'ACGT'.replace(base[0], '').replace(other[0], '')[0]}" if two else other
        tail = ",0" if two else ""
        people = "\t".join(
            f"{hap[i, p, 0]}/{hap[i, p, 1]}:{depth[i, p] - alt_reads[i, p]},{alt_reads[i, p]}{tail}"
            f":{depth[i, p]}:{quality[i, p]}:" + ("0,60,900,60,900,900" if two else "0,60,900")
            for p in range(3)
        )
        info = f"AC={int(hap[i].sum())};AN=6;DP={int(depth[i].sum())};gnomAD_AF={af[i]}" + (
            ",0.001" if two else ""
        )
        name = Contig(contig).ucsc
        mark = "LowQual" if failed[i] else "PASS"
        quality_text = int(depth[i].sum()) * 8
        fixed = f"{name}\t{pos}\t.\t{base}\t{alts}\t{quality_text}\t{mark}\t{info}"
        lines.append(f"{fixed}\tGT:AD:DP:GQ:PL\t{people}\n")
    return "".join(lines)


def header() -> str:
    """Header with the column line."""
    lines = ["##fileformat=VCFv4.2", "##source=simulated for speed tests, stands for nobody"]
    lines += ['##FILTER=<ID=LowQual,Description="low quality">']
    for id_, number, kind in (
        ("AC", "A", "Integer"),
        ("AN", "1", "Integer"),
        ("DP", "1", "Integer"),
        ("gnomAD_AF", "A", "Float"),
    ):
        lines.append(f'##INFO=<ID={id_},Number={number},Type={kind},Description="{id_}">')
    for id_, number, kind in (
        ("GT", "1", "String"),
        ("AD", "R", "Integer"),
        ("DP", "1", "Integer"),
        ("GQ", "1", "Integer"),
        ("PL", "G", "Integer"),
    ):
        lines.append(f'##FORMAT=<ID={id_},Number={number},Type={kind},Description="{id_}">')
    for contig, length in Assembly.GRCH38.lengths.items():
        lines.append(f"##contig=<ID={contig.ucsc},length={length}>")
    columns = ["#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO", "FORMAT"]
    return "\n".join([*lines, "\t".join([*columns, "proband", "father", "mother"])]) + "\n"


def main() -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rows", type=int)
    parser.add_argument("out", type=Path)
    parser.add_argument("--exome", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    rng = np.random.default_rng(given.seed)
    keys = places(given.rows, rng, given.exome)
    with pysam.BGZFile(str(given.out), "wb") as out:
        out.write(header().encode())
        for start in range(0, len(keys), BLOCK):
            out.write(block(rng, keys[start : start + BLOCK]).encode())


if __name__ == "__main__":
    main()
