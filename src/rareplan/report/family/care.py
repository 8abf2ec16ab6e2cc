"""What can be done now: urgent cautions first, then what to ask the team about."""

from __future__ import annotations

from rareplan.model.therapy import Gate
from rareplan.report.family.teller import MANDATED, N_, Block, Sentence, Teller, fit_for_families
from rareplan.report.outcome import Outcome, Reading, taken_medicines, worth_telling
from rareplan.report.pictures.timeline import by_urgency

_SHOWN = 4
_LONGEST_LIST = 200  # characters of a list of medicines to show to a doctor
# Tiers that rest on people treated; what is only inferred is for the team, not for a letter.
_TOLD_TIERS = frozenset("ABC")

_MEDICINE = N_("Medicine: %(drug)s.")
_TODAY = N_("Ask today about: %(name)s.")
_ASK = N_("Ask about: %(name)s.")


def urgent(tell: Teller, reading: Reading) -> list[Block]:
    """A box for each medicine that is taken now and may not be safe.

    Only for genes that the letter may speak of; the clinician is told of all.
    """
    told = {c.gene for c in tell.result.candidates if worth_telling(c)}
    blocks: list[Block] = []
    said: set[tuple[str, ...]] = set()
    for plan, caution, entry in reading.urgent:
        if tell.result.therapies[plan].gene not in told:
            continue
        path = f"therapies.{plan}.cautions.{caution}"
        names = tuple(
            tell.say(_MEDICINE, f"{path}.takes_now", drug=f"patient.medicines.{i}")
            for i, _ in taken_medicines(tell.result, entry)
        ) or (tell.say(_MEDICINE, f"{path}.takes_now", drug=f"{path}.drug"),)
        medicines = tuple(name.text for name in names)
        if medicines in said:  # two cautions on one medicine are one call to make
            continue
        said.add(medicines)
        blocks.append(
            Block(
                tell.word("Please call your team today"),
                (
                    *names,
                    tell.say("It may not be safe with this gene result.", f"{path}.action"),
                    tell.say(MANDATED, f"{path}.takes_now"),
                ),
                "urgent",
            )
        )
    return blocks


def _options(tell: Teller, reading: Reading) -> list[Sentence]:
    """Treatments that act the right way in people, most urgent first, as things to ask about."""
    plan = reading.plan
    if plan is None:
        return []
    where = next(i for i, p in enumerate(tell.result.therapies) if p is plan)
    told = []
    for option in by_urgency(plan.options):
        right = option.gate is Gate.RIGHT and option.tier in _TOLD_TIERS
        if not (right and option.reviewed and fit_for_families(option.intervention)):
            continue
        path = f"therapies.{where}.options.{plan.options.index(option)}"
        text = _TODAY if option.start_within == "hours" else _ASK
        told.append(_listed(tell, text, path))
    return told[:_SHOWN]


def _listed(tell: Teller, text: str, path: str) -> Sentence:
    because = (f"{path}.tier", f"{path}.gate", f"{path}.start_within")
    return tell.say(text, *because, name=f"{path}.intervention")


def _avoid(tell: Teller, reading: Reading) -> list[Sentence]:
    told = []
    for i, plan in enumerate(tell.result.therapies):
        if plan is not reading.plan:
            continue
        for j, caution in enumerate(plan.cautions):
            only_this = caution.takes_now and ";" not in caution.drug
            if only_this or not fit_for_families(caution.drug, _LONGEST_LIST):
                continue
            path = f"therapies.{i}.cautions.{j}"
            told.append(
                tell.say(
                    "Show this name to every doctor: %(drug)s.",
                    f"{path}.action",
                    drug=f"{path}.drug",
                )
            )
    return told[:_SHOWN]


def _studies(tell: Teller) -> list[Sentence]:
    for i, search in enumerate(tell.result.trials):
        if search.state == "not searched" or not any(m.may_fit for m in search.matches):
            continue
        return [
            tell.say_n(
                "We saw %(n)d study that may fit; ask your team.",
                "We saw %(n)d studies that may fit; ask your team.",
                f"trials.{i}.matches|fitting",
                f"trials.{i}.state",
            )
        ]
    return [tell.say("Your team can look for studies that may fit.")]


def what_can_be_done(tell: Teller, reading: Reading) -> list[Block]:
    """Blocks for treatments, medicines to be careful with, and studies."""
    heading = tell.word("What can be done now")
    if reading.outcome is not Outcome.FOUND:
        reason = "none_of_these"
        told = (
            tell.say("Care goes on as before, and the signs show the way.", reason),
            tell.say("Tell your team about any new sign.", reason),
            *_studies(tell),
        )
        return [Block(heading, told)]
    options = _options(tell, reading)
    if options:
        intro = tell.say("There is care that may help.", "therapies")
        limits = tell.say("Not all of it fits every person, so ask your team.", "therapies")
        blocks = [Block(heading, (intro, limits)), Block("", tuple(options), "list")]
    else:
        none = tell.say("We do not know of care made for this one gene.", "therapies")
        signs = tell.say("The signs can still be treated, so ask your team.", "therapies")
        blocks = [Block(heading, (none, signs))]
    avoid = _avoid(tell, reading)
    if avoid:
        warn = tell.say("Some medicines can do harm in this condition.", "therapies")
        blocks += [Block("", (warn,)), Block("", tuple(avoid), "list")]
    keep = tell.say("Please change no medicine on your own.", "therapies")
    return [*blocks, Block("", (keep, *_studies(tell)))]
