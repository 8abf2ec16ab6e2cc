"""Families: who is related to whom, sex and affection."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Sex(Enum):
    """Sex as a PED file gives it."""

    MALE = "male"
    FEMALE = "female"
    UNKNOWN = "unknown"


class Affection(Enum):
    """Affection status as a PED file gives it."""

    AFFECTED = "affected"
    UNAFFECTED = "unaffected"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Person:
    """One line of a PED file. ``father`` and ``mother`` are ids or ""."""

    id: str
    family: str = ""
    father: str = ""
    mother: str = ""
    sex: Sex = Sex.UNKNOWN
    affection: Affection = Affection.UNKNOWN

    @property
    def affected(self) -> bool:
        """Known to be affected."""
        return self.affection is Affection.AFFECTED


@dataclass(frozen=True)
class Pedigree:
    """One family with its proband. ``people`` keeps the file's order; all may lack data."""

    proband_id: str
    people: tuple[Person, ...]
    sequenced: frozenset[str] = frozenset()
    """Ids that have a sample column in the VCF."""

    def person(self, id_: str) -> Person | None:
        """The person with this id, or None."""
        return next((p for p in self.people if p.id == id_), None)

    @property
    def proband(self) -> Person:
        """The index patient."""
        person = self.person(self.proband_id)
        if person is None:
            raise KeyError(self.proband_id)
        return person

    @property
    def father(self) -> Person | None:
        """The proband's father, if named in the pedigree."""
        return self.person(self.proband.father) if self.proband.father else None

    @property
    def mother(self) -> Person | None:
        """The proband's mother, if named in the pedigree."""
        return self.person(self.proband.mother) if self.proband.mother else None

    @property
    def shape(self) -> str:
        """``singleton``, ``duo``, ``trio`` or ``family``, by who was sequenced."""
        parents = [p for p in (self.father, self.mother) if p and p.id in self.sequenced]
        others = self.sequenced - {self.proband_id} - {p.id for p in parents}
        if others:
            return "family"
        return ("singleton", "duo", "trio")[len(parents)]
