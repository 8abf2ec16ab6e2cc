#!/usr/bin/env python3
"""Many families at once: families an hour, memory a process, and what the processes share.

usage: .venv/bin/python scripts/bench/load.py [--families 200] [--processes 2] [--minutes N]
       [--vcf FILE --hpo FILE]

Every family is one ``rareplan analyze`` in a process of its own, ``--processes`` at a time, on the
example trio unless a VCF is given. RSS and PSS (the share of memory that is not also another's)
are the highest that /proc showed while a process ran, where there is such a thing.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "cps1_trio"


@dataclass
class Figures:
    """What was seen of the families: seconds, MB, and exit codes other than 0."""

    seconds: list[float] = field(default_factory=list)
    rss: list[float] = field(default_factory=list)
    pss: list[float] = field(default_factory=list)
    shared: list[float] = field(default_factory=list)
    failed: int = 0


@dataclass
class Running:
    """One family in work."""

    process: subprocess.Popen[bytes]
    began: float
    highest: dict[str, float] = field(default_factory=dict)


def family(options: argparse.Namespace) -> list[str]:
    """Arguments of analyze for one family."""
    if options.vcf:
        return [str(options.vcf), "--hpo", str(options.hpo)]
    return [
        str(EXAMPLE / "family.vcf.gz"), "--ped", str(EXAMPLE / "family.ped"),
        "--case", str(EXAMPLE / "case.toml"), "--hpo", str(EXAMPLE / "terms.txt"),
    ]  # fmt: skip


def start(arguments: list[str], out: Path) -> Running:
    """One process, one thread of numerics each, so that cores are not fought over."""
    command = [
        sys.executable,
        "-m",
        "rareplan",
        "analyze",
        *arguments,
        "--out",
        str(out),
        "--quiet",
    ]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    return Running(subprocess.Popen(command, env=environment), time.perf_counter())


def look(running: Running) -> None:
    """Keep the highest memory counters of a process (kB in smaps_rollup)."""
    try:
        text = Path(f"/proc/{running.process.pid}/smaps_rollup").read_text()
    except OSError:
        return
    counters = dict(line.split(":", 1) for line in text.splitlines()[1:] if ":" in line)
    values = {k: float(v.split()[0]) / 1024 for k, v in counters.items() if v.split()}
    clean = values.get("Shared_Clean", 0.0)
    for name, value in (("Rss", values.get("Rss", 0.0)), ("Pss", values.get("Pss", 0.0)),
                        ("Shared", clean)):  # fmt: skip
        running.highest[name] = max(running.highest.get(name, 0.0), value)


def collect(running: Running, figures: Figures) -> None:
    """A family that has ended."""
    figures.seconds.append(time.perf_counter() - running.began)
    figures.failed += running.process.returncode != 0
    for name, into in (("Rss", figures.rss), ("Pss", figures.pss), ("Shared", figures.shared)):
        if name in running.highest:
            into.append(running.highest[name])


def run(options: argparse.Namespace, folder: Path) -> tuple[Figures, float]:
    """All families; the figures and the wall time."""
    figures, running, started = Figures(), [], 0
    began = time.perf_counter()
    last = began + 60 * options.minutes
    while (more := started < options.families and time.perf_counter() < last) or running:
        while more and started < options.families and len(running) < options.processes:
            running.append(start(family(options), folder / f"family{started}"))
            started += 1
        time.sleep(0.1)
        for one in list(running):
            look(one)
            if one.process.poll() is not None:
                collect(one, figures)
                running.remove(one)
    return figures, time.perf_counter() - began


def main() -> None:
    """Print one Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--families", type=int, default=200)
    parser.add_argument("--processes", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--minutes", type=float, default=float("inf"), help="begin none after")
    parser.add_argument("--vcf", type=Path)
    parser.add_argument("--hpo", type=Path)
    options = parser.parse_args()
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="rareplan-load-") as folder:
        figures, wall = run(options, Path(folder))
        whole = len(list(Path(folder).glob("family*/provenance.json")))
        left = len(list(Path(folder).glob(".*")))
    print("| figure | value |\n|---|---|")
    done = len(figures.seconds)
    after = os.getloadavg()[0]
    print("| families, processes, load before and after | "
          f"{done}, {options.processes}, {load:.1f}, {after:.1f} |")  # fmt: skip
    print(f"| whole runs, failed, leftovers | {whole}, {figures.failed}, {left} |")
    print(f"| families an hour | {done / wall * 3600:.0f} |")
    print(f"| seconds a family, median | {statistics.median(figures.seconds):.1f} |")
    for name, values in (("RSS", figures.rss), ("PSS (own share)", figures.pss),
                         ("shared and clean (files mapped once)", figures.shared)):  # fmt: skip
        if values:
            print(f"| peak {name} a process, median, MB | {statistics.median(values):.0f} |")


if __name__ == "__main__":
    main()
