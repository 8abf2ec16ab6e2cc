"""What new knowledge means for stored cases: few alerts, each with its reason.

A case is recomputed only when a change names something that the case has: a gene with an allele
that passed the filters, an allele itself, or one of the patient's terms. What was found is kept
in the run's ``reanalysis.json``: the state after each step, the alerts, and what was looked at.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from rareplan.config import ReanalysisSettings
from rareplan.errors import Fault, InputError
from rareplan.knowledge.liftover import liftover
from rareplan.knowledge.store import KnowledgeBase
from rareplan.model.genome import Contig, contig_from_name
from rareplan.refresh.diff_model import Change, Diff

HISTORY = "reanalysis.json"
_YEAR = timedelta(days=365)
_RANK = {"Pathogenic": 4, "Likely pathogenic": 3, "Uncertain significance": 2}
_PRIVATE = 0o600
Recompute = Callable[[Path, KnowledgeBase], Mapping[str, Any]]
"""Analyses a stored run again on a snapshot and gives the new case.json."""


@dataclass(frozen=True)
class Standing:
    """How a gene stood: its probability and its best class (rank, label)."""

    probability: float
    label: str
    variants: tuple[str, ...] = ()


@dataclass(frozen=True)
class Alert:
    """One thing that is new for a family."""

    gene: str
    text: str
    reasons: tuple[str, ...]
    probability: float
    gain: float
    snapshot: str
    day: str
    held_back: bool = False


@dataclass
class History:
    """What is known of a run's earlier reanalyses."""

    snapshot: str
    standing: dict[str, Standing]
    alerts: list[Alert] = field(default_factory=list)
    looked_at: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Outcome:
    """The answer for one run."""

    run: str
    old: str
    new: str
    alerts: tuple[Alert, ...] = ()
    note: str = ""
    recomputed: bool = False


def read_case(run: Path) -> dict[str, Any]:
    """A run's case.json.

    Raises:
        InputError: the folder is not a finished run.
    """
    try:
        content: dict[str, Any] = json.loads((run / "case.json").read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(
            Fault(run.name, "no readable case.json", "a finished run directory", "Check the path.")
        ) from error
    return content


def standing_of(case: Mapping[str, Any]) -> dict[str, Standing]:
    """Each candidate gene's best hypothesis."""
    found: dict[str, Standing] = {}
    for candidate in case["candidates"]:
        labels = [v["classification"]["label"] for v in candidate["variants"]]
        best = max(labels, key=lambda label: _RANK.get(label, 0), default="")
        variants = tuple(v.get("variant_grch38") or v["variant"] for v in candidate["variants"])
        one = Standing(float(candidate["probability"]), best, variants)
        if candidate["gene"] not in found or one.probability > found[candidate["gene"]].probability:
            found[candidate["gene"]] = one
    return found


def load_history(run: Path, case: Mapping[str, Any], snapshot: str) -> History:
    """The run's history; a fresh one that starts from the run's own answer."""
    try:
        raw = json.loads((run / HISTORY).read_text("utf-8"))
    except (OSError, ValueError):
        return History(snapshot, standing_of(case))
    standing = {
        gene: Standing(s["probability"], s["label"], tuple(s["variants"]))
        for gene, s in raw["standing"].items()
    }
    alerts = [Alert(**(a | {"reasons": tuple(a["reasons"])})) for a in raw["alerts"]]
    return History(raw["snapshot"], standing, alerts, raw["looked_at"])


def save_history(run: Path, history: History) -> None:
    """Write the history, readable by its owner only."""
    path = run / HISTORY
    part = path.with_suffix(".part")
    part.touch(mode=_PRIVATE)
    part.write_text(json.dumps(asdict(history), indent=2, ensure_ascii=False) + "\n", "utf-8")
    part.replace(path)


def touched(run: Path, case: Mapping[str, Any], diff: Diff, kb: KnowledgeBase) -> list[Change]:
    """The changes that name something this case has."""
    import pyarrow.parquet as pq

    columns = ["contig", "pos", "ref", "alt", "gene", "stopped_by"]
    ledger = pq.read_table(run / "ledger.parquet", columns=columns).to_pydict()
    passed = {
        name
        for genes, stop in zip(ledger["gene"], ledger["stopped_by"], strict=True)
        if not stop
        for name in str(genes).split(";")
    }
    passed |= {candidate["gene"] for candidate in case["candidates"]}
    alleles = _alleles38(ledger, case["assembly"], kb)
    places = {allele.rsplit("-", 2)[0] for allele in alleles}
    terms = {t["id"] for t in case["patient"]["phenotype"]}
    return [
        change
        for layer in diff.layers
        for change in layer.changes
        if (change.gene in passed if change.gene else False)
        or (change.variant in alleles)
        or (layer.name == "frequencies" and change.text.partition(":")[0] in places)
        or (layer.name == "hpo" and change.text.split(" ")[0] in terms)
    ]


def _alleles38(ledger: Mapping[str, list[Any]], assembly: str, kb: KnowledgeBase) -> set[str]:
    """Every allele of the input as ``7-117559590-ATCT-A`` on GRCh38."""
    contig = np.array([int(contig_from_name(str(c))) for c in ledger["contig"]], dtype=np.int8)
    pos = np.array(ledger["pos"], dtype=np.int64)
    if assembly == "GRCh37" and kb.has("chain_37_38"):
        contig, pos, _ = liftover(kb).to_grch38(contig, pos)
    rows = zip(contig.tolist(), pos.tolist(), ledger["ref"], ledger["alt"], strict=True)
    return {f"{Contig(c).bare}-{p}-{r}-{a}" for c, p, r, a in rows if c}


def reanalyse(
    run: Path,
    diff: Diff,
    kb: KnowledgeBase,
    settings: ReanalysisSettings,
    day: date,
    recompute: Recompute,
) -> Outcome:
    """Look at one stored run in the light of a diff; writes the run's history.

    Raises:
        InputError: the run is not readable, or cannot be analysed again.
    """
    case = read_case(run)
    if not case["patient"]["consents"].get("reanalysis_alerts", True):
        return Outcome(run.name, diff.old, diff.new, note="no alerts: the family said no")
    history = load_history(run, case, diff.old)
    relevant = touched(run, case, diff, kb)
    looked = {"day": day.isoformat(), "from": diff.old, "to": diff.new, "changes": diff.total,
              "touching": [c.text for c in relevant[:50]]}  # fmt: skip
    history.looked_at.append(looked)
    history.snapshot = diff.new
    if not relevant:
        save_history(run, history)
        note = f"unchanged: none of {diff.total} changes touches this case"
        return Outcome(run.name, diff.old, diff.new, note=note)
    after = standing_of(recompute(run, kb))
    found = _alerts(history.standing, after, relevant, settings, diff.new, day)
    kept = _within_budget(found, history.alerts, settings, day)
    history.standing = after
    history.alerts += kept
    save_history(run, history)
    note = "" if kept else f"looked at {len(relevant)} changes that touch it: the answer stands"
    return Outcome(run.name, diff.old, diff.new, tuple(kept), note, recomputed=True)


def _alerts(
    before: Mapping[str, Standing],
    after: Mapping[str, Standing],
    relevant: Sequence[Change],
    settings: ReanalysisSettings,
    snapshot: str,
    day: date,
) -> list[Alert]:
    """Genes that rose enough, or whose class became pathogenic; highest gain first."""
    found = []
    for gene, now in after.items():
        was = before.get(gene, Standing(0.0, ""))
        gain = now.probability - was.probability
        higher = _RANK.get(now.label, 0) > max(_RANK.get(was.label, 0), 2)
        rose = gain >= settings.min_gain or higher
        if now.probability < settings.min_probability or not rose:
            continue
        reasons = tuple(c.text for c in relevant if c.gene == gene or c.variant in now.variants)
        text = f"{gene}: probability {was.probability:.2f} -> {now.probability:.2f}"
        if higher:
            text += f"; {was.label or 'not a candidate'} -> {now.label}"
        found.append(
            Alert(gene, text, reasons, now.probability, round(gain, 6), snapshot, day.isoformat())
        )
    return sorted(found, key=lambda a: (-a.gain, -a.probability, a.gene))


def _within_budget(
    found: Sequence[Alert], earlier: Sequence[Alert], settings: ReanalysisSettings, day: date
) -> list[Alert]:
    """Mark what exceeds the number of alerts that a family gets in a year."""
    recent = [a for a in earlier if not a.held_back and day - date.fromisoformat(a.day) < _YEAR]
    left = max(settings.alerts_a_year - len(recent), 0)
    return [
        alert if n < left else Alert(**(asdict(alert) | {"held_back": True}))
        for n, alert in enumerate(found)
    ]
