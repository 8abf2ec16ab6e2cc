"""Inferred repurposing: approved drugs on the gene product or one curated step away (tier X).

Needs the table ``drug_targets`` of a refreshed snapshot (Open Targets, ChEMBL, DGIdb). Whatever
it holds, only drugs that pass the direction gate for every possible mechanism come out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rareplan.model.therapy import Gate, Mechanism, TherapyOption
from rareplan.therapies.gate import LOSS, combine, gate_inferred

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rareplan.knowledge.store import KnowledgeBase
    from rareplan.knowledge.therapies import PathwayEdge
    from rareplan.model.therapy import MechanismCall

Target = dict[str, str]
"""drug, drug_id, target, action_type, source of one approved drug."""


def approved_drugs(kb: KnowledgeBase) -> Mapping[str, Sequence[Target]]:
    """Approved drugs by target gene; empty when the snapshot has no ``drug_targets``."""
    return kb.memo("therapies:drug_targets", _read)


def _read(kb: KnowledgeBase) -> dict[str, list[Target]]:
    found: dict[str, list[Target]] = {}
    if not kb.has("drug_targets"):
        return found
    for row in kb.table("drug_targets").to_pylist():
        if row["approved"]:
            kept = {k: str(row[k] or "") for k in ("drug", "drug_id", "action_type", "source")}
            found.setdefault(str(row["target"]), []).append(kept)
    return found


def inferred_options(
    gene: str,
    call: MechanismCall,
    targets: Mapping[str, Sequence[Target]],
    edges: Iterable[PathwayEdge],
) -> list[TherapyOption]:
    """Tier X candidates with their gate verdict, the gene itself first, then one step away."""
    options = [
        _option(gene, drug, *_direct(drug, call), f"{drug['drug']} -> {gene}")
        for drug in targets.get(gene, ())
    ]
    for edge in edges:
        for drug in targets.get(edge.target, ()):
            path = f"{drug['drug']} -> {edge.target}; {gene} {edge.effect} {edge.target}"
            verdict = _one_step(drug["action_type"], edge, call)
            options.append(_option(gene, drug, *verdict, path, edge.citations))
    unique = {(o.intervention.lower(), o.inferred_path): o for o in options}
    return list(unique.values())


def _direct(drug: Target, call: MechanismCall) -> tuple[Gate, str]:
    verdicts = [
        gate_inferred(drug["action_type"], mechanism, null_genotype=call.null_genotype)
        for mechanism in call.possible or (Mechanism.UNKNOWN,)
    ]
    gate = combine(verdict for verdict, _ in verdicts)
    reason = "; ".join(dict.fromkeys(reason for _, reason in verdicts))
    return gate, reason


def _one_step(action_type: str, edge: PathwayEdge, call: MechanismCall) -> tuple[Gate, str]:
    """The gate one step away: what the variant does to the target, then as for a direct target.

    A lost brake sets its target free, but whether an inhibitor of that target helps is decided
    by trials, gene by gene: such rows are curated (TSC1, NF1, VHL ...) and never inferred.
    """
    verdicts = []
    for mechanism in call.possible or (Mechanism.UNKNOWN,):
        at_target = _carried(mechanism, edge.effect)
        if at_target is Mechanism.UNKNOWN:
            why = "a lost brake is treated from curated evidence only"
            verdicts.append((Gate.UNKNOWN, why))
        else:
            # The target's own alleles are normal, so it has residual protein.
            verdicts.append(gate_inferred(action_type, at_target, null_genotype=False))
    gate = combine(verdict for verdict, _ in verdicts)
    return gate, f"{edge.pathway}: " + "; ".join(dict.fromkeys(r for _, r in verdicts))


def _carried(mechanism: Mechanism, effect: str) -> Mechanism:
    """What the target goes through: less of an activator is less of the target."""
    if mechanism in LOSS:
        return Mechanism.LOF if effect == "activates" else Mechanism.UNKNOWN
    if mechanism is Mechanism.GOF:
        return Mechanism.GOF if effect == "activates" else Mechanism.LOF
    return Mechanism.UNKNOWN


def _option(
    gene: str,
    drug: Target,
    gate: Gate,
    reason: str,
    path: str,
    citations: tuple[str, ...] = (),
) -> TherapyOption:
    action = drug["action_type"].lower() or "unknown action"
    return TherapyOption(
        gene=gene,
        disease="",
        intervention=drug["drug"],
        intervention_ids=(drug["drug_id"],) if drug["drug_id"] else (),
        therapy_class=action,
        tier="X",
        direction=action,
        gate=gate,
        gate_reason=reason,
        efficacy="unproven",
        evidence="",
        mode_of_action=action,
        limits="mechanism only: no evidence in people with this disease; approved for another use",
        citations=(drug["source"], *citations) if drug["source"] else citations,
        reviewed=False,
        inferred_path=path,
    )
