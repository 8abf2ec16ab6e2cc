"""Measure the phenotype ranking on published cases.

    OMP_NUM_THREADS=1 .venv/bin/python scripts/bench/ranking.py [--out figures.md]

Needs ../shared/data/phenopackets/cases_tune.tsv.xz. Halves are by component (never by case);
figures are for the report half unless a row says otherwise. ALL: every case that can be judged;
NS: the case's own publication is no source of the annotation.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from ranking_cases import CASES, PublishedCase, Ranks, rank_cases, read_cases, with_terms
from ranking_figures import reliability, share
from ranking_probes import answer_questions, extra_terms, few_terms, half_to_parents

from rareplan.knowledge import open_knowledge
from rareplan.prioritise.phenotype import DiseaseRanking, PhenotypeRanker
from rareplan.provenance import sha256_file

QUESTION_CASES = 200


def main_table(title: str, cases: list[PublishedCase], ranks: Ranks) -> list[str]:
    """Shares of ALL and NS with intervals and macro averages."""
    diseases = np.array([c.disease for c in cases])
    lines = [f"### {title}", "", "| set | task | cases | diseases | top-1 % | top-10 % | macro |"]
    lines.append("|---|---|---|---|---|---|---|")
    chosen = {"ALL": np.ones(len(cases), bool), "NS": np.array([not c.own for c in cases])}
    tasks = {"disease": ranks.disease, "gene": ranks.gene, "gene among 100": ranks.among_100}
    for name, mask in chosen.items():
        for task, values in tasks.items():
            use = mask & ~np.isnan(values)
            one, ten = (share(values[use], diseases[use], k) for k in (1, 10))
            lines.append(
                f"| {name} | {task} | {one.cases} | {one.diseases} | {one} | {ten} | "
                f"{100 * one.macro:.1f} / {100 * ten.macro:.1f} |"
            )
    return [*lines, ""]


def robustness(ranker: PhenotypeRanker, cases: list[PublishedCase]) -> list[str]:
    """Disease and gene shares when the terms are changed."""
    changes = {
        "as published": lambda case, _: case,
        "2 random extra terms": extra_terms(ranker, 2),
        "5 random extra terms": extra_terms(ranker, 5),
        "half the terms replaced by parents": half_to_parents(ranker),
        "3 terms only": few_terms(3),
        "2 terms only": few_terms(2),
        "1 term only": few_terms(1),
    }
    lines = ["### Robustness", "", "| terms | ALL disease | NS disease | ALL gene | NS gene |"]
    lines.append("|---|---|---|---|---|")
    ns = np.array([not c.own for c in cases])
    for name, change in changes.items():
        changed = [change(c, np.random.default_rng([3, i])) for i, c in enumerate(cases)]
        ranks = rank_cases(ranker, changed, use_excluded=False)
        cells = []
        for values in (ranks.disease, ranks.gene):
            for mask in (np.ones(len(cases), bool), ns):
                known = values[mask & ~np.isnan(values)]
                cells.append(f"{100 * (known <= 1).mean():.1f} / {100 * (known <= 10).mean():.1f}")
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return [*lines, ""]


def calibration(ranker: PhenotypeRanker, cases: list[PublishedCase]) -> list[str]:
    """Reliability of the first disease's posterior, each case with and without its disease."""
    t = ranker.tables
    twins: dict[int, set[int]] = {}
    for a, b in zip(t.twin_omim, t.twin_orpha, strict=True):
        twins.setdefault(int(a), {int(a)}).add(int(b))
        twins.setdefault(int(b), {int(b)}).add(int(a))
    by_gene: dict[str, set[int]] = {}
    for gene, disease in zip(t.gene_index, t.gene_disease, strict=True):
        by_gene.setdefault(str(t.genes[gene]), set()).add(int(disease))
    said: list[tuple[float, bool, bool]] = []
    none: list[tuple[float, float, bool]] = []

    def watch(_: int, case: PublishedCase, found: DiseaseRanking) -> None:
        right = {p for d in case.diseases if (p := found.index_of(d)) is not None}
        if not right or not found.n_terms:
            return
        same = set().union(*(twins.get(r, {r}) for r in right))
        gone = same.union(*(by_gene.get(g, set()) for g in case.genes))
        first = int(found.order(1)[0])
        said.append(
            (float(found.posterior[list(twins.get(first, {first}))].sum()), first in same, case.own)
        )
        rest = found.posterior.copy()
        rest[list(gone)] = 0.0
        rest /= rest.sum() + found.none_posterior
        first = int(rest.argmax())
        said.append((float(rest[list(twins.get(first, {first}))].sum()), False, case.own))
        none.append((found.none_posterior, 1.0 - float(rest.sum()), case.own))

    rank_cases(ranker, cases, watch=watch)
    lines = ["### Calibration", ""]
    for name, own in (("ALL", (True, False)), ("NS", (False,))):
        rows = [s for s in said if s[2] in own]
        error, bins = reliability(np.array([r[0] for r in rows]), np.array([r[1] for r in rows]))
        lines += [f"{name}: expected calibration error {error:.3f}", ""]
        lines += ["| posterior of the first disease | cases | said | right |", "|---|---|---|---|"]
        lines += [*bins, ""]
        with_it, without = np.array([(a, b) for a, b, o in none if o in own]).T
        means = f"{with_it.mean():.2f} when the disease is in the catalogue, {without.mean():.2f}"
        lines += [f'"None of these" for {name}: mean {means} when it was taken out.', ""]
    return lines


def questions(ranker: PhenotypeRanker, cases: list[PublishedCase]) -> list[str]:
    """Top-10 before and after three suggested questions, on cases cut to three terms."""
    rng = np.random.default_rng(17)
    usable = [c for c in cases if c.disease_known and len(c.observed) >= 8]
    chosen = [usable[i] for i in sorted(rng.choice(len(usable), QUESTION_CASES, replace=False))]
    before, after, chance = [], [], []
    answered = 0
    for i, case in enumerate(chosen):
        draw = np.random.default_rng([23, i]).permutation(case.observed).tolist()
        start = draw[:3]
        observed, _, yes = answer_questions(ranker, case, start, 3)
        answered += yes
        before.append(with_terms(case, start))
        after.append(with_terms(case, observed))
        chance.append(with_terms(case, start + draw[3 : 3 + yes]))
    lines = ["### The next best question", ""]
    lines += ["| terms | disease top-1 % | top-10 % | mean reciprocal rank |", "|---|---|---|---|"]
    named = {
        "3 terms": before,
        "3 terms + answers to the first 3 suggested questions": after,
        "3 terms + as many held-back terms drawn by chance": chance,
    }
    for name, group in named.items():
        r = rank_cases(ranker, group, use_excluded=False).disease
        lines.append(
            f"| {name} | {100 * (r <= 1).mean():.1f} | {100 * (r <= 10).mean():.1f} | "
            f"{(1 / r).mean():.3f} |"
        )
    lines += ["", f"{answered} of {3 * len(chosen)} questions got a yes.", ""]
    return lines


_LOAD = """
import time; begun = time.perf_counter()
from rareplan.knowledge import open_knowledge
from rareplan.prioritise.phenotype import PhenotypeRanker
read = time.perf_counter(); ranker = PhenotypeRanker.from_knowledge(open_knowledge())
done = time.perf_counter(); ranker.rank(["HP:0001250", "HP:0001263"])
print(read - begun, done - read, time.perf_counter() - done)
"""


def speed(cases: list[PublishedCase], ranks: Ranks, peak_mb: float) -> list[str]:
    """Time a case, time to load from a warm cache, and peak memory."""
    best = [np.inf] * 3
    for _ in range(3):
        said = subprocess.run([sys.executable, "-c", _LOAD], capture_output=True, check=True)
        best = [min(a, float(b)) for a, b in zip(best, said.stdout.split(), strict=True)]
    each = 1e3 * ranks.seconds / len(cases)
    return [
        "### Speed",
        "",
        f"- {each:.2f} ms a case: {len(cases)} cases over every annotated disease, from an empty",
        "  cache of terms, excluded terms used, one process",
        f"- imports {best[0]:.2f} s, load from the cache {best[1]:.2f} s (best of 3)",
        f"- first case {1e3 * best[2]:.0f} ms",
        f"- peak memory of the batch {peak_mb:.0f} MB",
        "",
    ]


def main() -> None:
    """Print every table as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path)
    out = parser.parse_args().out
    begun = time.perf_counter()
    kb = open_knowledge()
    cases = read_cases()
    report = [c for c in cases if c.report_half]
    ranker = PhenotypeRanker.from_knowledge(kb)
    batch = rank_cases(ranker, cases)
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sources = "; ".join(f"{s.name} {s.version}" for s in kb.sources() if "HPO" in s.name)
    lines = [
        f"Data: {CASES.name}, sha256 {sha256_file(CASES)[:16]}, {len(cases)} cases with a term,",
        f"{len(report)} in the report half. Snapshot {kb.name}: {sources}.",
        "",
        *main_table("Report half", report, rank_cases(ranker, report, use_excluded=False)),
        *main_table(
            "Report half, with the cases' excluded terms", report, rank_cases(ranker, report)
        ),
        *main_table(
            "Report half, with excluded terms, sex and onset",
            report,
            rank_cases(ranker, report, use_sex_and_onset=True),
        ),
        *main_table(
            "Both halves (seen while the method was shaped)",
            cases,
            rank_cases(ranker, cases, use_excluded=False),
        ),
        *robustness(ranker, report),
        *calibration(ranker, report),
        *questions(ranker, report),
        *speed(cases, batch, peak_mb),
        f"Whole run: {time.perf_counter() - begun:.0f} s.",
    ]
    text = "\n".join(lines) + "\n"
    if out:
        out.write_text(text, "utf-8")
    print(text)


if __name__ == "__main__":
    main()
