#!/usr/bin/env python3
"""Time the whole command, from files to reports, and say where the causal gene stands.

usage: .venv/bin/python scripts/bench/main_job.py [ROWS of the simulated exome trio, 100000]

Every run is a process of its own; memory is the highest that the kernel counted. Beside the
simulated trio a bare pass over the same file: one cyvcf2 loop that decodes GT, GQ, DP and AD. The
spiked exomes are those of ../shared/data/vcf; without them only the simulated ones are run.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
EXAMPLE = ROOT / "examples" / "cps1_trio"
SHARED = ROOT.parent / "shared" / "data" / "vcf"
SPIKED = {"miller": "DHODH", "NA12878.recessive": "SUCLA2", "NA12878.dominant": "KCNA2"}
PED = "f\tproband\tfather\tmother\t1\t2\nf\tfather\t0\t0\t1\t1\nf\tmother\t0\t0\t2\t1\n"


def run(*command: object) -> tuple[float, float]:
    """Wall seconds and peak MB of a Python process."""
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, *map(str, command)], stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"failed: {command}")
    return time.perf_counter() - began, used.ru_maxrss / 1024


def analyze(vcf: Path, terms: Path, out: Path, *more: object) -> tuple[float, float]:
    """One ``rareplan analyze``."""
    return run("-m", "rareplan", "analyze", vcf, "--hpo", terms, "--out", out, "--quiet", *more)


def spiked(folder: Path) -> None:
    """Rank of the causal gene of each spiked exome."""
    for name, gene in SPIKED.items():
        vcf, terms = SHARED / f"{name}.vcf.gz", SHARED / f"{name}.hpo.txt"
        if not vcf.is_file():
            print(f"not found: ../shared/data/vcf/{vcf.name}")
            continue
        seconds, megabytes = analyze(vcf, terms, folder / name)
        case = json.loads((folder / name / "case.json").read_text("utf-8"))
        rank, first = next((c["rank"], c) for c in case["candidates"] if c["gene"] == gene)
        print(
            f"spiked {name}: {gene} rank {rank} ({first['inheritance']}, {first['probability']:.2f}"
            f"), none of these {case['none_of_these']:.2f}, {seconds:.1f} s, {megabytes:.0f} MB"
        )


def main() -> None:
    """Print one line a measurement."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    print(f"cores {len(os.sched_getaffinity(0))}, load {os.getloadavg()[0]:.1f}")
    print(f"help: {min(run('-m', 'rareplan', '--help')[0] for _ in range(5)):.2f} s")
    with tempfile.TemporaryDirectory(prefix="rareplan-bench-") as name:
        folder = Path(name)
        more = ("--ped", EXAMPLE / "family.ped", "--case", EXAMPLE / "case.toml")
        terms = EXAMPLE / "terms.txt"
        runs = [analyze(EXAMPLE / "family.vcf.gz", terms, folder / "e", *more) for _ in range(3)]
        print(
            f"example: {min(runs)[0]:.1f} to {max(runs)[0]:.1f} s, {max(r[1] for r in runs):.0f} MB"
        )
        trio = folder / "trio.vcf.gz"
        run(HERE / "filters_make_trio.py", rows, trio, "--exome")
        (folder / "trio.ped").write_text(PED)
        bare, _ = run(HERE / "filters_speed.py", trio, "--child", "bare")
        ours = ("--ped", folder / "trio.ped", "--force")
        seconds, megabytes = min(analyze(trio, terms, folder / "t", *ours) for _ in range(2))
        print(
            f"trio of {rows:,} rows: {seconds:.1f} s, {megabytes:.0f} MB; "
            f"bare cyvcf2 pass {bare:.1f} s, ratio {seconds / bare:.1f}"
        )
        spiked(folder)


if __name__ == "__main__":
    main()
