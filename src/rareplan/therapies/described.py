"""An allele from its HGVS name alone, for a question without a VCF."""

from __future__ import annotations

import re

from rareplan.therapies.alleles import Allele

_STOP = re.compile(r"p\.\(?[A-Z][a-z]{2}\d+(?:Ter|\*)")
_FRAME = re.compile(r"p\.\(?[A-Z][a-z]{2}\d+(?:[A-Z][a-z]{2})?fs")
_START = re.compile(r"p\.\(?Met1(?:\?|[A-Z])")
_SAME = re.compile(r"p\.\(?(?:=|[A-Z][a-z]{2}\d+=)")
_MISSENSE = re.compile(r"p\.\(?[A-Z][a-z]{2}\d+[A-Z][a-z]{2}\)?$")
_INFRAME = re.compile(r"p\.\(?[A-Z][a-z]{2}\d+(?:_[A-Z][a-z]{2}\d+)?(?:del|dup|ins|delins)")
_SPLICE = re.compile(r"c\.[-*]?\d+([+-])([12])(?!\d)")
_INTRON = re.compile(r"c\.[-*]?\d+[+-]\d+")
_SITE = re.compile(r"m\.(\d+)([ACGT])>([ACGT])")

_ONE_LETTER = re.compile(r"p\.\(?([A-Z])(\d+)([A-Z*]|=|fs\S*|del)\)?$")
_THREE = {
    "A": "Ala", "C": "Cys", "D": "Asp", "E": "Glu", "F": "Phe", "G": "Gly", "H": "His",
    "I": "Ile", "K": "Lys", "L": "Leu", "M": "Met", "N": "Asn", "P": "Pro", "Q": "Gln",
    "R": "Arg", "S": "Ser", "T": "Thr", "V": "Val", "W": "Trp", "Y": "Tyr", "*": "Ter", "X": "Ter",
}  # fmt: skip
_PROTEIN = (
    (_STOP, "stop_gained"),
    (_FRAME, "frameshift_variant"),
    (_START, "start_lost"),
    (_SAME, "synonymous_variant"),
    (_MISSENSE, "missense_variant"),
    (_INFRAME, "inframe_deletion"),
)


def describe(name: str, *, copies: int = 1, hemizygous: bool = False) -> Allele | None:
    """The allele that a ``c.``, ``p.`` or ``m.`` name describes; None when it is no such name.

    A coding change without its protein name leaves the effect open (``resolved`` False).
    """
    given = name.strip()
    bare = given.rsplit(":", 1)[-1].strip()
    site = _SITE.fullmatch(bare)
    if site:
        return Allele("MT-{}-{}-{}".format(*site.groups()), ("sequence_variant",))
    bare = _three_letters(bare)
    if bare.startswith("p."):
        term = next((term for pattern, term in _PROTEIN if pattern.match(bare)), "")
        terms = (term,) if term else ("coding_sequence_variant",)
        return Allele(
            given, terms, "", bare, copies=copies, hemizygous=hemizygous, resolved=bool(term)
        )
    if not bare.startswith("c."):
        return None
    splice = _SPLICE.match(bare)
    if splice:
        kind = "splice_donor_variant" if splice[1] == "+" else "splice_acceptor_variant"
        return Allele(given, (kind,), bare, "", copies=copies, hemizygous=hemizygous)
    resolved = bool(_INTRON.match(bare))
    terms = ("intron_variant",) if resolved else ("coding_sequence_variant",)
    deletion = "del" in bare and "ins" not in bare
    return Allele(
        given, terms, bare, "",
        copies=copies, hemizygous=hemizygous, deletion=deletion, resolved=resolved,
    )  # fmt: skip


def _three_letters(name: str) -> str:
    """``p.R334X`` as ``p.Arg334Ter``; any other name as it is."""
    found = _ONE_LETTER.match(name)
    if found is None or found[1] not in _THREE:
        return name
    return f"p.{_THREE[found[1]]}{found[2]}{_THREE.get(found[3], found[3])}"
