"""What we found, and what it means: one set of sentences for each outcome."""

from __future__ import annotations

from collections.abc import Callable

from rareplan.report.family.inheritance import copies_of, family_facts
from rareplan.report.family.teller import Block, Sentence, Teller, fit_for_families
from rareplan.report.outcome import Outcome, Reading, listed_as_pathogenic


def lead_path(tell: Teller, reading: Reading) -> str:
    """Path of the leading candidate in case.json."""
    index = next(i for i, c in enumerate(tell.result.candidates) if c is reading.lead)
    return f"candidates.{index}"


def _opening(tell: Teller) -> list[Sentence]:
    return [
        tell.say("We looked for a reason for the health problems of %(who)s.", who="patient|who"),
        tell.say("To do this, we read the genes."),
    ]


def _found(tell: Teller, reading: Reading) -> list[Sentence]:
    path = lead_path(tell, reading)
    label, chance = f"{path}.variants.0.classification.label", f"{path}.probability"
    told = [
        *_opening(tell),
        tell.say("We found a likely reason.", label, chance),
        tell.say("It lies in a gene called %(gene)s.", label, gene=f"{path}.gene"),
        *copies_of(tell, reading, path),
    ]
    lead = reading.lead
    if lead and lead.diseases and fit_for_families(lead.diseases[0].name):
        told.append(
            tell.say(
                "The condition is called %(name)s.", name=f"{path}.diseases.0.name|disease_name"
            )
        )
    return [
        *told,
        tell.say(
            "Think of %(size)d families with a result like this: "
            "for about %(count)d of them, the reason is right.",
            count=f"{chance}|chance_count",
            size=f"{chance}|chance_size",
        ),
    ]


def _uncertain(tell: Teller, reading: Reading) -> list[Sentence]:
    path = lead_path(tell, reading)
    label = f"{path}.variants.0.classification.label"
    return [
        *_opening(tell),
        tell.say("We did not find a clear answer.", label, "none_of_these"),
        tell.say("We saw a change in a gene called %(gene)s.", label, gene=f"{path}.gene"),
        *_weight(tell, reading, path),
    ]


def _weight(tell: Teller, reading: Reading, path: str) -> list[Sentence]:
    """How much an uncertain change weighs, as far as anyone knows."""
    variants = reading.lead.variants if reading.lead else ()
    listed = [i for i, v in enumerate(variants) if listed_as_pathogenic(v)]
    if listed:
        because = f"{path}.variants.{listed[0]}.clinvar"
        return [
            tell.say("Other labs think that this change may matter.", because),
            tell.say("Your team must check this before anyone can be sure.", because),
        ]
    label = f"{path}.variants.0.classification.label"
    return [
        tell.say("Today no one can say if this change matters.", label),
        tell.say("All people have many changes in their genes.", label),
        tell.say("Most of them do no harm.", label),
    ]


def _negative(tell: Teller, reading: Reading) -> list[Sentence]:  # noqa: ARG001 - one signature
    return [
        *_opening(tell),
        tell.say("We did not find an answer.", "none_of_these"),
        tell.say("This does not mean that there is none.", "none_of_these"),
        tell.say("This test cannot see every kind of change.", "cannot_see"),
        tell.say("There are other tests that can see more.", "cannot_see"),
    ]


def _carrier(tell: Teller, reading: Reading) -> list[Sentence]:
    consent = "patient.consents.carrier_findings"
    told = [tell.say("You asked us to tell you about carrier results.", consent)]
    told += [
        tell.say(
            "One copy of a gene called %(gene)s has a change.",
            f"carrier.{i}.zygosity",
            consent,
            gene=f"carrier.{i}.gene",
        )
        for i, _ in enumerate(reading.carrier)
    ]
    return [
        *told,
        tell.say(
            "A person with one changed copy and one good copy is called a carrier.", "carrier"
        ),
        tell.say("Most carriers are well.", "carrier"),
        tell.say("This does not explain the health problems.", "carrier"),
        tell.say("It can matter when a family plans for children.", "carrier"),
        tell.say("Please ask your team about it.", "carrier"),
    ]


def what_we_found(tell: Teller, reading: Reading) -> list[Block]:
    """The first part of the letter."""
    tellers: dict[Outcome, Callable[[Teller, Reading], list[Sentence]]] = {
        Outcome.FOUND: _found,
        Outcome.UNCERTAIN: _uncertain,
        Outcome.NEGATIVE: _negative,
    }
    told = tuple(tellers[reading.outcome](tell, reading))
    blocks = [Block(tell.word("What we found"), told, key="found")]
    if reading.carrier:
        blocks.append(Block(tell.word("A carrier result"), tuple(_carrier(tell, reading))))
    if reading.secondary:
        consent = "patient.consents.secondary_findings"
        other = (
            tell.say("You asked us to tell you about other health results.", consent),
            tell.say("There is such a result.", "secondary", consent),
            tell.say("Your team will explain it to you in person.", consent),
        )
        blocks.append(Block(tell.word("Another result that you asked for"), other))
    return blocks


def what_it_means(tell: Teller, reading: Reading) -> Block:
    """The second part: for the patient and, in general terms, for the family."""
    told: list[Sentence] = []
    if reading.outcome is Outcome.FOUND:
        path = lead_path(tell, reading)
        told += [
            tell.say("A gene is like a recipe that the body uses.", f"{path}.gene"),
            tell.say("When the recipe is changed, its work may not get done.", f"{path}.gene"),
            tell.say("This can lead to the health problems that you see.", f"{path}.probability"),
            *family_facts(tell, reading, path),
        ]
    elif reading.outcome is Outcome.UNCERTAIN:
        label = f"{lead_path(tell, reading)}.variants.0.classification.label"
        known = reading.lead and any(map(listed_as_pathogenic, reading.lead.variants))
        told += [
            tell.say("For now, wait for what your team finds.", label)
            if known
            else tell.say("For now, act as if the test had found nothing.", label),
            tell.say("Please make no choice about care or family plans because of it.", label),
            tell.say("New facts may make the result clear one day.", label),
        ]
    else:
        told += [
            tell.say(
                "The health problems are real, even when a test shows nothing.", "none_of_these"
            ),
            tell.say("The answer may lie in a gene that no one knows yet.", "none_of_these"),
            tell.say("It may also have nothing to do with genes.", "none_of_these"),
        ]
    told.append(tell.say("Nothing that you did, or did not do, made this happen."))
    return Block(tell.word("What it means"), tuple(told))
