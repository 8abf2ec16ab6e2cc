"""Genetic codes 1 (standard) and 2 (vertebrate mitochondrial), as NCBI lists them.

A codon is the number ``16 a + 4 b + c`` of base codes (A, C, G, T = 0..3); 64 is a codon with
an unknown base. Source: NCBI, "The Genetic Codes", tables 1 and 2.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from rareplan.knowledge.sequence import UNKNOWN, encode

_TCAG = [3, 1, 0, 2]
_STANDARD = "FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG"
_MITOCHONDRIAL = "FFLLSSSSYY**CCWWLLLLPPPPHHQQRRRRIIMMTTTTNNKKSS**VVVVAAAADDEEGGGG"
_STARTS = {1: ("ATG",), 2: ("ATG", "ATA", "ATT", "ATC", "GTG")}

NO_CODON = 64
STOP = ord("*")
SELENOCYSTEINE = ord("U")


def _ordered(code: str) -> npt.NDArray[np.uint8]:
    table = np.full(65, ord("X"), dtype=np.uint8)
    letters = iter(code.encode())
    for a in _TCAG:
        for b in _TCAG:
            for c in _TCAG:
                table[16 * a + 4 * b + c] = next(letters)
    return table


def codon_number(codon: str) -> int:
    """Number of a codon of three letters ACGT; :data:`NO_CODON` with any other letter."""
    a, b, c = (int(x) for x in encode(codon))
    return NO_CODON if UNKNOWN in (a, b, c) else 16 * a + 4 * b + c


AMINO: dict[int, npt.NDArray[np.uint8]] = {1: _ordered(_STANDARD), 2: _ordered(_MITOCHONDRIAL)}
"""One-letter amino acid (ASCII) by codon number; X for an unknown codon."""
AMINO_OF_TABLE = np.stack([AMINO[1], AMINO[1], AMINO[2]])
"""The same as one array, first axis the table's number."""
IS_START = np.zeros((3, 65), dtype=bool)
for _table, _codons in _STARTS.items():
    for _codon in _codons:
        IS_START[_table, codon_number(_codon)] = True
TGA = codon_number("TGA")

CODON_TEXT: tuple[str, ...] = tuple(a + b + c for a in "ACGT" for b in "ACGT" for c in "ACGT")

THREE: dict[str, str] = {
    "A": "Ala", "R": "Arg", "N": "Asn", "D": "Asp", "C": "Cys", "Q": "Gln", "E": "Glu",
    "G": "Gly", "H": "His", "I": "Ile", "L": "Leu", "K": "Lys", "M": "Met", "F": "Phe",
    "P": "Pro", "S": "Ser", "T": "Thr", "W": "Trp", "Y": "Tyr", "V": "Val", "U": "Sec",
    "X": "Xaa", "*": "Ter",
}  # fmt: skip


def three(residues: str) -> str:
    """Three-letter names of one-letter residues, joined."""
    return THREE[residues] if len(residues) == 1 else "".join([THREE[r] for r in residues])


def codon_numbers(codes: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Codon numbers of base codes from the first base; a rest of one or two bases is left out."""
    whole = codes[: len(codes) // 3 * 3].reshape(-1, 3)
    number = whole[:, 0] * 16 + whole[:, 1] * 4 + whole[:, 2]
    return np.where((whole == UNKNOWN).any(axis=1), np.uint8(NO_CODON), number).astype(np.uint8)


_LETTER = {
    table: {codon: chr(AMINO[table][n]) for n, codon in enumerate(CODON_TEXT)} for table in AMINO
}
_SHORT = 1500
"""Up to here a dictionary is faster than numpy's set-up."""
_STEP = 90
"""A frame that is not kept open ends within 21 codons on average."""


def translate(text: str, table: int = 1) -> str:
    """One-letter protein of a coding sequence, stops as ``*``, a partial last codon left out."""
    if len(text) <= _SHORT:
        letters = _LETTER[table]
        whole = len(text) // 3 * 3
        return "".join([letters.get(text[i : i + 3], "X") for i in range(0, whole, 3)])
    return AMINO[table][codon_numbers(encode(text))].tobytes().decode("ascii")


def translate_open(text: str, table: int = 1) -> str:
    """Translation up to and including the first stop; without ``*`` when there is none."""
    protein = ""
    for at in range(0, len(text), _STEP):
        part = translate(text[at : at + _STEP], table)
        stop = part.find("*")
        if stop >= 0:
            return protein + part[: stop + 1]
        protein += part
    return protein
