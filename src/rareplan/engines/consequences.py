"""Consequences of the alleles that are left, and which of them can matter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from rareplan.annotate import ConsequenceTable, annotate_sites
from rareplan.annotate.explain import named
from rareplan.annotate.phased import CodonGroup, codon_groups
from rareplan.annotate.structural import exon_range
from rareplan.config import ConsequenceRule, Settings
from rareplan.engines.matching import reverse_complement, spliceai_score
from rareplan.knowledge.store import KnowledgeBase
from rareplan.knowledge.transcripts import TranscriptBundle
from rareplan.model.batch import AlleleBatch
from rareplan.model.consequence import Consequence


@dataclass(frozen=True)
class Annotated:
    """Consequences of each row, and the genes in which one of them is kept."""

    consequences: list[tuple[Consequence, ...]]
    kept_genes: list[tuple[str, ...]]
    codons: list[CodonGroup] = field(default_factory=list)
    """Rows that share a codon of a transcript."""
    warnings: tuple[str, ...] = ()


def is_kept(consequence: Consequence, rule: ConsequenceRule) -> bool:
    """Whether a consequence is one that can matter."""
    if not consequence.resolved:
        return True
    if set(consequence.terms) & set(rule.keep):
        return True
    rna = consequence.biotype in rule.rna_biotypes
    return rna and bool(set(consequence.terms) & set(rule.keep_rna))


def _structural(
    bundle: TranscriptBundle, contig: int, start: int, end: int, kind: str
) -> tuple[Consequence, ...]:
    """Effects of a structural allele on the transcripts it overlaps (SO terms as VEP's)."""
    rows = bundle.overlaps(np.array([contig], np.int8), np.array([start]), np.array([end]))[1]
    found = []
    for row in rows.tolist():
        if bundle.end[row] < start or bundle.start[row] > end:
            continue
        first, last = bundle.exon_offset[row], bundle.exon_offset[row + 1]
        exonic = (bundle.exon_start[first:last] <= end) & (bundle.exon_end[first:last] >= start)
        whole = start <= bundle.start[row] and bundle.end[row] <= end
        exons = exon_range(bundle, row, start, end, kind[:3])
        accession = str(bundle.refseq[row]) or str(bundle.transcript[row])
        found.append(
            replace(
                named(bundle, row),
                terms=(_structural_term(kind, whole=whole, exonic=bool(exonic.any())),),
                hgvs_c=f"{accession}:{exons.hgvs_c}" if exons.hgvs_c else "",
                exon=exons.exon,
                exon_length=exons.length,
                exon_in_frame=exons.in_frame,
                escapes_nmd=exons.escapes_nmd,
            )
        )
    return tuple(found)


def _structural_term(kind: str, *, whole: bool, exonic: bool) -> str:
    if not exonic:
        return "intron_variant"
    if kind.startswith("DEL"):
        return "transcript_ablation" if whole else "feature_truncation"
    if kind.startswith(("DUP", "INS")) or kind == "CNV":
        return "transcript_amplification" if whole else "feature_elongation"
    return "feature_truncation"


def structural_kind(batch: AlleleBatch, row: int) -> str:
    """DEL, DUP, INV ...: from SVTYPE, else from the symbolic ALT; CNV by its copy number."""
    kind = batch.sv_type.get(row, "") or str(batch.alt[row]).strip("<>").split(":")[0]
    copies = batch.copy_number.get(row)
    if kind.upper() == "CNV" and copies is not None:
        return "DEL" if copies < 2 else "DUP"
    return kind.upper()


def annotate_batch(batch: AlleleBatch, kb: KnowledgeBase, settings: Settings) -> Annotated:
    """Consequences of every row (GRCh38 places), and the genes where one is kept."""
    bundle = TranscriptBundle.from_knowledge(kb)
    ref, alt = batch.ref.copy(), batch.alt.copy()
    for row in np.flatnonzero(batch.flipped38).tolist():
        ref[row], alt[row] = reverse_complement(ref[row]), reverse_complement(alt[row])
    table = annotate_sites(batch.contig38, batch.pos38, ref, alt, bundle)
    found: list[tuple[Consequence, ...]] = []
    for row in range(len(batch)):
        if str(alt[row]).isalpha():
            found.append(table.consequences(row))
        else:
            end = int(batch.pos38[row] + batch.end[row] - batch.pos[row])
            found.append(
                _structural(
                    bundle,
                    int(batch.contig38[row]),
                    int(batch.pos38[row]),
                    end,
                    structural_kind(batch, row),
                )
            )
    kept = [kept_genes(batch, row, c, settings.consequence) for row, c in enumerate(found)]
    return Annotated(found, kept, codon_groups(table), alignment_warning(table))


def alignment_warning(table: ConsequenceTable) -> tuple[str, ...]:
    """What a file that is not left-aligned means; empty for one that is."""
    found = []
    if table.moved:
        found.append(
            f"{table.moved} indel(s) of the file are not left-aligned. Their consequences and "
            "names are right, but their frequency and ClinVar record were looked up where the file "
            "has them and may be missing; 'bcftools norm -f' mends the file."
        )
    if table.unaligned:
        found.append(
            f"{table.unaligned} indel(s) could not be left-aligned without the sequence beside "
            "them: frequency and ClinVar record may be missing, and the consequence is that of the "
            "place in the file; 'bcftools norm -f' mends the file."
        )
    return tuple(found)


def kept_genes(
    batch: AlleleBatch, row: int, found: Sequence[Consequence], rule: ConsequenceRule
) -> tuple[str, ...]:
    """Genes in which a row's consequence is one that can matter."""
    genes = [c.gene or c.gene_id for c in found if is_kept(c, rule)]
    text = batch.annotations.get("SpliceAI", {}).get(row)
    score = spliceai_score(text, str(batch.alt[row])) if text else None
    if score is not None and score >= rule.min_spliceai:
        genes += [c.gene or c.gene_id for c in found]
    return tuple(dict.fromkeys(genes))
