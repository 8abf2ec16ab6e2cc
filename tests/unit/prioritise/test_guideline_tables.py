"""The guideline's own tables, typed out in tests/data/acmg_*.tsv with a citation a row."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from rareplan.model.consequence import Consequence
from rareplan.model.evidence import EvidenceItem, Status, Strength
from rareplan.prioritise.assign_computational import assign_computational
from rareplan.prioritise.assign_family import (
    DE_NOVO_POINTS,
    in_trans_points,
    meioses_strength,
    points_strength,
)
from rareplan.prioritise.assign_lof import LofFacts, pvs1_strength
from rareplan.prioritise.classify import classify
from rareplan.prioritise.criteria import Criterion, met

DATA = Path(__file__).resolve().parents[2] / "data"


def rows(name: str) -> list[dict[str, str]]:
    lines = (DATA / f"acmg_{name}.tsv").read_text("utf-8").splitlines()
    found = list(
        csv.DictReader((line for line in lines if not line.startswith("#")), delimiter="\t")
    )
    assert found
    assert all(row["citation"] for row in found)
    return found


def strength(name: str) -> Strength | None:
    return None if name == "none" else Strength(name)


def item(label: str) -> EvidenceItem:
    name, _, level = label.partition("_")
    return met(Criterion[name], "typed", strength=Strength(level.lower()) if level else None)


def test_at_least_150_rows_of_the_guideline_are_typed_out() -> None:
    total = sum(len(rows(p.stem.removeprefix("acmg_"))) for p in DATA.glob("acmg_*.tsv"))
    assert total >= 150


@pytest.mark.parametrize("row", rows("combinations"), ids=lambda r: f"{r['rule']}: {r['criteria']}")
def test_combining_rules(row: dict[str, str]) -> None:
    result = classify(item(label) for label in row["criteria"].split())
    assert result.points == int(row["points"])
    assert result.label == row["class"]
    if row["richards"] != row["class"]:
        assert row["citation"].startswith(("Tavtigian", "ClinGen"))


@pytest.mark.parametrize("row", rows("pvs1_tree"), ids=lambda r: "|".join(list(r.values())[:-1]))
def test_pvs1_tree(row: dict[str, str]) -> None:
    facts = LofFacts(
        kind=row["kind"],
        nmd=row["nmd"] == "yes",
        in_frame=row["in_frame"] == "yes",
        critical_region={"yes": True, "no": False, "unknown": None}[row["critical"]],
        biologically_relevant=row["relevant"] == "yes",
        lof_frequent_in_exon=row["frequent"] == "yes",
        protein_lost=float(row["lost"]) if row["lost"] else None,
        tandem=row["tandem"],
        alternative_start=row["alt_start"] == "yes",
        pathogenic_upstream=row["upstream"] == "yes",
    )
    assert pvs1_strength(facts)[0] is strength(row["strength"])


@pytest.mark.parametrize("row", rows("pm3"), ids=lambda r: f"{r['other']} {r['phase']}")
def test_in_trans_table(row: dict[str, str]) -> None:
    points = in_trans_points(row["other"], confirmed=row["phase"] == "confirmed")
    assert points == float(row["points"])
    assert points_strength(points) is strength(row["strength"])


@pytest.mark.parametrize("row", rows("ps2_pm6"), ids=lambda r: f"{r['phenotype']} {r['parentage']}")
def test_de_novo_table(row: dict[str, str]) -> None:
    points = DE_NOVO_POINTS[row["phenotype"]][0 if row["parentage"] == "confirmed" else 1]
    assert points == float(row["points"])
    assert points_strength(points) is strength(row["strength"])


@pytest.mark.parametrize("row", rows("points_ladder"), ids=lambda r: r["points"])
def test_points_ladder(row: dict[str, str]) -> None:
    assert points_strength(float(row["points"])) is strength(row["strength"])


@pytest.mark.parametrize("row", rows("pp1"), ids=lambda r: f"{r['meioses']} in {r['families']}")
def test_segregation_table(row: dict[str, str]) -> None:
    assert meioses_strength(int(row["meioses"]), int(row["families"])) is strength(row["strength"])


@pytest.mark.parametrize("row", rows("predictors"), ids=lambda r: f"{r['tool']} {r['score']}")
def test_predictor_thresholds(row: dict[str, str]) -> None:
    missense = Consequence("GENE1", terms=("missense_variant",))
    found = [
        i
        for i in assign_computational({row["tool"]: float(row["score"])}, missense)
        if i.status is Status.MET
    ]
    if row["criterion"] == "none":
        assert found == []
    else:
        assert [(i.criterion, i.strength) for i in found] == [
            (row["criterion"], strength(row["strength"]))
        ]


@pytest.mark.parametrize(
    "row", rows("spliceai"), ids=lambda r: f"{r['hgvs_c']} {r['distance']} {r['score']}"
)
def test_spliceai_thresholds(row: dict[str, str]) -> None:
    consequence = Consequence(
        "GENE1",
        terms=(row["term"],),
        hgvs_c=f"NM_000000.1:{row['hgvs_c']}",
        splice_distance=int(row["distance"]),
    )
    found = assign_computational({"SpliceAI": float(row["score"])}, consequence)
    assert {i.criterion for i in found if i.status is Status.MET} == set(row["met"].split())
