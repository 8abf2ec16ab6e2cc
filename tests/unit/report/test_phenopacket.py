from __future__ import annotations

import json
import re
from typing import Any

import phenopackets
import pytest
from google.protobuf.json_format import Parse
from tests.builders.case_result_builder import (
    CASES,
    solved_trio,
    urgent_caution,
    x_linked_singleton,
)

from rareplan.report.phenopacket import phenopacket_bytes

CURIE = re.compile(r"^(HP|OMIM|ORPHA|MONDO|HGNC|GENO):\d+$")


def packet(name: str) -> phenopackets.Phenopacket:
    """Parsed strictly: an unknown field or a wrong type is an error."""
    return Parse(phenopacket_bytes(CASES[name]()).decode(), phenopackets.Phenopacket())


def curies(value: Any) -> set[str]:
    if isinstance(value, dict):
        own = {v for k, v in value.items() if k in {"id", "valueId"} and CURIE.match(str(v))}
        return own.union(*(curies(v) for v in value.values()))
    return set().union(*(curies(v) for v in value)) if isinstance(value, list) else set()


@pytest.mark.parametrize("name", CASES)
def test_the_required_elements_of_the_schema_are_there(name: str) -> None:
    message = packet(name)
    assert message.id
    assert message.subject.id == "P1"
    meta = message.meta_data
    assert meta.created.seconds
    assert meta.created_by.startswith("rareplan ")
    assert meta.phenopacket_schema_version == "2.0"
    for resource in meta.resources:
        assert all((resource.id, resource.name, resource.url, resource.version))
        assert resource.namespace_prefix
        assert resource.iri_prefix
    for feature in message.phenotypic_features:
        assert feature.type.id.startswith("HP:")
        assert feature.type.label
    for interpretation in message.interpretations:
        assert interpretation.id
        assert interpretation.progress_status != 0


@pytest.mark.parametrize("name", CASES)
def test_every_prefix_used_has_its_resource(name: str) -> None:
    data = json.loads(phenopacket_bytes(CASES[name]()))
    used = {c.partition(":")[0] for c in curies(data)}
    declared = {r["namespacePrefix"] for r in data["metaData"]["resources"]}
    assert used == declared


def test_a_solved_compound_pair() -> None:
    message = packet("solved_trio")
    interpretation = message.interpretations[0]
    status = phenopackets.Interpretation.ProgressStatus.Name(interpretation.progress_status)
    assert status == "SOLVED"
    assert interpretation.diagnosis.disease.id == "OMIM:237300"
    first, second = interpretation.diagnosis.genomic_interpretations
    descriptor = first.variant_interpretation.variation_descriptor
    assert descriptor.gene_context.value_id == "HGNC:2323"
    assert (descriptor.vcf_record.chrom, descriptor.vcf_record.pos) == ("chr2", 210591886)
    assert descriptor.allelic_state.label == "heterozygous"
    assert {e.syntax: e.value for e in descriptor.expressions}["hgvs.c"] == "NM_001875.5:c.1003C>T"
    assert second.variant_interpretation.variation_descriptor.vcf_record.pos == 210606800


def test_excluded_terms_age_and_zygosity() -> None:
    assert [f.excluded for f in packet("solved_trio").phenotypic_features][-1] is True
    assert packet("solved_trio").subject.time_at_last_encounter.age.iso8601duration == "P6M"
    assert packet("x_linked_singleton").subject.time_at_last_encounter.age.iso8601duration == "P3Y"
    genomic = packet("x_linked_singleton").interpretations[0].diagnosis.genomic_interpretations[0]
    assert genomic.variant_interpretation.variation_descriptor.allelic_state.label == "hemizygous"


def test_an_uncertain_variant_is_a_candidate_and_a_negative_case_has_no_diagnosis() -> None:
    vus = packet("vus_only").interpretations[0]
    genomic = vus.diagnosis.genomic_interpretations[0]
    status = phenopackets.GenomicInterpretation.InterpretationStatus.Name(
        genomic.interpretation_status
    )
    assert status == "CANDIDATE"
    assert not packet("negative").interpretations[0].HasField("diagnosis")


def test_relatives_are_not_in_the_packet() -> None:
    for result in (solved_trio(), urgent_caution(), x_linked_singleton()):
        assert not re.search(rb'"(F1|M1)"', phenopacket_bytes(result))
