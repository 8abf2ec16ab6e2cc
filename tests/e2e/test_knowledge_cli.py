"""Refresh from a local upstream, then analyse the example with what came."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from rareplan.cli.main import cli
from rareplan.knowledge import open_knowledge
from rareplan.provenance import data_dir
from rareplan.refresh.spec import SourceSpec, load_specs
from tests.builders.upstream import Upstream, local_specs
from tests.builders.upstream_payloads import payloads


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value)


def write_specs(specs: dict[str, SourceSpec], folder: Path) -> None:
    folder.mkdir()
    for spec in specs.values():
        content = spec.model_dump(mode="json")
        lines = [f"{k} = {_toml(v)}" for k, v in content.items() if k not in ("files", "min_rows")]
        for file in content["files"]:
            lines.append("[[files]]")
            lines += [f"{k} = {_toml(v)}" for k, v in file.items()]
        text = "\n".join(lines)
        tomllib.loads(text)
        (folder / f"{spec.id}.toml").write_text(text)


@pytest.fixture(scope="module")
def refreshed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Path, Result]]:
    folder = tmp_path_factory.mktemp("kb")
    files = payloads(open_knowledge(data_dir("knowledge") / "starter"))
    with Upstream(files) as upstream:
        write_specs(local_specs(load_specs(), upstream.address), folder / "sources")
        result = CliRunner().invoke(
            cli,
            ["kb", "refresh", "--home", str(folder / "home"), "--sources-dir",
             str(folder / "sources"), "--json"],
        )  # fmt: skip
        yield folder / "home", folder / "sources", result


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, list(arguments), catch_exceptions=False)


def test_refresh_tells_what_it_did_in_json(refreshed: tuple[Path, Path, Result]) -> None:
    home, _, result = refreshed
    told = json.loads(result.output)
    assert told["failed"] == []
    assert told["changed"]
    assert told["snapshot"] == (home / "current").resolve().name
    # The synthetic sequence of the test upstream has other codons than the real genes: the
    # self-check sees that, which is what it is for.
    assert result.exit_code == 1
    assert any(
        text.startswith("CFTR: expected NM_000492.4:c.1624G>T") for text in told["wrong_names"]
    )


def test_the_example_is_analysed_with_resolved_consequences(
    refreshed: tuple[Path, Path, Result], project_root: Path, tmp_path: Path
) -> None:
    home, _, _ = refreshed
    trio = project_root / "examples" / "cps1_trio"
    result = _run(
        "analyze", str(trio / "family.vcf.gz"), "--ped", str(trio / "family.ped"), "--hpo",
        str(trio / "terms.txt"), "--kb", str(home / "current"), "--out", str(tmp_path / "run"),
        "--quiet",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    case = json.loads((tmp_path / "run" / "case.json").read_text())
    top = case["candidates"][0]
    assert top["gene"] == "CPS1"
    by_name = {v["hgvs_c"]: v for v in top["variants"]}
    assert set(by_name) == {"NM_001875.5:c.1003C>T", "NM_001875.5:c.2140G>T"}
    for variant in by_name.values():
        assert variant["consequence"]["resolved"]
        assert variant["consequence"]["terms"] == ["stop_gained"]
    assert by_name["NM_001875.5:c.1003C>T"]["hgvs_p"] == "NP_001866.2:p.(Gln335Ter)"
    versions = {s["name"]: s["version"] for s in case["knowledge"]}
    assert versions["HPO"] == "2026-10-01"


def test_diff_verify_rollback_and_sources(refreshed: tuple[Path, Path, Result]) -> None:
    home, sources, _ = refreshed
    place = ("--home", str(home))
    text = _run("kb", "diff", "starter", "current", *place)
    assert "HPO terms" in text.output
    page = _run("kb", "diff", "starter", "current", "--format", "html", *place)
    assert page.output.startswith("<!doctype html>")
    assert (
        json.loads(_run("kb", "diff", "current", "current", "--format", "json", *place).output)[
            "total"
        ]
        == 0
    )
    assert _run("kb", "verify", *place).exit_code == 0
    listed = json.loads(_run("kb", "sources", "--sources-dir", str(sources), "--json").output)
    assert listed["hpo"]["licence"].startswith("HPO licence")
    lost = CliRunner().invoke(cli, ["kb", "rollback", *place])
    assert "no snapshot to go back to" in str(lost.exception)


def test_status_says_what_is_stale() -> None:
    result = _run("kb", "status", "--kb", str(data_dir("knowledge") / "starter"), "--json")
    told = json.loads(result.output)
    assert "ClinVar" in told["stale"]
    assert result.exit_code == 1


def test_schedule_prints_a_timer_and_a_cron_line() -> None:
    units = _run("kb", "schedule", "--every", "daily").output
    assert "OnCalendar=daily" in units
    assert "kb refresh --json" in units
    assert _run("kb", "schedule", "--cron").output.startswith("17 3 * * 0 ")


def test_doctor_names_every_known_variant_rightly() -> None:
    result = _run("doctor", "--kb", str(data_dir("knowledge") / "starter"), "--json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.output)
    assert told["wrong"] == []
    assert sum(told["known_variants"].values()) == 30
    able = {a["name"]: a["able"] for a in told["abilities"]}
    assert able["liftover from GRCh37"]
    assert not able["protein consequences"]
