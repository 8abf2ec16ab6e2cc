#!/usr/bin/env python3
"""How many survivors a second one process finishes: consequences, segregation, ledger.

usage: .venv/bin/python scripts/bench/hail_survivors.py TRIO.vcf.gz TRIO.ped

The trio (filters_make_trio.py) is read with no limit on frequency, so that nearly every exonic
allele survives. What is timed is what both engines do in one process after the record's rules.
"""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from rareplan.config import load_settings
from rareplan.engines.choose import EngineRequest
from rareplan.engines.work import FamilyWork
from rareplan.knowledge.store import open_knowledge
from rareplan.read.batches import iter_batches
from rareplan.read.case import CasePaths, read_case


@dataclass(frozen=True)
class Timed:
    """Survivors of one run and the seconds that finishing them took."""

    survivors: int
    seconds: float


def measure(vcf: Path, ped: Path, highest: float | None) -> Timed:
    """Finish a family, with every frequency limit at ``highest`` if one is given."""
    kb, settings = open_knowledge(), load_settings()
    if highest is not None:
        every = dict.fromkeys(("ad", "ar_homozygous", "ar_compound", "xl", "mt"), highest)
        rarity = settings.rarity.model_copy(update=every)
        settings = settings.model_copy(update={"rarity": rarity})
    case = read_case(CasePaths((vcf,), ped=ped, phenotype_needed=False), kb)
    work = FamilyWork.open(case, kb, settings, EngineRequest(force=True))
    with work.ledger:
        for batch in iter_batches(case, settings.rarity.tags):
            work.count(batch)
            work.stream(batch)
        survivors = sum(len(b) for b in work.waiting.batches)
        before = time.perf_counter()
        work.finish("local")
    return Timed(survivors, time.perf_counter() - before)


def main() -> None:
    """Print a row with the usual limits and one without."""
    vcf, ped = Path(sys.argv[1]), Path(sys.argv[2])
    measure(vcf, ped, None)  # loads the tables
    for name, highest in (("usual limits", None), ("no limit", 1.0)):
        found = measure(vcf, ped, highest)
        rate = found.survivors / found.seconds
        print(f"{name}: {found.survivors} survivors in {found.seconds:.2f} s, {rate:.0f} a second")
    print(f"load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
