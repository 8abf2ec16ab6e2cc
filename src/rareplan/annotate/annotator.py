"""Consequences of one block of a VCF, on GRCh38, and the counts that a user is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from rareplan.annotate.labels import Labels
from rareplan.annotate.normalise import Fetch
from rareplan.annotate.table import ConsequenceTable, annotate_sites
from rareplan.annotate.terms import TERMS
from rareplan.annotate.vcf_annotations import AnnotationReader
from rareplan.knowledge.clinvar import ClinVarTable
from rareplan.knowledge.liftover import Liftover
from rareplan.knowledge.sequence import reverse_complement
from rareplan.knowledge.transcripts import TranscriptBundle
from rareplan.model.genome import Contig
from rareplan.model.site_block import SiteBlock

Bools = npt.NDArray[np.bool_]


@dataclass
class Summary:
    """What was seen: alleles, rows written, alleles by worst term, and what could not be done."""

    alleles: int = 0
    rows: int = 0
    unresolved: int = 0
    settled: int = 0
    """Of the unresolved ones: told by the file's own annotation or by ClinVar."""
    mismatches: int = 0
    not_lifted: int = 0
    left_aligned: int = 0
    """Indels that the file does not hold left-aligned, and those that could not be moved for
    want of sequence (``not_aligned``)."""
    not_aligned: int = 0
    worst: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Annotator:
    """Everything that consequences need: transcripts, and for GRCh37 the liftover."""

    bundle: TranscriptBundle
    lift: Liftover | None = None
    fetch: Fetch | None = None
    pick: bool = False
    reader: AnnotationReader = field(default_factory=AnnotationReader)
    clinvar: Callable[[], ClinVarTable | None] = lambda: None
    """With ``reader``: what settles a coding change that is open (tables); loaded when asked."""
    samples: tuple[str, ...] = ()
    """Sample columns of the file: their phase tells which SNVs of a codon act together."""
    foreign_mt: bool = False
    """The file's mitochondrion is hg19's old chrM, whose positions name other bases than rCRS."""

    @cached_property
    def labels(self) -> Labels:
        """Texts of the bundle, made once."""
        return Labels(self.bundle)

    def annotate(self, block: SiteBlock, summary: Summary) -> tuple[ConsequenceTable, Bools]:
        """Consequences of a block's alternates, and which of them have a place on GRCh38."""
        contig, pos, ref, alt = block.contig, block.pos, block.ref, block.alt
        lifted = np.ones(len(pos), dtype=bool)
        if self.lift is not None:
            contig, pos, ref, alt, lifted = _lifted(block, self.lift)
        if self.foreign_mt:
            lifted &= block.contig != Contig.MT
            contig = np.where(lifted, contig, 0).astype(np.int8)
        table = annotate_sites(contig, pos, ref, alt, self.bundle, fetch=self.fetch)
        summary.alleles += len(pos)
        summary.not_lifted += int((~lifted).sum())
        summary.unresolved += int(table.unresolved.sum())
        summary.mismatches += table.mismatches
        summary.left_aligned += table.moved
        summary.not_aligned += table.unaligned
        for rank, count in enumerate(np.bincount(table.worst_rank[lifted]).tolist()):
            if count:
                summary.worst[TERMS[rank]] += count
        return table, lifted


def _lifted(block: SiteBlock, lift: Liftover) -> tuple[Any, Any, Any, Any, Bools]:
    """Places and alleles on GRCh38; contig 0 where both ends do not map side by side."""
    contig, pos, strand = lift.to_grch38(block.contig, block.pos)
    sizes = np.fromiter(map(len, block.ref), dtype=np.int64, count=len(block.ref))
    last_contig, last, _ = lift.to_grch38(block.contig, block.pos + sizes - 1)
    whole = (contig > 0) & (last_contig == contig) & (last - pos == strand * (sizes - 1))
    ref, alt = block.ref.copy(), block.alt.copy()
    for i in np.flatnonzero(whole & (strand < 0)).tolist():
        # The anchor base of an indel lies on the wrong side now; trimming copes with either.
        ref[i], alt[i] = reverse_complement(ref[i]), reverse_complement(alt[i])
    contig = np.where(whole, contig, 0).astype(np.int8)
    return contig, np.where(strand < 0, last, pos), ref, alt, whole
