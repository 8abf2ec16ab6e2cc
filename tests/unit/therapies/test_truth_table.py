"""Every situation of the hand-typed truth table comes out as it must."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from rareplan.knowledge.therapies import CuratedTherapies
from rareplan.model.therapy import TherapyOption, TherapyPlan
from rareplan.therapies.medicines import DrugNames

from .conftest import PlanMaker

TABLE = Path(__file__).parents[2] / "data" / "therapy_truth.tsv"
Situation = dict[str, str]


def situations() -> list[Situation]:
    lines = [x for x in TABLE.read_text("utf-8").splitlines() if not x.startswith("#")]
    return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def has(
    options: tuple[TherapyOption, ...], drug: str, tables: CuratedTherapies, names: DrugNames
) -> bool:
    """Whether one of the options is, or contains, the drug."""
    for option in options:
        rows = tables.therapies[option.gene]
        agents = next(r.agents for r in rows if r.intervention == option.intervention)
        if any(names.same(agent, drug) or names.same(drug, agent) for agent in agents):
            return True
    return False


def outcome(plan: TherapyPlan, row: Situation, tables: CuratedTherapies, names: DrugNames) -> bool:
    drug, expected = row["drug"], row["expected"]
    if expected == "urgent":
        return any(c.takes_now for c in plan.cautions)
    if expected == "no_caution":
        return not any(c.takes_now for c in plan.cautions)
    if expected == "caution":
        named = [d for c in plan.cautions for d in c.drug.split("; ")]
        return any(names.same(drug, d) or names.same(d, drug) for d in named)
    place = {"option": plan.options, "not_option": plan.options}
    place |= {"wrong": plan.wrong_way, "below": plan.below_line}
    found = has(place[expected], drug, tables, names)
    return found is (expected != "not_option")


@pytest.mark.parametrize(
    "row", situations(), ids=lambda r: f"{r['gene']}-{r['variants']}-{r['drug']}-{r['expected']}"
)
def test_situation(
    row: Situation, make_plan: PlanMaker, tables: CuratedTherapies, names: DrugNames
) -> None:
    taken = (row["drug"],) if row["expected"] in {"urgent", "no_caution"} else ()
    plan = make_plan(row["gene"], row["variants"], row["inheritance"], taken)
    assert outcome(plan, row, tables, names)
    if row["expected"] in {"wrong", "below"}:
        assert not has(plan.options, row["drug"], tables, names)


def test_the_table_is_wide() -> None:
    rows = situations()
    assert len(rows) >= 150
    assert len({row["gene"] for row in rows}) >= 80
    assert all(row["source"] for row in rows)
    assert {row["expected"] for row in rows} == {
        "option", "wrong", "below", "not_option", "urgent", "caution", "no_caution",
    }  # fmt: skip
