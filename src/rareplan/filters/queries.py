"""What can be asked of a run: an allele, a range, an HGVS name or a gene."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rareplan.model.genome import Assembly, Contig, contig_from_name
from rareplan.model.variant import trimmed

_ALLELE = re.compile(
    r"^(?P<chrom>[\w.]+)[-:](?P<pos>[\d,]+)[-:]?(?P<ref>[ACGTN]+)[-:>/](?P<alt>[ACGTN]+|\*|<[^>]+>)$",
    re.IGNORECASE,
)
_RANGE = re.compile(r"^(?P<chrom>[\w.]+)[-:](?P<start>[\d,]+)(?:(?:-|\.\.)(?P<end>[\d,]+))?$")
_HGVS = re.compile(r"(?:^|:)[cnmgp]\.", re.IGNORECASE)
_GENOMIC = re.compile(
    r"^(?P<chrom>[\w.]+):[gm]\.(?P<pos>\d+)(?P<ref>[ACGT]+)>(?P<alt>[ACGT]+)$", re.IGNORECASE
)
_SPACED_NAME = re.compile(r"^(?P<owner>\S+)\s+(?P<name>[cp]\..+)$", re.IGNORECASE)


@dataclass(frozen=True)
class Query:
    """What the user asked for: ``allele``, ``range``, ``hgvs`` or ``gene``; 1-based places."""

    kind: str
    text: str
    contig: Contig = Contig.OTHER
    start: int = 0
    end: int = 0
    ref: str = ""
    alt: str = ""
    assembly: str = ""
    """Of the accession that the place was given with; "" for the input's."""


def parse_query(text: str) -> Query:
    """Tell an allele, a range, an HGVS name and a gene apart."""
    text = text.strip()
    if match := _SPACED_NAME.match(text):
        text = f"{match['owner']}:{match['name']}"
    if match := _ALLELE.match(re.sub(r"\s+", "", text)) or _GENOMIC.match(text):
        contig = contig_from_name(match["chrom"])
        pos, alt = int(match["pos"].replace(",", "")), match["alt"].upper()
        ref = match["ref"].upper()
        if contig is not Contig.OTHER:
            if alt.isalpha():
                pos, ref, alt = trimmed(pos, ref, alt)
            built = _assembly_of(match["chrom"])
            return Query("allele", text, contig, pos, pos + len(ref) - 1, ref, alt, built)
    if (match := _RANGE.match(text)) and contig_from_name(match["chrom"]) is not Contig.OTHER:
        start = int(match["start"].replace(",", ""))
        end = int(match["end"].replace(",", "")) if match["end"] else start
        return Query(
            "range", text, contig_from_name(match["chrom"]), min(start, end), max(start, end)
        )
    return Query("hgvs" if _HGVS.search(text) else "gene", text)


def _assembly_of(name: str) -> str:
    """The assembly that a RefSeq accession belongs to; "" for a plain name, or one of both."""
    found = [a.value for a in Assembly if name.upper() in a.hgvs_accessions.values()]
    return found[0] if len(found) == 1 else ""
