"""The criteria text, sentence by sentence: met, not met or (the honest default) unknown.

A sentence is understood only when everything in it is: what is left after the understood parts
must be filler. So "Diagnosis of X with at least 4 seizures a month" stays unknown for a patient
with X, and nothing is called met that the rules did not read whole.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from rareplan.model.therapy import Match
from rareplan.therapies.trials.patient import TrialPatient
from rareplan.therapies.trials.piece import Piece
from rareplan.therapies.trials.pieces import find_pieces


class Section(Enum):
    """Part of the criteria text."""

    INCLUSION = "inclusion"
    EXCLUSION = "exclusion"
    NONE = "unlabelled"


@dataclass(frozen=True)
class Sentence:
    """One criterion. ``parent`` is the line that introduces a list, or ""."""

    text: str
    section: Section
    parent: str = ""


@dataclass(frozen=True)
class Reading:
    """What one sentence says of this patient; ``names``: genotype, diagnosis, age, sex."""

    sentence: Sentence
    names: tuple[str, ...]
    verdict: Match


_HEADING = re.compile(
    r"^\W*(?:(?:key|main|major|general|principal|core)\s+)?(inclusion|exclusion)\b"
    r"(?:\s+criteri(?:a|on))?(?P<rest>[^:]*):?\W*$",
    re.IGNORECASE,
)
_OTHER_GROUP = re.compile(
    r"\b(cohort|part|arm|group|control|healthy|sibling|caregiver|parents?|carers?|extension|"
    r"volunteers?|relatives?|family members?)\b",
    re.IGNORECASE,
)
_BULLET = re.compile(r"^(?P<indent>\s*)(?:[*\-•·o]\s+|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)]\s+)?")
_ANY_OF = re.compile(
    r"\b(any|one|at least one|one or more|either|1 or more)\b.{0,30}\bfollowing\b|\beither\b|"
    r"\bone of\b",
    re.IGNORECASE,
)
_ALL_OF = re.compile(r"\ball\b.{0,30}\bfollowing\b|^$", re.IGNORECASE)
_NEGATION = re.compile(
    r"\b(not|no|none|never|without|unless|absence|negative|neither|nor|lack\w*|free|exclud\w+|"
    r"except\w*|other than|rather than|unconfirmed|rule[sd]? out|ineligible|must not|cannot|"
    r"if|unaffected|suspected|possible|asymptomatic carriers?)\b|\bnon-",
    re.IGNORECASE,
)
# "excluding SCN1A", "other than SCN1A", "without a mutation in SCN1A"
_NEGATED_GENE = re.compile(
    r"\b(?:exclud\w+|except(?:ing| for)?|other than|without|not|no|negative for|absence of|rather "
    r"than)\s+(?:(?:a|an|any|the|known|have|has|having|carry|carrying|due|to|caused|by|confirmed|"
    r"pathogenic|likely|or|mutations?|variants?|in|of|patients?|with)\s+){0,8}$",
    re.IGNORECASE,
)
_FILLER = frozenset(
    """a an the of in or and is are be been has have having had must should will with who whose that
    which by on at to as due for from their his her he she this these those either any all
    patient patients participant participants subject subjects individual individuals person people
    persons eligible enrolled enrolment enrollment study trial include included inclusion
    documented documentation confirmed confirmation confirm verified proven established known
    genetically genetic genetics molecular molecularly clinical clinically definite definitive
    diagnosis diagnosed diagnoses diagnostic testing test tests tested result results report
    analysis evidence presence present pathogenic likely causative causal disease-causing
    deleterious variant variants mutation mutations mutated gene genes genotype allele alleles
    caused carrying carries carry carrier harboring harbouring harbour harbor
    affected syndrome disorder disease condition related associated sequencing laboratory
    certified accredited clia least one following meets meet meeting
    year years month months old age aged ages inclusive between time day screening consent
    informed signing enrolling entry visit baseline first dose regardless gender sex
    e.g i.e eg ie""".split()  # noqa: SIM905 - a list of words reads best as text
)


def sentences(text: str) -> Iterator[Sentence]:
    """Criteria of an eligibility text, with their section and the line above a nested list."""
    section, foreign = Section.NONE, False
    parents: list[tuple[int, str]] = []
    for raw in html.unescape(re.sub(r"\\([<>\[\]()*_~^#+.-])", r"\1", text)).splitlines():
        if not raw.strip():
            continue
        heading = _HEADING.match(raw)
        if heading:
            section = Section(heading.group(1).lower())
            foreign = bool(_OTHER_GROUP.search(heading.group("rest")))
            parents = []
            continue
        match = _BULLET.match(raw)
        indent = len(match.group("indent")) if match else 0
        body = raw[match.end() :].strip() if match else raw.strip()
        while parents and parents[-1][0] >= indent:
            parents.pop()
        parent = parents[-1][1] if parents else ""
        if body.endswith(":"):
            parents.append((indent, body))
            if not foreign and _OTHER_GROUP.search(body) and len(body) < 60:
                parents[-1] = (indent, "another group:")
            continue
        yield Sentence(body, Section.NONE if foreign else section, parent)


def read(sentence: Sentence, patient: TrialPatient) -> Reading:
    """Met, not met or unknown for one sentence."""
    pieces = find_pieces(sentence.text, patient)
    names = tuple(dict.fromkeys(p.name for p in pieces))
    verdict = Match.UNKNOWN
    if pieces and sentence.section is not Section.NONE and "another group" not in sentence.parent:
        holds = _in_list(_holds(sentence.text, pieces), sentence.parent)
        if sentence.section is Section.EXCLUSION and holds is False and _other_gene(pieces):
            holds = None  # only this candidate's gene was looked at
        if holds is not None:
            wanted = sentence.section is Section.INCLUSION
            verdict = Match.MET if holds is wanted else Match.NOT_MET
        if verdict is Match.MET and not _read_whole(sentence.text, pieces):
            verdict = Match.UNKNOWN
    return Reading(sentence, names, verdict)


def read_all(text: str, patient: TrialPatient) -> list[Reading]:
    """Every sentence that the rules touch."""
    return [r for s in sentences(text) if (r := read(s, patient)).names]


def _other_gene(pieces: tuple[Piece, ...]) -> bool:
    return any(p.kind == "gene" and p.truth is False for p in pieces)


def _holds(text: str, pieces: tuple[Piece, ...]) -> bool | None:
    """Whether what the sentence describes is true of the patient."""
    gene = next((p for p in pieces if p.kind == "gene"), None)
    if gene is not None and gene.truth is not False and _NEGATED_GENE.search(text[: gene.start]):
        return False
    rest = _residue(text, pieces)
    if _NEGATION.search(rest):
        return None
    truths = [p.truth for p in pieces]
    pure = _only_filler(rest)
    if all(t is True for t in truths):
        return True if pure else None
    if all(t is False for t in truths) and pure:
        return False
    alternatives = re.search(r"\b(?:or|and/or)\b|/|;", rest, re.IGNORECASE)
    return False if any(t is False for t in truths) and not alternatives else None


def _only_filler(rest: str) -> bool:
    words = re.findall(r"[a-z.]+(?:-[a-z]+)*", rest.lower())
    return all(w in _FILLER for w in words) and not re.search(r"[\d≥≤<>%]", rest)


def _read_whole(text: str, pieces: tuple[Piece, ...]) -> bool:
    """Nothing but filler is left, or the gene itself is what the sentence denies."""
    return _only_filler(_residue(text, pieces))


def _residue(text: str, pieces: tuple[Piece, ...]) -> str:
    """The text without what the pieces understood."""
    kept = list(text)
    for piece in pieces:
        for start, end in piece.spans:
            kept[start:end] = " " * (end - start)
    # A short capital abbreviation in brackets repeats the name before it.
    return re.sub(r"\(\s*[A-Z][A-Za-z0-9/-]{1,8}\s*\)", " ", "".join(kept)).replace("'s", " ")


def _in_list(holds: bool | None, parent: str) -> bool | None:
    """A line of a nested list: true of "any of the following" decides, false does not."""
    if holds is None or not parent:
        return holds
    if _NEGATION.search(parent):
        return None
    if _ANY_OF.search(parent):
        return True if holds else None
    if _ALL_OF.search(parent):
        return None if holds else False
    return None
