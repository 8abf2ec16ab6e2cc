"""The streaming frequency builder and look-ups on a simulated chromosome.

    python scripts/bench/knowledge_gnomad.py [RECORDS] [QUERIES]

Simulates RECORDS (default 20,000,000) joint gnomAD records with a share of indels, streams them
through the builder as lines, and looks up QUERIES (default 5,000,000) alleles, most of them from
the chromosome. Every record is kept (AF at or above the builder's floor): the hardest case.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "src")]

import pyarrow as pa  # noqa: E402
import pyarrow.parquet as pq  # noqa: E402

from rareplan.knowledge.frequencies import FrequencyTable  # noqa: E402
from rareplan.refresh.parsers.gnomad import SitesWriter  # noqa: E402

SEED = 20260101
_PAIRS = [(r, a) for r in "ACGT" for a in "ACGT" if r != a]


def lines(records: int) -> Iterator[bytes]:
    """Joint-file lines of chr1 in order, as gnomAD writes them (shortened INFO)."""
    yield b"##fileformat=VCFv4.2\n"
    rng = np.random.default_rng(SEED)
    pos = 10_000
    block = 100_000
    for start in range(0, records, block):
        count = min(block, records - start)
        steps = rng.integers(1, 22, count)
        kinds = rng.integers(0, 14, count)
        counts = rng.integers(0, 5, count)
        for step, kind, hom in zip(steps.tolist(), kinds.tolist(), counts.tolist(), strict=True):
            pos += step
            ref, alt = _PAIRS[kind] if kind < 12 else ("A", "ATT") if kind == 12 else ("CAG", "C")
            yield (
                f"chr1\t{pos}\trs1\t{ref}\t{alt}\t.\tPASS\tAC_joint=25;AN_joint=152000;"
                f"AF_joint=1.6e-04;grpmax_joint=nfe;nhomalt_joint={hom};"
                f"AF_grpmax_joint=2.1e-04;faf95_joint=9.1e-05\n"
            ).encode()


def peak() -> float:
    """Highest memory of this process so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(records: int, queries: int) -> None:
    """Build, look up, print."""
    with tempfile.TemporaryDirectory() as tmp:
        path = Path(tmp) / "frequencies.parquet"
        began = time.perf_counter()
        for _ in lines(records):
            pass
        generating = time.perf_counter() - began
        began = time.perf_counter()
        writer = SitesWriter(path)
        writer.add(lines(records))
        writer.close()
        built = time.perf_counter() - began - generating
        print(f"build: {records:,} records, {writer.rows:,} rows, {built:.0f} s (generating the "
              f"lines took {generating:.0f} s more), peak {peak():.0f} MB, "
              f"file {path.stat().st_size / 1e6:.0f} MB")  # fmt: skip
        _look_up(path, queries)


def _look_up(path: Path, queries: int) -> None:
    file = pq.ParquetFile(path, read_dictionary=["af_group"])
    groups = list(range(file.metadata.num_row_groups))
    table = FrequencyTable(file, "simulated", 1e-4, {1: groups}, {1: 0})
    rng = np.random.default_rng(SEED + 1)
    share = pq.read_table(path, columns=["pos", "ref", "alt"]).combine_chunks()
    rows = np.sort(rng.integers(0, share.num_rows, queries * 9 // 10))
    known = share.take(pa.array(rows))
    other = queries - len(rows)
    pos = np.concatenate([known["pos"].to_numpy(), rng.integers(10_000, 200_000_000, other)])
    ref = pa.concat_arrays([known["ref"].combine_chunks(), pa.array(["A"] * other)])
    alt = pa.concat_arrays([known["alt"].combine_chunks(), pa.array(["C"] * other)])
    del share, known
    contig = np.ones(queries, dtype=np.int8)
    began, cpu = time.perf_counter(), time.process_time()
    found = table.find(contig, pos, ref, alt)
    seconds, used = time.perf_counter() - began, time.process_time() - cpu
    right = (found[: len(rows)] == rows).mean()
    print(f"look-up: {queries:,} alleles in {seconds:.1f} s ({used:.1f} s CPU) "
        "with the reading of the chromosome; "
          f"{right:.4f} of the known ones at their row; peak {peak():.0f} MB")  # fmt: skip
    began = time.perf_counter()
    table.find(contig, pos, ref, alt)
    print(f"again, with the chromosome in memory: {time.perf_counter() - began:.1f} s")


if __name__ == "__main__":
    given = [int(x.replace(",", "")) for x in sys.argv[1:]]
    main(given[0] if given else 20_000_000, given[1] if len(given) > 1 else 5_000_000)
