"""What we found, and what it means: one set of sentences for each outcome."""

from __future__ import annotations

from collections.abc import Callable

from rareplan.report.family.teller import Block, N_, Sentence, Teller, fit_for_families
from rareplan.report.outcome import Outcome, Reading

# How the copies of the gene stand, by the start of Candidate.inheritance.
_COPIES = (
    ("AR homozygous", N_("Both copies of this gene have the same change.")),
    ("AR compound", N_("Each copy of this gene seems to have a change.")),
    ("AR", N_("No working copy of this gene seems to be left.")),
    ("XL", N_("This gene sits on the X chromosome.")),
    ("AD", N_("One of the two copies of this gene has the change.")),
    ("mito", N_("This gene sits in the small parts of the cell that make energy.")),
)
# What it means for relatives, by the start of Candidate.inheritance; general facts of the
# mode of inheritance, never a relative's own result.
_FAMILY: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("AR", (
        N_("In this kind of condition, each parent most often has one changed copy and is well."),
        N_("When both parents have one changed copy, about 1 in 4 of their children has the condition."),
    )),
    ("XL", (
        N_("The change can be new, or it can be passed on by a mother who is well."),
        N_("A test of the mother can tell, if she wants it."),
    )),
    ("AD de novo", (
        N_("The change seems to be new."),
        N_("The chance that it comes back in a brother or sister is small, about 1 in 100."),
    )),
    ("AD", (
        N_("A person with a change like this passes it on to about 1 in 2 children."),
    )),
    ("mito", (
        N_("Changes like this are passed on by mothers only."),
        N_("How they show can differ much from one child to the next."),
    )),
)  # fmt: skip


def lead_path(tell: Teller, reading: Reading) -> str:
    """Path of the leading candidate in case.json."""
    index = next(i for i, c in enumerate(tell.result.candidates) if c is reading.lead)
    return f"candidates.{index}"


def _found(tell: Teller, reading: Reading) -> list[Sentence]:
    lead = lead_path(tell, reading)
    label = f"{lead}.variants.0.classification.label"
    told = [
        tell.say("We read the genes of %(who)s.", who="patient|who"),
        tell.say("We found a likely reason for the health problems.", label, f"{lead}.probability"),
        tell.say("It is a change in a gene called %(gene)s.", label, gene=f"{lead}.gene"),
    ]
    mode = tell.result.candidates[int(lead.split(".")[1])].inheritance
    told += [
        tell.say(text, f"{lead}.inheritance") for key, text in _COPIES if mode.startswith(key)
    ][:1]
    candidate = reading.lead
    if candidate and candidate.diseases and fit_for_families(candidate.diseases[0].name):
        told.append(tell.say("The condition is called %(name)s.", name=f"{lead}.diseases.0.name"))
    told.append(
        tell.say(
            "Think of %(size)d families with a result like this: for about %(count)d of them the reason would be right.",
            count=f"{lead}.probability|chance_count", size=f"{lead}.probability|chance_size",
        )
    )  # fmt: skip
    return told


def _uncertain(tell: Teller, reading: Reading) -> list[Sentence]:
    lead = lead_path(tell, reading)
    label = f"{lead}.variants.0.classification.label"
    return [
        tell.say("We read the genes of %(who)s.", who="patient|who"),
        tell.say("We did not find a clear reason for the health problems.", label, "none_of_these"),
        tell.say("We saw a change in a gene called %(gene)s.", label, gene=f"{lead}.gene"),
        tell.say("Today no one can say if this change matters.", label),
        tell.say("Many changes like this turn out to do no harm.", label),
    ]


def _negative(tell: Teller, reading: Reading) -> list[Sentence]:  # noqa: ARG001 - one signature
    return [
        tell.say("We read the genes of %(who)s.", who="patient|who"),
        tell.say("We did not find a reason for the health problems.", "none_of_these"),
        tell.say("This does not mean that there is none.", "cannot_see"),
        tell.say("Some kinds of change cannot be seen with this test.", "cannot_see"),
    ]


def _carrier(tell: Teller, reading: Reading) -> list[Sentence]:
    consent = "patient.consents.carrier_findings"
    told = [tell.say("You asked us to tell you about carrier results.", consent)]
    for i, _ in enumerate(reading.carrier):
        told.append(
            tell.say(
                "One copy of a gene called %(gene)s has a change.",
                f"carrier.{i}.zygosity", consent, gene=f"carrier.{i}.gene",
            )
        )  # fmt: skip
    return [
        *told,
        tell.say("A carrier has one changed copy and one that works.", "carrier"),
        tell.say("Most carriers are well.", "carrier"),
        tell.say("This does not explain the health problems.", "carrier"),
        tell.say("It can matter for family plans, so please ask your team about it.", "carrier"),
    ]


def what_we_found(tell: Teller, reading: Reading) -> list[Block]:
    """The first part of the letter."""
    tellers: dict[Outcome, Callable[[Teller, Reading], list[Sentence]]] = {
        Outcome.FOUND: _found,
        Outcome.UNCERTAIN: _uncertain,
        Outcome.NEGATIVE: _negative,
    }
    blocks = [Block(tell.word("What we found"), tuple(tellers[reading.outcome](tell, reading)))]
    if reading.carrier:
        blocks.append(Block(tell.word("A carrier result"), tuple(_carrier(tell, reading))))
    if reading.secondary:
        consent = "patient.consents.secondary_findings"
        blocks.append(
            Block(
                tell.word("Another result that you asked for"),
                (
                    tell.say("You asked us to tell you about other health results.", consent),
                    tell.say("There is such a result.", "secondary", consent),
                    tell.say("Your team will explain it to you in person.", consent),
                ),
            )
        )
    return blocks


def what_it_means(tell: Teller, reading: Reading) -> Block:
    """The second part: for the patient and, in general terms, for the family."""
    told: list[Sentence] = []
    if reading.outcome is Outcome.FOUND:
        lead = lead_path(tell, reading)
        told.append(tell.say("A gene is like a recipe that the body uses.", f"{lead}.gene"))
        told.append(tell.say("A change can make the recipe hard to read.", f"{lead}.gene"))
        mode = reading.lead.inheritance if reading.lead else ""
        family = next((texts for key, texts in _FAMILY if mode.startswith(key)), ())
        told += [tell.say(text, f"{lead}.inheritance") for text in family]
    elif reading.outcome is Outcome.UNCERTAIN:
        lead = lead_path(tell, reading)
        label = f"{lead}.variants.0.classification.label"
        told += [
            tell.say("For now, act as if the test had found nothing.", label),
            tell.say("Please make no choice about care or family plans because of it.", label),
            tell.say("New facts may make the result clear one day.", label),
        ]
    else:
        told += [
            tell.say(
                "The health problems are real, also when a test shows nothing.", "none_of_these"
            ),
            tell.say("The reason may lie in a gene that no one knows yet.", "none_of_these"),
        ]
    told.append(tell.say("Nothing that you did or did not do made this happen."))
    return Block(tell.word("What it means"), tuple(told))
