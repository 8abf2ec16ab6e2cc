"""Amino acid changes of ClinVar's SNVs in the codon of one of ours.

Our variant's annotation carries its codons ("Cag/Tag"); with the reference codon known, every
ClinVar SNV in the same codon can be translated, so PS1 and PM5 need no further sequence.
"""

from __future__ import annotations

from dataclasses import dataclass

from rareplan.model.consequence import Consequence
from rareplan.model.variant import VariantKey
from rareplan.prioritise.gene_facts import GeneFacts

_BASES = "TCAG"
_AMINO = "FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG"
STANDARD_CODE = {
    a + b + c: _AMINO[16 * i + 4 * j + k]
    for i, a in enumerate(_BASES)
    for j, b in enumerate(_BASES)
    for k, c in enumerate(_BASES)
}
"""NCBI translation table 1."""
_COMPLEMENT = str.maketrans("ACGT", "TGCA")


@dataclass(frozen=True)
class Neighbour:
    """A ClinVar P/LP SNV in the same codon."""

    variation_id: int
    amino_acid: str
    same_variant: bool


def codon_neighbours(
    key38: VariantKey, consequence: Consequence, gene: GeneFacts
) -> tuple[str, list[Neighbour]] | None:
    """(our amino acid, P/LP SNVs of the codon); None when the codon is not known."""
    old, _, new = consequence.codons.upper().partition("/")
    if len(old) != 3 or len(new) != 3 or not key38.is_snv or not consequence.cds_position:
        return None
    if not (set(old) | set(new)) <= set(_BASES):
        return None
    first = consequence.cds_position - (consequence.cds_position - 1) % 3
    rows, found = gene.clinvar, []
    for i in range(len(rows)):
        offset = int(rows.cds[i]) - first
        if not 0 <= offset < 3 or len(rows.ref[i]) != 1 or len(rows.alt[i]) != 1:
            continue
        ref, alt = rows.ref[i], rows.alt[i]
        if gene.strand < 0:
            ref, alt = ref.translate(_COMPLEMENT), alt.translate(_COMPLEMENT)
        if old[offset] != ref:  # another transcript's codon
            continue
        same = int(rows.pos[i]) == key38.pos and rows.alt[i] == key38.alt
        mutated = old[:offset] + alt + old[offset + 1 :]
        found.append(Neighbour(int(rows.variation_id[i]), STANDARD_CODE[mutated], same))
    return STANDARD_CODE[new], found
