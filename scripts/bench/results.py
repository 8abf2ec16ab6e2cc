"""docs/benchmarks/results.json, the last outcome of every job, and README.md's table from it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from jobs import JOBS, ROOT, Job

RESULTS = ROOT / "docs" / "benchmarks" / "results.json"
README = ROOT / "README.md"
BEGIN, END = "<!-- bench:begin -->", "<!-- bench:end -->"
DONE = "done"


def taken(job: Job, output: str) -> tuple[dict[str, dict[str, str]], list[str]]:
    """Figures found in a job's output, and the names of those that are not there."""
    found, missing = {}, []
    for figure in job.figures:
        hit = re.search(figure.pattern, output)
        if hit is None:
            missing.append(figure.name)
            continue
        told = {"reads": figure.reads, "beside": figure.beside}
        found[figure.name] = {k: text.format(*hit.groups()) for k, text in told.items() if text}
    return found, missing


def load(path: Path = RESULTS) -> dict[str, Any]:
    """Stored results; empty when there are none."""
    found: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    return found


def keep(results: dict[str, Any], new: dict[str, Any]) -> None:
    """Put an outcome in its place; a quick one never replaces a full one that succeeded."""
    old = results.get(new["job"], {})
    better = old.get("outcome") == DONE and not old.get("quick")
    if not better or (new["outcome"] == DONE and not new["quick"]):
        results[new["job"]] = new


def save(results: dict[str, Any], path: Path = RESULTS) -> None:
    """Write the results in the order of the jobs."""
    order = [job.name for job in JOBS]
    known = {name: results[name] for name in order if name in results}
    path.write_text(json.dumps(known, indent=1, ensure_ascii=False) + "\n", "utf-8")


def table(results: dict[str, Any]) -> str:
    """README's table: figures of the jobs that are done, each with its yardstick and the load."""
    lines = ["| what | measured | beside it, in the same run | load |", "|---|---|---|---|"]
    for job in JOBS:
        told = results.get(job.name, {})
        for figure in job.figures:
            cells = told.get("figures", {}).get(figure.name)
            if figure.front and cells and told["outcome"] == DONE:
                is_small = told["quick"] and job.quick and not figure.same
                small = " (smaller size)" if is_small else ""
                page = f"[{figure.name}](docs/benchmarks/{job.page}.md)"
                beside = cells.get("beside", "")
                lines.append(f"| {page}{small} | {cells['reads']} | {beside} | {told['load']} |")
    return "\n".join(lines)


def into_readme(results: dict[str, Any], path: Path = README) -> str:
    """Put the table between the marks; what was done, in words."""
    text = path.read_text("utf-8")
    parts = re.split(f"({re.escape(BEGIN)}|{re.escape(END)})", text)
    if [p for p in parts if p in {BEGIN, END}] != [BEGIN, END]:
        return f"{path.name} has no block between {BEGIN} and {END}: nothing was written"
    path.write_text(f"{parts[0]}{BEGIN}\n{table(results)}\n{END}{parts[4]}", "utf-8")
    return f"{path.name}: the table is that of {RESULTS.name}"
