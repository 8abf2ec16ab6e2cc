#!/usr/bin/env python3
"""Time both engines on the same trio, whole processes, and print the ratio.

usage: .venv/bin/python scripts/bench/hail_speed.py ROWS [--exome] [--keep FOLDER]

The trio is simulated by filters_make_trio.py beside this file. Wall time from start to reports.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PED = "f\tproband\tfather\tmother\t1\t2\nf\tfather\t0\t0\t1\t1\nf\tmother\t0\t0\t2\t1\n"


def timed(folder: Path, vcf: Path, engine: str) -> tuple[float, float, float]:
    """Wall seconds, peak memory (MB) and processor seconds (JVM included) of one analyze."""
    ped = str(folder / "t.ped")
    command = [sys.executable, "-m", "rareplan", "analyze", str(vcf), "--ped", ped, "--hpo",
               str(ROOT / "examples/cps1_trio/terms.txt"), "--engine", engine, "--force",
               "--quiet", "--out", str(folder / f"run-{engine}")]  # fmt: skip
    started = time.perf_counter()
    process = subprocess.Popen(command)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{engine} ended with {status}")
    seconds = time.perf_counter() - started
    return seconds, usage.ru_maxrss / 1024, usage.ru_utime + usage.ru_stime


def main() -> None:
    """Make the trio, run both engines, compare their tables, print the row."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", type=int)
    parser.add_argument("--exome", action="store_true")
    parser.add_argument("--keep", type=Path)
    given = parser.parse_args()
    folder = given.keep or Path(tempfile.mkdtemp(prefix="rareplan-bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    vcf = folder / f"trio-{given.rows}.vcf.gz"
    if not vcf.exists():
        make = [sys.executable, str(HERE / "filters_make_trio.py"), str(given.rows), str(vcf)]
        subprocess.run([*make, *(["--exome"] if given.exome else [])], check=True)
    (folder / "t.ped").write_text(PED)
    local, local_mb, local_cpu = timed(folder, vcf, "local")
    hail, hail_mb, hail_cpu = timed(folder, vcf, "hail")
    same = (folder / "run-local/candidates.tsv").read_bytes() == (
        folder / "run-hail/candidates.tsv"
    ).read_bytes()
    print(f"rows {given.rows}  cores {os.cpu_count()}  load {os.getloadavg()[0]:.1f}")
    print(f"local {local:.1f} s ({local_mb:.0f} MB)  hail {hail:.1f} s ({hail_mb:.0f} MB, Python)")
    print(f"processor seconds: local {local_cpu:.0f}, hail {hail_cpu:.0f}")
    print(f"ratio hail/local {hail / local:.2f}  candidates.tsv the same: {same}")


if __name__ == "__main__":
    main()
