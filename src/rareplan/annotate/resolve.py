"""What coordinates leave open, settled by the file's own annotation or by ClinVar, in a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from rareplan.annotate.merge import merge
from rareplan.annotate.table import ConsequenceTable
from rareplan.annotate.text import PairText
from rareplan.annotate.vcf_annotations import AnnotationReader
from rareplan.knowledge.clinvar import ClinVarTable
from rareplan.model.consequence import Consequence


def resolve_pairs(
    texts: PairText,
    table: ConsequenceTable,
    records: Sequence[Any],
    counts: Sequence[int],
    reader: AnnotationReader,
    clinvar: ClinVarTable | None,
) -> int:
    """Fill in the texts of unresolved pairs where the file or ClinVar says more, in place.

    Args:
        texts: a text a pair; lists are changed.
        table: the pairs.
        records: the records of the block, with REF, ALT and INFO.
        counts: alternates of each record; alleles stand in this order.
        reader: which annotations the file has.
        clinvar: the snapshot's table.

    Returns:
        Alleles that were settled.
    """
    unresolved = np.flatnonzero(table.unresolved)
    if not len(unresolved) or (not reader.tags and clinvar is None):
        return 0
    first = np.cumsum([0, *counts])
    hits = _clinvar_rows(table, unresolved, clinvar)
    settled = 0
    for allele, hit in zip(unresolved.tolist(), hits.tolist(), strict=True):
        number = int(np.searchsorted(first, allele, side="right")) - 1
        record = records[number]
        info = {tag: v for tag in reader.tags if (v := record.INFO.get(tag)) is not None}
        known = clinvar.record(hit) if clinvar is not None and hit >= 0 else None
        if not info and known is None:
            continue
        alts = list(record.ALT)
        given = reader.read(info, record.REF, alts, allele - int(first[number]) + 1)
        merged = merge(table.consequences(allele), given.consequences, known)
        settled += _write(texts, table, allele, merged.consequences)
    return settled


def _clinvar_rows(
    table: ConsequenceTable, alleles: npt.NDArray[np.int64], clinvar: ClinVarTable | None
) -> npt.NDArray[np.int64]:
    if clinvar is None:
        return np.full(len(alleles), -1, dtype=np.int64)
    # An unresolved allele touches a transcript, whose contig is the allele's.
    contig = table.bundle.contig[table.row[np.searchsorted(table.query, alleles)]]
    return clinvar.find(
        contig,
        table.pos[alleles],
        [str(table.ref[i]) for i in alleles],
        [str(table.alt[i]) for i in alleles],
    )


def _write(
    texts: PairText, table: ConsequenceTable, allele: int, found: Sequence[Consequence]
) -> bool:
    by_name = {c.transcript: c for c in found if c.resolved and c.source != "rareplan"}
    wrote = False
    low, high = np.searchsorted(table.query, [allele, allele + 1]).tolist()
    for k in range(low, high):
        settled = by_name.get(texts.transcript[k])
        if settled is None or table.pair_resolved[k]:
            continue
        texts.consequence[k] = "&".join(settled.terms)
        texts.impact[k] = settled.impact.value
        texts.hgvs_p[k] = settled.hgvs_p or texts.hgvs_p[k]
        wrote = True
    return wrote
