"""GA4GH Phenopacket v2: the patient, the phenotype, the diagnosis and the variants."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rareplan.model.genome import contig_from_name
from rareplan.model.result import Candidate, CandidateVariant, CaseResult, DiseaseMatch
from rareplan.report.outcome import Outcome, Reading, read_result
from rareplan.report.text import clean, iso_age, one_line

if TYPE_CHECKING:
    from phenopackets import Phenopacket

# GENO ontology, allelic states.
_ZYGOSITY = {
    "heterozygous": ("GENO:0000135", "heterozygous"),
    "homozygous": ("GENO:0000136", "homozygous"),
    "hemizygous": ("GENO:0000134", "hemizygous"),
}
_ACMG = {"PATHOGENIC", "LIKELY_PATHOGENIC", "LIKELY_BENIGN", "BENIGN"}
_PREFIX_NAMES = {
    "HP": (
        "human phenotype ontology",
        "http://purl.obolibrary.org/obo/hp.owl",
        "http://purl.obolibrary.org/obo/HP_",
    ),
    "OMIM": (
        "Online Mendelian Inheritance in Man",
        "https://www.omim.org",
        "https://www.omim.org/entry/",
    ),
    "ORPHA": ("Orphanet", "https://www.orphadata.com", "https://www.orpha.net/en/disease/detail/"),
    "ORPHANET": (
        "Orphanet",
        "https://www.orphadata.com",
        "https://www.orpha.net/en/disease/detail/",
    ),
    "DECIPHER": (
        "DECIPHER",
        "https://www.deciphergenomics.org",
        "https://www.deciphergenomics.org/syndrome/",
    ),
    "MONDO": (
        "Mondo Disease Ontology",
        "http://purl.obolibrary.org/obo/mondo.owl",
        "http://purl.obolibrary.org/obo/MONDO_",
    ),
    "HGNC": (
        "HUGO Gene Nomenclature Committee",
        "https://www.genenames.org",
        "https://www.genenames.org/data/gene-symbol-report/#!/hgnc_id/HGNC:",
    ),
    "GENO": (
        "Genotype Ontology",
        "http://purl.obolibrary.org/obo/geno.owl",
        "http://purl.obolibrary.org/obo/GENO_",
    ),
}
# The schema demands a time. There is one clock in a run (provenance.json); this file says the
# newest date of its knowledge instead, so that equal cases give equal bytes.
_NO_DATE = "1970-01-01"


def knowledge_date(result: CaseResult) -> str:
    """Newest date among the knowledge sources, ``YYYY-MM-DD``."""
    from datetime import date

    dates = [_NO_DATE]
    for source in result.knowledge:
        try:
            dates.append(date.fromisoformat(source.date[:10]).isoformat())
        except ValueError:
            continue
    return max(dates)


def build_phenopacket(result: CaseResult) -> Phenopacket:
    """The message; relatives are left out, since they did not ask for a packet."""
    import phenopackets as pp
    from google.protobuf.json_format import ParseDict

    reading = read_result(result)
    packet = {
        "id": f"rareplan-{_word(result.patient.proband)}",
        "subject": _subject(result),
        "phenotypicFeatures": [_feature(t) for t in result.patient.phenotype if t.id],
        "interpretations": [_interpretation(result, reading)],
    }
    packet["metaData"] = _meta(result, _prefixes(packet))
    return ParseDict(packet, pp.Phenopacket())


def phenopacket_bytes(result: CaseResult) -> bytes:
    """phenopacket.json."""
    import json

    from google.protobuf.json_format import MessageToDict

    data = MessageToDict(build_phenopacket(result))
    return (json.dumps(data, ensure_ascii=False, indent=2) + "\n").encode()


def _word(text: str) -> str:
    return one_line(text).replace(" ", "_") or "case"


def _subject(result: CaseResult) -> dict[str, Any]:
    patient = result.patient
    subject: dict[str, Any] = {"id": one_line(patient.proband) or "proband"}
    if patient.sex in {"male", "female"}:
        subject["sex"] = patient.sex.upper()
    else:
        subject["sex"] = "UNKNOWN_SEX"
    if patient.age_years is not None:
        subject["timeAtLastEncounter"] = {"age": {"iso8601duration": iso_age(patient.age_years)}}
    return subject


def _feature(term: Any) -> dict[str, Any]:
    feature: dict[str, Any] = {"type": {"id": term.id, "label": one_line(term.label)}}
    if term.excluded:
        feature["excluded"] = True
    if term.onset.startswith("HP:"):
        feature["onset"] = {"ontologyClass": {"id": term.onset, "label": term.onset}}
    return feature


def _interpretation(result: CaseResult, reading: Reading) -> dict[str, Any]:
    status = {
        Outcome.FOUND: "SOLVED",
        Outcome.UNCERTAIN: "IN_PROGRESS",
        Outcome.NEGATIVE: "UNSOLVED",
    }[reading.outcome]
    entry: dict[str, Any] = {"id": "interpretation-1", "progressStatus": status}
    entry["summary"] = (
        f"Research use. rareplan {result.rareplan_version}; confirm in an accredited laboratory."
    )
    lead = reading.lead
    if lead:
        diagnosis: dict[str, Any] = {
            "genomicInterpretations": [
                _genomic(result, lead, v, reading.outcome) for v in lead.variants
            ]
        }
        if lead.diseases:
            diagnosis["disease"] = _disease(lead.diseases[0])
        entry["diagnosis"] = diagnosis
    return entry


def _disease(match: DiseaseMatch) -> dict[str, str]:
    return {"id": match.id, "label": one_line(match.name)}


def _genomic(
    result: CaseResult, lead: Candidate, variant: CandidateVariant, outcome: Outcome
) -> dict[str, Any]:
    label = variant.classification.label.upper().replace(" ", "_")
    acmg = label if label in _ACMG else "UNCERTAIN_SIGNIFICANCE"
    return {
        "subjectOrBiosampleId": one_line(result.patient.proband) or "proband",
        "interpretationStatus": "CAUSATIVE" if outcome is Outcome.FOUND else "CANDIDATE",
        "variantInterpretation": {
            "acmgPathogenicityClassification": acmg,
            "variationDescriptor": _descriptor(lead, variant),
        },
    }


def _descriptor(lead: Candidate, variant: CandidateVariant) -> dict[str, Any]:
    contig, pos, ref, alt = (variant.variant.split("-", 3) + [""] * 3)[:4]
    descriptor: dict[str, Any] = {
        "id": variant.variant,
        "moleculeContext": "genomic",
        "geneContext": {"valueId": lead.hgnc_id or lead.gene, "symbol": lead.gene},
        "expressions": [
            {"syntax": syntax, "value": value}
            for syntax, value in (
                ("hgvs.c", variant.hgvs_c),
                ("hgvs.g", variant.hgvs_g),
                ("hgvs.p", variant.hgvs_p),
            )
            if value
        ],
    }
    if pos.isdigit() and ref and alt:
        descriptor["vcfRecord"] = {
            "genomeAssembly": variant.assembly,
            "chrom": contig_from_name(contig).ucsc,
            "pos": pos,
            "ref": ref,
            "alt": alt,
        }
    state = _ZYGOSITY.get(variant.zygosity)
    if state:
        descriptor["allelicState"] = {"id": state[0], "label": state[1]}
    cleaned: dict[str, Any] = _cleaned(descriptor)
    return cleaned


def _cleaned(value: Any) -> Any:
    """The same structure without hostile characters in its texts."""
    if isinstance(value, dict):
        return {k: _cleaned(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_cleaned(v) for v in value]
    return clean(value)


def _prefixes(value: Any) -> set[str]:
    """CURIE prefixes of every ontology id in the packet."""
    if isinstance(value, dict):
        ids = [v for k, v in value.items() if k in {"id", "valueId"} and isinstance(v, str)]
        found = {i.partition(":")[0] for i in ids if ":" in i}
        return found.union(*(_prefixes(v) for v in value.values()))
    if isinstance(value, list):
        return set().union(*(_prefixes(v) for v in value))
    return set()


def _meta(result: CaseResult, used: set[str]) -> dict[str, Any]:
    versions = {s.name.upper().split()[0]: s.version for s in result.knowledge if s.name.strip()}
    resources = [
        {
            "id": prefix.lower(),
            "name": _PREFIX_NAMES[prefix][0],
            "url": _PREFIX_NAMES[prefix][1],
            "namespacePrefix": prefix,
            "iriPrefix": _PREFIX_NAMES[prefix][2],
            "version": versions.get("HPO" if prefix == "HP" else prefix, "not stated"),
        }
        for prefix in sorted(used & set(_PREFIX_NAMES))
    ]
    return {
        "created": f"{knowledge_date(result)}T00:00:00Z",
        "createdBy": f"rareplan {one_line(result.rareplan_version)}",
        "phenopacketSchemaVersion": "2.0",
        "resources": resources,
    }
