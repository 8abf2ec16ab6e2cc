"""Start, memory and SNV speed with a bundle as large as MANE's, with sequence.

python scripts/bench/consequences_startup.py
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

_CHILD = """
import sys, time
start = time.perf_counter()
from pathlib import Path
import numpy as np
from rareplan.annotate import annotate_sites
from rareplan.knowledge.store import open_knowledge
from rareplan.knowledge.transcripts import TranscriptBundle
imported = time.perf_counter()
bundle = TranscriptBundle.from_knowledge(open_knowledge(Path(sys.argv[1])))
one = lambda x, t: np.array([x], dtype=t)
first = annotate_sites(one(1, np.int8), one(int(bundle.start[0]) + 5, np.int64), one("A", object),
                       one("C", object), bundle).consequences(0)
ready = time.perf_counter()
rng = np.random.default_rng(1)
n = 200_000
rows = rng.integers(0, len(bundle), n)
span = (bundle.end - bundle.start)[rows]
pos = bundle.start[rows] + (rng.random(n) * span).astype(np.int64)
bases = np.array(list("ACGT"), dtype=object)
ref = rng.integers(0, 4, n)
alt = (ref + rng.integers(1, 4, n)) % 4
best = 0.0
for _ in range(5):
    begin = time.perf_counter()
    for a in range(0, n, 32768):
        b = slice(a, a + 32768)
        annotate_sites(
            bundle.contig[rows[b]], pos[b], bases[ref[b]], bases[alt[b]], bundle
        ).worst_rank
    best = max(best, n / (time.perf_counter() - begin))
# getrusage would give the parent's peak, which the child inherits; VmHWM is its own.
peak = next(x for x in Path("/proc/self/status").read_text().splitlines() if x.startswith("VmHWM"))
print(imported - start, ready - imported, best, int(peak.split()[1]) // 1024, len(bundle))
"""


def with_sequence(source: Path, target: Path) -> None:
    """A copy of a snapshot's transcripts with random sequence of the right length."""
    import pyarrow as pa

    from rareplan.knowledge.sequence import PackedSequence
    from rareplan.knowledge.store import open_knowledge
    from rareplan.knowledge.transcripts import TranscriptBundle
    from rareplan.refresh.tables import Built, Source, write_manifest, write_table

    knowledge = open_knowledge(source)
    table = knowledge.table("transcripts")
    bundle = TranscriptBundle.from_table(table)
    starts = np.concatenate(([0], np.cumsum(bundle.length)))
    codes = np.random.default_rng(3).integers(0, 4, int(starts[-1])).astype(np.uint8)
    packed = PackedSequence.from_codes(codes)
    column = table.column_names.index("sequence_offset")
    table = table.set_column(column, "sequence_offset", pa.array(starts[:-1], pa.int64()))
    origin = (Source("simulated", "1", "2026-01-01", "none", "", ""),)
    arrays = {
        "packed": packed.packed,
        "n_mask": packed.n_mask,
        "length": np.array([packed.length], dtype=np.int64),
    }
    entries = {
        "transcripts": write_table(target, Built("transcripts", table, origin)),
        "sequence": write_table(target, Built("sequence", arrays, origin)),
    }
    write_manifest(target, "bench", "2026-01-01", entries)


def main() -> None:
    """Run the child twice for each snapshot and print the better."""
    starter = Path(__file__).resolve().parents[2] / "knowledge" / "starter"
    with tempfile.TemporaryDirectory() as name:
        with_sequence(starter, Path(name))
        for label, folder in (("coordinates", starter), ("with sequence", Path(name))):
            runs = []
            for _ in range(3):
                command = [sys.executable, "-c", _CHILD, str(folder)]
                done = subprocess.run(command, check=True, capture_output=True, text=True)
                runs.append([float(x) for x in done.stdout.split()])
            imports, load, speed, memory, rows = zip(*runs, strict=True)
            figures = {
                "imports_s": round(min(imports), 3), "load_and_first_allele_s": round(min(load), 3),
                "snv_per_s": round(max(speed)), "peak_mb": max(memory), "transcripts": rows[0],
            }  # fmt: skip
            print(label, json.dumps(figures))


if __name__ == "__main__":
    main()
