"""Text that every family gets: next steps, questions, what to bring, who can help, words."""

from __future__ import annotations

from rareplan.report.family.organisations import for_case
from rareplan.report.family.teller import N_, Block, Sentence, Teller
from rareplan.report.outcome import Outcome, Reading

_QUESTIONS = {
    Outcome.FOUND: (
        N_("How sure is this result, and which lab will confirm it?"),
        N_("Which care would you look at first, and why?"),
        N_("Which signs mean that we must come in at once?"),
        N_("Who else in the family could be tested?"),
        N_("What does this mean if we want more children?"),
    ),
    Outcome.UNCERTAIN: (
        N_("Which test could show if this change matters?"),
        N_("Would it help to test other relatives?"),
        N_("When will you look at the result again?"),
        N_("What can we do about the signs now?"),
    ),
    Outcome.NEGATIVE: (
        N_("Which other tests could help?"),
        N_("When will you look at the data again?"),
        N_("What can we do about the signs now?"),
        N_("Is there a clinic or a study for people who have no answer yet?"),
    ),
}
_BRING = (
    N_(
        "The health story of your family: parents, brothers and sisters, "
        "grandparents, aunts and uncles."
    ),
    N_("A list of the signs, and when each one came."),
    N_("All medicines, and any bad reaction to one."),
    N_("This letter, and your own questions."),
)
_COSTS = (
    N_("Ask what the tests, visits and medicines will cost you."),
    N_("Ask who can help with the forms for your health plan."),
    N_("A social worker often knows of groups and drug makers that help to pay."),
)
_WORDS = {
    "gene": N_("Gene: a part of the DNA, like a recipe for one thing that the body needs."),
    "variant": N_("Change, or variant: a spot where a gene is spelled in another way."),
    "unsure": N_("Uncertain result: a change that no one can explain yet."),
    "carrier": N_("Carrier: a person with one changed copy and one good copy of a gene."),
    "counselor": N_("Genetic counselor: a person trained to explain gene results."),
}


def _say_all(tell: Teller, messages: tuple[str, ...]) -> tuple[Sentence, ...]:
    return tuple(tell.say(message) for message in messages)


def what_happens_next(tell: Teller, reading: Reading) -> Block:
    """Confirmation, talk, and looking again."""
    told = [
        tell.say("This is a research result."),
        tell.say("A second lab must confirm it before it is used for care."),
        tell.say("A genetic counselor can go through it with you."),
        tell.say("Take your time, and ask as often as you like."),
    ]
    if reading.outcome is Outcome.FOUND:
        told.append(
            tell.say("Relatives may be offered a test, and each of them is free to say no.")
        )
    else:
        told.append(
            tell.say(
                "Much is learned each year, so ask to have the data read again in one to two years."
            )
        )
    told.append(tell.say("It is normal to feel sad, angry, worried or relieved."))
    told.append(tell.say("You are not alone with this."))
    return Block(tell.word("What happens next"), tuple(told))


def questions(tell: Teller, reading: Reading) -> Block:
    """Questions for the visit, by outcome."""
    told = _say_all(tell, _QUESTIONS[reading.outcome])
    return Block(tell.word("Questions to ask your team"), told, "half")


def bring(tell: Teller) -> Block:
    """What to bring to the visit."""
    return Block(tell.word("What to bring to the visit"), _say_all(tell, _BRING), "half")


def who_can_help(tell: Teller, reading: Reading) -> Block:
    """Patient organisations: for the gene or disease first, then the umbrella groups."""
    told = tuple(
        Sentence(f"{o.name}: {o.url}", (f"organisations.{o.id}",))
        for o in for_case(reading.lead if reading.outcome is Outcome.FOUND else None)
    )
    return Block(tell.word("Who can help"), told, "half")


def costs(tell: Teller) -> Block:
    """Costs and access, said plainly."""
    return Block(tell.word("What it may cost"), _say_all(tell, _COSTS), "half")


def words(tell: Teller, reading: Reading) -> Block:
    """The words of this letter, explained; only those that it uses."""
    keys = ["gene", "variant"]
    keys += ["unsure"] if reading.outcome is Outcome.UNCERTAIN else []
    recessive = reading.lead is not None and reading.lead.inheritance.startswith(("AR", "XL"))
    keys += (
        ["carrier"] if reading.carrier or (recessive and reading.outcome is Outcome.FOUND) else []
    )
    keys.append("counselor")
    told = _say_all(tell, tuple(_WORDS[k] for k in keys))
    return Block(tell.word("Words explained"), told, "words")
