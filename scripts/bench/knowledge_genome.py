#!/usr/bin/env python3
"""Time ``rareplan kb sequence`` on a genome of full size, made up here (3.1 GB on disk).

usage: .venv/bin/python scripts/bench/knowledge_genome.py [FOLDER]

Chromosomes have GRCh38's lengths and random bases; the genes' frames are not real, so most coding
transcripts fail the check, after all of them were read.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pysam

from rareplan.config import load_settings
from rareplan.model.genome import Assembly
from rareplan.refresh.job import add_genome
from rareplan.refresh.layout import Home
from rareplan.refresh.spec import load_specs


def write(path: Path) -> None:
    """Random bases, 64 MB at a time."""
    rng = np.random.default_rng(38)
    letters = np.frombuffer(b"ACGT", dtype=np.uint8)
    with path.open("wb") as handle:
        for contig, length in Assembly.GRCH38.lengths.items():
            handle.write(f">{contig.ucsc}\n".encode())
            for start in range(0, length, 1 << 26):
                size = min(1 << 26, length - start)
                handle.write(letters[rng.integers(0, 4, size, dtype=np.uint8)].tobytes())
            handle.write(b"\n")
    pysam.faidx(str(path))


def main() -> None:
    """Make the genome, read it, print one line."""
    with tempfile.TemporaryDirectory(dir=sys.argv[1] if len(sys.argv) > 1 else None) as folder:
        fasta = Path(folder) / "genome.fa"
        write(fasta)
        began = time.perf_counter()
        summary, part = add_genome(
            Home(Path(folder) / "knowledge"), load_specs(), load_settings().refresh, fasta
        )
        seconds = time.perf_counter() - began
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        left = part.index["tables"]["genome_sequence"]["notes"]["left_out"]
        print(f"{seconds:.1f} s, peak {peak:.0f} MB, left out {left}, faults {summary.faults}")


if __name__ == "__main__":
    main()
