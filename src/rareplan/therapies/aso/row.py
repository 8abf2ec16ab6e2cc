"""A row of ``rareplan aso --batch`` as facts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from rareplan.config import Antisense
from rareplan.model.therapy import Mechanism
from rareplan.therapies.aso import words
from rareplan.therapies.aso.derive import effect_of, escapes_decay, exons_to_judge, kind_of
from rareplan.therapies.aso.exon_evidence import clinvar_effect, exon_facts
from rareplan.therapies.aso.facts import AsoFacts, Kind, Rna, Strategy
from rareplan.therapies.aso.hgvs import protein_effect
from rareplan.therapies.aso.lookups import (
    dose_facts,
    gene_row,
    known_mechanism,
    precedents_of,
    upregulation_facts,
)
from rareplan.therapies.aso.resolve import resolve, several_genes

if TYPE_CHECKING:
    from rareplan.knowledge.store import KnowledgeBase
    from rareplan.therapies.aso.facts import Precedent

NEEDED = ("id", "gene", "transcript", "hgvs_c", "mechanism", "inheritance")
OPTIONAL = (
    "hgvs_p", "assembly", "chrom", "pos", "ref", "alt", "splicing_effect", "rna_evidence",
    "wt_transcript", "haploinsufficiency", "known_aso", "classification",
)  # fmt: skip
_TRUNCATING = {"stop_gained", "frameshift"}


def facts_of_row(row: Mapping[str, str], kb: KnowledgeBase, settings: Antisense) -> AsoFacts:
    """Facts of one batch row: what it says itself, then what the snapshot knows."""
    named = resolve(row, kb)
    gene, hgvs, model = named.gene, named.hgvs, named.model
    mechanism, gain, told_kind = words.mechanism(row["mechanism"])
    kind = kind_of(named.text, hgvs, model)
    nothing = not gene and hgvs is None and kind is Kind.UNKNOWN
    if several_genes(gene) or (nothing and named.text):
        kind = Kind.MULTI_GENE if gene or told_kind else kind
    if told_kind is not None and (hgvs is None or told_kind is Kind.MULTI_GENE):
        kind = told_kind
    excluded = kind in {Kind.MULTI_GENE, Kind.TRANSLOCATION, Kind.IMPRINTING}
    effect = protein_effect(row.get("hgvs_p", "")) or effect_of(hgvs, model)
    if not effect and model is not None:
        effect = clinvar_effect(kb, model, hgvs)
    facts = AsoFacts(
        variant=row["id"],
        gene=gene,
        hgvs=hgvs,
        hgvs_text=named.text.rsplit(":", 1)[-1],
        description_fault="" if excluded or _mitochondrial(row) else named.fault,
        kind=kind,
        transcript=model,
        transcript_note=named.note,
        mechanism=mechanism,
        mechanism_source="given with the variant" if mechanism is not Mechanism.UNKNOWN else "",
        gain=gain or kind is Kind.GENE_GAIN,
        inheritance=words.inheritance(row["inheritance"]),
        classification=words.classification(row.get("classification", "")),
        coding_gene=_coding(row, model is not None, named.makes_protein),
        mitochondrial=_mitochondrial(row),
        effect=effect,
        escapes_nmd=escapes_decay(hgvs, model, effect, settings),
        assumptions=(*named.assumptions, *words.not_understood(row)),
    )
    facts = with_knowledge(_with_splicing(facts, row), kb, settings)
    return _with_row_dose(facts, row)


def _with_splicing(facts: AsoFacts, row: Mapping[str, str]) -> AsoFacts:
    evidence, effect = row.get("rna_evidence", ""), row.get("splicing_effect", "")
    both = f"{effect}; {evidence}"
    return replace(
        facts,
        rna=words.rna(evidence),
        rna_source="given with the variant" if words.plain(evidence) else "",
        splicing_effect=words.plain(effect),
        wt_transcript=words.yes_no(row.get("wt_transcript", "")),
        branch_point_intact=words.branch_point(both),
        change_harmless=words.harmless(both),
    )


def _coding(row: Mapping[str, str], known: bool, makes_protein: bool | None) -> bool | None:
    if makes_protein is not None:
        return makes_protein
    name, text = row["transcript"].strip().upper(), row["hgvs_c"].strip()
    if name.startswith(("NR_", "XR_")) or re.search(r"(^|:)n\.", text):
        return False
    if name.startswith("NM_") or known or re.search(r"(^|:)c\.", text):
        return True
    return None


def _mitochondrial(row: Mapping[str, str]) -> bool:
    texts = (row["hgvs_c"].strip(), row["transcript"].strip())
    return (
        row["gene"].upper().startswith("MT-")
        or words.inheritance(row["inheritance"]) == "MT"
        or any(t.startswith(("m.", "NC_012920")) or ":m." in t for t in texts)
        or row.get("chrom", "").upper().removeprefix("CHR") in {"M", "MT"}
    )


def _with_row_dose(facts: AsoFacts, row: Mapping[str, str]) -> AsoFacts:
    """The row's own haploinsufficiency and known antisense come before the snapshot's."""
    short, recessive, regulated = words.haploinsufficiency(row.get("haploinsufficiency", ""))
    changes: dict[str, object] = {}
    if short is not None or regulated is not None:
        changes["haploinsufficient"] = short
        changes["haploinsufficiency_source"] = "given with the variant"
    if recessive is not None:
        changes["recessive_lof_disease"] = recessive
    elif short is False:
        # Told that loss is tolerated: a recessive disease known to the snapshot still counts.
        changes["recessive_lof_disease"] = facts.recessive_lof_disease
    if regulated is not None:
        changes["dosage_regulated"] = regulated
    given = words.known_antisense(
        facts.gene, facts.hgvs_text, row.get("known_aso", ""), natural_strategy(facts)
    )
    changes["precedents"] = (*given, *facts.precedents)
    return replace(facts, **changes)  # type: ignore[arg-type]


def with_knowledge(facts: AsoFacts, kb: KnowledgeBase, settings: Antisense) -> AsoFacts:
    """Add what the snapshot and the curated tables know of the gene."""
    dose = dose_facts(kb, facts.gene, settings)
    gene = gene_row(kb, facts.gene)
    rows = precedents_of(kb, facts.gene)
    facts = replace(
        facts,
        haploinsufficient=dose.haploinsufficient,
        haploinsufficiency_source=dose.source,
        recessive_lof_disease=dose.recessive_lof_disease,
        loss_disease=dose.loss_disease,
        dosage_regulated=dose.dosage_regulated,
        precedents=rows,
        upregulation=upregulation_facts(kb, facts.gene),
        tissue=gene.get("tissue", ""),
        window=gene.get("window", ""),
    )
    facts = _literature_rna(facts, rows)
    if facts.transcript is not None:
        exons = exons_to_judge(facts.transcript, facts.hgvs)
        facts = replace(facts, exon_facts=exon_facts(kb, facts.transcript, exons, settings))
    return with_mechanism(facts, kb)


def _literature_rna(facts: AsoFacts, rows: tuple[Precedent, ...]) -> AsoFacts:
    from rareplan.therapies.aso.gate import same_name

    if facts.rna in {Rna.PATIENT, Rna.OTHER_PATIENT}:
        return facts
    for row in rows:
        if row.status == "rna_evidence" and same_name(row.key, facts.hgvs_text):
            warn = () if row.reviewed else (f"RNA evidence not reviewed: {row.source}",)
            return replace(
                facts,
                rna=Rna.OTHER_PATIENT,
                rna_source=f"{row.source}: {row.note}",
                assumptions=(*facts.assumptions, *warn),
            )
    return facts


def with_mechanism(facts: AsoFacts, kb: KnowledgeBase) -> AsoFacts:
    """Fill in the mechanism where it follows; otherwise it stays unknown.

    A stop in the last exon or at the end of the one before it is not assumed to lose function.
    """
    if facts.mechanism is not Mechanism.UNKNOWN or facts.gain:
        if facts.escapes_nmd and facts.mechanism is Mechanism.LOF:
            note = "stop near the end of the transcript: loss of function is as given, not assumed"
            return replace(facts, assumptions=(*facts.assumptions, note))
        return facts
    if facts.kind is Kind.GENE_LOSS:
        return replace(facts, mechanism=Mechanism.LOF, mechanism_source="the whole gene is lost")
    if facts.effect in _TRUNCATING:
        if facts.escapes_nmd is False:
            return replace(
                facts,
                mechanism=Mechanism.LOF,
                mechanism_source=f"{facts.effect}: the transcript is expected to decay",
            )
        return facts
    return _with_curated_mechanism(facts, kb)


def _with_curated_mechanism(facts: AsoFacts, kb: KnowledgeBase) -> AsoFacts:
    found, source = known_mechanism(kb, facts.gene, facts.inheritance)
    if found is Mechanism.UNKNOWN:
        return facts
    note = f"mechanism of the variant not given; {found.value} is what is curated for {facts.gene}"
    return replace(
        facts,
        mechanism=found,
        mechanism_source=source,
        assumptions=(*facts.assumptions, note),
    )


def natural_strategy(facts: AsoFacts) -> Strategy:
    """The strategy that a known antisense most likely means when its words do not say."""
    if facts.gain or facts.mechanism in {Mechanism.GOF, Mechanism.DOMINANT_NEGATIVE}:
        return Strategy.KNOCKDOWN
    if facts.kind in {Kind.EXON_LOSS, Kind.EXON_GAIN}:
        return Strategy.SKIP
    intronic = facts.hgvs is not None and facts.hgvs.intronic_only
    if intronic or facts.rna is not Rna.NONE or facts.splicing_effect:
        return Strategy.SPLICE
    if facts.kind is Kind.GENE_LOSS or facts.mechanism is Mechanism.HAPLOINSUFFICIENT:
        return Strategy.UPREGULATION
    return Strategy.SKIP
