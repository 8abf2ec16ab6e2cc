"""Curated treatments of a gene, gated, checked and sorted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from rareplan.model.therapy import Gate, Match, Requirement, TherapyOption
from rareplan.therapies.gate import LOSS, MECHANISM_CODES, gate_curated
from rareplan.therapies.requirements import (
    HARD,
    check_requirements,
    contraindicated_variant,
    names_a_variant,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from rareplan.knowledge.therapies import TherapyRow
    from rareplan.model.therapy import MechanismCall
    from rareplan.therapies.alleles import Allele
    from rareplan.therapies.medicines import DrugNames

TIERS = ("A", "B", "C", "D", "E", "X")
URGENCY = ("hours", "days-weeks", "years", "")
HARMFUL = frozenset({Gate.WRONG, Gate.NOTHING_LEFT, Gate.BARRED})
"""Never an option: these stand under "do not"."""
_DAYS_A_MONTH = 30.4375


@dataclass(frozen=True)
class Patient:
    """What treatment needs to know of the patient beside the mechanism."""

    alleles: tuple[Allele, ...] = ()
    age_years: float | None = None
    disease_ids: frozenset[str] = frozenset()
    recessive: bool | None = None


@dataclass(frozen=True)
class Sorted:
    """Options above the line, those that would do harm, and those not offered here."""

    options: tuple[TherapyOption, ...]
    wrong_way: tuple[TherapyOption, ...]
    below_line: tuple[TherapyOption, ...]


def curated_options(
    rows: Sequence[TherapyRow],
    call: MechanismCall,
    patient: Patient,
    names: DrugNames,
    stale_before: date,
) -> list[TherapyOption]:
    """Each row as an option with its gate verdict and requirements."""
    return [_option(row, call, patient, names, stale_before) for row in rows]


def sort_options(options: Iterable[TherapyOption]) -> Sorted:
    """Split by the gate and by requirements of the genome, then sort.

    Above the line: gate RIGHT and no requirement of the genome that fails. Order: what must
    start within hours first, then by tier, then by position.
    """
    above: list[TherapyOption] = []
    wrong: list[TherapyOption] = []
    below: list[TherapyOption] = []
    for option in options:
        if option.gate in HARMFUL or option.efficacy == "contraindicated":
            wrong.append(option)
        elif option.gate is not Gate.RIGHT or _fails(option.requirements, HARD):
            below.append(option)
        else:
            above.append(option)
    return Sorted(
        tuple(sorted(above, key=_rank)),
        tuple(sorted(wrong, key=_rank)),
        tuple(sorted(below, key=_rank)),
    )


def _fails(requirements: Iterable[Requirement], names: Collection[str]) -> bool:
    return any(r.verdict is Match.NOT_MET and r.name in names for r in requirements)


def _rank(option: TherapyOption) -> tuple[bool, int, int, str, str]:
    unmet = any(r.verdict is Match.NOT_MET for r in option.requirements)
    urgency = URGENCY.index(option.start_within)
    position = option.position or "5th"
    return unmet, urgency, TIERS.index(option.tier), position, option.intervention


def is_stale(last_reviewed: str, stale_before: date) -> bool:
    """Whether a row's review is older than the limit; a row without a date is."""
    try:
        return date.fromisoformat(last_reviewed) < stale_before
    except ValueError:
        return True


def stale_limit(today: date, months: int) -> date:
    """The date before which a review counts as stale."""
    return date.fromordinal(today.toordinal() - round(months * _DAYS_A_MONTH))


def _verdict(
    row: TherapyRow, call: MechanismCall, patient: Patient, requirements: Sequence[Requirement]
) -> tuple[Gate, str]:
    pattern = contraindicated_variant(row, patient.alleles)
    if pattern:
        return Gate.BARRED, f"not for this variant ({pattern.split(':', 1)[-1]})"
    gate, reason = gate_curated(
        row.direction, row.mode, row.mechanisms, row.wrong_for, call.possible
    )
    if gate is Gate.DEPENDS and names_a_variant(row, patient.alleles):
        # Two different alleles, as in sickle cell disease with one beta-thalassaemia allele.
        gate, reason = Gate.RIGHT, "written for one of this patient's very variants"
    residual = [r for r in requirements if r.name == "genotype" and "residual" in r.text]
    if gate is not Gate.WRONG and any(r.verdict is Match.NOT_MET for r in residual):
        return Gate.NOTHING_LEFT, "needs residual protein, and both alleles leave none"
    return gate, reason


def _open_mechanism(row: TherapyRow, call: MechanismCall) -> tuple[Requirement, ...]:
    """A limit for rows that help by one mechanism while another is possible too."""
    if "any" in row.mechanisms:
        return ()
    written = {MECHANISM_CODES[code] for code in row.mechanisms}
    written |= LOSS if written & LOSS else set()
    others = sorted(m.value for m in set(call.possible) - written)
    if not others or not set(call.possible) & written:
        return ()
    text = f"for {' or '.join(sorted(m.value for m in written & set(call.possible)))}"
    text += f"; {' or '.join(others)} is possible here"
    return (Requirement(name="mechanism", verdict=Match.UNKNOWN, text=text),)


def _option(
    row: TherapyRow, call: MechanismCall, patient: Patient, names: DrugNames, stale_before: date
) -> TherapyOption:
    requirements = check_requirements(
        row,
        patient.alleles,
        call.null_genotype,
        patient.age_years,
        patient.disease_ids,
        recessive=patient.recessive,
    )
    gate, reason = _verdict(row, call, patient, requirements)
    requirements = (*_open_mechanism(row, call), *requirements)
    if gate is Gate.RIGHT and _fails(requirements, HARD):
        unmet = next(r for r in requirements if r.verdict is Match.NOT_MET and r.name in HARD)
        reason = f"not for this genotype: {unmet.text}"
    return TherapyOption(
        gene=row.gene,
        disease=row.disease,
        disease_id=";".join(f"OMIM:{number}" for number in row.omim),
        intervention=row.intervention,
        intervention_ids=names.ids(row.agents),
        therapy_class=row.therapy_class,
        tier=row.tier,
        direction=row.direction,
        gate=gate,
        gate_reason=reason,
        approvals=tuple(approval_text(entry) for entry in row.approvals),
        start_within=row.start_within,
        efficacy=row.efficacy,
        evidence=row.evidence,
        position=row.position,
        mode_of_action=row.mode_of_action or row.mode.replace("_", " "),
        requirements=requirements,
        limits=row.limits,
        danger=_danger(row),
        citations=row.citations,
        last_reviewed=row.last_reviewed,
        stale=is_stale(row.last_reviewed, stale_before),
        reviewed=row.reviewed,
    )


def _danger(row: TherapyRow) -> str:
    """The boxed warning of the label first, then what else can harm."""
    if not row.boxed_warning:
        return row.danger
    return f"Boxed warning: {row.boxed_warning}." + (f" {row.danger}" if row.danger else "")


def approval_text(entry: str) -> str:
    """``FDA:2015:approved`` as ``FDA 2015``; any other status is said."""
    regulator, year, status = entry.split(":", 2)
    return f"{regulator} {year}" + ("" if status == "approved" else f" ({status})")
