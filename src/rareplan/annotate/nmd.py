"""Does a transcript with a premature stop escape nonsense-mediated decay?

Rules: no exon junction behind the stop, or the last one less than 50 nt behind it (Nagy and
Maquat 1998, PMID 9644970), and stops in the first 100 coding nt (Lindeboom et al. 2016,
PMID 27618451; 2019, PMID 31659324).
"""

from __future__ import annotations

from rareplan.annotate.view import View

LAST_JUNCTION_NT = 50
START_PROXIMAL_NT = 100
UNSEEN_NT = 600


def last_junction(view: View) -> int:
    """Spliced offset of the first base of the last exon; 0 for a single exon."""
    return max(view.exon_spliced)


def escapes_nmd(view: View, new_stop: int) -> tuple[bool, str]:
    """Whether a premature stop codon escapes, and by which rule.

    Args:
        view: the transcript.
        new_stop: 0-based spliced offset of the first base of the stop codon.
    """
    junction = last_junction(view)
    if junction == 0:
        return True, "single exon"
    if new_stop >= junction:
        return True, "last exon"
    if junction - new_stop <= LAST_JUNCTION_NT:
        return True, "last 50 nt of the penultimate exon"
    if new_stop - view.cds_first < START_PROXIMAL_NT:
        return True, "first 100 coding nt"
    return False, "premature stop more than 50 nt before the last exon junction"


def escapes_unseen(view: View, change: int) -> tuple[bool | None, str]:
    """The same for a frameshift whose new stop cannot be read.

    Decided in the last exon, and far before the last junction: in random sequence 3 codons of
    64 are stops, so that 200 codons without one have a chance of (61/64)^200 = 7e-5.
    """
    junction = last_junction(view)
    if junction == 0:
        return True, "single exon"
    if change >= junction:
        return True, "last exon"
    if (
        junction - LAST_JUNCTION_NT - change >= UNSEEN_NT
        and change - view.cds_first >= START_PROXIMAL_NT
    ):
        return False, "frameshift over 600 nt before the last junction: a stop follows in time"
    return None, ""


def stop_verdict(view: View, cds_position: int) -> tuple[bool, str]:
    """Verdict for a stop gained at a known 1-based CDS position (no sequence is needed)."""
    codon = (cds_position - 1) // 3 * 3
    return escapes_nmd(view, view.frame_start + codon)
