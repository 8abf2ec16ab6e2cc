"""Agreement of genmod's models and rareplan's modes, variant by variant, and why they differ.

usage: compare.py FOLDER NAME BEGAN ENDED (the times of genmod's run, in seconds)
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections import Counter
from pathlib import Path

# genmod's models -> our modes; AR_comp_dn is a pair one half of which is new.
SAME = (
    ("AD", {"AD"}, {"AD"}),
    ("AD de novo", {"AD_dn"}, {"AD de novo"}),
    ("AR homozygous", {"AR_hom"}, {"AR homozygous"}),
    ("AR homozygous, one parent without it", {"AR_hom_dn"}, {"AR hemizygous over deletion"}),
    ("AR compound", {"AR_comp", "AR_comp_dn"}, {"AR compound heterozygous"}),
    ("X recessive", {"XR"}, {"XL recessive"}),
    ("X dominant", {"XD"}, {"XL dominant"}),
    ("X de novo", {"XR_dn", "XD_dn"}, {"XL de novo"}),
)


def models(path: Path) -> dict[int, set[str]]:
    """Number of an allele -> genmod's models."""
    found = {}
    for line in path.read_text("utf-8").splitlines():
        if not line.startswith("#"):
            cells = line.split("\t")
            told = re.search(r"GeneticModels=f:([^;]+)", cells[7])
            found[int(cells[2][1:])] = set(told[1].split("|")) if told else set()
    return found


def calls(path: Path) -> dict[int, str]:
    """Number of an allele -> the genotypes, for the examples."""
    lines = (x.split("\t") for x in path.read_text("utf-8").splitlines() if not x.startswith("#"))
    return {int(c[2][1:]): f"{'X' if c[0] == 'X' else 'autosome'} {' '.join(c[9:])}" for c in lines}


def why(theirs: set[str], ours: dict[str, list[str]], modes: set[str]) -> str:
    """One side's own word for a difference."""
    mine = [ours[m] for m in modes if m in ours]
    if any(verdict != "EXCLUDED" for verdict, _ in mine):
        others = "another model" if theirs else "no model"
        reason = re.sub(r"[\d.]*\d", "N", mine[0][1])
        return f"only rareplan ({mine[0][0]}: {reason}); genmod: {others}"
    if not ours:
        return "only genmod; rareplan: the child has no call, so nothing is asked"
    return f"only genmod; rareplan: {mine[0][1] if mine else 'asks ' + ', '.join(sorted(ours))}"


def main() -> None:
    """Print one table a family."""
    folder, name = Path(sys.argv[1]), sys.argv[2]
    ours = json.loads((folder / "ours.json").read_text("utf-8"))
    theirs, genotypes = models(folder / "genmod.vcf"), calls(folder / "family.vcf")
    spent = float(sys.argv[4]) - float(sys.argv[3])
    mine = ours["read"] + ours["judge"]
    print(f"\n### {name}: {ours['alleles']} alleles in genes, load {os.getloadavg()[0]:.1f}\n")
    print(f"genmod models {spent:.1f} s; rareplan {mine:.1f} s (reading {ours['read']:.1f}, every "
          f"mode {ours['judge']:.1f}), ratio {spent / mine:.1f}\n")  # fmt: skip
    print("| model | both | neither | only genmod | only rareplan |\n|---|---|---|---|---|")
    reasons: dict[str, tuple[int, str]] = {}
    for label, one, other in SAME:
        count: Counter[str] = Counter()
        for number in range(ours["alleles"]):
            found = ours["fits"].get(str(number), {})
            a = bool(theirs.get(number, set()) & one)
            b = any(found.get(m, ["EXCLUDED"])[0] != "EXCLUDED" for m in other)
            count["both" if a and b else "genmod" if a else "ours" if b else "neither"] += 1
            if a != b:
                text = f"{label}: {why(theirs.get(number, set()), found, other)}"
                seen, example = reasons.get(text, (0, genotypes[number]))
                reasons[text] = (seen + 1, example)
        print(f"| {label} | {count['both']} | {count['neither']} | {count['genmod']} | "
              f"{count['ours']} |")  # fmt: skip
    print("\nMost frequent differences (one example each: place, calls in the order of the PED):\n")
    for text, (seen, example) in sorted(reasons.items(), key=lambda r: -r[1][0])[:16]:
        print(f"- {seen} x {text} [{example}]")


if __name__ == "__main__":
    main()
