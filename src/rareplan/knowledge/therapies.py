"""Curated tables of treatments, cautions, mechanisms and drug names, as typed rows.

The tables are hand-written TSV (``knowledge/curated``), one fact a row with its citation; the
schema of each lies beside it (``*.schema.toml``) and :mod:`rareplan.knowledge.curated_check`
holds them to it. Reading is lazy: nothing is parsed until a gene is asked for.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rareplan.knowledge.store import KnowledgeBase

Row = dict[str, str]


def items(cell: str) -> tuple[str, ...]:
    """The parts of a cell that holds a list (``;`` between parts)."""
    return tuple(part.strip() for part in cell.split(";") if part.strip())


def number(cell: str) -> float | None:
    """A number, or None for an empty cell."""
    return float(cell) if cell else None


@dataclass(frozen=True)
class TherapyRow:
    """One treatment of one disease of one gene. Ages in years, weight in kg."""

    id: str
    gene: str
    hgnc_id: str
    disease: str
    omim: tuple[str, ...]
    mondo: tuple[str, ...]
    mechanisms: tuple[str, ...]
    genotype: tuple[str, ...]
    variants_indicated: tuple[str, ...]
    variants_contraindicated: tuple[str, ...]
    intervention: str
    agents: tuple[str, ...]
    therapy_class: str
    mode: str
    direction: str
    wrong_for: tuple[str, ...]
    tier: str
    approvals: tuple[str, ...]
    list_check: str
    start_within: str
    age_min_years: float | None
    age_max_years: float | None
    weight_min_kg: float | None
    subgroup_indicated: str
    subgroup_contraindicated: str
    boxed_warning: str
    efficacy: str
    evidence: str
    position: str
    mode_of_action: str
    limits: str
    danger: str
    citations: tuple[str, ...]
    reviewed: bool
    last_reviewed: str


@dataclass(frozen=True)
class CautionRow:
    """One medicine (or several) to avoid or adapt with one gene."""

    id: str
    gene: str
    kind: str
    mechanisms: tuple[str, ...]
    genotype: str
    variants: tuple[str, ...]
    context: str
    condition: str
    drugs: tuple[str, ...]
    action: str
    exception: str
    reason: str
    citations: tuple[str, ...]
    reviewed: bool
    last_reviewed: str


@dataclass(frozen=True)
class MechanismRow:
    """The mechanism by which variants of a gene cause one disease."""

    gene: str
    disease: str
    omim: tuple[str, ...]
    mechanisms: tuple[str, ...]
    inheritance: str
    null_alleles: str
    tell_apart: str
    citations: tuple[str, ...]
    reviewed: bool


@dataclass(frozen=True)
class VariantEffect:
    """A variant whose effect on function is settled in the literature."""

    gene: str
    change: str
    mechanisms: tuple[str, ...]
    disease: str
    citations: tuple[str, ...]


@dataclass(frozen=True)
class PathwayEdge:
    """``source`` acts on ``target``: one step, signed."""

    source: str
    target: str
    effect: str  # activates, inhibits
    pathway: str
    citations: tuple[str, ...]


@dataclass(frozen=True)
class DrugRow:
    """A medicine, its other names and the classes that cautions speak of."""

    name: str
    synonyms: tuple[str, ...]
    classes: tuple[str, ...]
    ids: tuple[str, ...]


@dataclass(frozen=True)
class CuratedTherapies:
    """The curated tables behind the treatment stage, by gene."""

    kb: KnowledgeBase

    @cached_property
    def therapies(self) -> Mapping[str, Sequence[TherapyRow]]:
        """Treatments by gene symbol."""
        return _by_gene(_therapy(row) for row in self.kb.curated("therapies"))

    @cached_property
    def cautions(self) -> Mapping[str, Sequence[CautionRow]]:
        """Cautions by gene symbol."""
        return _by_gene(_caution(row) for row in self.kb.curated("cautions"))

    @cached_property
    def mechanisms(self) -> Mapping[str, Sequence[MechanismRow]]:
        """Disease mechanisms by gene symbol."""
        return _by_gene(_mechanism(row) for row in self.kb.curated("mechanisms"))

    @cached_property
    def effects(self) -> Mapping[str, Sequence[VariantEffect]]:
        """Variants of known effect by gene symbol."""
        return _by_gene(_effect(row) for row in self.kb.curated("variant_effects"))

    @cached_property
    def edges(self) -> Mapping[str, Sequence[PathwayEdge]]:
        """Pathway edges by source gene."""
        found: dict[str, list[PathwayEdge]] = defaultdict(list)
        for row in self.kb.curated("pathway_edges"):
            edge = PathwayEdge(
                row["source"], row["target"], row["effect"], row["pathway"], items(row["citation"])
            )
            found[edge.source].append(edge)
        return found

    @cached_property
    def drugs(self) -> Mapping[str, DrugRow]:
        """Medicines by name in lower case."""
        rows = (_drug(row) for row in self.kb.curated("drugs"))
        return {row.name.lower(): row for row in rows}


def curated_therapies(kb: KnowledgeBase) -> CuratedTherapies:
    """The curated tables of a snapshot, parsed once."""
    return kb.memo("therapies:curated", CuratedTherapies)


R = TypeVar("R", TherapyRow, CautionRow, MechanismRow, VariantEffect)


def _by_gene(rows: Iterable[R]) -> dict[str, list[R]]:
    found: dict[str, list[R]] = defaultdict(list)
    for row in rows:
        found[row.gene].append(row)
    return dict(found)


def _therapy(row: Row) -> TherapyRow:
    listed = {"omim", "mondo", "approvals", "agents", "wrong_for"}
    listed |= {"variants_indicated", "variants_contraindicated"}
    numbers = {"age_min_years", "age_max_years", "weight_min_kg"}
    kept: dict[str, object] = {}
    for key, cell in row.items():
        if key in listed:
            kept[key] = items(cell)
        elif key in numbers:
            kept[key] = number(cell)
        elif key not in {"mechanism", "genotype", "citation", "reviewed"}:
            kept[key] = cell
    kept["mechanisms"] = items(row["mechanism"])
    kept["genotype"] = tuple(part for part in row["genotype"].split("+") if part)
    kept["citations"] = items(row["citation"])
    kept["reviewed"] = row["reviewed"] == "yes"
    return TherapyRow(**kept)  # type: ignore[arg-type]


def _caution(row: Row) -> CautionRow:
    return CautionRow(
        id=row["id"],
        gene=row["gene"],
        kind=row["kind"],
        mechanisms=items(row["mechanism"]),
        genotype=row["genotype"],
        variants=items(row["variants"]),
        context=row["context"],
        condition=row["condition"],
        drugs=items(row["drugs"]),
        action=row["action"],
        exception=row["exception"],
        reason=row["reason"],
        citations=items(row["citation"]),
        reviewed=row["reviewed"] == "yes",
        last_reviewed=row["last_reviewed"],
    )


def _mechanism(row: Row) -> MechanismRow:
    return MechanismRow(
        gene=row["gene"],
        disease=row["disease"],
        omim=items(row["omim"]),
        mechanisms=items(row["mechanism"]),
        inheritance=row["inheritance"],
        null_alleles=row["null_alleles"],
        tell_apart=row["tell_apart"],
        citations=items(row["citation"]),
        reviewed=row["reviewed"] == "yes",
    )


def _effect(row: Row) -> VariantEffect:
    return VariantEffect(
        row["gene"],
        row["change"],
        items(row["mechanism"]),
        row["disease"],
        items(row["citation"]),
    )


def _drug(row: Row) -> DrugRow:
    return DrugRow(row["name"], items(row["synonyms"]), items(row["classes"]), items(row["ids"]))
