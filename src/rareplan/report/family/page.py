"""The family letter as one self-contained HTML page, two pages when printed."""

from __future__ import annotations

from markupsafe import Markup

from rareplan.model.result import CaseResult
from rareplan.report.environment import render
from rareplan.report.family import care, found, standing
from rareplan.report.family.catalogue import translations
from rareplan.report.family.teller import Block, Sentence, Teller
from rareplan.report.outcome import Outcome, read_result
from rareplan.report.pictures.dots import icon_array


def letter(result: CaseResult, language: str = "en") -> tuple[Block, ...]:
    """Every sentence of the letter, in order."""
    reading = read_result(result)
    tell = Teller(result, translations(language))
    return (
        *care.urgent(tell, reading),
        *found.what_we_found(tell, reading),
        found.what_it_means(tell, reading),
        *care.what_can_be_done(tell, reading),
        standing.what_happens_next(tell, reading),
        standing.questions(tell, reading),
        standing.bring(tell),
        standing.who_can_help(tell, reading),
        standing.costs(tell),
        standing.words(tell, reading),
    )


def opening(tell: Teller) -> tuple[Sentence, ...]:
    """The lines above the first heading."""
    return (
        tell.say("This letter is for you and your family."),
        tell.say("Please read it together with your care team."),
        tell.say("It does not replace a talk with a doctor."),
    )


def _groups(blocks: tuple[Block, ...]) -> list[dict[str, object]]:
    """Blocks without a heading belong to the section before them."""
    groups: list[dict[str, object]] = []
    members: list[Block] = []
    for block in blocks:
        if block.heading:
            members = []
            key = block.key or f"part-{len(groups) + 1}"
            style = block.style
            groups.append({"heading": block.heading, "style": style, "key": key, "blocks": members})
        members.append(block)
    return groups


def _dots(tell: Teller) -> tuple[Markup, Sentence] | None:
    """The chance as a row of dots, and the sentence that says it, when a reason was found."""
    reading = read_result(tell.result)
    if reading.outcome is not Outcome.FOUND:
        return None
    chance = f"{found.lead_path(tell, reading)}.probability"
    count, size = f"{chance}|chance_count", f"{chance}|chance_size"
    label = tell.say("%(count)d of %(size)d dots are filled", count=count, size=size)
    return icon_array(int(tell.value(count)), int(tell.value(size)), label.text), label


def family_html(result: CaseResult, language: str = "en") -> str:
    """The letter in one language."""
    tell = Teller(result, translations(language))
    return render(
        "family.html.j2",
        lang=language,
        title=tell.word("Your gene test result"),
        sample=tell.say("Sample: %(sample)s", sample="patient.proband"),
        opening=opening(tell),
        groups=_groups(letter(result, language)),
        skip=tell.word("Skip to the letter"),
        dots=_dots(tell),
    )
