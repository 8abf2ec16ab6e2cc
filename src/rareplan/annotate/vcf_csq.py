"""VEP's CSQ: fields by the order that the header gives."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from rareplan.model.consequence import SO_RANK, Consequence

_FORMAT = re.compile(r"Format:\s*'?\"?([^'\">]+)", re.IGNORECASE)
_HEADER = re.compile(r'^##INFO=<ID=(CSQ|vep|VEP),.*Description="([^"]*)"', re.MULTILINE)

_SCORES: dict[str, tuple[str, ...]] = {
    "revel": ("REVEL", "REVEL_score"),
    "alphamissense": ("am_pathogenicity", "AlphaMissense_score", "AlphaMissense"),
    "cadd": ("CADD_PHRED", "CADD_phred"),
    "bayesdel": ("BayesDel_noAF_score", "BayesDel_noAF"),
    "spliceai": (
        "SpliceAI_pred_DS_AG", "SpliceAI_pred_DS_AL", "SpliceAI_pred_DS_DG", "SpliceAI_pred_DS_DL",
        "DS_AG", "DS_AL", "DS_DG", "DS_DL",
    ),
}  # fmt: skip
_FREQUENCY = re.compile(r"^(gnomAD\w*_)?(\w+_)?AF(_\w+)?$|^MAX_AF$|^gnomAD\w*AF\w*$")


def known_terms(names: Sequence[str]) -> tuple[str, ...]:
    """The SO terms among names, most severe first; ``sequence_variant`` when there is none."""
    found = sorted({n for n in names if n in SO_RANK}, key=SO_RANK.__getitem__)
    return tuple(found) or ("sequence_variant",)


def number(text: str) -> int | None:
    """First whole number of ``12``, ``12-14``, ``12/300`` or ``?-14``; None without one."""
    match = re.match(r"(\d+)", text)
    return int(match.group(1)) if match else None


def highest(text: str) -> float | None:
    """Highest of the numbers in a field that may hold a list (``&``, ``,``, ``|`` or ``;``)."""
    found = []
    for part in re.split(r"[&,|;]", text):
        try:
            found.append(float(part.rpartition(":")[2]))
        except ValueError:
            continue
    return max(filter(math.isfinite, found), default=None)


def highest_fraction(text: str) -> float | None:
    """As :func:`highest`; None when that is no fraction: a frequency of 2 or -1 tells nothing."""
    found = highest(text)
    return found if found is not None and 0 <= found <= 1 else None


def predicted(name: str) -> str:
    """Protein names in parentheses, as a prediction is written; ``%3D`` and Ter as in HGVS."""
    accession, colon, text = unquote(name).rpartition(":")
    if text.startswith("p.") and not text.startswith(("p.(", "p.?")):
        text = f"p.({text[2:]})"
    return f"{accession}{colon}{text}"


@dataclass(frozen=True)
class CsqEntry:
    """One entry of CSQ: the allele as VEP writes it, and what it says."""

    allele: str
    allele_number: int | None
    consequence: Consequence | None
    scores: dict[str, float]
    frequencies: dict[str, float]


@dataclass(frozen=True)
class CsqLayout:
    """Tag and field names of a CSQ-like field."""

    tag: str
    fields: tuple[str, ...]

    @classmethod
    def from_header(cls, header: str) -> CsqLayout | None:
        """The layout that a VCF header declares; None without one."""
        for tag, description in _HEADER.findall(header):
            match = _FORMAT.search(description)
            names = tuple(n.strip() for n in match.group(1).split("|")) if match else ()
            if "Consequence" in names and "Allele" in names:
                return cls(tag, names)
        return None

    def read(self, text: str) -> list[CsqEntry]:
        """Entries of one INFO value; entries that are not CSQ are left out."""
        found = []
        for one in text.split(","):
            cells = one.split("|")
            if len(cells) < 2 or len(cells) > len(self.fields):
                continue
            found.append(_entry(dict(zip(self.fields, cells, strict=False))))
        return found


def _entry(cell: Mapping[str, str]) -> CsqEntry:
    scores = {}
    for name, columns in _SCORES.items():
        values = [v for c in columns if (v := highest(cell.get(c, ""))) is not None]
        if values:
            scores[name] = max(values)
    frequencies = {
        name: value
        for name, text in cell.items()
        if text and _FREQUENCY.match(name) and (value := highest_fraction(text)) is not None
    }
    allele_number = number(cell.get("ALLELE_NUM", ""))
    kind = cell.get("Feature_type", "Transcript")
    consequence = _consequence(cell) if kind in {"Transcript", ""} else None
    return CsqEntry(cell.get("Allele", ""), allele_number, consequence, scores, frequencies)


def _class(cell: Mapping[str, str]) -> str:
    kinds = cell.get("MANE", "")
    if cell.get("MANE_SELECT") or "Select" in kinds:
        return "MANE Select"
    if cell.get("MANE_PLUS_CLINICAL") or "Plus_Clinical" in kinds:
        return "MANE Plus Clinical"
    return "canonical" if cell.get("CANONICAL") == "YES" else ""


def _consequence(cell: Mapping[str, str]) -> Consequence:
    feature = cell.get("Feature", "")
    refseq = cell.get("MANE_SELECT") or cell.get("MANE_PLUS_CLINICAL") or ""
    hgnc = cell.get("HGNC_ID", "").removeprefix("HGNC:")
    cds = number(cell.get("CDS_position", ""))
    return Consequence(
        gene=cell.get("SYMBOL", ""),
        gene_id=cell.get("Gene", ""),
        hgnc_id=f"HGNC:{hgnc}" if hgnc else "",
        transcript="" if feature.startswith(("NM_", "NR_", "XM_", "XR_")) else feature,
        refseq=feature if feature.startswith(("NM_", "NR_", "XM_", "XR_")) else refseq,
        transcript_class=_class(cell),
        biotype=cell.get("BIOTYPE", "") or "protein_coding",
        terms=known_terms(cell.get("Consequence", "").split("&")),
        hgvs_c=unquote(cell.get("HGVSc", "")),
        hgvs_p=predicted(cell.get("HGVSp", "")) if cell.get("HGVSp") else "",
        exon=cell.get("EXON", ""),
        intron=cell.get("INTRON", ""),
        cds_position=cds,
        protein_position=number(cell.get("Protein_position", "")),
        codon_position=None if cds is None else (cds - 1) % 3 + 1,
        amino_acids=cell.get("Amino_acids", ""),
        codons=cell.get("Codons", ""),
        source="CSQ",
        lof=cell.get("LoF", ""),
    )
