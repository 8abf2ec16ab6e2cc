"""Run the four trees on one variant's facts."""

from __future__ import annotations

from rareplan.config import Antisense
from rareplan.model.therapy import AsoVerdict
from rareplan.therapies.aso.facts import AsoClass, AsoFacts, Leaf, Strategy, Trace
from rareplan.therapies.aso.flags import general_flags
from rareplan.therapies.aso.gate import (
    GUIDELINE,
    applies,
    coding_insertion,
    is_loss,
    is_toxic,
    one_working_copy,
    step_zero,
)
from rareplan.therapies.aso.levels import knock_down, upregulation
from rareplan.therapies.aso.skipping import exon_skipping, skip_plans
from rareplan.therapies.aso.splice import splice_correction

KEEPS_FRAME = "exons whose skipping keeps the frame: "

_TREES = {
    Strategy.SPLICE: splice_correction,
    Strategy.SKIP: exon_skipping,
    Strategy.KNOCKDOWN: knock_down,
    Strategy.UPREGULATION: upregulation,
}


def assess(facts: AsoFacts, settings: Antisense) -> tuple[AsoVerdict, ...]:
    """One verdict a strategy, in the order of :class:`Strategy`."""
    gate = Trace()
    stopped = step_zero(facts, gate)
    paralog = [p for p in facts.precedents if p.status == "paralog" and p.gene == facts.gene]
    leaves: dict[Strategy, tuple[Leaf, Trace]] = {}
    for strategy, tree in _TREES.items():
        trace = Trace(gate.nodes)
        leaf = stopped if stopped is not None else tree(facts, settings, trace)
        leaves[strategy] = (leaf, trace)
    if stopped is None and coding_insertion(facts):
        leaves = _insertion(facts, leaves)
    skips = _frame_keeping(facts, settings)
    notes = tuple(f"{p.agent} acts on another gene: {p.note} ({p.source})" for p in paralog)
    tried = {} if stopped is not None else _tried(facts, settings)
    extra = {
        strategy: (*(skips if strategy is Strategy.SKIP else ()), *tried.get(strategy, ()), *notes)
        for strategy in leaves
    }
    return tuple(
        _verdict(facts, strategy, leaf, trace, extra[strategy])
        for strategy, (leaf, trace) in leaves.items()
    )


def _tried(facts: AsoFacts, settings: Antisense) -> dict[Strategy, tuple[str, ...]]:
    """Known work that does not decide the verdict but that a counselor should see."""
    near = (facts.exon,) if facts.exon is not None else ()
    exons = (*near, *(e for plan in skip_plans(facts, settings) for e in plan.skipped))
    found: dict[Strategy, tuple[str, ...]] = {}
    for row in facts.precedents:
        if row.status == "conditional" and applies(row, facts, exons):
            told = f"known, not counted: {row.agent}: {row.note} ({row.source})"
            found[row.strategy] = (*found.get(row.strategy, ()), told)
    return found


def _frame_keeping(facts: AsoFacts, settings: Antisense) -> tuple[str, ...]:
    """The single exons whose skipping keeps the frame; trials ask for them by number."""
    numbers = [str(p.skipped[0].number) for p in skip_plans(facts, settings) if len(p.skipped) == 1]
    return (f"{KEEPS_FRAME}{', '.join(numbers)}",) if numbers else ()


def _insertion(
    facts: AsoFacts, leaves: dict[Strategy, tuple[Leaf, Trace]]
) -> dict[Strategy, tuple[Leaf, Trace]]:
    """Step 0 for insertions in coding sequence: only where the exon can be skipped.

    Strategies that do not act on the inserted bases (knock-down of a toxic transcript, raising
    the working copy) stay open.
    """
    skip = leaves[Strategy.SKIP][0].verdict
    exon = facts.exon
    in_frame = exon is not None and exon.coding_length % 3 == 0
    skippable = skip in {AsoClass.ELIGIBLE, AsoClass.LIKELY} or (
        skip is AsoClass.UNLIKELY and in_frame
    )
    if skippable:
        return leaves
    reason = "Step 0: an insertion in coding sequence, in an exon that cannot be skipped"
    changed = dict(leaves)
    for strategy, (leaf, trace) in leaves.items():
        independent = (strategy is Strategy.KNOCKDOWN and is_toxic(facts)) or (
            strategy is Strategy.UPREGULATION and is_loss(facts) and one_working_copy(facts)
        )
        if independent or leaf.verdict is AsoClass.ELIGIBLE:
            continue
        trace.add("0.6", "Insertion in coding sequence?", facts.hgvs_text, "yes", GUIDELINE)
        unable = Leaf(AsoClass.UNABLE, f"{reason}. {leaf.reason}", leaf.would_change, leaf.flags)
        changed[strategy] = (unable, trace)
    return changed


def _verdict(
    facts: AsoFacts, strategy: Strategy, leaf: Leaf, trace: Trace, notes: tuple[str, ...]
) -> AsoVerdict:
    hopeful = leaf.verdict in {AsoClass.ELIGIBLE, AsoClass.LIKELY, AsoClass.UNLIKELY}
    flags = (*leaf.flags, *(general_flags(facts, strategy) if hopeful else ()), *notes)
    return AsoVerdict(
        variant=facts.variant,
        gene=facts.gene,
        strategy=strategy.value,
        verdict=leaf.verdict.value,
        reason=leaf.reason,
        trace=trace.nodes,
        would_change=leaf.would_change,
        flags=tuple(dict.fromkeys((*flags, *facts.assumptions))),
    )
