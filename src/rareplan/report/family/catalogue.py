"""Message catalogues: English is the source, every other language is one .po file."""

from __future__ import annotations

from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO

from rareplan.provenance import data_dir


def _languages() -> tuple[str, ...]:
    folder = data_dir("templates") / "locale"
    return ("en", *sorted(path.stem for path in folder.glob("*.po")))


LANGUAGES = _languages()


@cache
def translations(language: str) -> NullTranslations:
    """Gettext translations of a language; English passes the source text through."""
    if language == "en":
        return NullTranslations()
    import polib

    source = data_dir("templates") / "locale" / f"{language}.po"
    catalogue = polib.pofile(str(source), encoding="utf-8")
    return GNUTranslations(BytesIO(catalogue.to_binary()))
