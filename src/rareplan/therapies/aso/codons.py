"""The standard genetic code (NCBI table 1)."""

from __future__ import annotations

_BASES = "TCAG"
_AMINO = "FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG"


def translate(codon: str) -> str:
    """One codon by the standard code; ``X`` for anything that is not three of ACGT."""
    try:
        a, b, c = (_BASES.index(base) for base in codon.upper().replace("U", "T"))
    except ValueError:
        return "X"
    return _AMINO[16 * a + 4 * b + c]
