"""What a VCF says of the proband at asked positions, whether or not a variant is there."""

from __future__ import annotations

from typing import NamedTuple

from rareplan.model.genome import Contig


class SiteRecord(NamedTuple):
    """One VCF record of the proband.

    ``pos`` is 1-based, ``end`` the last base of the record (of the block, in a gVCF).
    ``haplotypes`` are allele indices as in GT: 0 reference, 1 the first of ``alts``, -1 missing.
    """

    contig: Contig
    pos: int
    ref: str
    alts: tuple[str, ...]
    haplotypes: tuple[int, ...]
    phased: bool = False
    end: int = 0
