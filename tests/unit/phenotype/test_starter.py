"""The ranking on the packaged snapshot and, where it is there, on published cases."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from rareplan.cli.main import cli
from rareplan.knowledge import open_knowledge
from rareplan.prioritise.phenotype import PhenotypeRanker
from rareplan.provenance import data_dir

CLASSIC = {
    # From clinical textbooks, not from the annotation: what a clinician would write down.
    "OMIM:100800": ["HP:0008921", "HP:0000256", "HP:0002007", "HP:0004060", "HP:0003307"],
    "OMIM:154700": ["HP:0001083", "HP:0002616", "HP:0001166", "HP:0001519", "HP:0000768"],
    "OMIM:219700": ["HP:0002024", "HP:0002110", "HP:0006528", "HP:0001738", "HP:0004401"],
    "OMIM:162200": ["HP:0000957", "HP:0009737", "HP:0001067", "HP:0000997"],
}


@pytest.fixture(scope="module")
def ranker(tmp_path_factory: pytest.TempPathFactory) -> PhenotypeRanker:
    if not (data_dir("knowledge") / "starter" / "manifest.json").is_file():
        pytest.skip("the packaged snapshot is not here")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAREPLAN_CACHE", str(tmp_path_factory.mktemp("cache")))
        return PhenotypeRanker.from_knowledge(open_knowledge())


@pytest.mark.parametrize("disease", CLASSIC)
def test_classic_pictures_are_recognised(ranker: PhenotypeRanker, disease: str) -> None:
    found = ranker.rank(CLASSIC[disease])
    omim = [str(found.ids[i]) for i in found.order() if str(found.ids[i]).startswith("OMIM:")]
    assert disease in omim[:10]
    matches = ranker.explain(disease, CLASSIC[disease])
    assert len(matches) == found.n_terms
    assert sum(m.contribution for m in matches) > 0


def test_batch_preparation_changes_nothing(ranker: PhenotypeRanker) -> None:
    fresh = PhenotypeRanker(ranker.tables)
    fresh.prepare(CLASSIC.values())
    for terms in CLASSIC.values():
        assert np.allclose(fresh.rank(terms).score, ranker.rank(terms).score, atol=1e-6)


@pytest.mark.shared
def test_published_cases_are_ranked_as_well_as_promised(
    ranker: PhenotypeRanker, shared_data: Path, project_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(project_root / "scripts" / "bench"))
    monkeypatch.delitem(sys.modules, "ranking_cases", raising=False)
    from ranking_cases import rank_cases, read_cases  # type: ignore[import-not-found]

    path = shared_data / "phenopackets" / "cases_tune.tsv.xz"
    cases = [c for c in read_cases(path) if c.report_half and not c.own]
    ranks = rank_cases(ranker, cases, use_excluded=False)
    for values, first, ten in ((ranks.disease, 0.25, 0.48), (ranks.gene, 0.27, 0.54)):
        known = values[~np.isnan(values)]
        assert len(known) > 800
        assert (known <= 1).mean() >= first
        assert (known <= 10).mean() >= ten
    assert (ranks.among_100[~np.isnan(ranks.among_100)] <= 1).mean() >= 0.64


def test_the_command_is_wired_and_knows_old_gene_names(
    ranker: PhenotypeRanker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ranker.tables.n_diseases > 10_000
    monkeypatch.setenv("RAREPLAN_CACHE", str(tmp_path))
    (tmp_path / "t.txt").write_text("Ectopia lentis\nAortic root aneurysm\nArachnodactyly\n")
    (tmp_path / "p.txt").write_text("FBN1\nMLL2\n")
    args = ["rank", "--hpo", str(tmp_path / "t.txt"), "--genes", str(tmp_path / "p.txt"), "--json"]
    result = CliRunner().invoke(cli, args)
    answer = json.loads(result.stdout)
    assert answer["genes"][0]["gene"] == "FBN1"
    assert {g["gene"] for g in answer["genes"]} == {"FBN1", "KMT2D"}
    assert any("KMT2D" in notice for notice in answer["notices"])
