"""Names of medicines: brands, salts and classes to the names that the curated tables use."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rareplan.knowledge.therapies import DrugRow

_WORD = re.compile(r"[a-z0-9]+")


def words(text: str) -> tuple[str, ...]:
    """The words of a name in lower case; punctuation and accents of form do not count."""
    return tuple(_WORD.findall(text.lower()))


def bare(name: str) -> str:
    """A drug name of a curated row without its remark in brackets."""
    return re.sub(r"\s*\([^)]*\)", "", name).strip()


@dataclass(frozen=True)
class DrugNames:
    """Finds which medicine a text speaks of, and which classes it belongs to."""

    drugs: Mapping[str, DrugRow]
    by_words: Mapping[tuple[str, ...], tuple[str, ...]]
    longest: int

    @classmethod
    def build(cls, drugs: Mapping[str, DrugRow]) -> DrugNames:
        """Index every name and synonym by its words (a fixed combination is several drugs)."""
        index: dict[tuple[str, ...], tuple[str, ...]] = {}
        for key, row in drugs.items():
            for name in (row.name, *row.synonyms):
                index[words(name)] = (*index.get(words(name), ()), key)
        return cls(drugs, index, max((len(entry) for entry in index), default=0))

    def find(self, text: str) -> frozenset[str]:
        """Names of the medicines that a text names, longest match first.

        ``"Depakote ER 500 mg"`` and ``"sodium valproate"`` both give ``{"valproate"}``.
        """
        tokens = words(text)
        found: set[str] = set()
        start = 0
        while start < len(tokens):
            for size in range(min(self.longest, len(tokens) - start), 0, -1):
                keys = self.by_words.get(tokens[start : start + size])
                if keys:
                    found.update(keys)
                    start += size - 1
                    break
            start += 1
        return frozenset(found)

    def classes(self, names: Iterable[str]) -> frozenset[str]:
        """Classes of the medicines named (keys of the table)."""
        return frozenset(
            cls.lower() for name in names if name in self.drugs for cls in self.drugs[name].classes
        )

    def same(self, medicine: str, drug: str) -> bool:
        """Whether a medicine (as a person wrote it) is, or belongs to, a drug or class.

        Words that the table does not know are compared as they are: a medicine whose words
        hold all the words of the drug's name is that drug.
        """
        plain = bare(drug)
        taken, meant = self.find(medicine), self.find(plain)
        if taken & meant or plain.lower() in self.classes(taken):
            return True
        if meant or not plain:
            return False
        wanted = words(plain)
        given = words(medicine)
        spans = range(len(given) - len(wanted) + 1)
        return any(given[i : i + len(wanted)] == wanted for i in spans)

    def ids(self, agents: Iterable[str]) -> tuple[str, ...]:
        """Identifiers of the agents that the table knows."""
        keys = (key for agent in agents for key in sorted(self.find(agent)))
        return tuple(dict.fromkeys(i for key in keys for i in self.drugs[key].ids))


def unread_medicines(medicines: Iterable[str], drugs: Mapping[str, DrugRow]) -> tuple[str, ...]:
    """A warning that names the patient's medicines that the tables do not know; or none."""
    names = DrugNames.build(drugs)
    unread = [f"'{medicine[:40]}'" for medicine in medicines if not names.find(medicine)]
    if not unread:
        return ()
    warning = (
        f"Medicines that the tables do not know: {', '.join(unread)}. Misspelt, or nothing is "
        "recorded of them here: no caution could be looked up."
    )
    return (warning,)
