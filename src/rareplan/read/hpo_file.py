"""Phenotype lists: one HPO id or label a line; ``#`` comments; ``-`` or ``NOT`` excludes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from rareplan.errors import Fault
from rareplan.knowledge.hpo import Ontology
from rareplan.model.case import PhenotypeTerm

_ID = re.compile(r"HP[:_]?(\d{7})(?!\d)", re.IGNORECASE)
_EXCLUDED = re.compile(r"^(?:-\s*|not\s+|no\s*:\s*|excluded\s*:\s*)", re.IGNORECASE)
_SEPARATOR = re.compile(r"[,;|]")
MAX_BYTES = 4 << 20


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
    many_ids = len(parts) > 1 and all(_ID.search(p) for p in parts)
    return parts if many_ids else [line]


def parse_terms(text: str, name: str) -> list[RawTerm]:
    """Terms of a text in the ``terms.txt`` form. A UTF-8 byte-order mark is ignored."""
    terms = []
    for number, raw in enumerate(text.lstrip("\ufeff").splitlines(), start=1):
        line = raw.split("#", 1)[0].strip()
        for part in _split(line) if line else ():
            label = _EXCLUDED.sub("", part, count=1)
            excluded = label != part
            if label.strip():
                terms.append(RawTerm(label.strip(), f"{name} line {number}", excluded))
    return terms


def read_terms(path: Path) -> tuple[list[RawTerm], list[Fault]]:
    """Terms of a text file, and faults of the file itself."""
    if not path.is_file():
        return [], [Fault(path.name, "no such file", "a file of HPO terms", "Check --hpo.")]
    if path.stat().st_size > MAX_BYTES:
        return [], [
            Fault(
                path.name,
                "a file over 4 MB",
                "a short list of HPO terms",
                "Is this the right file?",
            )
        ]
    try:
        text = path.read_text("utf-8")
    except (UnicodeDecodeError, OSError):
        return [], [
            Fault(
                path.name,
                "bytes that are not text",
                "a file of HPO terms",
                "Is this the right file?",
            )
        ]
    return parse_terms(text, path.name), []


def _lookup_text(text: str) -> str:
    match = _ID.search(text)
    return f"HP:{match.group(1)}" if match else text


def resolve_terms(
    raw: Iterable[RawTerm], ontology: Ontology
) -> tuple[list[PhenotypeTerm], list[Fault], list[str]]:
    """Current terms, faults for what is unknown (with the nearest terms), and notices.

    A term given twice is kept once. A term both observed and excluded is a fault.
    """
    terms: dict[str, PhenotypeTerm] = {}
    faults, notices = [], []
    for item in raw:
        found = ontology.resolve(_lookup_text(item.text))
        if found is None:
            near = "; ".join(f"{id_} {label}" for id_, label in ontology.nearest(item.text, 3))
            shown = item.text[:60]
            faults.append(
                Fault(
                    item.where,
                    f"'{shown}', which is not an HPO term",
                    "an HPO id or label",
                    f"Nearest: {near}." if near else "Search with 'rareplan hpo search'.",
                )
            )
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
            faults.append(
                Fault(
                    item.where,
                    f"{found.id} both observed and excluded",
                    "one of the two",
                    "Remove one of the lines.",
                )
            )
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
