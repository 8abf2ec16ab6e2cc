"""Phenotype lists: one HPO id or label a line; ``#`` comments; ``-`` or ``NOT`` excludes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rareplan.errors import Fault
from rareplan.knowledge.hpo import Ontology
from rareplan.model.case import PhenotypeTerm
from rareplan.read.text_file import read_text

_ID = re.compile(r"(?:https?://[\w./-]*/)?HPO?[:_]\s?(\d{7})(?!\d)|HP(\d{7})(?!\d)", re.IGNORECASE)
_SHORT_ID = re.compile(r"(?:HPO?\s*[:_]?\s*)?(\d{1,7})", re.IGNORECASE)
_EXCLUDED = re.compile(r"^(?:[-!]\s*|not\s+|no\s*:\s*|excluded\s*:\s*)", re.IGNORECASE)
# Beside an id these turn its meaning round; where they stand is not ours to guess.
_DENIES = re.compile(
    r"\b(?:absent|no|not|none|never|negative|excluded|denied|without|false|n)\b", re.IGNORECASE
)
_SEPARATOR = re.compile(r"[,;|]")
_BULLET = re.compile(r"^[\u2022\u2023\u25aa\u25cf\u00b7*]\s*")
_AROUND = " \t\"'()[]<>-\u2013\u2014:,;|="
MAX_BYTES = 4 << 20
MAX_TERMS = 1000
"""Ten times what the longest published cases have; the nearest term of a word takes 0.06 s."""


@dataclass(frozen=True)
class RawTerm:
    """One phenotype as the user wrote it."""

    text: str
    where: str
    excluded: bool = False
    onset: str = ""


def _split(line: str) -> list[str]:
    """A line with several ids is several terms; a label may hold commas."""
    parts = [p.strip() for p in _SEPARATOR.split(line) if p.strip()]
    if len(parts) > 1 and all(_ID.search(p) for p in parts):
        return parts
    if len(line.split()) > 1 and all(_ID.fullmatch(w) for w in line.split()):
        return line.split()
    return [line]


def _unquoted(text: str) -> str:
    """Without the quotes of a spreadsheet's export and the bullet of a list."""
    bare = _BULLET.sub("", text.strip(), count=1)
    if len(bare) > 1 and bare[0] == bare[-1] and bare[0] in "\"'":
        bare = bare[1:-1].strip()
    return bare


def parse_terms(text: str, name: str) -> list[RawTerm]:
    """Terms of a text in the ``terms.txt`` form. A UTF-8 byte-order mark is ignored."""
    terms = []
    for number, raw in enumerate(text.lstrip("\ufeff").splitlines(), start=1):
        line = _unquoted(raw.split("#", 1)[0])
        for part in _split(line) if line else ():
            given = _unquoted(part)
            label = _EXCLUDED.sub("", given, count=1)
            excluded = label != given
            if label.strip():
                terms.append(RawTerm(_unquoted(label), f"{name} line {number}", excluded))
    return terms


def read_terms(path: Path) -> tuple[list[RawTerm], list[Fault]]:
    """Terms of a text file, and faults of the file itself."""
    text, faults = read_text(path, "a file of HPO terms", "--hpo", MAX_BYTES)
    if faults:
        return [], faults
    first = text.lstrip()[:200]
    if first.startswith("{"):
        action = "Give a phenopacket as --case."
        return [], [Fault(path.name, "JSON", "a list of HPO terms", action)]
    if first.startswith("##fileformat=VCF"):
        return [], [Fault(path.name, "a VCF", "a list of HPO terms", "Check --hpo.")]
    terms = parse_terms(text, path.name)
    too_many = _too_many(terms, path.name)
    return ([], [too_many]) if too_many else (terms, [])


def _too_many(terms: Sequence[RawTerm], where: str) -> Fault | None:
    if len(terms) <= MAX_TERMS:
        return None
    found = f"{len(terms):,} terms"
    return Fault(where, found, f"at most {MAX_TERMS:,}", "Give this patient's terms alone.")


def lookup_text(text: str) -> str:
    """The id within a line, if it has one; else the line."""
    match = _ID.search(text)
    return f"HP:{match.group(1) or match.group(2)}" if match else text


def beside_faults(raw: Iterable[RawTerm], ontology: Ontology) -> list[Fault]:
    """Terms whose id and the words beside it do not agree."""
    faults = []
    for item in raw:
        found = ontology.resolve(lookup_text(item.text))
        if found is not None:
            faults.append(_beside_fault(item, found.id, found.label, ontology))
    return [fault for fault in faults if fault is not None]


def _beside_fault(item: RawTerm, id_: str, label: str, ontology: Ontology) -> Fault | None:
    """Words beside an id that name another term, or may deny it."""
    match = _ID.search(item.text)
    if match is None:
        return None
    rest = f"{item.text[: match.start()]} {item.text[match.end() :]}".strip(_AROUND)
    if not rest:
        return None
    if _ID.search(rest):
        action = "Put each id on its own line."
        return Fault(item.where, "more than one id", "one term a line", action)
    other = ontology.resolve(rest)
    if other is not None and other.id != id_:
        found = f"{id_} with the name '{rest[:40]}', which is {other.id}"
        return Fault(item.where, found, f"'{label}' or the id alone", "Correct id or name.")
    if other is None and _DENIES.search(rest):
        found = f"{id_} with '{rest[:40]}' beside it"
        action = "For a term that was looked for and not found write '-' or 'NOT ' before it."
        return Fault(item.where, found, f"'{label}' or the id alone", action)
    return None


def _unknown_fault(item: RawTerm, ontology: Ontology) -> Fault:
    near = "; ".join(f"{id_} {label}" for id_, label in ontology.nearest(item.text, 3))
    action = f"Nearest: {near}." if near else "Search with 'rareplan hpo search'."
    digits = _SHORT_ID.fullmatch(item.text.strip())
    if digits:
        meant = ontology.resolve(f"HP:{digits.group(1):0>7}")
        action = "HPO ids have seven digits." + (
            f" Did you mean {meant.id} {meant.label}?" if meant is not None else ""
        )
    elif re.match(r"(?:OMIM|ORPHA|ORPHANET|MONDO|ICD)", item.text, re.IGNORECASE):
        action = "That names a disease; give what the patient has, as HPO terms."
    found = f"'{item.text[:60]}', which is not an HPO term"
    return Fault(item.where, found, "an HPO id or label", action)


def resolve_terms(
    raw: Iterable[RawTerm], ontology: Ontology
) -> tuple[list[PhenotypeTerm], list[Fault], list[str]]:
    """Current terms, faults for what is unknown (with the nearest terms), and notices.

    A term given twice is kept once. A term both observed and excluded is a fault.
    """
    raw = tuple(raw)
    if too_many := _too_many(raw, "the phenotype"):
        return [], [too_many], []
    terms: dict[str, PhenotypeTerm] = {}
    faults, notices = [], []
    for item in raw:
        found = ontology.resolve(lookup_text(item.text))
        if found is None:
            faults.append(_unknown_fault(item, ontology))
            continue
        beside = _beside_fault(item, found.id, found.label, ontology)
        if beside is not None:
            faults.append(beside)
            continue
        if found.how in {"replaced", "alternative id"}:
            notices.append(
                f"{item.text} is now {found.id} {found.label}; the current term was used."
            )
        if not ontology.is_phenotype(found.id):
            notices.append(
                f"{found.id} {found.label} is not a phenotypic abnormality and was not used."
            )
            continue
        old = terms.get(found.id)
        if old is not None and old.excluded != item.excluded:
            told = f"{found.id} both observed and excluded"
            faults.append(Fault(item.where, told, "one of the two", "Remove one of the lines."))
            continue
        terms.setdefault(
            found.id,
            PhenotypeTerm(
                found.id,
                found.label,
                item.excluded,
                item.onset,
                item.text if item.text != found.id else "",
            ),
        )
    return list(terms.values()), faults, list(dict.fromkeys(notices))
