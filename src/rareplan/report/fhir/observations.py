"""Variants, diagnostic and therapeutic implications as FHIR observations (plain dictionaries)."""

from __future__ import annotations

from typing import Any

from rareplan.model.result import Candidate, CandidateVariant
from rareplan.model.therapy import Caution, TherapyOption
from rareplan.report.fhir.codes import (
    ALLELIC_STATE,
    ASSEMBLY,
    CLINVAR,
    DISEASE_SYSTEMS,
    HGNC,
    HGVS,
    LOINC,
    PHASE,
    REFSEQ,
    SIGNIFICANCE,
    TBD,
    component,
    concept,
    loinc,
    observation,
)
from rareplan.report.places import accession_of, preferred_key
from rareplan.report.text import one_line

Resource = dict[str, Any]


def variant_observation(
    id_: str, candidate: Candidate, variant: CandidateVariant, subject: str
) -> Resource:
    """Profile ``variant``: present, with gene, HGVS, alleles, place, zygosity."""
    body = observation(id_, "variant", loinc("69548-6", "Genetic variant assessment"), subject)
    body["valueCodeableConcept"] = loinc("LA9633-4", "Present")
    assembly, key = preferred_key(variant)
    parts = [
        component(loinc("48018-6", "Gene studied [ID]"), _gene(candidate)),
        component(
            loinc("62374-4", "Human reference sequence assembly version"),
            concept(LOINC, ASSEMBLY.get(assembly, ""), assembly),
        ),
        component(loinc("48002-0", "Genomic source class [Type]"), loinc("LA6683-2", "Germline")),
    ]
    named = (
        ("48004-6", "DNA change (c.HGVS)", HGVS, variant.hgvs_c),
        ("48005-3", "Amino acid change (pHGVS)", HGVS, variant.hgvs_p),
        ("81290-9", "Genomic DNA change (gHGVS)", HGVS, variant.hgvs_g),
        ("51958-7", "Transcript reference sequence [ID]", REFSEQ, variant.consequence.refseq),
        ("81252-9", "Discrete genetic variant", CLINVAR, str(variant.clinvar_id or "")),
    )
    parts += [component(loinc(c, d), concept(s, v, v)) for c, d, s, v in named if v]
    state = ALLELIC_STATE.get(variant.zygosity)
    if state:
        parts.append(
            component(
                loinc("53034-5", "Allelic state"), loinc(state, variant.zygosity.capitalize())
            )
        )
    body["component"] = parts + _place(assembly, key)
    return body


def _gene(candidate: Candidate) -> dict[str, Any]:
    return concept(HGNC if candidate.hgnc_id else "", candidate.hgnc_id, candidate.gene)


def _place(assembly: str, key: str) -> list[dict[str, Any]]:
    """Reference sequence, alleles and 1-based start, as far as the key can be read."""
    contig, pos, ref, alt = (key.split("-", 3) + [""] * 3)[:4]
    if not (pos.isdigit() and ref and alt):
        return []
    counting = loinc("LA30102-0", "1-based character counting")
    parts = [
        component(loinc("69547-8", "Genomic ref allele [ID]"), ref),
        component(loinc("69551-0", "Genomic alt allele [ID]"), alt),
        component(loinc("92822-6", "Genomic coordinate system"), counting),
        {
            "code": loinc("81254-5", "Genomic allele start-end"),
            "valueRange": {"low": {"value": int(pos)}},
        },
    ]
    accession = accession_of(assembly, contig)
    if accession:
        code = loinc("48013-7", "Genomic reference sequence [ID]")
        parts.append(component(code, concept(REFSEQ, accession, accession)))
    return parts


def diagnostic_implication(
    id_: str, candidate: Candidate, variant: CandidateVariant, subject: str, derived: str
) -> Resource:
    """Profile ``diagnostic-implication``: class, disease and inheritance of one variant."""
    code = concept(TBD, "diagnostic-implication", "Diagnostic Implication")
    body = observation(id_, "diagnostic-implication", code, subject)
    body["derivedFrom"] = [{"reference": derived}]
    label = variant.classification.label
    significance = SIGNIFICANCE.get(label)
    parts = [
        component(
            loinc("53037-8", "Genetic variation clinical significance [Imp]"),
            loinc(significance, label) if significance else concept(text=label),
        ),
        component(
            concept(TBD, "condition-inheritance", "Condition Inheritance"),
            concept(text=candidate.inheritance),
        ),
    ]
    for disease in candidate.diseases[:1]:
        prefix, _, number = disease.id.partition(":")
        system = DISEASE_SYSTEMS.get(prefix, "")
        parts.append(
            component(
                loinc("81259-4", "Associated phenotype"),
                concept(system, number, disease.name, text=disease.name),
            )
        )
    body["component"] = parts
    criteria = variant.classification.criteria
    body["note"] = [{"text": f"ACMG/AMP criteria: {criteria or 'none met'}"}]
    return body


def therapeutic_implication(
    id_: str, subject: str, derived: list[str], care: TherapyOption | Caution
) -> Resource:
    """Profile ``therapeutic-implication`` of a treatment, or of a medicine to avoid."""
    code = concept(TBD, "therapeutic-implication", "Therapeutic Implication")
    body = observation(id_, "therapeutic-implication", code, subject)
    body["derivedFrom"] = [{"reference": reference} for reference in derived]
    if isinstance(care, Caution):
        subject_text, says = care.drug, f"{care.action}. {care.reason}"
    else:
        subject_text, says = care.intervention, f"{care.gate.value}. {care.gate_reason}"
    parts = [
        component(loinc("51963-7", "Medication assessed [ID]"), concept(text=subject_text)),
        component(
            concept(TBD, "therapeutic-implication", "Therapeutic Implication"),
            concept(text=one_line(says)),
        ),
    ]
    if isinstance(care, TherapyOption) and care.disease:
        parts.append(
            component(loinc("81259-4", "Associated phenotype"), concept(text=care.disease))
        )
    body["component"] = parts
    if care.citations:
        body["note"] = [{"text": f"Sources: {one_line(', '.join(care.citations))}"}]
    return body


def phase_relationship(id_: str, subject: str, derived: list[str], text: str) -> Resource:
    """Profile ``sequence-phase-relationship``: only where the two were proved to be in trans."""
    code = loinc("82120-7", "Allelic phase")
    body = observation(id_, "sequence-phase-relationship", code, subject)
    body["derivedFrom"] = [{"reference": reference} for reference in derived]
    body["valueCodeableConcept"] = concept(PHASE, "Trans", "Trans", text=text)
    return body
