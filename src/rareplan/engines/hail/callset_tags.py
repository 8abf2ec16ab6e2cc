"""How a family's records tell how often the rest of its call set has each ALT (INFO tags)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rareplan.model.genome import contig_from_name
from rareplan.model.variant import trimmed

COPIES, CARRIERS, CALLED = "CALLSET_OTHERS_AC", "CALLSET_OTHERS_CARRIERS", "CALLSET_OTHERS_AN"
_TEXTS = {
    COPIES: ("A", "Copies of the allele in samples of the call set outside this family"),
    CARRIERS: ("A", "Samples of the call set outside this family that carry the allele"),
    CALLED: ("1", "Called copies in samples of the call set outside this family"),
}
HEADER = tuple(
    f'##INFO=<ID={name},Number={number},Type=Integer,Description="{text}">'
    for name, (number, text) in _TEXTS.items()
)


@dataclass(frozen=True)
class OtherCounts:
    """Copies and carriers of one allele, and called copies, outside the family."""

    copies: int
    carriers: int
    called: int


def others(callset: dict[str, Any], calls: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The tags of a record: counts of the whole call set less those of the family's calls."""
    parts = [(call.get("gt") or ".").replace("|", "/").split("/")[:2] for call in calls]
    copies, carriers = list(callset["copies"]), list(callset["carriers"])
    for haplotypes in parts:
        for number in range(len(copies)):
            own = haplotypes.count(str(number + 1))
            copies[number] -= own
            carriers[number] -= own > 0
    called = sum(h.isdigit() for haplotypes in parts for h in haplotypes)
    return {COPIES: copies, CARRIERS: carriers, CALLED: callset["called"] - called}


def other_counts(line: str) -> dict[str, OtherCounts]:
    """Counts of a record's ALTs by variant (``contig-pos-ref-alt``); none without the tags."""
    cells = line.rstrip("\n").split("\t")
    info = dict(part.partition("=")[::2] for part in cells[7].split(";"))
    if COPIES not in info:
        return {}
    found = {}
    numbers = zip(
        cells[4].split(","), info[COPIES].split(","), info[CARRIERS].split(","), strict=True
    )
    for alt, copies, carriers in numbers:
        place = int(cells[1]), cells[3].upper(), alt.upper()
        pos, ref, own = trimmed(*place) if alt.isalpha() else (*place[:2], alt)
        name = f"{contig_from_name(cells[0]).bare}-{pos}-{ref}-{own}"
        found[name] = OtherCounts(int(copies), int(carriers), int(info[CALLED]))
    return found
