"""What is known of a gene that the criteria need, looked up once from the snapshot.

Mechanism is derived, not curated: how many of the gene's ClinVar P/LP variants (>= 2 stars in
the starter) are null variants, and over how many exons they spread. The rule is that of Abou
Tayoun et al. 2018 (PMID 30192042), table 1: at least 3 pathogenic LoF variants, more than 10 %
of the pathogenic variants, in more than one exon.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
NULL, MISSENSE, OTHER = 0, 1, 2
_NULL_WORDS = ("nonsense", "stop_gained", "frameshift", "splice_donor_variant", "splice_acceptor")
_SPLICE_MARGIN = 10  # bases of intron that still belong to the gene's coding variants


@dataclass(frozen=True)
class DiseaseFacts:
    """One disease of the gene: HPO inheritance terms as short codes (AD, AR, XL, XLD, ...)."""

    id: str
    name: str = ""
    inheritance: frozenset[str] = frozenset()
    assumed: frozenset[str] = frozenset()
    """Modes of the gene's other diseases, used where the annotation names none for this one."""


@dataclass(frozen=True)
class ClinVarRows:
    """P/LP rows inside the gene's exons (and 10 bases around), sorted by position."""

    pos: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    ref: tuple[str, ...] = ()
    alt: tuple[str, ...] = ()
    kind: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    variation_id: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    cds: Ints = field(default_factory=lambda: np.zeros(0, np.int64))  # 1-based, 0 = not in CDS
    exon: Ints = field(default_factory=lambda: np.zeros(0, np.int64))

    def __len__(self) -> int:
        return len(self.pos)


@dataclass(frozen=True)
class GeneFacts:
    """One gene. Lengths in bases or residues; ``clinvar_known`` tells 0 rows from no table."""

    gene: str
    hgnc_id: str = ""
    strand: int = 1
    cds_length: int = 0
    exon_length: int = 0
    exon_starts: Sequence[int] = ()
    exon_ends: Sequence[int] = ()
    cds_start: int = 0
    cds_end: int = 0
    diseases: tuple[DiseaseFacts, ...] = ()
    clinvar: ClinVarRows = field(default_factory=ClinVarRows)
    clinvar_known: bool = False
    haploinsufficiency: str = ""
    loeuf: float | None = None
    mis_z: float | None = None
    domains: tuple[tuple[int, int, str], ...] = ()  # 1-based residues
    domains_known: bool = False

    @property
    def protein_length(self) -> int:
        """Residues without the stop; 0 when the gene has no CDS."""
        return max(self.cds_length // 3 - 1, 0)

    @cached_property
    def inheritance(self) -> frozenset[str]:
        """All modes that any disease of the gene is known to have."""
        return frozenset().union(*(d.inheritance for d in self.diseases))

    @property
    def n_pathogenic(self) -> int:
        """P/LP ClinVar rows of the gene."""
        return len(self.clinvar)

    @property
    def n_null(self) -> int:
        """P/LP ClinVar rows that are null variants."""
        return int((self.clinvar.kind == NULL).sum())

    @property
    def n_missense(self) -> int:
        """P/LP ClinVar rows that are missense."""
        return int((self.clinvar.kind == MISSENSE).sum())

    @cached_property
    def kind_counts(self) -> dict[str, int]:
        """P/LP rows by the kinds of the background: null, missense, and unresolved.

        "unresolved" is what a coding SNV is without sequence: missense or nonsense.
        """
        rows = self.clinvar
        snv = np.array([len(r) == len(a) == 1 for r, a in zip(rows.ref, rows.alt, strict=True)])
        coding_snv = int((snv.astype(bool) & (rows.cds > 0)).sum()) if len(rows) else 0
        return {"null": self.n_null, "missense": self.n_missense, "unresolved": coding_snv}

    @cached_property
    def _hot_positions(self) -> frozenset[int]:
        rows = self.clinvar
        around = {
            int(p) + shift
            for p in rows.pos[(rows.kind == MISSENSE) & (rows.cds > 0)]
            for shift in range(-2, 3)
        }
        return frozenset(around)

    @cached_property
    def hot_share(self) -> float:
        """Share of the CDS within 2 bases of a P/LP missense variant."""
        return min(1.0, len(self._hot_positions) / max(self.cds_length, 1))

    def is_hot(self, pos38: int) -> bool:
        """Whether a GRCh38 position lies within 2 bases of a P/LP missense variant."""
        return pos38 in self._hot_positions

    @cached_property
    def lof_mechanism(self) -> tuple[str, str]:
        """(established | likely | possible | no | unknown, why)."""
        if self.haploinsufficiency == "3":
            return "established", "ClinGen: haploinsufficiency sufficient evidence (3)"
        if not self.clinvar_known:
            return "unknown", "no ClinVar table to derive the gene's mechanism from"
        total, null = self.n_pathogenic, self.n_null
        exons = len(set(self.clinvar.exon[self.clinvar.kind == NULL].tolist()))
        counts = f"{null} of {total} ClinVar P/LP variants of the gene are null, in {exons} exon(s)"
        if null >= 3 and null > 0.1 * total and exons > 1:
            return "established", f"LoF is a mechanism: {counts}"
        if null >= 2 and null > 0.1 * total:
            return "likely", f"LoF is a likely mechanism: {counts}"
        if null >= 1 and null > 0.1 * total:
            return "possible", f"LoF is a possible mechanism: {counts}"
        return "no", f"LoF is not shown to be a mechanism: {counts}"

    def null_pathogenic_after(self, residue: int) -> bool | None:
        """P/LP null variants at or beyond a residue: the lost region is critical.

        None when there are none (role unknown) or no table.
        """
        if not self.clinvar_known:
            return None
        beyond = (self.clinvar.kind == NULL) & (self.clinvar.cds >= 3 * residue)
        return True if int(beyond.sum()) >= 1 else None

    def pathogenic_before(self, residue: int) -> bool:
        """Any P/LP variant in the first residues, where the next in-frame ATG is sought."""
        inside = (self.clinvar.cds > 3) & (self.clinvar.cds <= 3 * residue)
        return bool(inside.any())

    def cds_position(self, pos: int) -> int:
        """1-based CDS position of a genomic position; 0 outside."""
        return int(_cds_positions(np.array([pos]), self)[0])

    def domain_at(self, residue: int | None) -> str:
        """Name of the domain a residue lies in, or ""."""
        if residue is None:
            return ""
        return next((name for start, end, name in self.domains if start <= residue <= end), "")


def _cds_positions(pos: Ints, gene: GeneFacts) -> Ints:
    """CDS positions (1-based, transcript orientation) of genomic positions; 0 outside."""
    if not gene.cds_length or not len(pos):
        return np.zeros(len(pos), np.int64)
    low = np.maximum(np.asarray(gene.exon_starts, np.int64), gene.cds_start)
    high = np.minimum(np.asarray(gene.exon_ends, np.int64), gene.cds_end)
    coding = low <= high
    low, high = low[coding], high[coding]
    before = np.concatenate([[0], np.cumsum(high - low + 1)])
    block = np.maximum(np.searchsorted(low, pos, side="right") - 1, 0)
    inside = (pos >= low[block]) & (pos <= high[block])
    ascending = before[block] + pos - low[block] + 1
    along = ascending if gene.strand > 0 else before[-1] - ascending + 1
    return np.where(inside, along, 0)


def clinvar_kind(consequences: list[str]) -> int:
    """Null, missense or other, from ClinVar's molecular consequences."""
    text = " ".join(consequences).lower().replace(" ", "_")
    if any(word in text for word in _NULL_WORDS):
        return NULL
    return MISSENSE if "missense" in text else OTHER


def attach_clinvar(gene: GeneFacts, rows: dict[str, Any]) -> ClinVarRows:
    """Rows of one contig slice that lie in the gene's exons or 10 bases beside.

    ``rows``: pos (sorted int64), ref, alt, kind, variation_id arrays of one contig.
    """
    pos = rows["pos"]
    if not gene.exon_starts or not len(pos):
        return ClinVarRows()
    low, high = np.searchsorted(pos, [gene.exon_starts[0] - 10, gene.exon_ends[-1] + 11])
    near = pos[low:high]
    starts = np.asarray(gene.exon_starts) - _SPLICE_MARGIN
    ends = np.asarray(gene.exon_ends) + _SPLICE_MARGIN
    exon = np.searchsorted(starts, near, side="right") - 1
    keep = (exon >= 0) & (near <= ends[np.maximum(exon, 0)])
    index = np.flatnonzero(keep) + low
    return ClinVarRows(
        pos=pos[index],
        ref=tuple(rows["ref"][index]),
        alt=tuple(rows["alt"][index]),
        kind=rows["kind"][index],
        variation_id=rows["variation_id"][index],
        cds=_cds_positions(pos[index], gene),
        exon=exon[keep],
    )
