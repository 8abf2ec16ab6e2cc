from __future__ import annotations

import itertools
import re
import warnings
from html.parser import HTMLParser

import pytest
from tests.builders.case_result_builder import CASES, carrier, solved_trio, urgent_caution, vus_only

from rareplan.model.inheritance import Mode
from rareplan.model.result import CaseResult
from rareplan.report.family.catalogue import LANGUAGES, translations
from rareplan.report.family.organisations import organisations
from rareplan.report.family.page import family_html, letter, opening
from rareplan.report.family.teller import FORBIDDEN, MANDATED, Sentence, Teller, resolve

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    textstat = pytest.importorskip("textstat", reason="textstat is not installed")

EVERY = list(itertools.product(CASES, LANGUAGES))
GRADE = 8.0  # Flesch-Kincaid, of the brief
SPANISH_EASE = 70.0  # Fernandez Huerta: 70 and above is "fairly easy"
LONGEST_SENTENCE = 25  # words


def sentences(result: CaseResult, language: str) -> list[Sentence]:
    told = [s for block in letter(result, language) for s in block.sentences]
    return [*opening(Teller(result, translations(language))), *told]


def own_words(result: CaseResult, language: str) -> str:
    """The letter without the addresses of organisations."""
    texts = [s.text for s in sentences(result, language) if not s.fields[0].startswith("organ")]
    return " ".join(t if t[-1] in ".?!" else f"{t}." for t in texts)


class Letter(HTMLParser):
    """Collects the printed text by whether it stands in a traced sentence."""

    def __init__(self) -> None:
        super().__init__()
        self.traced: list[tuple[str, str]] = []
        self.loose: list[str] = []
        self._open: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in {"meta", "br"}:
            self._open.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        tags = [t for t, _ in self._open]
        if not data.strip() or {"style", "title"} & set(tags) or "svg" in tags:
            return
        fields = next((a["data-field"] for _, a in reversed(self._open) if "data-field" in a), None)
        if fields:
            self.traced.append((data, fields))
        elif not {"h1", "h2", "a"} & set(tags):
            self.loose.append(data)


@pytest.mark.parametrize("name", CASES)
def test_english_letters_are_readable(name: str) -> None:
    text = own_words(CASES[name](), "en")
    assert textstat.flesch_kincaid_grade(text) <= GRADE


def test_the_readability_measure_can_fail() -> None:
    hard = (
        "Notwithstanding the hypothesised pathogenicity, interdisciplinary multidimensional "
        "characterisation of individualised therapeutic considerations necessitates confirmation."
    )
    assert textstat.flesch_kincaid_grade(hard) > GRADE


@pytest.mark.parametrize("name", CASES)
def test_spanish_letters_are_readable(name: str) -> None:
    textstat.set_lang("es")
    try:
        assert textstat.fernandez_huerta(own_words(CASES[name](), "es")) >= SPANISH_EASE
    finally:
        textstat.set_lang("en")


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_sentences_are_short(name: str, language: str) -> None:
    for sentence in sentences(CASES[name](), language):
        assert len(sentence.text.split()) <= LONGEST_SENTENCE, sentence.text


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_no_forbidden_word(name: str, language: str) -> None:
    result = CASES[name]()
    mandated = {MANDATED, translations(language).gettext(MANDATED)}
    for sentence in sentences(result, language):
        if sentence.text not in mandated:
            assert not FORBIDDEN.search(sentence.text), sentence.text


@pytest.mark.parametrize(
    "text",
    [
        "This can cure it.",
        "You are eligible.",
        "Start the drug.",
        "Stop it.",
        "curativo",
        "elegible",
    ],
)
def test_the_forbidden_words_are_found(text: str) -> None:
    assert FORBIDDEN.search(text)


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_every_printed_sentence_is_traced_to_a_field(name: str, language: str) -> None:
    result = CASES[name]()
    page = Letter()
    page.feed(family_html(result, language))
    assert page.loose == []
    known = {f"organisations.{o.id}" for o in organisations()}
    assert len(page.traced) > 20
    for text, fields in page.traced:
        for field in fields.split():
            if field.startswith("organisations."):
                assert field in known
            elif field != "standing":
                resolve(result, field)  # raises when there is no such field
        if fields == "standing":
            assert not re.search(r"\d", text), text  # figures never stand alone


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_facts_in_a_sentence_are_values_of_its_fields(name: str, language: str) -> None:
    """Gene symbols, disease names and medicines appear only where their field is named."""
    result = CASES[name]()
    facts = {c.gene for c in result.candidates} | {v.gene for v in result.carrier}
    facts |= {d.name for c in result.candidates for d in c.diseases}
    facts |= {o.intervention for p in result.therapies for o in p.options}
    facts |= {c.drug for p in result.therapies for c in p.cautions}
    for sentence in sentences(result, language):
        values = {str(resolve(result, f)) for f in sentence.fields if "." in f and "organ" not in f}
        for fact in facts:
            if re.search(rf"\b{re.escape(fact)}(?!\w)", sentence.text):
                assert any(fact in value for value in values), sentence


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_no_relative_is_named_and_no_relatives_genotype_is_told(name: str, language: str) -> None:
    result = CASES[name]()
    text = own_words(result, language)
    relatives = {p.id for p in result.patient.family if p.id != result.patient.proband}
    assert not any(re.search(rf"\b{re.escape(r)}\b", text) for r in relatives)
    assert not re.search(r"\d[/|]\d", text)
    for sentence in sentences(result, language):
        assert not any("genotypes" in f or "inherited_from" in f for f in sentence.fields)


def test_a_vus_is_never_told_as_the_cause() -> None:
    gene = vus_only().candidates[0].gene
    for sentence in sentences(vus_only(), "en"):
        if gene in sentence.text:
            assert not re.search(r"reason|cause|explain|because|condition|leads?", sentence.text)
    assert vus_only().candidates[0].diseases[0].name not in own_words(vus_only(), "en")


def test_a_vus_with_a_pathogenic_partner_is_still_uncertain() -> None:
    result = solved_trio()
    lead = result.candidates[0]
    weak = lead.variants[1].model_copy(
        update={"classification": vus_only().candidates[0].variants[0].classification}
    )
    half = lead.model_copy(update={"variants": (lead.variants[0], weak)})
    text = own_words(result.model_copy(update={"candidates": (half,)}), "en")
    assert "We did not find a clear answer." in text
    assert "likely reason" not in text


def test_an_unlikely_pathogenic_variant_is_not_told_as_the_reason() -> None:
    result = solved_trio()
    lead = result.candidates[0].model_copy(update={"probability": 0.4})
    assert "likely reason" not in own_words(result.model_copy(update={"candidates": (lead,)}), "en")


def test_carrier_results_need_consent() -> None:
    with_consent = carrier()
    without = with_consent.model_copy(
        update={"patient": with_consent.patient.model_copy(update={"consents": {}})}
    )
    assert "CFTR" in own_words(with_consent, "en")
    assert "CFTR" not in own_words(without, "en")
    assert "CFTR" not in family_html(without)


def test_secondary_results_need_consent_and_are_told_in_person() -> None:
    finding = carrier().carrier[0].model_copy(update={"gene": "BRCA1"})
    result = carrier().model_copy(update={"carrier": (), "secondary": (finding,)})
    assert "other health results" not in own_words(result, "en")
    consents = {"secondary_findings": True}
    agreed = result.model_copy(
        update={"patient": result.patient.model_copy(update={"consents": consents})}
    )
    assert "Your team will explain it to you in person." in own_words(agreed, "en")
    assert "BRCA1" not in own_words(agreed, "en")


def test_an_urgent_caution_comes_first_with_the_mandated_sentence() -> None:
    first = letter(urgent_caution())[0]
    assert first.style == "urgent"
    assert [s.text for s in first.sentences][-1] == MANDATED
    assert "valproic acid" in first.sentences[0].text


def test_no_letter_without_urgent_caution_carries_the_mandated_sentence() -> None:
    for name in set(CASES) - {"urgent_caution"}:
        assert MANDATED not in own_words(CASES[name](), "en")


def test_a_treatment_with_a_forbidden_word_is_left_out() -> None:
    result = solved_trio()
    plan = result.therapies[0]
    bad = plan.options[0].model_copy(update={"intervention": "Curative gene therapy"})
    changed = plan.model_copy(update={"options": (bad, *plan.options[1:])})
    text = own_words(result.model_copy(update={"therapies": (changed,)}), "en")
    assert "Curative" not in text
    assert "Liver transplant" in text


def test_inferred_wrong_way_and_unreviewed_treatments_are_not_told() -> None:
    result = solved_trio()
    plan = result.therapies[0]
    hidden = [
        plan.options[0].model_copy(update={"intervention": "Inferred thing", "tier": "X"}),
        plan.options[0].model_copy(update={"intervention": "Unread thing", "reviewed": False}),
    ]
    changed = plan.model_copy(update={"options": (*hidden, *plan.options)})
    text = own_words(result.model_copy(update={"therapies": (changed,)}), "en")
    assert "Inferred thing" not in text
    assert "Unread thing" not in text
    assert "High-protein feeding" not in text


def test_the_order_of_the_letter() -> None:
    headings = [b.heading for b in letter(solved_trio()) if b.heading]
    assert headings == [
        "What we found", "What it means", "What can be done now", "What happens next",
        "Questions to ask your team", "What to bring to the visit", "Who can help",
        "What it may cost", "Words explained",
    ]  # fmt: skip


def test_organisations_of_the_gene_come_before_the_umbrella_groups() -> None:
    helps = next(b for b in letter(solved_trio()) if b.heading == "Who can help")
    fields = [s.fields[0] for s in helps.sentences]
    assert fields.index("organisations.nucdf") < fields.index("organisations.nord")
    assert {"organisations.global_genes", "organisations.eurordis"} <= set(fields)


def test_a_caution_on_a_class_names_the_medicine_that_is_taken() -> None:
    result = urgent_caution()
    plan = result.therapies[0]
    listed = plan.cautions[0].model_copy(update={"drug": "phenytoin; Valproic acid; lamotrigine"})
    changed = plan.model_copy(update={"cautions": (listed,)})
    first = letter(result.model_copy(update={"therapies": (changed,)}))[0]
    assert first.sentences[0].text == "Medicine: valproic acid."
    assert "phenytoin" not in " ".join(s.text for s in first.sentences)


def test_an_uncertain_change_that_clinvar_lists_is_not_called_harmless() -> None:
    result = vus_only()
    lead = result.candidates[0]
    listed = lead.variants[0].model_copy(update={"clinvar": "Pathogenic", "clinvar_stars": 2})
    text = own_words(
        result.model_copy(
            update={"candidates": (lead.model_copy(update={"variants": (listed,)}),)}
        ),
        "en",
    )
    assert "Other labs think that this change may matter." in text
    assert "do no harm" not in text
    assert "act as if the test had found nothing" not in text


@pytest.mark.parametrize("mode", [m.value for m in Mode])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_mode_of_inheritance_has_a_sound_letter(mode: str, language: str) -> None:
    result = solved_trio()
    lead = result.candidates[0].model_copy(
        update={"inheritance": mode, "segregation": "ASSUMED", "phase": "assumed"}
    )
    changed = result.model_copy(update={"candidates": (lead,)})
    for sentence in sentences(changed, language):
        assert not FORBIDDEN.search(sentence.text), sentence.text
        assert len(sentence.text.split()) <= LONGEST_SENTENCE
    if language == "en":
        assert textstat.flesch_kincaid_grade(own_words(changed, "en")) <= GRADE


def test_two_cautions_on_one_medicine_are_one_call_and_the_class_is_shown_to_doctors() -> None:
    result = urgent_caution()
    plan = result.therapies[0]
    first = plan.cautions[0]
    listed = first.model_copy(update={"drug": "phenytoin; valproic acid; lamotrigine"})
    changed = plan.model_copy(update={"cautions": (first, listed)})
    result = result.model_copy(update={"therapies": (changed,)})
    assert [b.style for b in letter(result)].count("urgent") == 1
    assert "Show this name to every doctor: phenytoin; valproic acid" in own_words(result, "en")
