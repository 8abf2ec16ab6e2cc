"""Medicines to avoid or adapt: what the gene, the variant and the patient's list say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rareplan.model.therapy import Caution, Gate, Mechanism
from rareplan.therapies.gate import LOSS, MECHANISM_CODES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rareplan.knowledge.therapies import CautionRow
    from rareplan.model.therapy import MechanismCall, PgxResult, TherapyOption
    from rareplan.therapies.alleles import Allele
    from rareplan.therapies.medicines import DrugNames

ACTIONS = ("contraindicated", "avoid", "caution", "unlikely_response", "not_indicated", "info")
# Of these a patient who takes the medicine must hear today.
URGENT_ACTIONS = frozenset({"contraindicated", "avoid"})


def gene_cautions(
    rows: Sequence[CautionRow],
    call: MechanismCall,
    alleles: Sequence[Allele],
    medicines: Sequence[str],
    proposed: Sequence[str],
    names: DrugNames,
) -> list[Caution]:
    """The cautions of one gene that apply to this patient.

    A row is left out only when the patient's alleles plainly do not fit it; where that is
    open it stays, with its context. ``proposed`` are the agents of the options above the line.
    """
    found = []
    for row in rows:
        if row.kind != "gene" or not _applies(row, call, alleles):
            continue
        if row.condition.startswith("on:"):
            needed = row.condition.removeprefix("on:").split(",")
            on = (*medicines, *proposed)
            if not any(names.same(drug, need) for drug in on for need in needed):
                continue
        taken = taken_now(row.drugs, medicines, names)
        found.append(_caution(row, taken))
    return found


def pgx_cautions(
    rows: Sequence[CautionRow],
    results: Sequence[PgxResult],
    medicines: Sequence[str],
    proposed: Sequence[str],
    names: DrugNames,
) -> list[Caution]:
    """Cautions by called metaboliser phenotype, for medicines taken or proposed."""
    phenotypes = {r.gene: r.phenotype.lower() for r in results if r.status == "called"}
    found = []
    for row in rows:
        if row.kind != "pgx" or phenotypes.get(row.gene, "") not in _phenotypes(row):
            continue
        taken = taken_now(row.drugs, medicines, names)
        if taken or any(names.same(agent, drug) for agent in proposed for drug in row.drugs):
            found.append(_caution(row, taken))
    return found


def wrong_way_cautions(
    wrong_way: Iterable[TherapyOption],
    agents: dict[str, tuple[str, ...]],
    medicines: Sequence[str],
    names: DrugNames,
) -> list[Caution]:
    """An urgent caution for each medicine taken now that acts in the wrong direction.

    ``agents`` maps an intervention to its agents.
    """
    found = []
    for option in wrong_way:
        taken = taken_now(agents.get(option.intervention, ()), medicines, names)
        if taken and option.gate is Gate.WRONG:
            found.append(
                Caution(
                    gene=option.gene,
                    drug="; ".join(taken),
                    action="avoid",
                    context=f"listed for {option.disease}",
                    reason=f"would act the wrong way: {option.gate_reason}",
                    citations=option.citations,
                    takes_now=True,
                    reviewed=option.reviewed,
                )
            )
    return found


def taken_now(drugs: Sequence[str], medicines: Sequence[str], names: DrugNames) -> tuple[str, ...]:
    """The patient's medicines, as the case file writes them, that are among ``drugs``."""
    return tuple(m for m in medicines if any(names.same(m, drug) for drug in drugs))


def sort_cautions(cautions: Iterable[Caution]) -> tuple[Caution, ...]:
    """Taken now first, then by strength; exact repeats once."""
    unique = dict.fromkeys(cautions)
    return tuple(
        sorted(unique, key=lambda c: (not c.takes_now, ACTIONS.index(c.action), c.gene, c.drug))
    )


def _applies(row: CautionRow, call: MechanismCall, alleles: Sequence[Allele]) -> bool:
    if row.mechanisms and "any" not in row.mechanisms and not _mechanism_fits(row, call):
        return False
    if row.genotype == "null" and call.null_genotype is False:
        return False
    if row.genotype == "biallelic" and alleles and _single_het(alleles):
        return False
    named = [a for a in alleles if a.hgvs_c or a.hgvs_p or a.text.startswith("MT-")]
    if not row.variants or not named or len(named) != len(alleles):
        return True
    barred = [p.removeprefix("not:") for p in row.variants if p.startswith("not:")]
    wanted = [p for p in row.variants if not p.startswith("not:")]
    if any(a.matches(pattern) for a in named for pattern in barred):
        return False
    return not wanted or any(a.matches(pattern) for a in named for pattern in wanted)


def _single_het(alleles: Sequence[Allele]) -> bool:
    return len(alleles) == 1 and alleles[0].copies == 1 and not alleles[0].hemizygous


def _mechanism_fits(row: CautionRow, call: MechanismCall) -> bool:
    wanted = {MECHANISM_CODES[code] for code in row.mechanisms}
    possible = set(call.possible)
    if Mechanism.UNKNOWN in possible or not possible:
        return True
    return bool(wanted & possible) or bool(wanted & LOSS and possible & LOSS)


def _phenotypes(row: CautionRow) -> set[str]:
    return {part.strip().lower() for part in row.condition.removeprefix("phenotype:").split(",")}


def _caution(row: CautionRow, taken: Sequence[str]) -> Caution:
    only_if = row.condition.removeprefix("if:") if row.condition.startswith("if:") else ""
    # What hangs on a finding that the file does not tell is said, but does not raise the alarm.
    urgent = bool(taken) and row.action in URGENT_ACTIONS and not only_if
    context = f"only with {only_if}" if only_if else row.context
    if taken:
        context = f"takes now: {', '.join(taken)}" + (f"; {context}" if context else "")
    reason = row.reason + (f". Exception: {row.exception}" if row.exception else "")
    return Caution(
        gene=row.gene,
        drug="; ".join(row.drugs),
        action=row.action,
        context=context,
        reason=reason,
        citations=row.citations,
        takes_now=urgent,
        reviewed=row.reviewed,
    )
