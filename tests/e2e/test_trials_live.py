"""A SHANK3 case with --trials live against a local registry, to both reports and provenance."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import unquote_plus

import pytest

from rareplan.engines.choose import EngineRequest
from rareplan.pipeline import AnalyzeRequest, analyze
from rareplan.read.case import CasePaths
from tests.builders.vcf_builder import VcfBuilder
from tests.unit.trials.server import Answer, as_json, serve, study

RULES = {
    "eligibilityCriteria": "Inclusion Criteria:\n\n* Pathogenic or likely pathogenic variant in "
    "SHANK3\n* Weight of at least 10 kg\n",
    "minimumAge": "2 Years",
    "maximumAge": "12 Years",
    "sex": "ALL",
}


def registry(path: str, params: dict[str, str]) -> Answer:
    if path == "/version":
        return as_json({"dataTimestamp": "2026-11-20T09:00:05"})
    if "phelan" in params.get("query.cond", "").lower():
        return as_json({"studies": [study("NCT00000001", eligibilityModule=RULES)]})
    return as_json({"studies": []})


def family(folder: Path, url: str) -> AnalyzeRequest:
    # SHANK3 exon 8 is 22:50683340-50683417 (GRCh38): one base lost is a frameshift.
    vcf = VcfBuilder(samples=("ANNA-BIANCHI",))
    vcf.add("22", 50683360, "CA", "C", "0/1")
    path = vcf.write(folder / "kid.vcf")
    terms = folder / "terms.txt"
    terms.write_text(
        "Global developmental delay\nDelayed speech and language development\n"
        "Autistic behavior\nGeneralized hypotonia\n",
        "utf-8",
    )
    ped = folder / "kid.ped"
    ped.write_text("F\tANNA-BIANCHI\t0\t0\t2\t2\n", "utf-8")
    case = folder / "case.toml"
    case.write_text('[patient]\nage = "6 years"\ncountry = "Italy"\n', "utf-8")
    config = folder / "config.toml"
    config.write_text(f'[trials]\nbase_url = "{url}"\nseconds_between_requests = 0.0\n', "utf-8")
    return AnalyzeRequest(
        paths=CasePaths((path,), terms, ped, case),
        out=folder / "run",
        engine=EngineRequest("local"),
        config=config,
        trials="live",
    )


def finish(folder: Path, asked: list[str], headers: list[dict[str, str]]) -> None:
    result = json.loads((folder / "run" / "case.json").read_text("utf-8"))
    search = next(t for t in result["trials"] if t["gene"] == "SHANK3")
    assert search["state"] == "live", search["note"]
    assert search["matches"]
    first = search["matches"][0]["nct_id"]
    assert first in (folder / "run" / "clinician.html").read_text("utf-8")
    letter = (folder / "run" / "family.html").read_text("utf-8")
    assert "stud" in letter
    assert "may fit" in letter
    record = (folder / "run" / "provenance.json").read_text("utf-8")
    assert all(query in json.loads(record)["queries_sent"] for query in search["queries"])
    sent = "\n".join(unquote_plus(a) for a in asked) + str(
        [{k: v for k, v in h.items() if k.lower() != "host"} for h in headers]
    )
    for secret in ("ANNA", "BIANCHI", "50683360", "HP:", "hypotonia", "6 years", "Italy", "fs"):
        assert secret not in sent, secret


def test_shank3_against_a_local_registry(tmp_path: Path) -> None:
    with serve(registry) as server:
        analyze(family(tmp_path, server.url))
        finish(tmp_path, server.asked, server.headers)
    shown = json.loads((tmp_path / "run" / "case.json").read_text("utf-8"))["trials"][0]
    verdicts = {r["name"]: r["verdict"] for r in shown["matches"][0]["requirements"]}
    assert (verdicts["diagnosis"], verdicts["age"], verdicts["sex"]) == ("met", "met", "met")


@pytest.mark.shared
def test_shank3_against_the_recorded_registry(tmp_path: Path, shared_data: Path) -> None:
    folder = shared_data / "api" / "ctgov"
    first = json.loads((folder / "search_phelan_limit5_20260811.json").read_text("utf-8"))
    second = json.loads((folder / "search_phelan_next_20260811.json").read_text("utf-8"))

    def recorded(path: str, params: dict[str, str]) -> Answer:
        if path == "/version":
            return as_json({"dataTimestamp": "2026-08-11T09:00:05"})
        if "phelan" not in params.get("query.cond", "").lower():
            return as_json({"studies": []})
        if params.get("pageToken") == first["nextPageToken"]:
            return as_json({**second, "nextPageToken": None})
        return as_json(first)

    with serve(recorded) as server:
        analyze(family(tmp_path, server.url))
        finish(tmp_path, server.asked, server.headers)
