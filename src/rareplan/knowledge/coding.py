"""What a coding sequence must look like before anything is translated from it."""

from __future__ import annotations

STOPS = {1: frozenset({"TAA", "TAG", "TGA"}), 2: frozenset({"TAA", "TAG", "AGA", "AGG"})}
"""Stop codons by translation table (NCBI genetic codes 1 and 2)."""

# CTG, ACG, GTG and others start a few documented proteins; RefSeq writes Met for them.
_STARTS = {"ATG", "CTG", "ACG", "GTG", "TTG", "ATA", "ATT", "AAG", "AGG", "ATC"}
_MOST_SELENOCYSTEINES = 10
"""Selenoprotein P has ten."""


def coding_fault(coding: str, codon_table: int = 1) -> str:
    """Why a CDS (upper case, stop included) cannot be right; empty when nothing speaks against it.

    Mitochondrial transcripts may end in T or TA: the stop is made by the poly(A) tail.
    """
    stops = STOPS[codon_table]
    codons = [coding[i : i + 3] for i in range(0, len(coding), 3)]
    if not codons:
        return "the CDS is empty"
    tail = len(coding) % 3
    if codon_table == 2 and tail and "TAA".startswith(codons[-1]):
        codons[-1] = "TAA"
    elif tail:
        return "the CDS is not a multiple of three"
    if codons[-1] not in stops:
        return "the CDS does not end with a stop"
    if codons[0] not in _STARTS:
        return f"the CDS begins with {codons[0]}"
    inner = [i for i, codon in enumerate(codons[1:-1], 2) if codon in stops]
    # Selenoproteins read TGA as selenocysteine: RefSeq annotates the CDS through it.
    if any(codons[i - 1] != "TGA" for i in inner) or len(inner) > _MOST_SELENOCYSTEINES:
        return f"the CDS has a stop at codon {inner[0]}"
    return ""
