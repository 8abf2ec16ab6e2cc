"""Requirements, order, staleness, and medicines that the patient takes."""

from __future__ import annotations

from datetime import date

import pytest

from rareplan.knowledge.therapies import CuratedTherapies
from rareplan.model.therapy import Gate, Match, TherapyOption
from rareplan.therapies.medicines import DrugNames
from rareplan.therapies.options import is_stale, sort_options, stale_limit

from .conftest import PlanMaker


def requirement(option: TherapyOption, name: str) -> Match:
    return next(r.verdict for r in option.requirements if r.name == name)


def option_named(options: tuple[TherapyOption, ...], text: str) -> TherapyOption:
    return next(o for o in options if text in o.intervention)


def test_what_must_start_within_hours_comes_first(make_plan: PlanMaker) -> None:
    plan = make_plan("CPS1", "p.Gln335Ter, p.Glu714Ter", "AR")
    urgency = [o.start_within for o in plan.options]
    assert urgency[0] == "hours"
    assert urgency == sorted(urgency, key=("hours", "days-weeks", "years").index)


@pytest.mark.parametrize(
    ("age", "verdict"), [(None, Match.UNKNOWN), (1.0, Match.NOT_MET), (2.0, Match.MET)]
)
def test_age_limits(make_plan: PlanMaker, age: float | None, verdict: Match) -> None:
    plan = make_plan("SCN1A", "p.Arg1407Ter", "AD", age=age)
    assert requirement(option_named(plan.options, "fenfluramine"), "age") is verdict


def test_an_upper_age_limit(make_plan: PlanMaker) -> None:
    old = make_plan("SMN1", "c.840C>T x2", "AR", age=5.0)
    option = next(o for o in old.options if o.intervention == "onasemnogene abeparvovec")
    assert requirement(option, "age") is Match.NOT_MET
    assert old.options.index(option) > old.options.index(option_named(old.options, "nusinersen"))


def test_unmet_limits_of_age_stay_listed_but_last(make_plan: PlanMaker) -> None:
    plan = make_plan("PIK3CD", "p.Glu1021Lys", "AD", age=5.0)
    (option,) = plan.options
    assert option.gate is Gate.RIGHT
    assert requirement(option, "age") is Match.NOT_MET
    assert requirement(option, "weight") is Match.UNKNOWN


def test_a_deletion_of_exon_8_rules_out_micro_dystrophin(tables: CuratedTherapies) -> None:
    from rareplan.therapies.alleles import Allele
    from rareplan.therapies.requirements import contraindicated_variant

    row = next(r for r in tables.therapies["DMD"] if "delandistrogene" in r.intervention)
    gone = Allele("X-1-N-<DEL>", ("feature_truncation",), exon="7-9/79", deletion=True)
    other = Allele("X-1-N-<DEL>", ("feature_truncation",), exon="45-50/79", deletion=True)
    point = Allele("X-1-C-T", ("stop_gained",), exon="8/79")
    assert contraindicated_variant(row, [gone])
    assert not contraindicated_variant(row, [other])
    assert not contraindicated_variant(row, [point])


def test_boxed_warnings_open_the_danger(make_plan: PlanMaker) -> None:
    plan = make_plan("DMD", "p.Arg1967Ter x2", "XL")
    danger = option_named(plan.options, "delandistrogene").danger
    assert danger.startswith("Boxed warning: ")
    assert "liver" in danger


def test_withdrawn_medicines_say_so(make_plan: PlanMaker) -> None:
    plan = make_plan("HBB", "p.Glu7Val x2", "AR")
    option = option_named(plan.options, "voxelotor")
    assert option.tier == "E"
    assert any("withdrawn" in text for text in option.approvals)
    assert option is plan.options[-1]


def test_a_contraindicated_treatment_is_never_an_option(make_plan: PlanMaker) -> None:
    plan = make_plan("SMPD1", "p.Arg498Leu x2", "AR")
    assert option_named(plan.wrong_way, "haematopoietic stem cell").efficacy == "contraindicated"


def test_staleness() -> None:
    limit = stale_limit(date(2026, 11, 21), 18)
    assert limit == date(2025, 5, 22)
    assert is_stale("2025-05-21", limit)
    assert not is_stale("2025-05-22", limit)
    assert is_stale("", limit)


def test_sorting_loses_nothing(make_plan: PlanMaker) -> None:
    plan = make_plan("SCN1A", "p.Arg1407Ter", "AD")
    everything = (*plan.options, *plan.wrong_way, *plan.below_line)
    again = sort_options(reversed(everything))
    assert (again.options, again.wrong_way) == (plan.options, plan.wrong_way)


@pytest.mark.parametrize(
    ("medicine", "drug", "expected"),
    [
        ("Depakote ER 500 mg", "valproate", True),
        ("sodium valproate", "valproate", True),
        ("Epilim Chrono", "valproate", True),
        ("divalproex", "valproate", True),
        ("valpromide", "valproate", True),
        ("Keppra", "valproate", False),
        ("Tegretol", "sodium-channel blockers", True),
        ("gentamicin 80 mg", "aminoglycosides", True),
        ("suxamethonium", "succinylcholine", True),
        ("levodopa/carbidopa", "levodopa", True),
        ("Diastat", "phenobarbital (maintenance)", False),
        ("co-trimoxazole", "trimethoprim", True),
        ("aspirin 100", "NSAIDs", True),
    ],
)
def test_names_of_medicines(medicine: str, drug: str, expected: bool, names: DrugNames) -> None:
    assert names.same(medicine, drug) is expected


def test_what_is_taken_now_opens_the_cautions(make_plan: PlanMaker) -> None:
    plan = make_plan("CPS1", "p.Gln335Ter, p.Glu714Ter", "AR", ["Ergenyl chrono 300", "Keppra"])
    first, *rest = plan.cautions
    assert first.takes_now
    assert "Ergenyl chrono 300" in first.context
    assert first.action == "contraindicated"
    assert not any(c.takes_now for c in rest)


def test_a_medicine_that_acts_the_wrong_way_is_urgent(make_plan: PlanMaker) -> None:
    plan = make_plan("SCN8A", "p.Arg931Ter", "AD", ["Trileptal"])
    assert any(c.takes_now and "wrong way" in c.reason for c in plan.cautions)


def test_cautions_of_a_treatment_fire_only_on_that_treatment(make_plan: PlanMaker) -> None:
    plain = make_plan("NLRP3", "mech:lof", "AD")
    treated = make_plan("NLRP3", "mech:gof", "AD")
    assert not [c for c in plain.cautions if "live vaccines" in c.drug]
    assert [c for c in treated.cautions if "live vaccines" in c.drug]


def test_rescue_is_never_withheld(tables: CuratedTherapies) -> None:
    """A caution on rescue medicine names its exception, or does not exist."""
    for rows in tables.cautions.values():
        for row in rows:
            rescue = {"adrenaline", "dantrolene", "glucose", "naloxone"} & set(row.drugs)
            assert not rescue, row.id
            assert not any("diazepam" in d or "midazolam" in d for d in row.drugs) or row.condition


def test_a_caution_that_hangs_on_a_finding_is_said_but_not_urgent(make_plan: PlanMaker) -> None:
    plan = make_plan("GBA1", "p.Asn409Ser x2", "AR", ["metoclopramide"])
    caution = next(c for c in plan.cautions if "metoclopramide" in c.drug)
    assert not caution.takes_now
    assert "only with established parkinsonism" in caution.context


def test_what_cannot_act_is_not_called_the_wrong_direction(make_plan: PlanMaker) -> None:
    plan = make_plan("CPS1", "p.Gln335Ter, p.Glu714Ter", "AR")
    assert option_named(plan.wrong_way, "carglumic acid").gate is Gate.NOTHING_LEFT
    plan = make_plan("PKLR", "p.Arg479His x2", "AR")
    assert option_named(plan.wrong_way, "mitapivat").gate is Gate.BARRED
