"""What a patient's trials are matched on. It never leaves the machine."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

# Symbols that are also words or abbreviations: they count only in capitals and beside a word
# such as "gene" or "mutation".
AMBIGUOUS = frozenset(
    {
        "ACE", "ADA", "AGA", "AIR", "APP", "AR", "ARC", "ATM", "BAD", "BAX", "CAD", "CAT", "CLOCK",
        "COPE", "DES", "ENG", "FAH", "FAR", "FAST", "FUS", "GAN", "GAS", "HP", "HR", "IDS",
        "IMPACT", "KIT", "LARGE", "LPA", "MAX", "MB", "MET", "MICE", "MPI", "NPS", "PAH",
        "PC", "PIP", "POLE",
        "REN", "REST", "SET", "SHE", "SHH", "SI", "SPR", "STAR", "STS", "TAT", "TG", "TH", "TRIO",
        "WAS", "WARS",
    }
)  # fmt: skip


@dataclass(frozen=True)
class TrialPatient:
    """One candidate in one patient. Unknown things are None or empty.

    ``classes``: nonsense, frameshift, missense, splice, deletion, duplication, insertion.
    ``zygosity``: words that are true of the genotype (heterozygous, biallelic ...).
    ``names``: p. and c. names of the variants. ``skip_exons``: exons whose skipping would mend
    the frame; None when that was not worked out.
    """

    gene: str
    aliases: tuple[str, ...] = ()
    diseases: tuple[str, ...] = ()
    age_years: float | None = None
    sex: str = ""  # male, female or ""
    country: str = ""
    classes: frozenset[str] | None = None
    zygosity: frozenset[str] | None = None
    de_novo: bool | None = None
    mechanism: str = ""  # lof, gof, dn or ""
    pathogenic: bool | None = None  # every variant is at least likely pathogenic
    names: tuple[str, ...] = ()
    exons: frozenset[int] | None = None
    skip_exons: frozenset[int] | None = None
    right_drugs: tuple[str, ...] = ()
    wrong_drugs: tuple[str, ...] = ()
    known_symbols: frozenset[str] = frozenset()  # of all genes, to tell that another is meant

    @cached_property
    def gene_pattern(self) -> re.Pattern[str]:
        """The symbol or an alias as a word, in capitals; ambiguous ones only in gene context."""
        plain: list[str] = []
        marked: list[str] = []
        for name in dict.fromkeys((self.gene, *self.aliases)):
            if not name:
                continue
            (marked if name.upper() in AMBIGUOUS or len(name) < 3 else plain).append(
                re.escape(name)
            )
        parts = [rf"(?<![\w-])(?:{'|'.join(plain)})(?!\w)"] if plain else []
        context = r"(?:gene|mutations?|variants?|deficiency|related|associated|pathogenic)"
        for name in marked:
            parts.append(rf"(?<![\w-]){name}(?=[\s-]+{context})")
            before = ("in the", "variants in", "variant in", "mutation in", "mutations in")
            parts.extend(rf"(?<={words} ){name}(?!\w)" for words in before)
        return re.compile("|".join(parts) or r"(?!)")

    @cached_property
    def disease_pattern(self) -> re.Pattern[str]:
        """Any of the disease's names as a phrase, however it is hyphenated or spaced."""
        names = sorted({n for n in self.diseases if len(n) > 3}, key=len, reverse=True)
        if not names:
            return re.compile(r"(?!)")
        return re.compile(rf"(?<!\w)(?:{'|'.join(_loose(n) for n in names)})(?!\w)", re.IGNORECASE)


def _loose(name: str) -> str:
    """Words of a name with any space, hyphen or apostrophe between and in them."""
    words = re.findall(r"\w+", name)
    return r"[\s\-–'’,/]*".join(re.escape(w) for w in words)
