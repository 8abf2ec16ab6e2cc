"""Dual diagnosis: two genes that explain disjoint parts of the phenotype.

About 5 % of solved patients have two diagnoses (Posey et al. 2017, PMID 27959697), while the
posterior weighs single causes. A pair is flagged for a person to look at, never merged: both
genes need variant evidence far above chance in a mode that is known for them (the carrier of a
recessive disease is not a second diagnosis), and each must explain terms that the other does not.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from rareplan.model.result import Candidate

_MIN_TERMS = 2
_MIN_VARIANT_LOG_LR = math.log(100.0)
_MIN_TERM_LOG_LR = math.log(1.5)  # ours: a term below it says next to nothing for the disease
_MIN_MODE_LOG_LR = math.log(0.5)  # ours: half of the gene's known weight lies on this mode
_LOOKED_AT = 10
_VARIANT_FACTORS = ("variant ", "neighbourhood ", "evidence ")


def _variant_evidence(candidate: Candidate) -> float:
    return math.fsum(f.log_lr for f in candidate.derivation if f.name.startswith(_VARIANT_FACTORS))


def _strong(candidate: Candidate) -> bool:
    """Variants far above chance, in a mode that fits the gene."""
    mode = math.fsum(f.log_lr for f in candidate.derivation if f.name == "inheritance")
    return _variant_evidence(candidate) >= _MIN_VARIANT_LOG_LR and mode >= _MIN_MODE_LOG_LR


def _explained(candidate: Candidate) -> dict[str, str]:
    """Observed terms that the candidate's best disease explains: id to label."""
    terms = candidate.diseases[0].terms if candidate.diseases else ()
    return {t.term: t.label for t in terms if not t.excluded and t.contribution >= _MIN_TERM_LOG_LR}


def with_dual_flags(candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """Flag the first candidate and every other gene that could be a second diagnosis."""
    if not candidates:
        return ()
    first, flags = candidates[0], {}
    mine = _explained(first)
    if not _strong(first):
        return tuple(candidates)
    for place, other in enumerate(candidates[1:_LOOKED_AT], start=1):
        theirs = _explained(other)
        only_mine = [label for term, label in mine.items() if term not in theirs]
        only_theirs = [label for term, label in theirs.items() if term not in mine]
        enough = min(len(only_mine), len(only_theirs)) >= _MIN_TERMS
        if _strong(other) and enough and other.gene != first.gene:
            flags[place] = f"possible second diagnosis beside {first.gene}: explains " + ", ".join(
                only_theirs
            )
            flags.setdefault(0, f"possible dual diagnosis with {other.gene}")
    return tuple(
        c.model_copy(update={"flags": (*c.flags, flags[i])}) if i in flags else c
        for i, c in enumerate(candidates)
    )
