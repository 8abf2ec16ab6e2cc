"""Evidence that a variant is new: the child's reads, and what the parents' reads show."""

from __future__ import annotations

from dataclasses import dataclass

from rareplan.config import DeNovo
from rareplan.model.inheritance import Verdict
from rareplan.model.variant import Genotype


@dataclass(frozen=True)
class NewEvidence:
    """Verdict on a variant that no parent was called to carry."""

    verdict: Verdict
    reason: str
    flags: tuple[str, ...] = ()


def _child_doubts(child: Genotype, limits: DeNovo) -> list[str]:
    doubts = []
    if child.gq is None or child.dp is None or child.ad_alt is None:
        doubts.append("the child's GQ, DP or AD is not in the file")
    if child.gq is not None and child.gq < limits.min_child_gq:
        doubts.append(f"child GQ {child.gq:g} below {limits.min_child_gq:g}")
    if child.dp is not None and child.dp < limits.min_child_dp:
        doubts.append(f"child DP {child.dp:g} below {limits.min_child_dp:g}")
    balance = child.allele_balance
    if balance is not None and balance < limits.min_child_ab:
        doubts.append(f"child allele balance {balance:.2f} below {limits.min_child_ab:g}")
    return doubts


def _parent_doubts(name: str, parent: Genotype, limits: DeNovo) -> list[str]:
    doubts = []
    if parent.gq is None or parent.dp is None or parent.ad_alt is None:
        doubts.append(f"{name}'s GQ, DP or AD is not in the file")
    if parent.gq is not None and parent.gq < limits.min_parent_gq:
        doubts.append(f"{name} GQ {parent.gq:g} below {limits.min_parent_gq:g}")
    if parent.dp is not None and parent.dp < limits.min_parent_dp:
        doubts.append(f"{name} DP {parent.dp:g} below {limits.min_parent_dp:g}")
    share = parent.allele_balance
    if share is not None and share > limits.mosaic_max_share:
        doubts.append(f"{share:.0%} of {name}'s reads show it although it was not called")
    return doubts


def mosaic_reads(parent: Genotype, limits: DeNovo) -> str:
    """``"4 of 60 reads"`` where a parent shows the allele in more than stray reads, else ""."""
    if parent.ad_alt is None or parent.ad_alt < limits.mosaic_min_reads:
        return ""
    total = (parent.ad_ref or 0.0) + parent.ad_alt
    few = parent.ad_alt <= limits.max_parent_alt_reads
    share = parent.ad_alt / total
    if few or not limits.max_parent_alt_share < share <= limits.mosaic_max_share:
        return ""
    return f"{parent.ad_alt:g} of {total:g} reads"


def judge_new(child: Genotype, parents: dict[str, Genotype], limits: DeNovo) -> NewEvidence:
    """PROVED with clean reads, CONSISTENT with a mosaic parent, ASSUMED when evidence is thin.

    ``parents`` maps ``father``/``mother`` to calls without the allele (or mosaic ones).
    """
    mosaics = {n: reads for n, p in parents.items() if (reads := mosaic_reads(p, limits))}
    doubts = _child_doubts(child, limits)
    for name, parent in parents.items():
        doubts += _parent_doubts(name, parent, limits)
    flags = tuple(f"mosaic parent: {name} ({reads})" for name, reads in mosaics.items())
    who = " and ".join(parents)
    if doubts:
        return NewEvidence(Verdict.ASSUMED, f"not in {who}, but " + "; ".join(doubts), flags)
    if mosaics:
        told = "; ".join(f"{name} has it in {reads}" for name, reads in mosaics.items())
        return NewEvidence(Verdict.CONSISTENT, f"a mosaic parent is likely: {told}", flags)
    return NewEvidence(Verdict.PROVED, f"not in {who}, with sound reads in all")
