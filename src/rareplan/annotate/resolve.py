"""What coordinates leave open, settled by the file's own annotation or by ClinVar, in a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from rareplan.annotate.labels import strings
from rareplan.annotate.merge import merge
from rareplan.annotate.table import ConsequenceTable
from rareplan.annotate.text import PairText
from rareplan.annotate.vcf_annotations import AnnotationReader
from rareplan.knowledge.clinvar import ClinVarTable
from rareplan.model.consequence import Consequence
from rareplan.model.site_block import SiteBlock


def resolve_pairs(
    texts: PairText,
    table: ConsequenceTable,
    block: SiteBlock,
    reader: AnnotationReader,
    load_clinvar: Callable[[], ClinVarTable | None],
) -> tuple[PairText, int]:
    """Texts with unresolved pairs filled in where the file or ClinVar says more.

    Args:
        texts: a text a pair.
        table: the pairs.
        block: the records that the table's alleles stand in.
        reader: which annotations the file has.
        load_clinvar: gives the snapshot's table, if it has one; called only when needed.

    Returns:
        The texts, and how many alleles were settled.
    """
    unresolved = np.flatnonzero(table.unresolved)
    clinvar = load_clinvar() if len(unresolved) else None
    if not len(unresolved) or (not reader.tags and clinvar is None):
        return texts, 0
    hits = _clinvar_rows(table, unresolved, clinvar)
    changes: dict[int, Consequence] = {}
    settled = 0
    for allele, hit in zip(unresolved.tolist(), hits.tolist(), strict=True):
        record = int(block.record[allele])
        info = block.info(record, reader.tags) if reader.tags else {}
        known = clinvar.record(hit) if clinvar is not None and hit >= 0 else None
        if not info and known is None:
            continue
        mine = block.alleles(record)
        alts = [str(block.alt[i]) for i in mine]
        given = reader.read(info, str(block.ref[allele]), alts, allele - mine.start + 1)
        merged = merge(table.consequences(allele), given.consequences, known)
        found = _settled(table, allele, merged.consequences)
        changes |= found
        settled += bool(found)
    return (_changed(texts, changes) if changes else texts), settled


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


def _settled(
    table: ConsequenceTable, allele: int, found: Sequence[Consequence]
) -> dict[int, Consequence]:
    """What now holds for the open pairs of an allele, by pair."""
    by_name = {c.transcript: c for c in found if c.resolved and c.source != "rareplan"}
    open_pairs = [k for k in table.pairs(allele) if not table.pair_resolved[k]]
    names = {k: str(table.bundle.transcript[table.row[k]]) for k in open_pairs}
    return {k: by_name[name] for k, name in names.items() if name in by_name}


def _changed(texts: PairText, changes: dict[int, Consequence]) -> PairText:
    consequence, impact, hgvs_p = (
        texts.consequence.to_pylist(), texts.impact.to_pylist(), texts.hgvs_p.to_pylist(),
    )  # fmt: skip
    for k, one in changes.items():
        consequence[k] = "&".join(one.terms)
        impact[k] = one.impact.value
        hgvs_p[k] = one.hgvs_p or hgvs_p[k]
    return replace(
        texts, consequence=strings(consequence), impact=strings(impact), hgvs_p=strings(hgvs_p)
    )
