from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from rareplan.knowledge import KnowledgeBase, open_knowledge
from rareplan.knowledge.graph_compile import compile_ranking
from rareplan.knowledge.graph_tables import cache_dir, load_ranking
from rareplan.prioritise.phenotype import PhenotypeRanker
from rareplan.refresh.tables import Built, write_manifest, write_table

Snapshot = Callable[..., KnowledgeBase]


@pytest.fixture
def ranker(snapshot: KnowledgeBase) -> PhenotypeRanker:
    return PhenotypeRanker.from_knowledge(snapshot)


def test_only_phenotypes_are_terms_and_negated_links_are_left_out(snapshot: KnowledgeBase) -> None:
    tables = load_ranking(snapshot)
    assert "HP:0000006" not in tables.term_ids
    own = tables.link_term[tables.link_start[2] : tables.link_start[3]]
    assert tables.disease_ids[2] == "OMIM:3"
    assert sorted(tables.term_ids[own]) == ["HP:0001629", "HP:0001631"]


def test_information_content_is_minus_log_share_of_omim_diseases(snapshot: KnowledgeBase) -> None:
    tables = load_ranking(snapshot)
    ic = dict(zip(tables.term_ids, tables.ic, strict=True))
    assert ic["HP:0001250"] == pytest.approx(-math.log(2 / 4))  # OMIM:1 and OMIM:2 by descent
    assert ic["HP:0001629"] == pytest.approx(-math.log(2 / 4))
    assert ic["HP:0000118"] == 0.0


def test_cache_is_used_and_a_damaged_one_is_made_again(snapshot: KnowledgeBase) -> None:
    load_ranking(snapshot)
    (cached,) = cache_dir().glob("ranking-*.npz")
    cached.write_bytes(b"not an archive")
    again = load_ranking(open_knowledge(snapshot.root))
    assert np.array_equal(again.ic, compile_ranking(snapshot)["ic"])
    assert cached.read_bytes()[:2] == b"PK"


def test_arrays_of_another_version_are_made_again(snapshot: KnowledgeBase) -> None:
    load_ranking(snapshot)
    (cached,) = cache_dir().glob("ranking-*.npz")
    arrays = compile_ranking(snapshot)
    np.savez(cached, **{**arrays, "version": np.array([0]), "ic": arrays["ic"] * 0})
    again = load_ranking(open_knowledge(snapshot.root))
    assert np.array_equal(again.ic, arrays["ic"])


def test_only_a_few_caches_are_kept(tmp_path: Path, snapshot_with: Snapshot) -> None:
    for i in range(5):
        load_ranking(snapshot_with(tmp_path / str(i), {"OMIM:1": f"MONDO:{i}"}))
    assert len(list(cache_dir().glob("ranking-*.npz"))) == 3


def test_arrays_in_the_snapshot_are_used_before_the_cache(
    snapshot: KnowledgeBase, tmp_path: Path
) -> None:
    built = Built("ranking", compile_ranking(snapshot), ())
    manifest = {n: dict(e) for n, e in snapshot.manifest["tables"].items()}
    manifest["ranking"] = write_table(snapshot.root, built)
    write_manifest(snapshot.root, "hand", "2026-01-01", manifest)
    again = open_knowledge(snapshot.root)
    expected = PhenotypeRanker.from_knowledge(snapshot).rank(["HP:0001250"]).score
    caches = set(cache_dir().glob("*"))
    assert np.array_equal(
        PhenotypeRanker.from_knowledge(again).rank(["HP:0001250"]).score, expected
    )
    assert set(cache_dir().glob("*")) == caches


def test_a_cache_that_cannot_be_written_is_no_fault(
    snapshot: KnowledgeBase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocker = tmp_path / "file"
    blocker.write_text("")
    monkeypatch.setenv("RAREPLAN_CACHE", str(blocker))
    assert load_ranking(snapshot).n_diseases == 5


def test_best_disease_and_gene(ranker: PhenotypeRanker) -> None:
    found = ranker.rank(["HP:0007359", "HP:0001263"])
    assert found.ids[found.order()[0]] == "OMIM:1"
    genes = ranker.genes(found)
    first = genes.order()[0]
    assert genes.genes[first] == "GENEA"
    assert found.ids[genes.disease[first]] == "OMIM:1"
    own = [found.index_of("OMIM:1"), found.index_of("OMIM:3")]
    assert genes.posterior[first] == pytest.approx(found.posterior[own].sum())


def test_an_orphanet_group_counts_only_for_a_gene_without_omim(ranker: PhenotypeRanker) -> None:
    found = ranker.rank(["HP:0001250"])
    genes = ranker.genes(found)
    best = {str(g): str(found.ids[d]) for g, d in zip(genes.genes, genes.disease, strict=True)}
    assert best == {"GENEA": "OMIM:1", "GENEB": "OMIM:2", "GENEC": "OMIM:4", "GENED": "ORPHA:1"}
    b = genes.index_of("GENEB")
    both = found.posterior[[found.index_of("OMIM:2"), found.index_of("ORPHA:1")]].sum()
    assert genes.posterior[b] == pytest.approx(both)


def test_posterior_sums_to_one_and_follows_the_score(ranker: PhenotypeRanker) -> None:
    found = ranker.rank(["HP:0001629"])
    assert found.posterior.sum() + found.none_posterior == pytest.approx(1.0)
    assert np.array_equal(np.argsort(found.score), np.argsort(found.posterior))
    odds = np.log(found.posterior / found.none_posterior)
    assert odds == pytest.approx(found.log_lr - math.log(len(found.ids)))  # even prior odds


def test_no_terms_say_nothing(ranker: PhenotypeRanker) -> None:
    found = ranker.rank([])
    assert found.n_terms == 0
    assert np.all(found.log_lr == 0.0)
    assert found.none_posterior == 0.5
    assert found.posterior.sum() == pytest.approx(0.5)


def test_general_terms_implied_by_specific_ones_add_nothing(ranker: PhenotypeRanker) -> None:
    one = ranker.rank(["HP:0007359"])
    two = ranker.rank(["HP:0001250", "HP:0000118", "HP:0007359", "HP:0007359"])
    assert np.array_equal(one.score, two.score)


def test_old_ids_are_read_as_current_ones(ranker: PhenotypeRanker) -> None:
    current = ranker.rank(["HP:0001250"]).score
    assert np.array_equal(ranker.rank(["HP:0009999"]).score, current)
    assert np.array_equal(ranker.rank(["HP:0002279"]).score, current)


def test_excluded_term_lowers_only_the_diseases_that_have_it(ranker: PhenotypeRanker) -> None:
    without = ranker.rank(["HP:0001263"])
    with_it = ranker.rank(["HP:0001263"], ["HP:0001250"])
    change = dict(zip(without.ids, with_it.score - without.score, strict=True))
    assert change["OMIM:1"] < 0
    assert change["OMIM:4"] == 0


def test_order_of_terms_does_not_matter(ranker: PhenotypeRanker) -> None:
    one = ranker.rank(["HP:0001263", "HP:0001629"], ["HP:0001631", "HP:0001250"])
    two = ranker.rank(["HP:0001629", "HP:0001263"], ["HP:0001250", "HP:0001631"])
    assert one.score == pytest.approx(two.score, abs=1e-9)


def test_explanation_names_the_matched_term_and_the_shared_ancestor(
    ranker: PhenotypeRanker,
) -> None:
    match, against = ranker.explain("OMIM:1", ["HP:0002197"], ["HP:0001263"])
    assert (match.matched_term, match.through) == ("HP:0007359", "HP:0001250")
    assert match.frequency == pytest.approx(9.3 / 11)
    assert against.excluded
    assert against.contribution < 0
    assert against.matched_term == "HP:0001263"


def test_explanation_of_an_unknown_disease_is_empty(ranker: PhenotypeRanker) -> None:
    assert ranker.explain("OMIM:999999", ["HP:0001250"]) == ()


def test_twin_lends_its_annotations_to_the_omim_disease(
    tmp_path: Path, snapshot_with: Snapshot
) -> None:
    alone = PhenotypeRanker.from_knowledge(snapshot_with(tmp_path / "a"))
    twins = {"OMIM:4": "MONDO:1", "ORPHA:1": "MONDO:1"}
    merged = PhenotypeRanker.from_knowledge(snapshot_with(tmp_path / "b", twins))
    before, after = (r.rank(["HP:0001250"]) for r in (alone, merged))
    place = before.index_of("OMIM:4")
    assert after.score[place] > before.score[place]
    (match,) = merged.explain("OMIM:4", ["HP:0001250"])
    assert match.matched_term == "HP:0001250"
    assert match.contribution > 0
    (unmatched,) = alone.explain("OMIM:4", ["HP:0001250"])
    assert unmatched.matched_term != "HP:0001250"


def test_sex_and_onset_move_only_the_diseases_they_speak_of(
    tmp_path: Path, snapshot_with: Snapshot
) -> None:
    kb = snapshot_with(
        tmp_path / "x", modes={"OMIM:2": ["HP:0001419"]}, onsets={"OMIM:3": "HP:0003584"}
    )
    ranker = PhenotypeRanker.from_knowledge(kb)
    plain = ranker.rank(["HP:0001250"]).score
    girl = ranker.rank(["HP:0001250"], sex="female").score - plain
    boy = ranker.rank(["HP:0001250"], sex="male").score - plain
    born = ranker.rank(["HP:0001250"], onset="HP:0003577").score - plain
    late = ranker.rank(["HP:0001250"], onset="HP:0003596").score - plain
    names = [str(i) for i in ranker.tables.disease_ids]
    assert [n for n, x in zip(names, girl, strict=True) if x] == ["OMIM:2"]
    assert girl[1] < 0 < boy[1]
    assert [n for n, x in zip(names, born, strict=True) if x] == ["OMIM:3"]
    assert born[2] < 0
    assert not late.any()  # one stage of life away is free


def test_contributions_and_rest_add_up_to_the_log_ratio(ranker: PhenotypeRanker) -> None:
    observed = ["HP:0007359", "HP:0001263", "HP:0001631"]
    found = ranker.rank(observed)
    rest = [
        float(found.log_lr[i]) - sum(m.contribution for m in ranker.explain(str(d), observed))
        for i, d in enumerate(found.ids)
    ]
    # What is left is the same for every disease: here no prior differs by more than ln 1.
    assert rest == pytest.approx([rest[0]] * len(rest), abs=1e-3)
