"""Does a transcript with a premature stop escape nonsense-mediated decay?

Rules: no exon junction behind the stop, or the last one less than 50 nt behind it (Nagy and
Maquat 1998, PMID 9644970), and stops in the first 100 coding nt (Lindeboom et al. 2016,
PMID 27618451; 2019, PMID 31659324).
"""

from __future__ import annotations

from rareplan.annotate.view import View

LAST_JUNCTION_NT = 50
START_PROXIMAL_NT = 100


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
    """The same for a frameshift whose new stop cannot be read: decided only in the last exon."""
    junction = last_junction(view)
    if junction == 0:
        return True, "single exon"
    if change >= junction:
        return True, "last exon"
    return None, ""
