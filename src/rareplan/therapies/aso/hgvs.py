"""Coding HGVS descriptions as data: positions with offsets, ranges, unknown breakpoints, repeats.

Grammar: HGVS recommendations v21 (https://hgvs-nomenclature.org), the part that single-gene
variants use: substitution, deletion, duplication, insertion, delins, inversion, repeats, and
deletions or duplications whose breakpoints lie somewhere in an intron.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum


class Edit(Enum):
    """What is done to the reference between the two positions."""

    SUBSTITUTION = "substitution"
    DELETION = "deletion"
    DUPLICATION = "duplication"
    INSERTION = "insertion"
    DELINS = "delins"
    INVERSION = "inversion"
    REPEAT = "repeat"


@dataclass(frozen=True)
class CodingPosition:
    """``c.`` position: ``base`` counts from the A of the start codon, 5'UTR negative.

    ``after_stop``: written ``*base`` (3'UTR). ``offset``: bases into the intron, signed.
    """

    base: int
    offset: int = 0
    after_stop: bool = False

    @property
    def intronic(self) -> bool:
        """Lies in an intron."""
        return self.offset != 0


@dataclass(frozen=True)
class CodingVariant:
    """A parsed description. ``uncertain``: breakpoints are only known to lie within introns.

    ``start`` and ``end`` are then the innermost positions, i.e. what is affected for certain;
    None means unknown (``?``).
    """

    edit: Edit
    start: CodingPosition | None
    end: CodingPosition | None
    ref: str = ""
    alt: str = ""
    uncertain: bool = False

    @property
    def intronic_only(self) -> bool:
        """Starts and ends in the intron on one side of one exon border."""
        if self.start is None or self.end is None:
            return False
        same_border = (self.start.base, self.start.after_stop) == (
            self.end.base,
            self.end.after_stop,
        )
        apart = abs(self.start.base - self.end.base) == 1
        facing = self.start.offset > 0 > self.end.offset
        return (
            self.start.intronic
            and self.end.intronic
            and ((same_border and self.start.offset * self.end.offset > 0) or (apart and facing))
        )

    @property
    def intronic_offset(self) -> int | None:
        """Signed offset of the end nearest to a splice site; None unless purely intronic."""
        if not self.intronic_only or self.start is None or self.end is None:
            return None
        return min((self.start.offset, self.end.offset), key=abs)

    @property
    def length_change(self) -> int | None:
        """Net bases added to a coding sequence; None when it is not written in the name."""
        if self.start is None or self.end is None or self.start.intronic or self.end.intronic:
            return None
        if self.start.after_stop or self.end.after_stop:
            return None
        span = self.end.base - self.start.base + 1
        changes = {
            Edit.SUBSTITUTION: 0,
            Edit.INVERSION: 0,
            Edit.DELETION: -span,
            Edit.DUPLICATION: span,
        }
        if self.edit in changes:
            return changes[self.edit]
        inserted = _inserted_length(self.alt)
        if inserted is None:
            return None
        return inserted if self.edit is Edit.INSERTION else inserted - span


_POSITION = r"[-*]?\d+(?:[+-]\d+)?"
_LOOSE = rf"(?:{_POSITION}|\?)"
_BODY = re.compile(
    rf"""^(?P<start>{_LOOSE}|\({_LOOSE}_{_LOOSE}\))
         (?:_(?P<end>{_LOOSE}|\({_LOOSE}_{_LOOSE}\)))?
         (?P<edit>.*)$""",
    re.VERBOSE,
)
_SUBSTITUTION = re.compile(r"^([ACGTN]+)>([ACGTN]+)$", re.IGNORECASE)
_KEYWORD = re.compile(r"^(delins|del|dup|ins|inv)(.*)$", re.IGNORECASE)
_DEL_THEN_INS = re.compile(r"^del([ACGTN]+)ins(.+)$", re.IGNORECASE)
_REPEAT = re.compile(r"^([ACGTN]*)\[\(?[\d_?]+\)?\]$", re.IGNORECASE)
_EDITS = {
    "del": Edit.DELETION,
    "dup": Edit.DUPLICATION,
    "ins": Edit.INSERTION,
    "inv": Edit.INVERSION,
    "delins": Edit.DELINS,
}


def _inserted_length(alt: str) -> int | None:
    if alt and re.fullmatch(r"[ACGTN]+", alt, re.IGNORECASE):
        return len(alt)
    counted = re.fullmatch(r"[N]?\[?\(?(\d+)\)?\]?", alt)
    return int(counted.group(1)) if counted else None


def _position(text: str) -> CodingPosition | None:
    if text == "?":
        return None
    match = re.fullmatch(r"([-*]?)(\d+)([+-]\d+)?", text)
    if match is None:
        return None
    sign, base, offset = match.groups()
    value = -int(base) if sign == "-" else int(base)
    return CodingPosition(value, int(offset or 0), after_stop=sign == "*")


def _bounds(text: str) -> tuple[str, str]:
    if text.startswith("("):
        outer, inner = text.strip("()").split("_")
        return outer, inner
    return text, text


def _edit(text: str) -> tuple[Edit, str, str] | None:
    if match := _SUBSTITUTION.match(text):
        return Edit.SUBSTITUTION, match.group(1).upper(), match.group(2).upper()
    if match := _DEL_THEN_INS.match(text):
        return Edit.DELINS, match.group(1).upper(), match.group(2).upper()
    if match := _KEYWORD.match(text):
        edit = _EDITS[match.group(1).lower()]
        given = match.group(2).upper()
        inserted = edit in {Edit.INSERTION, Edit.DELINS}
        return (edit, "", given) if inserted else (edit, given, "")
    if match := _REPEAT.match(text):
        return Edit.REPEAT, match.group(1).upper(), ""
    return None


def parse_coding(text: str) -> CodingVariant | None:
    """Parse a ``c.`` description, with or without accession and gene. None: not understood."""
    body = text.strip().rsplit(":", 1)[-1].strip().replace(" ", "")
    if not body.startswith("c."):
        return None
    match = _BODY.match(body[2:])
    if match is None:
        return None
    edit = _edit(match.group("edit"))
    if edit is None:
        return None
    start_text, end_text = match.group("start"), match.group("end") or match.group("start")
    uncertain = "(" in start_text or "(" in end_text or "?" in start_text + end_text
    # Of "(a_b)_(c_d)" the inner positions b and c bound what is certainly affected.
    start = _position(_bounds(start_text)[1])
    end = _position(_bounds(end_text)[0])
    kind, ref, alt = edit
    if kind is Edit.SUBSTITUTION and (len(ref), len(alt)) != (1, 1):
        kind = Edit.DELINS
    return CodingVariant(kind, start, end, ref, alt, uncertain)


_PROTEIN = re.compile(r"p\.\(?(?P<body>[^)]*)\)?")


def protein_effect(hgvs_p: str) -> str:  # noqa: PLR0911 - one return a branch of the tree
    """``stop_gained``, ``frameshift``, ``missense``, ``synonymous``, ``inframe``, ``start_lost``.

    Empty when the protein description is missing or says nothing (``p.?``).
    """
    match = _PROTEIN.search(hgvs_p)
    if match is None:
        return ""
    body = match.group("body")
    if "fs" in body:
        return "frameshift"
    if re.match(r"(?:Met1|M1)(?:\?|[A-Z])", body):
        return "start_lost"
    if re.search(r"(?:Ter|\*|X)$", body) and "ext" not in body:
        return "stop_gained"
    if body.endswith("=") or re.fullmatch(r"([A-Z][a-z]{2})\d+\1", body):
        return "synonymous"
    if re.search(r"del|dup|ins", body):
        return "inframe"
    if re.fullmatch(r"[A-Z][a-z]{0,2}\d+[A-Z][a-z]{0,2}", body):
        return "missense"
    return ""
