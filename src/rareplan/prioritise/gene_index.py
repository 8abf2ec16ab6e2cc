"""Facts of every disease gene, read once from a snapshot."""

from __future__ import annotations

import math
from array import array
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from rareplan.knowledge.store import KnowledgeBase
from rareplan.prioritise.gene_facts import (
    ClinVarRows,
    DiseaseFacts,
    GeneFacts,
    attach_clinvar,
    clinvar_kind,
)

if TYPE_CHECKING:
    import pyarrow as pa

# HPO "Mode of inheritance" terms (HP:0000005 and below) as short codes.
INHERITANCE_CODES: dict[str, str] = {
    "HP:0000006": "AD",
    "HP:0012275": "AD",  # with maternal imprinting
    "HP:0012274": "AD",  # with paternal imprinting
    "HP:0032113": "AD",  # semidominant
    "HP:0034340": "AD",  # pseudoautosomal dominant
    "HP:0000007": "AR",
    "HP:0034341": "AR",  # pseudoautosomal recessive
    "HP:0001417": "XL",
    "HP:0001419": "XLR",
    "HP:0001423": "XLD",
    "HP:0001450": "Y",
    "HP:0001427": "MT",
}
_CLASS_ORDER = ("MANE Select", "canonical", "MANE Plus Clinical", "")


@dataclass(frozen=True)
class GeneIndex:
    """Gene symbol to facts, and what the snapshot could not tell."""

    genes: dict[str, GeneFacts]
    total_cds: int
    """Coding bases of all genes, reported transcript each: the target of the background."""
    has_clinvar: bool
    has_constraint: bool

    def get(self, symbol: str) -> GeneFacts:
        """Facts of a gene; an empty record for one the snapshot does not know."""
        return self.genes.get(symbol) or GeneFacts(symbol, clinvar_known=self.has_clinvar)


def gene_index(kb: KnowledgeBase) -> GeneIndex:
    """The index of a snapshot, built once and kept with it."""
    return kb.memo("prioritise:gene_index", _build)


def _build(kb: KnowledgeBase) -> GeneIndex:
    genes = _transcripts(kb)
    total = sum(g.cds_length for g in genes.values())
    _with_diseases(kb, genes)
    _with_clinvar(kb, genes)
    _with_numbers(kb, genes)
    _with_domains(kb, genes)
    return GeneIndex(genes, total, kb.has("clinvar"), kb.has("constraint"))


def _column(table: pa.Table, name: str) -> list[Any]:
    return list(table.column(name).to_pylist())


def _transcripts(kb: KnowledgeBase) -> dict[str, GeneFacts]:
    if not kb.has("transcripts"):
        return {}
    names = ("gene", "hgnc_id", "transcript_class", "strand", "cds_start", "cds_end",
             "exon_starts", "exon_ends")  # fmt: skip
    table = kb.table("transcripts")
    found: dict[str, tuple[int, GeneFacts]] = {}
    for symbol, hgnc, kind, strand, low, high, starts, ends in zip(
        *(_column(table, name) for name in names), strict=True
    ):
        rank = _CLASS_ORDER.index(kind) if kind in _CLASS_ORDER else len(_CLASS_ORDER)
        if symbol in found and found[symbol][0] <= rank:
            continue
        coding = sum(
            max(0, min(e, high) - max(s, low) + 1) for s, e in zip(starts, ends, strict=True)
        )
        facts = GeneFacts(
            gene=symbol, hgnc_id=hgnc or "", strand=strand, cds_length=coding if high else 0,
            exon_length=sum(e - s + 1 for s, e in zip(starts, ends, strict=True)),
            exon_starts=array("q", starts), exon_ends=array("q", ends), cds_start=low, cds_end=high,
        )  # fmt: skip
        found[symbol] = (rank, facts)
    return {symbol: facts for symbol, (_, facts) in found.items()}


def _with_diseases(kb: KnowledgeBase, genes: dict[str, GeneFacts]) -> None:
    if not (kb.has("gene_disease") and kb.has("diseases")):
        return
    table = kb.table("diseases")
    known = {
        id_: DiseaseFacts(
            id_, name or "",
            frozenset(INHERITANCE_CODES[t] for t in terms or () if t in INHERITANCE_CODES),
        )
        for id_, name, terms in zip(
            _column(table, "disease_id"), _column(table, "name"), _column(table, "inheritance"),
            strict=True,
        )
    }  # fmt: skip
    links: dict[str, dict[str, DiseaseFacts]] = defaultdict(dict)
    table = kb.table("gene_disease")
    names = ("gene", "disease_id", "association_type")
    for symbol, disease, kind in zip(*(_column(table, n) for n in names), strict=True):
        if symbol != "-" and kind != "POLYGENIC":
            links[symbol][disease] = known.get(disease, DiseaseFacts(disease))
    for symbol, diseases in links.items():
        base = genes.get(symbol) or GeneFacts(symbol)
        modes = frozenset().union(*(d.inheritance for d in diseases.values()))
        genes[symbol] = replace(
            base, diseases=tuple(replace(d, assumed=modes) for d in diseases.values())
        )


def _with_clinvar(kb: KnowledgeBase, genes: dict[str, GeneFacts]) -> None:
    if not kb.has("clinvar"):
        return
    table = kb.table("clinvar")
    significance = [s.lower() for s in _column(table, "significance")]
    keep = np.array(["pathogenic" in s and "conflict" not in s for s in significance], bool)
    contig = table.column("contig").to_numpy()[keep]
    columns = {
        "pos": table.column("pos").to_numpy()[keep].astype(np.int64),
        "ref": np.array(_column(table, "ref"), object)[keep],
        "alt": np.array(_column(table, "alt"), object)[keep],
        "variation_id": table.column("variation_id").to_numpy()[keep].astype(np.int64),
        "kind": np.array([clinvar_kind(c or []) for c in _column(table, "consequences")])[keep],
    }
    per_contig = {
        int(code): {name: values[contig == code] for name, values in columns.items()}
        for code in np.unique(contig)
    }
    nothing = ClinVarRows()
    where = _contigs(kb)
    for symbol, facts in genes.items():
        if not facts.diseases:
            continue
        rows = per_contig.get(where.get(symbol, 0))
        found = attach_clinvar(facts, rows) if rows else nothing
        genes[symbol] = replace(facts, clinvar=found, clinvar_known=True)


def _number(value: float | None) -> float | None:
    return None if value is None or math.isnan(value) else float(value)


def _contigs(kb: KnowledgeBase) -> dict[str, int]:
    table = kb.table("transcripts")
    return dict(zip(_column(table, "gene"), _column(table, "contig"), strict=True))


def _with_numbers(kb: KnowledgeBase, genes: dict[str, GeneFacts]) -> None:
    if kb.has("constraint"):
        table = kb.table("constraint")
        for symbol, loeuf, mis_z in zip(
            *(_column(table, name) for name in ("gene", "loeuf", "mis_z")), strict=True
        ):
            if symbol in genes:
                genes[symbol] = replace(genes[symbol], loeuf=_number(loeuf), mis_z=_number(mis_z))
    if kb.has("dosage"):
        table = kb.table("dosage")
        for symbol, score in zip(
            _column(table, "gene"), _column(table, "haploinsufficiency"), strict=True
        ):
            if symbol in genes and score is not None:
                genes[symbol] = replace(genes[symbol], haploinsufficiency=str(score))


def _with_domains(kb: KnowledgeBase, genes: dict[str, GeneFacts]) -> None:
    if kb.has("domains"):
        table = kb.table("domains")
        spans: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
        names = ("gene", "start_aa", "end_aa", "name")
        for symbol, start, end, name in zip(*(_column(table, n) for n in names), strict=True):
            spans[symbol].append((start, end, name))
        for symbol, facts in genes.items():
            if facts.diseases:
                own = tuple(spans.get(symbol, ()))
                genes[symbol] = replace(facts, domains=own, domains_known=True)
