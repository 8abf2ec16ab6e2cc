"""Turns rows of a batch into annotated variants, and genes into segregations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from rareplan.config import Settings
from rareplan.engines.consequences import Annotated, structural_kind
from rareplan.engines.matching import reverse_complement, spliceai_score
from rareplan.filters.observe import family_of
from rareplan.filters.segregation import segregate
from rareplan.knowledge.clinvar import ClinVarTable
from rareplan.knowledge.store import KnowledgeBase
from rareplan.model.batch import HAP_ABSENT, AlleleBatch, Ints
from rareplan.model.case import Case
from rareplan.model.genome import Assembly, Contig
from rareplan.model.inheritance import Segregation, Verdict
from rareplan.model.variant import AnnotatedVariant, Frequency, Genotype, VariantKey


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def genotypes_of(batch: AlleleBatch, row: int) -> dict[str, Genotype]:
    """Calls of every sample of one row; people without any call are left out."""
    found = {}
    for column, sample in enumerate(batch.samples):
        haplotypes = tuple(int(h) for h in batch.hap[row, column] if h != HAP_ABSENT)
        if haplotypes:
            found[sample] = Genotype(
                haplotypes=haplotypes,
                phased=bool(batch.phased[row, column]),
                gq=_known(batch.gq[row, column]),
                dp=_known(batch.dp[row, column]),
                ad_ref=_known(batch.ad_ref[row, column]),
                ad_alt=_known(batch.ad_alt[row, column]),
                phase_set=batch.phase_set.get((row, column)),
            )
    return found


def _key38(batch: AlleleBatch, row: int) -> VariantKey | None:
    if not batch.contig38[row]:
        return None
    ref, alt = str(batch.ref[row]), str(batch.alt[row])
    if batch.flipped38[row]:
        ref, alt = reverse_complement(ref), reverse_complement(alt)
    contig = Contig(int(batch.contig38[row]))
    return VariantKey(Assembly.GRCH38, contig, int(batch.pos38[row]), ref, alt)


@dataclass(frozen=True)
class RowMakers:
    """What is needed to turn rows into variants."""

    assembly: Assembly
    clinvar: ClinVarTable | None
    clinvar_row: Ints
    exempt: Sequence[str]


def variant_of(
    batch: AlleleBatch, row: int, annotated: Annotated, makers: RowMakers
) -> AnnotatedVariant:
    """One row with all that is known of it."""
    contig = Contig(int(batch.contig[row]))
    key = VariantKey(
        makers.assembly, contig, int(batch.pos[row]), str(batch.ref[row]), str(batch.alt[row])
    )
    hit = int(makers.clinvar_row[row])
    count = _known(batch.homozygotes[row])
    scores = {}
    if (text := batch.annotations.get("SpliceAI", {}).get(row)) is not None:
        score = spliceai_score(text, str(batch.alt[row]))
        scores = {} if score is None else {"spliceai": score}
    symbolic = key.is_symbolic
    return AnnotatedVariant(
        key=key,
        key38=_key38(batch, row),
        record=int(batch.record[row]),
        allele=int(batch.allele[row]),
        genotypes=genotypes_of(batch, row),
        filters=batch.filters[row],
        qual=_known(batch.qual[row]),
        frequency=Frequency(
            max_af=_known(batch.max_af[row]),
            group=str(batch.af_group[row]),
            source=str(batch.af_source[row]),
            homozygotes=None if count is None else int(count),
        ),
        clinvar=makers.clinvar.record(hit) if makers.clinvar is not None and hit >= 0 else None,
        consequences=annotated.consequences[row],
        scores=scores,
        exempt=makers.exempt[row],
        sv_type=structural_kind(batch, row) if symbolic else "",
        sv_end=int(batch.end[row]) if symbolic else None,
    )


def segregate_all(
    variants: Sequence[AnnotatedVariant],
    genes: Sequence[Sequence[str]],
    case: Case,
    settings: Settings,
    reduced_penetrance: frozenset[str],
) -> tuple[list[Segregation], list[Segregation]]:
    """Segregations of every gene with indices into ``variants``: those that fit, and the rest.

    ``genes[i]`` are the genes of ``variants[i]``.
    """
    by_gene: dict[str, list[int]] = {}
    for index, names in enumerate(genes):
        for gene in names:
            by_gene.setdefault(gene, []).append(index)
    family = family_of(case.pedigree)
    fitting: list[Segregation] = []
    excluded: list[Segregation] = []
    for gene, members in by_gene.items():
        for found in segregate(
            gene,
            [variants[i] for i in members],
            case.pedigree,
            case.assembly,
            settings,
            reduced_penetrance=gene in reduced_penetrance,
            family=family,
        ):
            placed = replace(found, variants=tuple(members[i] for i in found.variants))
            (excluded if found.verdict is Verdict.EXCLUDED else fitting).append(placed)
    return fitting, excluded


def reduced_penetrance_genes(kb: KnowledgeBase) -> frozenset[str]:
    """Genes with a disease that HPO annotates as incompletely penetrant (HP:0003829)."""

    def build(snapshot: KnowledgeBase) -> frozenset[str]:
        diseases = snapshot.table("diseases").select(["disease_id", "inheritance"]).to_pylist()
        reduced = {d["disease_id"] for d in diseases if "HP:0003829" in (d["inheritance"] or ())}
        links = snapshot.table("gene_disease").select(["gene", "disease_id"]).to_pylist()
        return frozenset(link["gene"] for link in links if link["disease_id"] in reduced)

    return kb.memo("reduced_penetrance", build)


_MOST_REASONS = 6


def tell_modes(
    rows: Sequence[int], fitting: Sequence[Segregation], excluded: Sequence[Segregation], n: int
) -> list[str]:
    """For each row, every mode with its verdict and reason: the ledger's last column."""
    parts: list[list[str]] = [[] for _ in range(n)]
    for found in fitting:
        for index in found.variants:
            parts[rows[index]].append(
                f"{found.gene} {found.mode.value}: {found.verdict.value}, {found.reason}"
            )
    for found in excluded:
        for index in found.variants:
            if len(parts[rows[index]]) < _MOST_REASONS:
                parts[rows[index]].append(
                    f"{found.gene} {found.mode.value}: EXCLUDED, {found.reason}"
                )
    return ["; ".join(dict.fromkeys(p)) for p in parts]
