"""HGVS p. names, always predicted (in parentheses), and where the new protein ends.

Rules: HGVS nomenclature, protein recommendations (hgvs-nomenclature.org): fs counts from
the first changed residue, ext from the old stop, in-frame changes at their most C-terminal place.
"""

from __future__ import annotations

from dataclasses import dataclass

from rareplan.annotate import terms as t
from rareplan.annotate.allele import Edit, Effect
from rareplan.annotate.codons import three, translate, translate_open
from rareplan.annotate.view import View


@dataclass(frozen=True)
class ProteinChange:
    """Name (``p.(Gln335Ter)``, "" where nothing is said), residue, amino acids, new stop.

    ``residue`` is the 1-based number of the first residue named; ``new_stop`` the spliced 0-based
    offset of the first base of a premature stop codon, None when there is none.
    """

    name: str = ""
    residue: int | None = None
    amino_acids: str = ""
    new_stop: int | None = None


UNKNOWN_CHANGE = ProteinChange("p.?")


def protein_change(view: View, effect: Effect) -> ProteinChange:
    """Change of the protein by an allele on a coding transcript."""
    edit, mask = effect.edit, effect.mask
    if not view.coding or mask & (t.UPSTREAM | t.DOWNSTREAM):
        return ProteinChange()
    if mask & t.ESSENTIAL_SPLICE or (edit is None and mask & (t.CODING | t.START_LOST)):
        return UNKNOWN_CHANGE
    if edit is None or effect.mismatch or not mask & _CODING_TERMS:
        return ProteinChange()
    if mask & t.START_LOST:
        return ProteinChange("p.(Met1?)", 1)
    if not view.sequence:
        return _without_sequence(view, effect)
    return _with_sequence(view, effect, edit)


def _with_sequence(view: View, effect: Effect, edit: Edit) -> ProteinChange:
    mask = effect.mask
    if not effect.in_cds:
        kept = mask & (t.START_RETAINED | t.STOP_RETAINED)
        return ProteinChange("p.(=)") if kept else UNKNOWN_CHANGE
    if not effect.resolved or edit.low < view.frame_start:
        return UNKNOWN_CHANGE if mask & t.FRAMESHIFT else ProteinChange()
    return _change(view, effect, edit)


_CODING_TERMS = (
    t.START_LOST | t.START_RETAINED | t.STOP_GAINED | t.STOP_LOST | t.STOP_RETAINED | t.FRAMESHIFT
    | t.INFRAME_INSERTION | t.INFRAME_DELETION | t.PROTEIN_ALTERING | t.MISSENSE | t.SYNONYMOUS
    | t.CODING
)  # fmt: skip


def _without_sequence(view: View, effect: Effect) -> ProteinChange:
    """Whole codons that the VCF spells out can be named; nothing else can."""
    edit = effect.edit
    if edit is None or not effect.in_cds:
        return ProteinChange()
    residue = (edit.low - view.frame_start) // 3 + (2 if view.phase else 1)
    whole = (edit.low - view.frame_start) % 3 == 0 and len(edit.ref) % 3 == 0
    if not effect.resolved or not whole or edit.shift or not edit.ref:
        return ProteinChange(residue=residue)
    ref, alt = translate(edit.ref, view.table), translate(edit.alt, view.table)
    stop = alt.find("*")
    new_stop = edit.low + 3 * stop if stop >= 0 and effect.mask & t.STOP_GAINED else None
    name = _window_name("X" * (residue - 1) + ref, residue - 1, ref, alt, shiftable=False)
    return ProteinChange(name, residue, f"{ref}/{alt}", new_stop)


def _change(view: View, effect: Effect, edit: Edit) -> ProteinChange:
    low, high = edit.low - view.frame_start, edit.high - view.frame_start
    first = low // 3
    extra = 1 if view.phase else 0  # the partial first codon counts as residue 1
    head = view.sequence[view.frame_start + 3 * first : edit.low] + edit.alt
    if edit.shift % 3 or effect.mask & t.STOP_LOST:
        tail = translate_open(head + view.sequence[edit.high :], view.table)
        if first == 0 and view.starts_whole:
            tail = "M" + tail[1:]
        return _tail_change(view, first, tail, extra, frameshift=bool(edit.shift % 3))
    last = -(-high // 3)
    ref_pep = view.residues(first, last)
    alt_pep = translate(head + view.sequence[edit.high : view.frame_start + 3 * last], view.table)
    if first == 0 and view.starts_whole:
        alt_pep = "M" + alt_pep[1:]
    stop = alt_pep.find("*")
    new_stop = None
    if stop >= 0 and effect.mask & t.STOP_GAINED:
        alt_pep = alt_pep[: stop + 1]
        new_stop = view.frame_start + 3 * (first + stop)
    low, near = _neighbourhood(view, first, ref_pep, alt_pep)
    name = _window_name(near, first - low, ref_pep, alt_pep, extra=extra + low)
    amino_acids = ref_pep if ref_pep == alt_pep else f"{ref_pep or '-'}/{alt_pep or '-'}"
    return ProteinChange(name, first + 1 + extra, amino_acids, new_stop)


_AHEAD = 60
"""Residues behind a change that are looked at while it is moved to its last place."""


def _neighbourhood(view: View, first: int, ref: str, alt: str) -> tuple[int, str]:
    """Residues around a change, and the number of the first; all where they repeat for long."""
    low = max(0, first - len(alt) - 1)
    near = view.residues(low, first + len(ref) + _AHEAD)
    behind = near[first - low + len(ref) :]
    size = max(len(ref), len(alt), 1)
    repeats = any(behind[p:] == behind[: len(behind) - p] for p in range(1, size + 1))
    return (0, view.protein) if repeats else (low, near)


def _tail_change(
    view: View, first: int, tail: str, extra: int, *, frameshift: bool
) -> ProteinChange:
    """Frameshifts and lost stops: compare from the first changed codon to the new stop."""
    old = view.residues(first, first + len(tail) + 1)
    same = 0
    while same < min(len(old), len(tail)) and old[same] == tail[same]:
        same += 1
    ended = tail.endswith("*")
    residue = first + same + 1 + extra
    new_stop = view.frame_start + 3 * (first + len(tail) - 1) if ended else None
    if same >= len(old) or (same == len(tail) and ended):
        return ProteinChange("p.(=)", residue)
    was = old[same]
    if same >= len(tail):
        return ProteinChange("p.?", residue, new_stop=new_stop)
    now = tail[same]
    distance = len(tail) - same if ended else 0
    if was == "*":
        reach = f"Ter{distance - 1}" if ended else "Ter?"
        name = f"p.(Ter{residue}{three(now)}ext{reach})"
        return ProteinChange(name, residue, f"*/{now}")
    if now == "*":
        name = f"p.({three(was)}{residue}Ter)"
    elif frameshift:
        name = f"p.({three(was)}{residue}{three(now)}fsTer{distance if ended else '?'})"
    else:
        end = len(view.protein) + extra
        added = three(tail[same:]) if ended else three(now) + "fsTer?"
        name = f"p.({three(was)}{residue}_Ter{end}delins{added})" if ended else "p.?"
    return ProteinChange(name, residue, f"{was}/{now}", new_stop)


def _window_name(
    protein: str, first: int, ref: str, alt: str, *, extra: int = 0, shiftable: bool = True
) -> str:
    """Name of the change of ``ref`` (at 0-based residue ``first`` of ``protein``) to ``alt``."""
    if ref == alt:
        return f"p.({three(ref)}{first + 1 + extra}=)" if len(ref) == 1 else "p.(=)"
    head = 0
    while head < min(len(ref), len(alt)) and ref[head] == alt[head]:
        head += 1
    ref, alt, first = ref[head:], alt[head:], first + head
    if not alt.endswith("*"):
        ref, alt = _without_shared_end(ref, alt)
    if not ref:
        return _inserted(protein, first, alt, extra)
    if not alt and shiftable:
        while first + len(ref) < len(protein) and protein[first] == protein[first + len(ref)]:
            first += 1
        ref = protein[first : first + len(ref)]
    return _replaced(first + 1 + extra, ref, alt)


def _without_shared_end(ref: str, alt: str) -> tuple[str, str]:
    while ref and alt and ref[-1] == alt[-1]:
        ref, alt = ref[:-1], alt[:-1]
    return ref, alt


def _replaced(number: int, ref: str, alt: str) -> str:
    """Substitution, deletion or deletion-insertion from residue ``number`` on."""
    start = f"{three(ref[0])}{number}"
    if alt[:1] == "*":
        return f"p.({start}Ter)"
    if len(ref) == len(alt) == 1:
        return f"p.({start}{three(alt)})"
    span = start if len(ref) == 1 else f"{start}_{three(ref[-1])}{number + len(ref) - 1}"
    return f"p.({span}del)" if not alt else f"p.({span}delins{three(alt)})"


def _inserted(protein: str, first: int, alt: str, extra: int) -> str:
    if not alt.endswith("*"):
        while first < len(protein) and protein[first] == alt[0]:
            alt = alt[1:] + alt[0]
            first += 1
        size = len(alt)
        if first >= size and protein[first - size : first] == alt:
            start = f"{three(alt[0])}{first - size + 1 + extra}"
            return f"p.({start}{'' if size == 1 else f'_{three(alt[-1])}{first + extra}'}dup)"
    elif alt == "*" and first < len(protein):
        return f"p.({three(protein[first])}{first + 1 + extra}Ter)"
    if not 0 < first < len(protein):
        return "p.?"
    left = f"{three(protein[first - 1])}{first + extra}"
    right = f"{three(protein[first])}{first + 1 + extra}"
    return f"p.({left}_{right}ins{three(alt)})"
