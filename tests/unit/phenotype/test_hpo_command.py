from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner, Result

from rareplan.cli.hpo import hpo
from rareplan.knowledge import KnowledgeBase
from rareplan.knowledge.graph_tables import load_ranking
from rareplan.knowledge.hpo import ontology
from rareplan.prioritise.phenotype import PhenotypeRanker
from rareplan.prioritise.phenotype.lint import GivenTerm, lint
from rareplan.prioritise.phenotype.search import search
from rareplan.prioritise.phenotype.suggest import suggest


def run(snapshot: KnowledgeBase, *args: str | Path) -> Result:
    return CliRunner().invoke(hpo, [*map(str, args), "--kb", str(snapshot.root)])


def kinds(snapshot: KnowledgeBase, *lines: str) -> list[tuple[str, str]]:
    given = [GivenTerm(x.removeprefix("-"), excluded=x.startswith("-")) for x in lines]
    found = lint(given, ontology(snapshot), load_ranking(snapshot))
    return [(f.kind, f.term) for f in found if f.kind not in {"few", "empty", "too general"}]


def test_lint_obsolete_alternative_and_unknown(snapshot: KnowledgeBase) -> None:
    assert kinds(snapshot, "HP:0009999") == [("obsolete", "HP:0001250")]
    assert kinds(snapshot, "HP:0002279") == [("alternative id", "HP:0001250")]
    assert kinds(snapshot, "qqqq") == [("unknown", "")]


def test_lint_terms_in_the_wrong_place(snapshot: KnowledgeBase) -> None:
    assert kinds(snapshot, "HP:0003577") == [("onset", "HP:0003577")]
    assert kinds(snapshot, "HP:0000006") == [("inheritance", "HP:0000006")]
    assert kinds(snapshot, "HP:0000001") == [("not a phenotype", "HP:0000001")]


def test_lint_redundant_both_ways(snapshot: KnowledgeBase) -> None:
    assert kinds(snapshot, "HP:0001250", "HP:0007359") == [("redundant", "HP:0001250")]
    assert kinds(snapshot, "-HP:0001250", "-HP:0007359") == [("redundant", "HP:0007359")]
    assert kinds(snapshot, "HP:0001250", "HP:0001250") == [("duplicate", "HP:0001250")]


def test_lint_contradiction_only_where_there_is_one(snapshot: KnowledgeBase) -> None:
    assert kinds(snapshot, "HP:0007359", "-HP:0001250") == [("contradiction", "HP:0007359")]
    assert kinds(snapshot, "HP:0001250", "-HP:0007359") == []  # another kind of seizure
    assert kinds(snapshot, "HP:0001250", "-HP:0001250") == [("contradiction", "HP:0001250")]


def test_lint_general_and_empty(snapshot: KnowledgeBase) -> None:
    found = lint([GivenTerm("HP:0000707")], ontology(snapshot), load_ranking(snapshot))
    assert {f.kind for f in found} == {"too general", "few"}
    found = lint(
        [GivenTerm("HP:0001250", excluded=True)], ontology(snapshot), load_ranking(snapshot)
    )
    assert "empty" in {f.kind for f in found}


def test_lint_command_says_where_and_fails_on_errors(
    snapshot: KnowledgeBase, tmp_path: Path
) -> None:
    path = tmp_path / "terms.txt"
    path.write_text("HP:0001629\nHP:0003577\n")
    result = run(snapshot, "lint", path)
    assert result.exit_code == 2
    assert "terms.txt line 2" in result.output
    path.write_text("HP:0001629\nHP:0007359\nHP:0001631\n")
    assert run(snapshot, "lint", path).exit_code == 0


def test_search_prefers_exact_names_and_finds_synonyms(snapshot: KnowledgeBase) -> None:
    terms = ontology(snapshot)
    assert search(terms, "seizure")[0].id == "HP:0001250"
    assert search(terms, "vsd")[0].id == "HP:0001629"
    assert search(terms, "partial seizures")[0].id == "HP:0007359"
    assert search(terms, "autosomal dominant inheritance") == []
    assert search(terms, "  ") == []


def test_suggest_asks_what_tells_the_candidates_apart(snapshot: KnowledgeBase) -> None:
    ranker = PhenotypeRanker.from_knowledge(snapshot)
    observed = ["HP:0001250"]
    questions = suggest(ranker, ranker.rank(observed), observed, [], top=10)
    asked = [q.term for q in questions]
    assert asked
    assert "HP:0001250" not in asked  # known
    assert "HP:0000707" not in asked  # implied
    gains = [q.information for q in questions]
    assert gains == sorted(gains, reverse=True)
    assert all(0 <= q.information <= 1 for q in questions)
    without = suggest(ranker, ranker.rank(observed), observed, [asked[0]], top=10)
    assert asked[0] not in [q.term for q in without]


def test_search_and_suggest_commands_print_json(snapshot: KnowledgeBase, tmp_path: Path) -> None:
    hits = json.loads(run(snapshot, "search", "seizure", "--json").output)
    assert hits[0]["id"] == "HP:0001250"
    path = tmp_path / "t.txt"
    path.write_text("Seizure\n")
    rows = json.loads(run(snapshot, "suggest", "--hpo", path, "--json").output)
    assert {"term", "label", "information", "p_yes", "layperson"} <= set(rows[0])


def test_graph_command_exports_a_slice(snapshot: KnowledgeBase, tmp_path: Path) -> None:
    path, out = tmp_path / "t.txt", tmp_path / "g.json"
    path.write_text("Seizure\n")
    result = run(snapshot, "graph", "--out", out, "--disease", "OMIM:1", "--hpo", path)
    assert result.exit_code == 0
    assert "OMIM:1" in {n["id"] for n in json.loads(out.read_text())["nodes"]}
    assert run(snapshot, "graph", "--out", out, "--disease", "OMIM:1").exit_code == 2
