"""The parts of a criterion that rules can read: gene, variant class, exon, disease, age, sex."""

from __future__ import annotations

import re

from rareplan.therapies.trials.age import age_pieces
from rareplan.therapies.trials.genotype import genotype_pieces
from rareplan.therapies.trials.patient import TrialPatient
from rareplan.therapies.trials.piece import Piece


def find_pieces(text: str, patient: TrialPatient) -> tuple[Piece, ...]:
    """All parts of a sentence that the rules understand, none overlapping another's meaning."""
    found = [
        *_diagnosis(text, patient),
        *age_pieces(text, patient),
        *_sex(text, patient),
    ]
    taken = [span for piece in found if piece.kind == "disease" for span in piece.spans]
    genotype = genotype_pieces(text, patient, taken)
    return (*genotype, *found)


def _diagnosis(text: str, patient: TrialPatient) -> list[Piece]:
    spans = tuple(m.span() for m in patient.disease_pattern.finditer(text))
    return [Piece("diagnosis", "disease", truth=True, spans=spans)] if spans else []


_MALE = re.compile(r"\b(males?|men|man|boys?)\b", re.IGNORECASE)
_FEMALE = re.compile(r"\b(females?|women|woman|girls?)\b", re.IGNORECASE)
_NOT_SEX = re.compile(
    r"pregnan|childbearing|lactat|breast|contracept|menopaus|partner|sperm", re.IGNORECASE
)


def _sex(text: str, patient: TrialPatient) -> list[Piece]:
    if _NOT_SEX.search(text):
        return []
    male, female = _MALE.search(text), _FEMALE.search(text)
    spans = tuple(m.span() for m in (male, female) if m)
    if not spans:
        return []
    both = re.search(r"\bboth\b", text, re.IGNORECASE)
    if male and female:
        return [Piece("sex", "sex", truth=True, spans=spans + ((both.span(),) if both else ()))]
    wanted = "male" if male else "female"
    truth = None if not patient.sex else patient.sex == wanted
    return [Piece("sex", "sex", truth, spans)]
