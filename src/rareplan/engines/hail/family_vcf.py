"""One family's own records out of a cohort's call set: candidates and pharmacogenes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rareplan.engines.hail.importing import GT_FIELD, with_text_calls
from rareplan.engines.hail.session import Session
from rareplan.engines.result import EngineResult
from rareplan.knowledge.store import KnowledgeBase
from rareplan.model.case import Case
from rareplan.model.genome import Assembly, contig_from_name


def _pharmacogene_places(kb: KnowledgeBase, assembly: Assembly) -> set[tuple[int, int]]:
    """Contig codes and 1-based positions of the pharmacogene variants."""
    if not kb.has("pgx_variants"):
        return set()
    table = kb.table("pgx_variants")
    name = "grch37_position" if assembly is Assembly.GRCH37 else "grch38_position"
    pairs = zip(table["chromosome"].to_pylist(), table[name].to_pylist(), strict=True)
    return {(int(contig_from_name(c)), int(p)) for c, p in pairs if p and str(p).isdigit()}


def _loci(hl: Any, matrix: Any, found: EngineResult, case: Case, kb: KnowledgeBase) -> list[Any]:
    """Hail intervals of one base at every survivor and pharmacogene position."""
    reference = matrix.locus.dtype.reference_genome
    present = {int(contig_from_name(name)): name for name in reversed(reference.contigs)}
    places = {(int(v.key.contig), v.key.pos) for v in found.variants}
    # Trimming may have moved a position; the record starts a little before.
    places |= {(contig, pos - step) for contig, pos in places for step in range(1, 4)}
    places |= _pharmacogene_places(kb, case.assembly)
    return [
        hl.interval(
            hl.locus(present[contig], pos, reference_genome=reference),
            hl.locus(present[contig], pos, reference_genome=reference),
            includes_end=True,
        )
        for contig, pos in sorted(places)
        if contig in present and 0 < pos <= reference.lengths[present[contig]]
    ]


def export_family(
    session: Session, found: EngineResult, case: Case, kb: KnowledgeBase, imported: str
) -> Path:
    """A small VCF of the family with the records that the reports need."""
    hl = session.hl
    matrix = with_text_calls(hl, hl.read_matrix_table(imported))
    intervals = [hl.eval(i) for i in _loci(hl, matrix, found, case, kb)]
    matrix = hl.filter_intervals(matrix, intervals) if intervals else matrix.head(0)
    matrix = matrix.filter_cols(hl.literal(set(case.pedigree.sequenced)).contains(matrix.s))
    text = matrix[GT_FIELD]
    whole = hl.is_defined(text) & ~text.contains(".")
    matrix = matrix.annotate_entries(GT=hl.or_missing(whole, hl.parse_call(text)))
    matrix = matrix.drop(GT_FIELD, "record")
    path = found.ledger.parent / "family.vcf.bgz"
    hl.export_vcf(matrix, str(path))
    return path
