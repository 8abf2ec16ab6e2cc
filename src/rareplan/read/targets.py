"""BED files of covered regions: 0-based, half-open (UCSC BED)."""

from __future__ import annotations

from pathlib import Path

from rareplan.errors import Fault
from rareplan.model.genome import Contig, contig_from_name
from rareplan.read.text_file import read_text

MAX_BYTES = 512 << 20
_MOST = 20


def read_targets(path: Path) -> tuple[list[tuple[Contig, int, int]], list[Fault]]:
    """Regions as (contig, start, end), 0-based half-open, and every fault up to 20."""
    text, faults = read_text(path, "a BED file", "--targets", MAX_BYTES)
    regions: list[tuple[Contig, int, int]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith(("#", "track", "browser")):
            continue
        parts = line.split()
        where = f"{path.name} line {number}"
        if line.startswith("@"):
            action = "Convert the interval list (picard IntervalListToBed)."
            return [], [Fault(where, "a Picard interval list", "a BED file", action)]
        if len(parts) < 3 or not (parts[1].isdigit() and parts[2].isdigit()):
            found = f"'{line.strip()[:40]}'"
            faults.append(Fault(where, found, "contig, start, end", "Mend or remove the line."))
        elif int(parts[2]) <= int(parts[1]):
            found = f"the end {parts[2]} at or before the start {parts[1]}"
            faults.append(Fault(where, found, "start before end", "Mend or remove the line."))
        else:
            regions.append((contig_from_name(parts[0]), int(parts[1]), int(parts[2])))
        if len(faults) >= _MOST:
            break
    if not regions and not faults:
        faults.append(Fault(path.name, "no region", "a BED file", "Check --targets."))
    return regions, faults
