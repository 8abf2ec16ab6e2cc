from __future__ import annotations

import json
from pathlib import Path

from tests.builders.case_result_builder import urgent_caution

from rareplan.model.result import CaseResult
from rareplan.report.fhir.bundle import fhir_bytes
from rareplan.report.places import assembly_of, places, preferred_key
from rareplan.report.render import render_run


def on_37() -> CaseResult:
    """The same variant in a file on GRCh37; its HGVS name is on GRCh38."""
    result = urgent_caution()
    lead = result.candidates[0]
    moved = lead.variants[0].model_copy(update={"assembly": "GRCh37", "variant": "15-89870432-C-T"})
    lead = lead.model_copy(update={"variants": (moved,)})
    return result.model_copy(update={"assembly": "GRCh37", "candidates": (lead,)})


def test_the_accession_tells_the_assembly() -> None:
    assert assembly_of("NC_000015.10:g.89327201C>T") == "GRCh38"
    assert assembly_of("NC_000015.9:g.89870432C>T") == "GRCh37"
    assert assembly_of("NC_012920.1:m.3243A>G") == "rCRS"
    assert assembly_of("NG_008218.2:g.1A>C") == ""


def test_both_assemblies_are_named_each_by_its_own() -> None:
    variant = on_37().candidates[0].variants[0]
    assert places(variant) == (
        ("GRCh38", "NC_000015.10:g.89327201C>T"),
        ("GRCh37", "15-89870432-C-T"),
    )
    assert preferred_key(variant) == ("GRCh38", "15-89327201-C-T")


def test_the_clinician_report_labels_them(tmp_path: Path) -> None:
    render_run(on_37(), tmp_path)
    page = (tmp_path / "clinician.html").read_text()
    assert '<dt>Genome (GRCh38)</dt><dd class="mono">NC_000015.10:g.89327201C&gt;T' in page
    assert '<dt>Genome (GRCh37)</dt><dd class="mono">15-89870432-C-T' in page


def test_fhir_does_not_mix_assemblies() -> None:
    data = json.loads(fhir_bytes(on_37()))
    variant = next(e["resource"] for e in data["entry"] if e["resource"].get("id") == "variant-1")
    parts = {c["code"]["coding"][0]["code"]: c for c in variant["component"]}
    assert parts["62374-4"]["valueCodeableConcept"]["coding"][0]["display"] == "GRCh38"
    assert parts["48013-7"]["valueCodeableConcept"]["coding"][0]["code"] == "NC_000015.10"
    assert parts["81254-5"]["valueRange"]["low"]["value"] == 89327201
