#!/usr/bin/env python3
"""A joint call set of many families: Hail once for all against the local engine family by family.

usage: .venv/bin/python scripts/bench/hail_cohort.py [--sites 20000] [--samples 500]
           [--few 4] [--sample 3] [--keep FOLDER]

The call set is simulated (hail_make_joint). ``rareplan cohort`` runs on Hail with a few families
and with all of them; the two give the cost of the import and that of a further family. The local
engine runs a sample of families, each of which reads the whole file; its cost is extrapolated.
Whole processes, wall time. The tables of the sampled families are compared.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from hail_make_joint import make


def cohort(data: Path, out: Path, families: list[str], engine: str) -> float:
    """Wall seconds of one ``rareplan cohort`` over some families; prints processor seconds."""
    terms = out.with_suffix(".hpo")
    shutil.rmtree(terms, ignore_errors=True)
    terms.mkdir()
    for family in families:
        shutil.copy(data / "hpo" / f"{family}.txt", terms)
    shutil.rmtree(out, ignore_errors=True)
    command = [sys.executable, "-m", "rareplan", "cohort", str(data / "joint.vcf.gz"), "--ped",
               str(data / "all.ped"), "--phenotypes", str(terms), "--out", str(out),
               "--engine", engine, "--force", "--json"]  # fmt: skip
    before, used = time.perf_counter(), _processor()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    seconds = time.perf_counter() - before
    print(f"  {engine}, {len(families)} families: {_processor() - used:.0f} processor seconds")
    return seconds


def _processor() -> float:
    """Processor seconds of every process that was started and has ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Make the call set, time both engines, print where they cross."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sites", type=int, default=20_000)
    parser.add_argument("--samples", type=int, default=500)
    parser.add_argument("--few", type=int, default=4)
    parser.add_argument("--sample", type=int, default=3)
    parser.add_argument("--keep", type=Path)
    given = parser.parse_args()
    folder = given.keep or Path(tempfile.mkdtemp(prefix="rareplan-cohort-"))
    data = folder / f"data-{given.sites}-{given.samples}"
    if not (data / "joint.vcf.gz").is_file():
        make(given.sites, data, given.samples, 1)
    families = sorted(path.stem for path in (data / "hpo").iterdir())
    size = (data / "joint.vcf.gz").stat().st_size / 1e6
    print(f"{given.sites} sites, {given.samples} samples, {len(families)} families, "
          f"{size:.0f} MB, {os.cpu_count()} cores")  # fmt: skip
    few = cohort(data, folder / "few", families[: given.few], "hail")
    print(f"hail, {given.few} families: {few:.1f} s  load {os.getloadavg()[0]:.1f}", flush=True)
    every = cohort(data, folder / "all", families, "hail")
    print(f"hail, {len(families)} families: {every:.1f} s, {every / len(families):.2f} s a family  "
          f"load {os.getloadavg()[0]:.1f}", flush=True)  # fmt: skip
    local = cohort(data, folder / "local", families[: given.sample], "local") / given.sample
    print(f"local, {given.sample} families: {local:.2f} s a family, extrapolated to "
          f"{len(families)}: {local * len(families):.0f} s")  # fmt: skip
    print(f"load {os.getloadavg()[0]:.1f}")
    same = all(
        (folder / "local" / f / "candidates.tsv").read_bytes()
        == (folder / "all" / f / "candidates.tsv").read_bytes()
        for f in families[: given.sample]
    )
    each = (every - few) / max(1, len(families) - given.few)
    start = few - each * given.few
    cross = start / (local - each) if local > each else float("inf")
    print(f"hail = {start:.1f} s + {each:.2f} s a family; local = {local:.2f} s a family; "
          f"they cross at {cross:.1f} families; candidates.tsv the same: {same}")  # fmt: skip


if __name__ == "__main__":
    main()
