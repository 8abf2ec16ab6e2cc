"""BA1, BS1, BS2 and PM2: what population frequencies say, by the gene's inheritance.

Thresholds come from the settings (``[acmg]``); the reasoning is Whiffin et al. 2017
(PMID 28518168) for BS1, Ghosh et al. 2018 (PMID 30311383) for BA1, and the ClinGen SVI
recommendation for PM2 (v1.0, 2020).
"""

from __future__ import annotations

from rareplan.config import Acmg
from rareplan.model.evidence import EvidenceItem, Status
from rareplan.model.variant import Frequency
from rareplan.prioritise.criteria import Criterion, met, not_assessed, not_met

_NO_FREQUENCY = "no population frequency in the VCF or the snapshot"


def recessive_only(inheritance: frozenset[str]) -> bool:
    """Every known disease of the gene needs both copies."""
    return "AR" in inheritance and "AD" not in inheritance


def bs1_threshold(inheritance: frozenset[str], acmg: Acmg) -> tuple[float, str]:
    """Highest frequency that the gene's diseases allow (fraction), and the mode it is for.

    A gene with dominant and recessive diseases gets the recessive, more lenient one.
    """
    if "AR" in inheritance:
        return acmg.bs1_ar, "recessive"
    if any(code.startswith("X") for code in inheritance):
        return acmg.bs1_xl, "X-linked"
    if "AD" in inheritance:
        return acmg.bs1_ad, "dominant"
    return acmg.bs1_ar, "unknown inheritance"


def assign_population(
    frequency: Frequency, inheritance: frozenset[str], acmg: Acmg, *, exception: bool = False
) -> list[EvidenceItem]:
    """BA1, BS1, BS2, PM2 of one allele.

    Args:
        frequency: highest group frequency as a fraction; None is unknown.
        inheritance: codes known for the gene.
        acmg: thresholds.
        exception: ClinVar holds the allele as P/LP with two stars or more: the list of BA1
            exceptions of Ghosh et al. 2018 exists for such alleles, so BA1 waits for a person.
    """
    if frequency.max_af is None:
        return [
            not_assessed(c, _NO_FREQUENCY) for c in (Criterion.BA1, Criterion.BS1, Criterion.PM2)
        ] + [_bs2(frequency, inheritance, acmg)]
    af, source = frequency.max_af, f"{frequency.source} {frequency.group}".strip()
    fact = f"highest group frequency {af:.3g}" + (f" ({source})" if source else "")
    items = [_ba1(af, fact, acmg, exception=exception)]
    limit, mode = bs1_threshold(inheritance, acmg)
    if items[0].points:
        items.append(not_met(Criterion.BS1, f"{fact}; BA1 stands alone"))
    elif af > limit:
        items.append(met(Criterion.BS1, fact, f"> {limit:g} for a {mode} disease"))
    else:
        items.append(not_met(Criterion.BS1, fact, f"> {limit:g} for a {mode} disease"))
    items.append(_bs2(frequency, inheritance, acmg))
    rare = acmg.pm2_ar if recessive_only(inheritance) else acmg.pm2_ad
    wanted = f"<= {rare:g} in every group"
    items.append(
        met(Criterion.PM2, fact, wanted) if af <= rare else not_met(Criterion.PM2, fact, wanted)
    )
    return items


def is_rare(items: list[EvidenceItem]) -> bool | None:
    """Neither BA1 nor BS1 is met; None where no frequency is known."""
    by_name = {item.criterion: item for item in items}
    if by_name[Criterion.PM2.name].status is Status.NOT_ASSESSED:
        return None
    return not (by_name[Criterion.BA1.name].points or by_name[Criterion.BS1.name].points)


def _ba1(af: float, fact: str, acmg: Acmg, *, exception: bool) -> EvidenceItem:
    wanted = f"> {acmg.ba1:g}"
    if af <= acmg.ba1:
        return not_met(Criterion.BA1, fact, wanted)
    if exception:
        return not_met(
            Criterion.BA1, f"{fact}; held back: ClinVar has it as pathogenic (>= 2 stars)", wanted
        )
    return met(Criterion.BA1, fact, wanted)


def _bs2(frequency: Frequency, inheritance: frozenset[str], acmg: Acmg) -> EvidenceItem:
    if frequency.homozygotes is None:
        return not_assessed(Criterion.BS2, "no homozygote counts in the VCF or the snapshot")
    limit = (
        acmg.bs2_homozygotes_ar
        if "AR" in inheritance or not inheritance
        else (acmg.bs2_homozygotes_ad)
    )
    fact = f"{frequency.homozygotes} homozygotes in populations"
    wanted = f">= {limit} homozygotes"
    if frequency.homozygotes >= limit:
        return met(Criterion.BS2, fact, wanted)
    return not_met(Criterion.BS2, fact, wanted)
