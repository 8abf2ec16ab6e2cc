"""Records that htslib lets through although they are none; each becomes a fault with its number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from rareplan.errors import Fault

MAX_FAULTS = 20
# IUPAC codes: VCF asks for ACGTN, but GRCh37 itself holds a few of the others.
_BASES = frozenset("ACGTNRYSWKMBDHVU")
_NO_BASES = {"*", "."}
_FORMAT = 8


def bare_records(
    where: str, first_record: int, variants: Sequence[Any], calls: np.ndarray
) -> list[Fault]:
    """Records that end before their genotype columns, as the last line of a cut file does.

    Args:
        calls: haplotypes [records, samples, 2], -2 where there is none.
    """
    without = np.flatnonzero((calls == -2).all(axis=(1, 2))).tolist()
    return [
        Fault(f"{where} record {first_record + number + 1}", "no genotype columns",
              "FORMAT and one column a sample", "Is the file cut? Copy or export it again.")
        for number in without
        if _is_bare(str(variants[number]).rstrip("\n").split("\t"))
    ][:MAX_FAULTS]  # fmt: skip


def _is_bare(cells: Sequence[str]) -> bool:
    """No FORMAT in a record's text; cyvcf2's own attribute crashes where there is no genotype."""
    return len(cells) == _FORMAT or (len(cells) > _FORMAT and cells[_FORMAT] == ".")


def _letters_wrong(letters: np.ndarray, *, alternate: bool) -> list[int]:
    """Rows whose allele is neither bases nor, as ALT, a symbol."""
    if all(letters) and set("".join(letters)) <= _BASES:
        return []
    return [row for row, text in enumerate(letters) if not letters_ok(text, alternate=alternate)]


def letters_ok(text: str, *, alternate: bool) -> bool:
    """Whether an allele is made of bases or, as ALT, a symbol."""
    if text and set(text.upper()) <= _BASES:
        return True
    return alternate and (text in _NO_BASES or is_symbol(text))


def is_symbol(text: str) -> bool:
    """``<DEL>``, a breakend with its brackets, or a single breakend (VCF 4.3, section 5.4)."""
    if text.startswith("<"):
        return text.endswith(">")
    if "[" in text or "]" in text:
        return True
    return len(text) > 1 and (text[0] == "." or text[-1] == ".")


def record_faults(
    where: str,
    first_record: int,
    records: np.ndarray,
    refs: np.ndarray,
    alts: np.ndarray,
    pos: np.ndarray,
    ends: Mapping[str, int],
    names: Sequence[str],
) -> list[Fault]:
    """Faults of one block of alleles, one a record.

    Args:
        records: place of each allele's record in ``names``.
        pos: 1-based.
        ends: lengths of the contigs that the header names.
    """
    wrong: dict[int, str] = {}
    for row in _letters_wrong(refs, alternate=False):
        wrong.setdefault(int(records[row]), "a REF that is not made of bases")
    for row in _letters_wrong(alts, alternate=True):
        wrong.setdefault(int(records[row]), "an ALT that is neither bases nor a symbol")
    for row in np.flatnonzero(pos < 1).tolist():
        if not is_symbol(alts[row]):
            wrong.setdefault(int(records[row]), "no position")
    for name in set(names):
        length = ends.get(name)
        if length and int(pos.max(initial=0)) > length:
            for row in np.flatnonzero(pos > length).tolist():
                if names[int(records[row])] == name and not is_symbol(alts[row]):
                    place = "a position beyond the end of its contig"
                    wrong.setdefault(int(records[row]), place)
    return [
        Fault(f"{where} record {first_record + number + 1}", found, "a VCF record",
              "Mend or remove the line, or export the file again.")
        for number, found in sorted(wrong.items())[:MAX_FAULTS]
    ]  # fmt: skip
