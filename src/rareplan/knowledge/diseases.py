"""Diseases, their genes, modes of inheritance, names and cross-references."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from rareplan.knowledge.columns import ragged, texts
from rareplan.knowledge.store import KnowledgeBase

# HPO's inheritance terms in the words that segregation uses.
MODE_NAMES: Mapping[str, str] = {
    "HP:0000006": "AD",
    "HP:0000007": "AR",
    "HP:0001417": "XL",
    "HP:0001419": "XLR",
    "HP:0001423": "XLD",
    "HP:0001427": "MT",
    "HP:0001450": "YL",
    "HP:0001426": "multifactorial",
    "HP:0010982": "polygenic",
    "HP:0010984": "digenic",
    "HP:0012275": "AD (maternal imprinting)",
    "HP:0012274": "AD (paternal imprinting)",
    "HP:0034340": "semidominant",
    "HP:0032113": "semidominant",
    "HP:0003745": "sporadic",
    "HP:0001428": "somatic",
    "HP:0003743": "anticipation",
}


@dataclass(frozen=True)
class Disease:
    """One disease as HPO annotates it; ``inheritance`` holds HPO ids."""

    id: str
    name: str
    source: str
    mondo_id: str
    inheritance: tuple[str, ...]
    deprecated: bool

    @property
    def modes(self) -> tuple[str, ...]:
        """Short names of the modes of inheritance, where HPO gives them."""
        return tuple(MODE_NAMES[m] for m in self.inheritance if m in MODE_NAMES)


class DiseaseIndex:
    """Diseases by id, by gene and by cross-reference."""

    def __init__(self, kb: KnowledgeBase) -> None:
        self._kb = kb
        table = kb.table("diseases")
        offsets, values = ragged(table, "inheritance")
        modes = values.to_pylist()
        columns = zip(
            texts(table, "disease_id"), texts(table, "name"), texts(table, "source"),
            texts(table, "mondo_id"), table.column("deprecated").to_pylist(), strict=True,
        )  # fmt: skip
        self.by_id = {
            ident: Disease(
                ident, name, source, mondo, tuple(modes[offsets[i] : offsets[i + 1]]), gone
            )
            for i, (ident, name, source, mondo, gone) in enumerate(columns)
        }

    @cached_property
    def _links(self) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
        table = self._kb.table("gene_disease")
        of_gene: dict[str, list[str]] = {}
        of_disease: dict[str, list[str]] = {}
        for gene, disease in zip(texts(table, "gene"), texts(table, "disease_id"), strict=True):
            of_gene.setdefault(gene, []).append(disease)
            of_disease.setdefault(disease, []).append(gene)
        return of_gene, of_disease

    @cached_property
    def _mondo(self) -> tuple[dict[str, str], dict[str, str]]:
        table = self._kb.table("xrefs")
        names: dict[str, str] = {}
        exact: dict[str, str] = {}
        for mondo, other, predicate, label in zip(
            texts(table, "mondo_id"), texts(table, "other_id"), texts(table, "predicate"),
            texts(table, "label"), strict=True,
        ):  # fmt: skip
            names[mondo] = label
            if predicate == "skos:exactMatch":
                exact[other] = mondo
        return names, exact

    def get(self, disease_id: str) -> Disease | None:
        """A disease by its OMIM, ORPHA or DECIPHER id."""
        return self.by_id.get(disease_id)

    def of_gene(self, gene: str) -> tuple[Disease, ...]:
        """Annotated diseases of a gene, by current symbol."""
        ids = dict.fromkeys(self._links[0].get(gene, ()))
        return tuple(self.by_id[d] for d in ids if d in self.by_id)

    def genes_of(self, disease_id: str) -> tuple[str, ...]:
        """Symbols linked to a disease."""
        return tuple(dict.fromkeys(self._links[1].get(disease_id, ())))

    def mondo_of(self, other_id: str) -> str:
        """MONDO id with an exact match to another id; empty without one."""
        return self._mondo[1].get(other_id, "")

    def mondo_label(self, mondo_id: str) -> str:
        """MONDO's own name; empty when unknown."""
        return self._mondo[0].get(mondo_id, "")


def diseases(kb: KnowledgeBase) -> DiseaseIndex:
    """The diseases of a snapshot, indexed once."""
    return kb.memo("diseases", DiseaseIndex)
