from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import rareplan.report.family as family
from rareplan.provenance import data_dir
from rareplan.report.family.catalogue import LANGUAGES, translations

KEYWORDS = {"say": None, "say_n": (1, 2), "word": None, "N_": None}
OTHERS = [language for language in LANGUAGES if language != "en"]
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")


def source_messages() -> set[str]:
    folder = Path(family.__file__).parent
    found = extract_from_dir(folder, keywords=KEYWORDS)
    return {m[0] if isinstance(m, tuple) else m for _, _, m, _, _ in found}


def catalogue(language: str) -> Catalog:
    with (data_dir("templates") / "locale" / f"{language}.po").open("rb") as handle:
        return read_po(handle, locale=language, abort_invalid=True)


def test_english_and_spanish_are_there() -> None:
    assert {"en", "es"} <= set(LANGUAGES)


@pytest.mark.parametrize("language", OTHERS)
def test_every_sentence_is_translated_and_none_is_left_over(language: str) -> None:
    messages = {
        m.id[0] if isinstance(m.id, tuple) else m.id: m for m in catalogue(language) if m.id
    }
    assert len(source_messages()) > 80
    assert set(messages) == source_messages()
    for message in messages.values():
        parts = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(parts), message.id
        assert not message.fuzzy


@pytest.mark.parametrize("language", OTHERS)
def test_placeholders_are_kept(language: str) -> None:
    for message in catalogue(language):
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        wanted = set(PLACEHOLDER.findall(" ".join(ids)))
        for text in texts if message.id else ():
            assert set(PLACEHOLDER.findall(text)) == wanted, message.id


def test_a_translation_is_used() -> None:
    assert translations("es").gettext("What we found") == "Qué encontramos"
    assert translations("en").gettext("What we found") == "What we found"
