"""Facts of a gene that some snapshots hold: constraint, dosage, validity, expression, domains."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rareplan.knowledge.columns import texts
from rareplan.knowledge.store import KnowledgeBase


@dataclass(frozen=True)
class Constraint:
    """gnomAD constraint; None where gnomAD gives no value."""

    transcript: str
    pli: float | None
    loeuf: float | None
    mis_z: float | None
    source: str


@dataclass(frozen=True)
class Dosage:
    """ClinGen dosage scores: 3, 2, 1, 0, 30 (recessive), 40 (unlikely); None unscored."""

    haploinsufficiency: int | None
    triplosensitivity: int | None


@dataclass(frozen=True)
class Validity:
    """How well a gene's link to a disease is established (ClinGen, GenCC)."""

    disease_id: str
    classification: str
    inheritance: str
    source: str


@dataclass(frozen=True)
class Domain:
    """A domain or feature of the canonical protein, 1-based inclusive residues."""

    transcript: str
    start_aa: int
    end_aa: int
    name: str


def _rows_of(kb: KnowledgeBase, name: str, gene: str) -> list[dict[str, Any]]:
    """Rows of one gene. Only where they lie is kept: as Python objects a table takes 30 MB."""
    if not kb.has(name):
        return []

    def build(base: KnowledgeBase) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for row, symbol in enumerate(texts(base.table(name), "gene")):
            found.setdefault(symbol, []).append(row)
        return found

    rows = kb.memo(f"rows_of:{name}", build).get(gene)
    found: list[dict[str, Any]] = kb.table(name).take(rows).to_pylist() if rows else []
    return found


def _number(value: float | None) -> float | None:
    return None if value is None or value != value else float(value)  # noqa: PLR0124 - NaN


def constraint_of(kb: KnowledgeBase, gene: str) -> Constraint | None:
    """Constraint of a gene; None when the snapshot has none."""
    rows = _rows_of(kb, "constraint", gene)
    if not rows:
        return None
    row = rows[0]
    return Constraint(
        row["transcript"], _number(row["pli"]), _number(row["loeuf"]), _number(row["mis_z"]),
        row["source"],
    )  # fmt: skip


def dosage_of(kb: KnowledgeBase, gene: str) -> Dosage | None:
    """ClinGen dosage of a gene; None when the snapshot has none."""
    rows = _rows_of(kb, "dosage", gene)
    if not rows:
        return None
    scores = (rows[0]["haploinsufficiency"], rows[0]["triplosensitivity"])
    return Dosage(*(None if s is None or s < 0 else int(s) for s in scores))


def validity_of(kb: KnowledgeBase, gene: str) -> tuple[Validity, ...]:
    """Validity statements for a gene."""
    keys = ("disease_id", "classification", "inheritance", "source")
    rows = _rows_of(kb, "validity", gene)
    return tuple(Validity(*(row[key] for key in keys)) for row in rows)


def domains_of(kb: KnowledgeBase, gene: str) -> tuple[Domain, ...]:
    """Domains of a gene's canonical protein, by first residue."""
    rows = _rows_of(kb, "domains", gene)
    found = (Domain(r["transcript"], r["start_aa"], r["end_aa"], r["name"]) for r in rows)
    return tuple(sorted(found, key=lambda d: (d.start_aa, d.end_aa)))


def expression_of(kb: KnowledgeBase, gene: str) -> dict[str, float]:
    """Median TPM by tissue, highest first (only the tissues that the snapshot lists)."""
    rows = _rows_of(kb, "expression", gene)
    return {r["tissue"]: r["median"] for r in sorted(rows, key=lambda r: -r["median"])}


def paralogs_of(kb: KnowledgeBase, gene: str) -> tuple[str, ...]:
    """Symbols of a gene's paralogs."""

    def build(base: KnowledgeBase) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        table = base.table("gene_gene").to_pydict()
        for a, b, kind in zip(table["gene_a"], table["gene_b"], table["kind"], strict=True):
            if kind == "paralog":
                found.setdefault(a, []).append(b)
                found.setdefault(b, []).append(a)
        return found

    if not kb.has("gene_gene"):
        return ()
    return tuple(sorted(kb.memo("paralogs", build).get(gene, ())))
