"""FORMAT and INFO lines of a header: a damaged one makes htslib misread every record.

Types: VCF 4.3, sections 1.4.2 and 1.4.4.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from rareplan.errors import Fault

_TYPES = frozenset({"Integer", "Float", "Flag", "Character", "String"})
_NUMBERS = frozenset({"Integer", "Float"})
_WANTED = {
    "GT": frozenset({"String"}),
    "AD": _NUMBERS, "DP": _NUMBERS, "GQ": _NUMBERS, "RO": _NUMBERS, "AO": _NUMBERS,
    "PS": frozenset({"Integer", "String"}),
    "PID": frozenset({"String"}), "PGT": frozenset({"String"}),
}  # fmt: skip
_LINE = re.compile(r"^##(FORMAT|INFO)=<ID=([^,<>\s]+),Number=([^,<>\s]+),Type=([^,<>\s]+)[,>]")
_MOST = 20


def field_faults(name: str, lines: Iterable[str]) -> list[Fault]:
    """FORMAT and INFO lines without ID, Number and Type, or with a type that cannot be.

    Args:
        name: the file's name.
        lines: meta lines; the first is line 1.
    """
    faults = []
    for number, line in enumerate(lines, start=1):
        if not line.startswith(("##FORMAT=", "##INFO=")):
            continue
        found = _LINE.match(line)
        if found is None:
            told, wanted = "a field without ID, Number and Type", "ID=...,Number=...,Type=..."
        else:
            kind, id_, _, type_ = found.groups()
            types = _WANTED.get(id_, _TYPES) if kind == "FORMAT" else _TYPES
            if type_ in types:
                continue
            told = f"{kind} {id_} with Type={type_}"
            wanted = " or ".join(sorted(types))
        faults.append(
            Fault(f"{name} line {number}", told, wanted, "Mend the header (bcftools reheader).")
        )
    return faults[:_MOST]


def types_of(lines: Iterable[str], kind: str = "FORMAT") -> dict[str, str]:
    """Type of each FORMAT (or INFO) field that a header declares."""
    matches = (_LINE.match(line) for line in lines if line.startswith(f"##{kind}="))
    return {found[2]: found[4] for found in matches if found}
