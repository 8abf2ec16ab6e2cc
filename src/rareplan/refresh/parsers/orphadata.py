"""Orphadata XML: cross-references (1), genes (6), prevalence and inheritance (9)."""

from __future__ import annotations

import xml.sax
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import pyarrow as pa

from rareplan.refresh.faults import SourceError
from rareplan.refresh.parts import Inputs
from rareplan.refresh.tables import Built, from_rows

PARSER_VERSION = 1

# Orphanet's words for inheritance, as HPO ids.
INHERITANCE = {
    "Autosomal dominant": "HP:0000006",
    "Autosomal recessive": "HP:0000007",
    "X-linked recessive": "HP:0001419",
    "X-linked dominant": "HP:0001423",
    "Mitochondrial inheritance": "HP:0001427",
    "Y-linked": "HP:0001450",
    "Multigenic/multifactorial": "HP:0001426",
    "Oligogenic": "HP:0010983",
    "Semi-dominant": "HP:0032113",
}
_PREDICATES = {"E": "skos:exactMatch", "NTBT": "skos:broadMatch", "BTNT": "skos:narrowMatch"}
Node = dict[str, Any]


class _Disorders(xml.sax.ContentHandler):
    """Collects each ``Disorder`` as nested lists; no external entity is ever resolved."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Node] = []
        self.version = ""
        self.date = ""
        self._stack: list[Node] = []
        self._text: list[str] = []

    def startElement(self, name: str, attrs: Any) -> None:  # noqa: N802 - SAX's name
        if name == "JDBOR":
            self.version, self.date = attrs.get("version", ""), attrs.get("date", "")[:10]
        if name == "Disorder" or self._stack:
            self._stack.append({"": name})
        self._text = []

    def characters(self, content: str) -> None:
        self._text.append(content)

    def endElement(self, name: str) -> None:  # noqa: N802 - SAX's name
        if not self._stack:
            return
        node = self._stack.pop()
        node["text"] = "".join(self._text).strip()
        self._text = []
        if self._stack:
            self._stack[-1].setdefault(name, []).append(node)
        else:
            self.found.append(node)


def disorders(handle: IO[bytes]) -> tuple[list[Node], str, str]:
    """Disorders, version and date of one product.

    Raises:
        SourceError: not the XML that Orphadata documents.
    """
    handler = _Disorders()
    # expat since 2.4.1 bounds entity expansion; external entities are switched off below.
    parser = xml.sax.make_parser()  # noqa: S317
    parser.setFeature(xml.sax.handler.feature_external_ges, 0)
    parser.setContentHandler(handler)
    try:
        parser.parse(handle)
    except xml.sax.SAXException as error:
        raise SourceError(f"Orphadata XML is damaged ({error})") from error
    if not handler.found:
        raise SourceError("Orphadata XML holds no disorder")
    return handler.found, handler.version, handler.date


def _all(node: Node, *path: str) -> list[Node]:
    nodes = [node]
    for name in path:
        nodes = [child for one in nodes for child in one.get(name, [])]
    return nodes


def _text(node: Node, *path: str) -> str:
    found = _all(node, *path)
    return str(found[0]["text"]) if found else ""


def _orpha(node: Node) -> str:
    return f"ORPHA:{_text(node, 'OrphaCode')}"


def cross_references(found: list[Node]) -> list[tuple[str, str, str, str]]:
    """(ORPHA id, OMIM or MONDO id, predicate, name) of product 1."""
    rows = set()
    for disorder in found:
        for ref in _all(disorder, "ExternalReferenceList", "ExternalReference"):
            source, value = _text(ref, "Source"), _text(ref, "Reference")
            relation = _text(ref, "DisorderMappingRelation", "Name").split(" ")[0]
            if source == "OMIM" and relation in _PREDICATES:
                name = _text(disorder, "Name")
                rows.add((_orpha(disorder), f"OMIM:{value}", _PREDICATES[relation], name))
    return sorted(rows)


def gene_links(found: list[Node]) -> list[tuple[str, str, str, str]]:
    """(HGNC id, symbol, association type, ORPHA id) of product 6, assessed links only."""
    rows = set()
    for disorder in found:
        for link in _all(disorder, "DisorderGeneAssociationList", "DisorderGeneAssociation"):
            if _text(link, "DisorderGeneAssociationStatus", "Name") != "Assessed":
                continue
            hgnc = next(
                (
                    _text(ref, "Reference")
                    for ref in _all(link, "Gene", "ExternalReferenceList", "ExternalReference")
                    if _text(ref, "Source") == "HGNC"
                ),
                "",
            )
            hgnc = f"HGNC:{hgnc.removeprefix('HGNC:')}" if hgnc else ""
            kind = _text(link, "DisorderGeneAssociationType", "Name")
            rows.add((hgnc, _text(link, "Gene", "Symbol"), kind, _orpha(disorder)))
    return sorted(rows)


def prevalences(found: list[Node]) -> list[tuple[str, str, str, str, bool]]:
    """``prevalence`` rows of product 9 (epidemiology)."""
    rows = set()
    for disorder in found:
        for item in _all(disorder, "PrevalenceList", "Prevalence"):
            rows.add(
                (
                    _orpha(disorder), _text(item, "PrevalenceType", "Name"),
                    _text(item, "PrevalenceClass", "Name"),
                    _text(item, "PrevalenceGeographic", "Name"),
                    _text(item, "PrevalenceValidationStatus", "Name") == "Validated",
                )
            )  # fmt: skip
    return sorted(rows)


def inheritances(found: list[Node]) -> list[tuple[str, str, list[str]]]:
    """(ORPHA id, name, inheritance HPO ids) of product 9 (natural history)."""
    rows = []
    for disorder in found:
        names = {
            _text(n, "Name") for n in _all(disorder, "TypeOfInheritanceList", "TypeOfInheritance")
        }
        modes = sorted({INHERITANCE[n] for n in names if n in INHERITANCE})
        rows.append((_orpha(disorder), _text(disorder, "Name"), modes))
    return sorted(rows)


def build(inputs: Inputs, _work: Path) -> Iterator[Built]:
    """``orpha_xrefs``, ``orpha_links``, ``prevalence`` and ``orpha_modes``."""
    steps: tuple[tuple[str, str, Any, tuple[str, ...]], ...] = (
        ("en_product1.xml", "orpha_xrefs", cross_references, ("id", "other", "predicate", "name")),
        ("en_product6.xml", "orpha_links", gene_links, ("hgnc", "symbol", "kind", "disease_id")),
        ("en_product9_prev.xml", "prevalence", prevalences, ()),
        ("en_product9_ages.xml", "orpha_modes", inheritances, ("disease_id", "name", "modes")),
    )
    for file, name, parse, columns in steps:
        with inputs.open(file) as handle:
            found, version, date = disorders(handle)
        rows = parse(found)
        if columns:
            data = pa.Table.from_pylist([dict(zip(columns, row, strict=True)) for row in rows])
        else:
            data = from_rows(name, rows)
        yield Built(name, data, (inputs.source(file, version, date),))
