#!/usr/bin/env python3
"""Time the local engine (read, rules, ledger, consequences, inheritance) against a bare pass.

usage: .venv/bin/python scripts/bench/filters_speed.py TRIO.vcf.gz [TRIO.vcf.gz ...]

The bare pass is one cyvcf2 loop over the same file that decodes GT, GQ, DP and AD of every
record and keeps nothing. Each runs in a process of its own, start-up and knowledge included for
the engine; both are run ``--repeat`` times in turn and the fastest of each is taken.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path


def bare(path: Path) -> None:
    """Decode the four fields of every record."""
    from cyvcf2 import VCF

    for variant in VCF(str(path)):
        variant.genotype.array()
        variant.format("GQ")
        variant.format("DP")
        variant.format("AD")


def engine(path: Path) -> dict[str, object]:
    """One run of the local engine on the trio ``proband``, ``father``, ``mother``."""
    from rareplan.config import load_settings
    from rareplan.engines.local import run
    from rareplan.knowledge.store import open_knowledge
    from rareplan.model.case import Case
    from rareplan.model.genome import Assembly
    from rareplan.model.pedigree import Affection, Pedigree, Person, Sex

    people = (
        Person("proband", "f", "father", "mother", Sex.MALE, Affection.AFFECTED),
        Person("father", "f", sex=Sex.MALE, affection=Affection.UNAFFECTED),
        Person("mother", "f", sex=Sex.FEMALE, affection=Affection.UNAFFECTED),
    )
    pedigree = Pedigree("proband", people, frozenset(p.id for p in people))
    result = run(Case((path,), Assembly.GRCH38, pedigree, ()), open_knowledge(), load_settings())
    ledger = result.summary.ledger
    size = result.ledger.stat().st_size
    return {"alleles": ledger.alleles, "passed": ledger.passed, "ledger_mb": round(size / 1e6, 1)}


def child(kind: str, path: Path) -> None:
    """Run one measurement and print it as JSON."""
    started = time.perf_counter()
    told = engine(path) if kind == "engine" else (bare(path), {})[1]
    both = [resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    told["seconds"] = round(time.perf_counter() - started, 2)
    told["cpu_seconds"] = round(sum(u.ru_utime + u.ru_stime for u in both), 2)
    told["peak_mb"] = sum(u.ru_maxrss for u in both) // 1024
    print(json.dumps(told))


def measure(kind: str, path: Path) -> dict[str, float]:
    """One measurement in a process of its own."""
    command = [sys.executable, __file__, str(path), "--child", kind]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> None:
    """Print one line a file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--repeat", type=int, default=2)
    parser.add_argument("--child", choices=("bare", "engine"))
    given = parser.parse_args()
    if given.child:
        child(given.child, given.files[0])
        return
    for path in given.files:
        runs = [(measure("bare", path), measure("engine", path)) for _ in range(given.repeat)]
        plain = min((r[0] for r in runs), key=lambda r: r["seconds"])
        whole = min((r[1] for r in runs), key=lambda r: r["seconds"])
        print(f"{path.name}  cores {len(os.sched_getaffinity(0))}  load {os.getloadavg()[0]:.1f}")
        print(f"  bare    {plain}")
        print(f"  engine  {whole}")
        for unit in ("seconds", "cpu_seconds"):
            print(f"  ratio of {unit}: {whole[unit] / plain[unit]:.2f}")


if __name__ == "__main__":
    main()
