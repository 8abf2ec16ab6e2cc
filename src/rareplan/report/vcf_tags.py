"""The RAREPLAN_* INFO tags: what they hold and how a line gets them."""

from __future__ import annotations

from urllib.parse import quote

from rareplan.model.result import CaseResult

_TAGS = (
    ("RAREPLAN_RANK", "Integer", "Rank of the candidate that holds the allele"),
    ("RAREPLAN_GENE", "String", "Gene symbol of the candidate"),
    ("RAREPLAN_MODE", "String", "Mode of inheritance of the candidate"),
    ("RAREPLAN_PROBABILITY", "Float", "Probability that the candidate explains the phenotype"),
    ("RAREPLAN_CONSEQUENCE", "String", "Consequence terms on the reported transcript, joined by &"),
    ("RAREPLAN_HGVSC", "String", "HGVS coding name"),
    ("RAREPLAN_HGVSP", "String", "HGVS protein name"),
    ("RAREPLAN_CLASS", "String", "ACMG/AMP class"),
    ("RAREPLAN_CRITERIA", "String", "ACMG/AMP criteria that are met, joined by &"),
)
HEADER = tuple(
    f'##INFO=<ID={name},Number=A,Type={kind},Description="{text}; other characters than '
    f'letters, digits and ._:>()&*+- are percent-encoded">'.encode()
    if kind == "String"
    else f'##INFO=<ID={name},Number=A,Type={kind},Description="{text}">'.encode()
    for name, kind, text in _TAGS
)
_NAMES = tuple(name for name, _, _ in _TAGS)
_SAFE = "._:>()&*+-"


def allele_key(contig: str, pos: int, ref: str, alt: str) -> str:
    """``2-210591886-C-T``: shared bases are cut from the end, then from the start."""
    if alt.isalpha():
        while len(ref) > 1 and len(alt) > 1 and ref[-1] == alt[-1]:
            ref, alt = ref[:-1], alt[:-1]
        while len(ref) > 1 and len(alt) > 1 and ref[0] == alt[0]:
            ref, alt, pos = ref[1:], alt[1:], pos + 1
    return f"{contig}-{pos}-{ref.upper()}-{alt.upper()}"


def candidate_tags(result: CaseResult) -> dict[str, dict[str, str]]:
    """Tags by allele; of several candidates with the same allele the first in rank counts."""
    tags: dict[str, dict[str, str]] = {}
    for candidate in sorted(result.candidates, key=lambda c: c.rank):
        for variant in candidate.variants:
            values = (
                str(candidate.rank),
                candidate.gene,
                candidate.inheritance,
                f"{candidate.probability:.6g}",
                "&".join(variant.consequence.terms),
                variant.hgvs_c,
                variant.hgvs_p,
                variant.classification.label,
                variant.classification.criteria.replace(";", "&"),
            )
            encoded = {n: quote(v, safe=_SAFE) or "." for n, v in zip(_NAMES, values, strict=True)}
            tags.setdefault(variant.variant.upper().replace("CHR", ""), encoded)
    return tags


def tag_line(line: bytes, contig: str, tags: dict[str, dict[str, str]]) -> bytes:
    """The line without older RAREPLAN tags and, where an allele is a candidate, with new ones."""
    cells = line.split(b"\t")
    if len(cells) < 8:
        return line
    pos, ref, alts = int(cells[1]), cells[3].decode(), cells[4].decode().split(",")
    kept = [
        f for f in cells[7].split(b";") if f not in {b"", b"."} and not f.startswith(b"RAREPLAN_")
    ]
    per_allele = [tags.get(key) for key in _keys_of(contig, pos, ref, alts, tags)]
    if any(per_allele):
        kept += [
            f"{name}={','.join(a[name] if a else '.' for a in per_allele)}".encode()
            for name in _NAMES
        ]
    cells[7] = b";".join(kept) or b"."
    return b"\t".join(cells)


def _keys_of(
    contig: str, pos: int, ref: str, alts: list[str], tags: dict[str, dict[str, str]]
) -> list[str]:
    """Key of each allele: trimmed, or as written where the candidate is spelled so."""
    keys = []
    for alt in alts:
        raw = f"{contig}-{pos}-{ref.upper()}-{alt.upper()}"
        keys.append(raw if raw in tags else allele_key(contig, pos, ref, alt))
    return keys
