"""A variant of a patient as facts: the same rules as for a batch row."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from rareplan.config import Antisense
from rareplan.model.inheritance import Mode
from rareplan.model.pedigree import Sex
from rareplan.model.therapy import Mechanism, MechanismCall
from rareplan.therapies.aso import words
from rareplan.therapies.aso.derive import effect_of, escapes_decay, kind_of
from rareplan.therapies.aso.exon_evidence import EFFECTS, effect_of_terms
from rareplan.therapies.aso.facts import AsoFacts, Kind, Rna
from rareplan.therapies.aso.gate import same_name
from rareplan.therapies.aso.hgvs import parse_coding, protein_effect
from rareplan.therapies.aso.lookups import transcript_of
from rareplan.therapies.aso.row import with_knowledge

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rareplan.knowledge.store import KnowledgeBase
    from rareplan.model.case import Case, SuppliedEvidence
    from rareplan.model.consequence import Consequence
    from rareplan.model.variant import AnnotatedVariant

_INHERITANCE = {
    Mode.AD.value: "AD",
    Mode.AD_DE_NOVO.value: "AD",
    Mode.AR_HOM.value: "AR",
    Mode.AR_COMPOUND.value: "AR",
    Mode.AR_HEMI_DELETION.value: "AR",
    Mode.XLD.value: "XLD",
    Mode.XLR.value: "XLR",
    Mode.XL_DE_NOVO.value: "XL",
    Mode.MT.value: "MT",
}
_CLASSES = {
    "pathogenic": "P",
    "likely pathogenic": "LP",
    "uncertain significance": "VUS",
    "likely benign": "LB",
    "benign": "B",
}
_CLINVAR = {
    "pathogenic": "P",
    "likely pathogenic": "LP",
    "pathogenic/likely pathogenic": "LP",
}
_SPLICE_SCORES = ("spliceai", "pangolin", "ds_max", "absplice", "maxent")


def facts_of_variant(
    variant: AnnotatedVariant,
    consequence: Consequence,
    inheritance: str,
    classification: str,
    call: MechanismCall,
    case: Case,
    kb: KnowledgeBase,
    settings: Antisense,
) -> AsoFacts:
    """Facts of one variant on one gene in this patient.

    ``inheritance`` and ``classification`` are the candidate's own words (``AR homozygous``,
    ``Likely pathogenic``).
    """
    name = consequence.hgvs_c.rsplit(":", 1)[-1]
    hgvs = parse_coding(name)
    accession = consequence.hgvs_c.partition(":")[0] if ":" in consequence.hgvs_c else ""
    model, note = transcript_of(
        kb, consequence.gene, accession or consequence.refseq or consequence.transcript
    )
    effect = EFFECTS.get(consequence.term) or protein_effect(consequence.hgvs_p)
    effect = effect or effect_of(hgvs, model) or _clinvar_effect(variant)
    escapes = consequence.escapes_nmd
    if escapes is None:
        escapes = escapes_decay(hgvs, model, effect, settings)
    facts = AsoFacts(
        variant=variant.key.text,
        gene=consequence.gene,
        hgvs=hgvs,
        hgvs_text=name,
        kind=_kind(variant, name, kind_of(name, hgvs, model)),
        transcript=model,
        transcript_note=note,
        inheritance=_INHERITANCE.get(inheritance, words.inheritance(inheritance)),
        hemizygous=_hemizygous(variant, case, inheritance),
        both_copies=inheritance == Mode.AR_HOM.value,
        classification=_class(variant, classification, settings),
        coding_gene=consequence.biotype in {"protein_coding", ""},
        mitochondrial=variant.key.contig.name == "MT",
        effect=effect,
        escapes_nmd=escapes,
        splice_distance=consequence.splice_distance if hgvs is not None else None,
        predictions=_predictions(variant, settings.splice_score_suggests),
        in_phase_snps=(),
    )
    facts = replace(facts, gain=facts.kind is Kind.GENE_GAIN)
    facts = _with_mechanism_call(facts, call)
    facts = _with_evidence(facts, case.evidence, variant, consequence)
    return with_knowledge(facts, kb, settings)


def in_phase_snps(
    variant: AnnotatedVariant, others: Sequence[AnnotatedVariant], gene: str, person: str
) -> tuple[str, ...]:
    """Heterozygous SNVs of the gene that are phased with the variant, on its copy or the other.

    Either kind tells the two transcripts apart. Needs read- or pedigree-phased genotypes.
    """
    target = variant.genotypes.get(person)
    if target is None or not target.phased or target.alt_count != 1:
        return ()
    found = []
    for other in others:
        call = other.genotypes.get(person)
        if other is variant or call is None or not call.phased or call.alt_count != 1:
            continue
        same_set = call.phase_set == target.phase_set
        if same_set and other.key.is_snv and other.consequence_for(gene) is not None:
            side = "same copy" if call.haplotypes == target.haplotypes else "other copy"
            found.append(f"{other.key.text} ({side})")
    return tuple(found)


def _kind(variant: AnnotatedVariant, name: str, found: Kind) -> Kind:
    """Structural variants speak for themselves when there is no coding name."""
    if name or not variant.sv_type:
        return found
    if variant.sv_type in {"BND", "INV"}:
        return Kind.TRANSLOCATION
    whole = {"transcript_ablation": Kind.GENE_LOSS, "transcript_amplification": Kind.GENE_GAIN}
    genes = {c.gene for c in variant.consequences if c.term in whole}
    if len(genes) > 1:
        return Kind.MULTI_GENE
    return next((whole[c.term] for c in variant.consequences if c.term in whole), found)


def _hemizygous(variant: AnnotatedVariant, case: Case, inheritance: str) -> bool | None:
    proband = case.pedigree.proband
    call = variant.genotypes.get(proband.id)
    if call is not None and call.haplotypes == (1,):
        return True
    x_linked = inheritance.startswith("XL")
    return x_linked and proband.sex is Sex.MALE


def _clinvar_effect(variant: AnnotatedVariant) -> str:
    """ClinVar's own consequence, where the snapshot has no sequence to work it out."""
    return effect_of_terms(variant.clinvar.consequences if variant.clinvar is not None else ())


def _class(variant: AnnotatedVariant, label: str, settings: Antisense) -> str:
    """Our own class; where it is not (likely) pathogenic, ClinVar's with enough stars."""
    own = _CLASSES.get(label.lower(), "")
    record = variant.clinvar
    if own in {"P", "LP"} or record is None or record.stars < settings.clinvar_stars:
        return own
    return _CLINVAR.get(record.significance.lower(), own)


def _predictions(variant: AnnotatedVariant, cutoff: float) -> tuple[str, ...]:
    """Delta scores (0 to 1, either sign) at or above the cut-off: reason for an RNA test."""
    return tuple(
        f"{name} {value:g}"
        for name, value in variant.scores.items()
        if any(word in name.lower() for word in _SPLICE_SCORES) and abs(value) >= cutoff
    )


def _with_mechanism_call(facts: AsoFacts, call: MechanismCall) -> AsoFacts:
    """Use the call where it names one direction; several stay unknown."""
    losses = {Mechanism.LOF, Mechanism.HAPLOINSUFFICIENT}
    possible = set(call.possible)
    if possible and possible <= losses:
        best = Mechanism.HAPLOINSUFFICIENT if possible == {Mechanism.HAPLOINSUFFICIENT} else None
        return replace(facts, mechanism=best or Mechanism.LOF, mechanism_source=call.reason)
    if len(possible) == 1:
        return replace(facts, mechanism=possible.pop(), mechanism_source=call.reason)
    return facts


def _rna_of_patient(result: str) -> Rna:
    """RNA evidence of the case file is the patient's own unless its words say otherwise."""
    value = words.plain(result)
    if not value or re.match(r"no\b|none|normal|negative|not\b|unaffected", value):
        return Rna.NONE
    found = words.rna(result)
    return Rna.PATIENT if found is Rna.NONE else found


def _with_evidence(
    facts: AsoFacts,
    evidence: Sequence[SuppliedEvidence],
    variant: AnnotatedVariant,
    consequence: Consequence,
) -> AsoFacts:
    for item in evidence:
        if item.gene and item.gene != consequence.gene:
            continue
        own = {"", variant.key.text, consequence.hgvs_c}
        if item.variant not in own and not same_name(item.variant, facts.hgvs_text):
            continue
        source = "; ".join(t for t in (item.source, item.date) if t)
        if item.kind in {"rna_splicing", "rna_expression"}:
            told = _rna_of_patient(item.result)
            facts = replace(
                facts,
                rna=told,
                rna_source=source or "case file",
                splicing_effect=words.plain(item.result),
                branch_point_intact=words.branch_point(item.result),
                change_harmless=words.harmless(item.result),
            )
        elif item.kind == "wt_transcript":
            facts = replace(facts, wt_transcript=words.yes_no(item.result))
        elif item.kind == "protein_function" and words.harmless(item.result) is not None:
            facts = replace(facts, change_harmless=words.harmless(item.result))
    return facts
