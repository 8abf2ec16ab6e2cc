"""Annotations that a VCF already carries: CSQ, ANN, BCSQ, SpliceAI and other scores."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rareplan.annotate.vcf_ann import AnnEntry, read_ann, read_bcsq
from rareplan.annotate.vcf_csq import CsqEntry, CsqLayout
from rareplan.annotate.vcf_scores import PLAIN_TAGS, plain_scores, spliceai
from rareplan.model.consequence import Consequence

_INFO_ID = re.compile(r"^##INFO=<ID=([^,>]+)", re.MULTILINE)


@dataclass(frozen=True)
class FoundAnnotations:
    """What a record says of one alternate allele.

    ``consequences`` name their source; ``scores`` are by tool (revel, alphamissense, cadd,
    bayesdel, spliceai: the highest delta score); ``frequencies`` are fractions by CSQ field.
    """

    consequences: tuple[Consequence, ...] = ()
    scores: dict[str, float] = field(default_factory=dict)
    frequencies: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class AnnotationReader:
    """Which annotations a file has, and how its CSQ is laid out."""

    csq: CsqLayout | None = None
    has_ann: bool = False
    has_bcsq: bool = False
    has_spliceai: bool = False
    score_tags: tuple[str, ...] = ()

    @classmethod
    def from_header(cls, header: str) -> AnnotationReader:
        """Reader for a VCF with the given header text."""
        ids = set(_INFO_ID.findall(header))
        return cls(
            csq=CsqLayout.from_header(header),
            has_ann="ANN" in ids,
            has_bcsq="BCSQ" in ids,
            has_spliceai="SpliceAI" in ids,
            score_tags=tuple(sorted(i for i in ids if i.lower() in PLAIN_TAGS)),
        )

    @property
    def tags(self) -> tuple[str, ...]:
        """INFO ids worth handing to :meth:`read`."""
        named = (
            (self.csq.tag if self.csq else "", self.csq is not None),
            ("ANN", self.has_ann), ("BCSQ", self.has_bcsq), ("SpliceAI", self.has_spliceai),
        )  # fmt: skip
        return (*(tag for tag, there in named if there), *self.score_tags)

    def read(
        self, info: Mapping[str, Any], ref: str, alts: Sequence[str], allele: int = 1
    ) -> FoundAnnotations:
        """Annotations of alternate number ``allele`` (from 1) of one record.

        Args:
            info: INFO id to value, at least those of :attr:`tags`.
            ref: REF as in the record. A trimmed, split allele may be given as well; then
                ``alts`` holds it alone and entries are matched by their ends.
            alts: every ALT of the record.
            allele: which of them.
        """
        alt = alts[allele - 1]
        consequences: list[Consequence] = []
        scores = plain_scores({t: info.get(t) for t in self.score_tags}, allele, len(alts))
        frequencies: dict[str, float] = {}
        if self.csq and (text := info.get(self.csq.tag)):
            for entry in _csq_of(self.csq.read(str(text)), ref, alts, allele):
                if entry.consequence is not None:
                    consequences.append(entry.consequence)
                _keep_highest(scores, entry.scores)
                _keep_highest(frequencies, entry.frequencies)
        if self.has_ann and (text := info.get("ANN")):
            consequences += _named(read_ann(str(text)), alt)
        if self.has_bcsq and (text := info.get("BCSQ")):
            consequences += _named(read_bcsq(str(text)), alt)
        if self.has_spliceai and (text := info.get("SpliceAI")):
            by_gene = spliceai(str(text), alt)
            if by_gene:
                _keep_highest(scores, {"spliceai": max(by_gene.values())})
        return FoundAnnotations(tuple(consequences), scores, frequencies)


def _keep_highest(into: dict[str, float], more: Mapping[str, float]) -> None:
    for name, value in more.items():
        into[name] = max(value, into.get(name, value))


def vep_alleles(ref: str, alts: Sequence[str]) -> list[str]:
    """Alternates as VEP names them in CSQ's Allele.

    VEP cuts the first base off when it is the same in every allele of a record that holds an
    allele of another length; what is then empty is ``-``.
    """
    plain = [a for a in alts if a != "*"]
    changes = any(len(a) != len(ref) for a in plain)
    if changes and all(a[:1] == ref[:1] for a in plain):
        return [a if a == "*" else a[1:] or "-" for a in alts]
    return list(alts)


def _csq_of(
    entries: Sequence[CsqEntry], ref: str, alts: Sequence[str], allele: int
) -> list[CsqEntry]:
    """Entries that speak of one alternate."""
    if entries and all(e.allele_number is not None for e in entries):
        return [e for e in entries if e.allele_number == allele]
    wanted = vep_alleles(ref, alts)[allele - 1]
    mine = [e for e in entries if e.allele == wanted]
    if mine or len(alts) > 1:
        return mine
    names = {e.allele for e in entries}
    if len(names) == 1:
        return list(entries)
    # A split allele without its record: an entry that ends in the same bases, if only one does.
    alt = alts[0]
    ends = {n for n in names if n in {alt, alt[1:]} or (n == "-" and len(alt) < len(ref))}
    return [e for e in entries if e.allele in ends] if len(ends) == 1 else []


def _named(entries: Sequence[AnnEntry], alt: str) -> list[Consequence]:
    """Entries for an alternate; entries without allele count when no other allele is named."""
    exact = [e.consequence for e in entries if e.allele in {alt, ""}]
    if exact:
        return exact
    names = {e.allele for e in entries}
    return [e.consequence for e in entries] if len(names) == 1 else []
