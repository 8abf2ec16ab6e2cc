from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, unquote_plus, urlsplit

import pytest
from tests.unit.trials.server import Answer, as_json, as_text, serve, study
from tests.unit.trials.test_match import PATIENT

from rareplan.config import Settings
from rareplan.knowledge.store import KnowledgeBase
from rareplan.model.case import Case, PhenotypeTerm
from rareplan.model.evidence import Classification
from rareplan.model.genome import Assembly
from rareplan.model.pedigree import Pedigree, Person, Sex
from rareplan.model.result import Candidate, CandidateVariant, ConsequenceView, DiseaseMatch
from rareplan.therapies.trials import match_trials
from rareplan.therapies.trials.programme import Family, changes, families_for
from rareplan.therapies.trials.search import queries_for, search_link, stored_studies
from rareplan.therapies.trials.study import parse_study


def candidate(gene: str = "SHANK3") -> Candidate:
    return Candidate(
        rank=1,
        gene=gene,
        inheritance="AD de novo",
        probability=0.9,
        phenotype_score=1.0,
        diseases=(
            DiseaseMatch(
                id="OMIM:606232", name="Phelan-Mcdermid syndrome", score=1.0, posterior=0.9
            ),
            DiseaseMatch(id="OMIM:613950", name="Schizophrenia 15", score=0.1, posterior=0.01),
        ),
        variants=(
            CandidateVariant(
                variant="22-50721504-C-T",
                assembly="GRCh38",
                gene=gene,
                zygosity="heterozygous",
                hgvs_c="NM_001372044.2:c.3679dup",
                hgvs_p="p.(Ala1227GlyfsTer69)",
                consequence=ConsequenceView(terms=("frameshift_variant",), exon="23/25"),
                classification=Classification(label="Pathogenic"),
            ),
        ),
    )


@pytest.fixture
def case() -> Case:
    person = Person("GIANNA-ROSSI", sex=Sex.FEMALE)
    return Case(
        vcf_paths=(Path("GIANNA-ROSSI.vcf"),),
        assembly=Assembly.GRCH38,
        pedigree=Pedigree("GIANNA-ROSSI", (person,), frozenset({"GIANNA-ROSSI"})),
        terms=(PhenotypeTerm("HP:0001263", "Global developmental delay"),),
        age_years=6.5,
        country="Italy",
        medicines=("Valproate",),
    )


def answers(path: str, params: dict[str, str]) -> Answer:
    if path == "/version":
        return as_json({"apiVersion": "2.0.5", "dataTimestamp": "2026-11-20T09:00:05"})
    if "Phelan" in params.get("query.cond", ""):
        rules = {
            "eligibilityCriteria": "Inclusion Criteria:\n* Pathogenic variant in SHANK3",
            "minimumAge": "2 Years",
            "sex": "ALL",
        }
        return as_json({"studies": [study("NCT00000001", eligibilityModule=rules)]})
    if params.get("query.term") == "SHANK3":
        hit = study(
            "NCT00000002",
            conditionsModule={"conditions": ["Autism"]},
            descriptionModule={"briefSummary": "SHANK3 variants"},
        )
        stray = study("NCT00000003", conditionsModule={"conditions": ["Cancer"]})
        return as_json({"studies": [study("NCT00000001"), hit, stray]})
    return as_json({"studies": []})


def with_url(settings: Settings, url: str) -> Settings:
    trials = settings.trials.model_copy(update={"base_url": url})
    return settings.model_copy(update={"trials": trials})


def test_default_is_not_searched_with_a_link(
    case: Case, kb: KnowledgeBase, settings: Settings
) -> None:
    with serve(answers) as registry:
        found = match_trials(candidate(), case, kb, "cached", with_url(settings, registry.url))
        assert registry.asked == []
    assert found.state == "not searched"
    assert found.queries == ()
    assert found.link.startswith("https://clinicaltrials.gov/search?cond=Phelan")
    assert "live" in found.note


def test_live_search(case: Case, kb: KnowledgeBase, settings: Settings) -> None:
    with serve(answers) as registry:
        found = match_trials(candidate(), case, kb, "live", with_url(settings, registry.url))
        asked = len(registry.asked)
    assert found.state == "live"
    assert found.data_timestamp == "2026-11-20T09:00:05"
    assert [m.nct_id for m in found.matches] == ["NCT00000001", "NCT00000002"]
    assert len(found.queries) == asked
    assert found.matches[0].summary.startswith("may fit")
    assert {r.name: r.verdict.value for r in found.matches[0].requirements}["genotype"] == "met"


def test_nothing_of_the_patient_is_sent(case: Case, kb: KnowledgeBase, settings: Settings) -> None:
    with serve(answers) as registry:
        match_trials(candidate(), case, kb, "live", with_url(settings, registry.url))
        sent = [unquote_plus(a) for a in registry.asked] + [
            str(v) for h in registry.headers for k, v in h.items() if k.lower() != "host"
        ]
    text = "\n".join(sent)
    for secret in (
        "HP:", "0001263", "developmental delay", "50721504", "3679", "Ala1227", "c.", "p.(",
        "GIANNA", "ROSSI", "6.5", "female", "FEMALE", "Valproate", "Italy", "vcf", "heterozygous",
    ):  # fmt: skip
        assert secret not in text, secret
    names = {k for a in registry.asked for k in parse_qs(urlsplit(a).query)}
    assert names <= {
        "query.cond", "query.term", "filter.overallStatus", "fields", "countTotal", "pageSize",
    }  # fmt: skip


def test_a_broken_search_is_told_with_what_was_sent(
    case: Case, kb: KnowledgeBase, settings: Settings
) -> None:
    def broken(path: str, _: dict[str, str]) -> Answer:
        return as_json({"dataTimestamp": "x"}) if path == "/version" else as_text("", 503)

    with serve(broken) as registry:
        found = match_trials(candidate(), case, kb, "live", with_url(settings, registry.url))
    assert found.state == "not searched"
    assert "broken off" in found.note
    assert len(found.queries) >= 2
    assert found.matches == ()


def test_each_name_on_its_own_query_and_words_only_with_the_disease() -> None:
    two = replace(PATIENT, diseases=("Phelan-McDermid syndrome", "22q13.3 deletion syndrome"))
    found = queries_for(two, 6)
    assert [q.get("query.cond", "") for q in found] == [*two.diseases, ""]
    assert found[-1]["query.term"] == "SHANK3"
    word = replace(PATIENT, gene="CAT", diseases=("Acatalasemia",))
    assert [(q.get("query.cond"), q.get("query.term")) for q in queries_for(word, 6)] == [
        ("Acatalasemia", None),
        ("Acatalasemia", "CAT"),
    ]


def test_a_disease_name_in_the_shape_of_an_age_stays_here() -> None:
    odd = replace(PATIENT, diseases=("Seizures at 3 months", "Phelan-McDermid syndrome"))
    assert all("months" not in json.dumps(q) for q in queries_for(odd, 6))
    assert "3+months" in search_link(odd)  # the link is for a person to open, not sent


def test_stored_copy(kb: KnowledgeBase, case: Case, settings: Settings, tmp_path: Path) -> None:
    from rareplan.refresh.parsers.ctgov import parse_studies
    from rareplan.refresh.tables import from_rows

    rules = {"eligibilityCriteria": "Inclusion Criteria:\n* Pathogenic variant in SHANK3"}
    rows = parse_studies([study("NCT00000001", eligibilityModule=rules)], "Phelan")
    copy = replace(kb, manifest=json.loads(json.dumps(kb.manifest)), _cache={})
    copy.manifest["tables"]["trials"] = {"sources": [{"date": "2026-11-01"}], "rows": 1}
    copy._cache["table:trials"] = from_rows("trials", rows)
    found = match_trials(candidate(), case, copy, "cached", settings)
    assert (found.state, found.data_timestamp, found.queries) == ("cached", "2026-11-01", ())
    assert [m.nct_id for m in found.matches] == ["NCT00000001"]
    assert len(stored_studies(copy)) == 1


def test_what_opened_closed_or_changed() -> None:
    def one(nct: str, status: str, **modules: object):
        parsed = parse_study(study(nct, statusModule={"overallStatus": status}, **modules))
        assert parsed is not None
        return parsed

    rules = {"eligibilityModule": {"minimumAge": "2 Years"}}
    old = [
        one("NCT00000001", "NOT_YET_RECRUITING"),
        one("NCT00000002", "RECRUITING"),
        one("NCT00000003", "COMPLETED"),
        one("NCT00000004", "RECRUITING"),
        one("NCT00000005", "RECRUITING"),
    ]
    new = [
        one("NCT00000001", "RECRUITING"),
        one("NCT00000002", "COMPLETED"),
        one("NCT00000003", "COMPLETED"),
        one("NCT00000004", "RECRUITING", **rules),
        one("NCT00000006", "RECRUITING"),
    ]
    assert [(c.nct_id, c.kind) for c in changes(old, new)] == [
        ("NCT00000001", "changed"),
        ("NCT00000002", "closed"),
        ("NCT00000004", "changed"),
        ("NCT00000006", "opened"),
        ("NCT00000005", "closed"),
    ]


def test_families_for_a_study() -> None:
    parsed = parse_study(study("NCT00000001", eligibilityModule={"minimumAge": "4 Years"}))
    assert parsed is not None
    young = Family("run-a", replace(PATIENT, age_years=2.0))
    fits = Family("run-b", PATIENT)
    other = Family("run-c", replace(PATIENT, gene="OTC", diseases=("OTC deficiency",)))
    found = families_for([parsed], [young, fits, other])
    assert [(m.run, m.match.may_fit) for m in found] == [("run-b", True), ("run-a", False)]
