"""The direction gate: which way a treatment pushes against what the variant does.

It runs before any ranking. A treatment is offered only when it acts in the right direction for
every mechanism that is still possible in this patient. The wrong direction is named as such, and
an unknown direction is never a recommendation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rareplan.model.therapy import Gate, Mechanism

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MECHANISM_CODES = {
    "lof": Mechanism.LOF,
    "haploinsufficiency": Mechanism.HAPLOINSUFFICIENT,
    "gof": Mechanism.GOF,
    "dn": Mechanism.DOMINANT_NEGATIVE,
}
LOSS = frozenset({Mechanism.LOF, Mechanism.HAPLOINSUFFICIENT})

# What each direction means is fixed in docs/curation.md; a row may use no other.
DIRECTIONS = (
    "up", "replace", "bypass", "substrate_down",
    "down", "pathway_down", "stabilise", "downstream",
)  # fmt: skip

# ChEMBL and DGIdb action types (upper case) by the way they push the target.
ACTIVATING = frozenset({
    "AGONIST", "PARTIAL AGONIST", "FULL AGONIST", "ACTIVATOR", "OPENER", "POTENTIATOR",
    "POSITIVE ALLOSTERIC MODULATOR", "POSITIVE MODULATOR", "ALLOSTERIC AGONIST", "INDUCER",
    "CHAPERONE",
})  # fmt: skip
INHIBITING = frozenset({
    "INHIBITOR", "BLOCKER", "ANTAGONIST", "INVERSE AGONIST", "ALLOSTERIC ANTAGONIST",
    "NEGATIVE ALLOSTERIC MODULATOR", "NEGATIVE MODULATOR", "GATING INHIBITOR",
    "CHANNEL BLOCKER", "SUPPRESSOR",
})  # fmt: skip
REMOVING = frozenset({
    "DEGRADER", "ANTISENSE INHIBITOR", "RNAI INHIBITOR", "ANTISENSE OLIGONUCLEOTIDE",
    "ANTISENSE", "KNOCK-DOWN",
})  # fmt: skip


def _same(mechanism: Mechanism, row: frozenset[Mechanism]) -> bool:
    return mechanism in row or (mechanism in LOSS and bool(row & LOSS))


def _mismatch(direction: str, mode: str, mechanism: Mechanism) -> Gate:
    """The gate when the row was written for another mechanism than the patient's."""
    if direction == "pathway_down":
        return Gate.WRONG if mechanism is not Mechanism.DOMINANT_NEGATIVE else Gate.UNKNOWN
    if mechanism in LOSS:
        return Gate.WRONG if direction == "down" else Gate.UNKNOWN
    if mechanism is Mechanism.GOF:
        return Gate.WRONG if direction in {"up", "replace"} else Gate.UNKNOWN
    if direction == "up":
        return Gate.WRONG
    # An inhibitor takes away what function the poisoned complex has left; knock-down of the
    # mutant product may help, but nobody has shown it for this row.
    return Gate.WRONG if direction == "down" and mode != "knockdown" else Gate.UNKNOWN


def _one(
    direction: str,
    mode: str,
    row: frozenset[Mechanism],
    wrong_for: frozenset[Mechanism],
    mechanism: Mechanism,
) -> Gate:
    if mechanism is Mechanism.UNKNOWN:
        return Gate.UNKNOWN
    if mechanism in wrong_for or (mechanism in LOSS and wrong_for & LOSS):
        return Gate.WRONG
    return Gate.RIGHT if _same(mechanism, row) else _mismatch(direction, mode, mechanism)


def combine(verdicts: Iterable[Gate]) -> Gate:
    """One verdict for all mechanisms that are still possible.

    RIGHT only when every one is right; right for some only is DEPENDS.
    """
    found = set(verdicts)
    if found == {Gate.RIGHT}:
        return Gate.RIGHT
    if Gate.RIGHT in found:
        return Gate.DEPENDS
    return Gate.WRONG if Gate.WRONG in found else Gate.UNKNOWN


def gate_curated(
    direction: str,
    mode: str,
    row_mechanisms: Sequence[str],
    wrong_for: Sequence[str],
    possible: Sequence[Mechanism],
) -> tuple[Gate, str]:
    """Hold one curated row against the mechanisms that are possible in this patient.

    ``row_mechanisms`` are the codes the row was written for (``any``: acts whatever the
    mechanism). Returns the verdict and its reason in words.

    Raises:
        ValueError: a direction that the vocabulary does not have.
    """
    if direction not in DIRECTIONS:
        raise ValueError(f"unknown direction '{direction}'")
    if "any" in row_mechanisms:
        return Gate.RIGHT, "helps whatever the variant does to the gene"
    row = frozenset(MECHANISM_CODES[code] for code in row_mechanisms)
    wrong = frozenset(MECHANISM_CODES[code] for code in wrong_for)
    known = tuple(possible) or (Mechanism.UNKNOWN,)
    verdicts = {_one(direction, mode, row, wrong, mechanism) for mechanism in known}
    half = verdicts == {Gate.RIGHT, Gate.UNKNOWN} and Mechanism.UNKNOWN not in known
    if direction == "downstream" and half:
        # It treats the consequences and pushes the gene in no direction, so an open mechanism
        # is a limit to check, not a danger. A row that could harm says so (wrong_for).
        return Gate.RIGHT, f"{_PUSH[direction]}; the evidence is for {_names(row)}"
    verdict = combine(verdicts)
    return verdict, _reason(verdict, direction, row, known)


def _names(mechanisms: Iterable[Mechanism]) -> str:
    return " or ".join(sorted(mechanism.value for mechanism in mechanisms))


_PUSH = {
    "up": "raises the gene's function",
    "replace": "replaces what the gene should make",
    "bypass": "goes around the lost step",
    "substrate_down": "lowers what the lost step leaves behind",
    "down": "lowers the gene's function",
    "pathway_down": "lowers the pathway that the variant sets free",
    "stabilise": "keeps the protein in its shape",
    "downstream": "treats the consequences",
}


def _reason(
    verdict: Gate, direction: str, row: frozenset[Mechanism], possible: Sequence[Mechanism]
) -> str:
    push, patient, written = _PUSH[direction], _names(possible), _names(row)
    if verdict is Gate.RIGHT:
        return f"{push}; the variant causes {patient}"
    if verdict is Gate.WRONG:
        return f"{push}; right for {written}, but here the variant causes {patient}"
    if verdict is Gate.DEPENDS:
        return f"{push}; right only for {written}, while {patient} is possible here"
    return f"the evidence is for {written}; what the variant does here is {patient}"


def gate_inferred(
    action_type: str, mechanism: Mechanism, *, null_genotype: bool | None
) -> tuple[Gate, str]:
    """Hold an inferred drug on the gene product itself against one mechanism.

    ``action_type`` is the ChEMBL or DGIdb word. Anything that is not plainly right is not
    RIGHT: an unknown action type, an unknown mechanism, an inhibitor of a poisoned complex.
    """
    action = action_type.strip().upper()
    known = action in ACTIVATING or action in REMOVING or action in INHIBITING
    if not known or mechanism is Mechanism.UNKNOWN:
        what = "what the variant does" if known else "how the drug acts on its target"
        return Gate.UNKNOWN, f"{what} is not known"
    if mechanism in LOSS:
        return _against_loss(action, null_genotype)
    if action in ACTIVATING:
        return Gate.WRONG, f"{action.lower()} of a gene product that is {mechanism.value}"
    if mechanism is Mechanism.DOMINANT_NEGATIVE and action not in REMOVING:
        return Gate.DEPENDS, "an inhibitor may also take the function that is left"
    return Gate.RIGHT, f"{action.lower()} of a gene product with {mechanism.value}"


def _against_loss(action: str, null_genotype: bool | None) -> tuple[Gate, str]:
    if action not in ACTIVATING:
        return Gate.WRONG, f"{action.lower()} of a gene product that is already reduced"
    if null_genotype is not False:
        return Gate.UNKNOWN, "needs residual protein, which is not shown here"
    return Gate.RIGHT, f"{action.lower()} of a reduced gene product"
