from __future__ import annotations

import json
import stat
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from click.testing import CliRunner
from tests.builders.snapshots import variant_of

from rareplan.cli.analyze import analyze
from rareplan.cli.reanalyze import reanalyze
from rareplan.config import load_settings
from rareplan.knowledge import KnowledgeBase, open_knowledge
from rareplan.refresh.diff import diff_snapshots
from rareplan.refresh.reanalysis import (
    Alert,
    Standing,
    _alerts,
    _within_budget,
    load_history,
    read_case,
    reanalyse,
)


def _without_cps1(table: pa.Table) -> pa.Table:
    return table.filter(pc.not_equal(table["gene"], "CPS1"))


def _same(table: pa.Table) -> pa.Table:
    return table


@pytest.fixture(scope="module")
def snapshots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """2025: CPS1 is not yet linked to a disease; 2026: it is; 2027: nothing new."""
    from rareplan.provenance import data_dir

    base = open_knowledge(data_dir("knowledge") / "starter")
    folder = tmp_path_factory.mktemp("kb") / "knowledge" / "snapshots"
    edits = {"gene_disease": _without_cps1, "clinvar": lambda t: t.filter(pc.not_equal(t["variation_id"], 984188))}  # fmt: skip  # noqa: E501
    variant_of(base, folder / "2025", "2025", "2025-01-10", edits)
    variant_of(base, folder / "2026", "2026", "2026-01-10", {"gene_disease": _same})
    variant_of(base, folder / "2027", "2027", "2027-01-10", {"gene_disease": _same})
    return folder


@pytest.fixture(scope="module")
def runs(snapshots: Path, tmp_path_factory: pytest.TempPathFactory, request) -> dict[str, Path]:
    root = Path(request.config.rootpath)
    out = tmp_path_factory.mktemp("runs")
    trio, child = root / "examples" / "cps1_trio", root / "examples" / "scn1a_singleton"
    commands = {
        "trio": [str(trio / "family.vcf.gz"), "--ped", str(trio / "family.ped")],
        "child": [str(child / "child.vcf.gz")],
    }
    given = {"trio": trio, "child": child}
    for name, arguments in commands.items():
        extra = ["--hpo", str(given[name] / "terms.txt"), "--kb", str(snapshots / "2025")]
        result = CliRunner().invoke(
            analyze, [*arguments, *extra, "--out", str(out / name), "--quiet"],
            catch_exceptions=False,
        )  # fmt: skip
        assert result.exit_code == 0, result.output
    return {name: out / name for name in commands}


def test_a_case_is_solved_when_the_gene_is_linked_and_another_stays_silent(
    runs: dict[str, Path], snapshots: Path
) -> None:
    before = {c["gene"]: c["probability"] for c in read_case(runs["trio"])["candidates"]}
    assert before.get("CPS1", 0.0) < 0.2
    result = CliRunner().invoke(
        reanalyze,
        [str(runs["trio"]), str(runs["child"]), "--home", str(snapshots.parent), "--through",
         "2026", "--through", "2027", "--json"],
        catch_exceptions=False,
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    outcomes = json.loads(result.output)
    found = {(o["run"], o["new"]): o for o in outcomes}
    (alert,) = found["trio", "2026"]["alerts"]
    assert alert["gene"] == "CPS1"
    assert alert["day"] == "2026-01-10"
    assert not alert["held_back"]
    assert any("CPS1 is linked to" in reason for reason in alert["reasons"])
    assert alert["probability"] > 0.8
    assert found["trio", "2027"]["alerts"] == []
    assert not found["trio", "2027"]["recomputed"]
    assert found["child", "2026"]["alerts"] == []
    assert not found["child", "2026"]["recomputed"]
    assert "none of" in found["child", "2026"]["note"]
    history = json.loads((runs["trio"] / "reanalysis.json").read_text())
    assert [entry["to"] for entry in history["looked_at"]] == ["2026", "2027"]
    assert stat.S_IMODE((runs["trio"] / "reanalysis.json").stat().st_mode) == 0o600


def test_no_alert_for_a_family_that_said_no(
    runs: dict[str, Path], snapshots: Path, tmp_path: Path
) -> None:
    import shutil

    run = tmp_path / "declined"
    shutil.copytree(runs["trio"], run)
    (run / "reanalysis.json").unlink(missing_ok=True)
    case = json.loads((run / "case.json").read_text())
    case["patient"]["consents"]["reanalysis_alerts"] = False
    (run / "case.json").write_text(json.dumps(case))
    old, new = (open_knowledge(snapshots / name) for name in ("2025", "2026"))

    def never(_run: Path, _kb: KnowledgeBase) -> dict:
        raise AssertionError("a family that said no is not analysed again")

    settings = load_settings().reanalysis
    outcome = reanalyse(run, diff_snapshots(old, new), new, settings, date(2026, 1, 1), never)
    assert outcome.alerts == ()
    assert "said no" in outcome.note
    assert not (run / "reanalysis.json").exists()


def _alert(day: str, *, held: bool = False) -> Alert:
    return Alert("X", "x", (), 0.5, 0.3, "s", day, held)


def test_the_budget_counts_a_rolling_year_and_holds_back_the_rest() -> None:
    settings = load_settings().reanalysis.model_copy(update={"alerts_a_year": 2})
    found = [_alert("2026-06-01"), _alert("2026-06-01")]
    earlier = [_alert("2025-05-01"), _alert("2025-12-01"), _alert("2026-01-01", held=True)]
    kept = _within_budget(found, earlier, settings, date(2026, 6, 1))
    assert [a.held_back for a in kept] == [False, True]
    assert [a.held_back for a in _within_budget(found, [], settings, date(2026, 6, 1))] == [
        False,
        False,
    ]


def test_alerts_need_a_gain_and_come_in_order_of_it() -> None:
    settings = load_settings().reanalysis
    before = {"A": Standing(0.5, "Uncertain significance"), "B": Standing(0.55, "Pathogenic")}
    after = {
        "A": Standing(0.52, "Likely pathogenic"),
        "B": Standing(0.6, "Pathogenic"),
        "C": Standing(0.9, "Uncertain significance"),
        "D": Standing(0.01, "Pathogenic"),
    }
    found = _alerts(before, after, [], settings, "s", date(2026, 1, 1))
    assert [a.gene for a in found] == ["C", "A"]
    assert "Uncertain significance -> Likely pathogenic" in found[1].text


def test_a_damaged_history_starts_anew(runs: dict[str, Path], tmp_path: Path) -> None:
    (tmp_path / "reanalysis.json").write_text("{")
    history = load_history(tmp_path, read_case(runs["child"]), "2025")
    assert history.alerts == []
    assert history.snapshot == "2025"
