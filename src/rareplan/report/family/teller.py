"""Sentences that cannot say anything but a field of the result.

A field is named by its path in case.json (``candidates.0.gene``). A derived value names its
derivation after a bar (``none_of_these|chance_count``); derivations are the functions of
:data:`DERIVATIONS` and nothing else. Standing text, which is the same for every family, is
named ``standing``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from gettext import NullTranslations
from typing import Any

from rareplan.model.result import CaseResult
from rareplan.report.text import in_ten, natural_name, one_line, plain

STANDING = "standing"
_ADULT_YEARS = 18
_LONGEST_NAME = 120
# Words that a letter must not carry, even when a knowledge source uses them.
FORBIDDEN = re.compile(
    r"\b(cur(?:e|es|ed|ing|able|ative)|eligib\w*|start\w*|stop\w*|begin\w*|discontinu\w*"
    r"|withhold\w*|paternity|non-?paternity"
    r"|curar?|curas|curad[oa]|curativ[oa]s?|elegib\w*|suspend\w*|inici(?:e|ar|a)"
    r"|dejar de tomar|paternidad)\b",
    re.IGNORECASE,
)


def N_(message: str) -> str:  # noqa: N802 - gettext's name for "translate later"
    """Mark a message for the catalogue without translating it here."""
    return message


# The one sentence that may speak of stopping a medicine.
MANDATED = N_("Do not stop on your own; call the team today.")


def _who(patient: Any) -> str:
    parents = any(p.role in {"father", "mother"} for p in patient.family)
    child = patient.age_years < _ADULT_YEARS if patient.age_years is not None else parents
    return N_("your child") if child else N_("the person who was tested")


DERIVATIONS: dict[str, Callable[[Any], str | int]] = {
    "who": _who,
    "fitting": lambda matches: sum(m.may_fit for m in matches),
    "disease_name": natural_name,
    "chance_count": lambda fraction: in_ten(fraction)[0],
    "chance_size": lambda fraction: in_ten(fraction)[1],
}


@dataclass(frozen=True)
class Sentence:
    """One sentence and the fields that it comes from."""

    text: str
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Block:
    """A part of the letter; ``style``: plain, list, half (a list in a half column), urgent, words.

    A block without a heading belongs to the section before it.
    """

    heading: str
    sentences: tuple[Sentence, ...]
    style: str = "plain"
    key: str = ""


def resolve(result: CaseResult, path: str) -> Any:
    """The value at a path of the result.

    Raises:
        KeyError, IndexError, AttributeError: there is no such field.
    """
    value: Any = result
    for step in path.partition("|")[0].split("."):
        if isinstance(value, tuple | list):
            value = value[int(step)]
        elif isinstance(value, dict):
            value = value[step]
        else:
            value = getattr(value, step)
    _, _, derivation = path.partition("|")
    return DERIVATIONS[derivation](value) if derivation else value


def fit_for_families(text: str, longest: int = _LONGEST_NAME) -> bool:
    """No forbidden word, and short enough to be a name rather than an essay."""
    return bool(text.strip()) and len(text) <= longest and not FORBIDDEN.search(text)


class Teller:
    """Builds sentences in one language."""

    def __init__(self, result: CaseResult, translation: NullTranslations) -> None:
        self.result = result
        self._translation = translation

    def word(self, message: str) -> str:
        """A message without fields: headings and labels."""
        return self._translation.gettext(message)

    def value(self, path: str) -> str | int:
        """The printed form of a field; derived words are translated."""
        found = resolve(self.result, path)
        if "|" in path:
            return found if isinstance(found, int) else self._translated(str(found))
        return one_line(plain(found))

    def _translated(self, text: str) -> str:
        return self._translation.gettext(text) if text else ""

    def say(self, message: str, *because: str, **values: str) -> Sentence:
        """A sentence whose placeholders are filled from fields.

        ``because`` names the fields that made us say it.
        """
        filled = {key: self.value(path) for key, path in values.items()}
        return Sentence(
            self._translation.gettext(message) % filled
            if filled
            else self._translation.gettext(message),
            tuple(dict.fromkeys((*values.values(), *because))) or (STANDING,),
        )

    def say_n(self, one: str, many: str, count: str, *because: str) -> Sentence:
        """A sentence that depends on a number; ``count`` is its path, printed as %(n)d."""
        number = int(self.value(count))
        message = self._translation.ngettext(one, many, number)
        return Sentence(message % {"n": number}, (count, *because))
