"""HPO: ``hp.obo``, ``phenotype.hpoa``, ``genes_to_phenotype.txt``, ``genes_to_disease.txt``."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow as pa

from rareplan.refresh.faults import SourceError
from rareplan.refresh.parts import Inputs
from rareplan.refresh.tables import Built, from_rows

PARSER_VERSION = 1

_QUOTED = re.compile(r'^"((?:[^"\\]|\\.)*)"')
_HPOA_COLUMNS = [
    "database_id", "disease_name", "qualifier", "hpo_id", "reference", "evidence", "onset",
    "frequency", "sex", "modifier", "aspect", "biocuration",
]  # fmt: skip
_INHERITANCE_ASPECT = "I"


def obo_version(lines: Iterable[str]) -> str:
    """``2025-01-16`` from the ``data-version`` line of an OBO file's header."""
    for line in lines:
        if line.startswith("data-version:"):
            found = re.search(r"\d{4}-\d{2}-\d{2}", line)
            return found.group() if found else line.split(":", 1)[1].strip()
        if line.startswith("[Term]"):
            break
    raise SourceError("hp.obo has no data-version line: not an OBO release")


def _stanzas(lines: Iterable[str]) -> Iterator[list[tuple[str, str]]]:
    inside, tags = False, list[tuple[str, str]]()
    for raw in lines:
        line = raw.rstrip("\n")
        if line.startswith("["):
            if inside:
                yield tags
            inside, tags = line == "[Term]", []
        elif inside and ": " in line:
            key, value = line.split(": ", 1)
            tags.append((key, value))
    if inside:
        yield tags


def _text(value: str) -> str:
    found = _QUOTED.match(value)
    text = found.group(1) if found else value
    return text.replace('\\"', '"').replace("\\n", " ").replace("\\", "")


def _only(values: list[str]) -> list[str]:
    """A single suggestion counts as the successor; several do not."""
    return values if len(values) == 1 else []


def parse_obo(lines: Iterable[str], prefix: str = "HP:") -> pa.Table:
    """Every term, current and obsolete, as ``hpo_terms``."""
    rows = []
    for tags in _stanzas(lines):
        many: dict[str, list[str]] = {}
        for key, value in tags:
            many.setdefault(key, []).append(value)
        term = many["id"][0]
        if not term.startswith(prefix):
            continue
        synonyms = [(v, _text(v)) for v in many.get("synonym", [])]
        successors = many.get("replaced_by", []) or _only(many.get("consider", []))
        rows.append(
            (
                term,
                many.get("name", [""])[0].removeprefix("obsolete "),
                [text for _, text in synonyms],
                [p.split(" ! ")[0].strip() for p in many.get("is_a", [])],
                many.get("is_obsolete", ["false"])[0] == "true",
                successors[0].split(" ! ")[0].strip() if successors else "",
                many.get("alt_id", []),
                _text(many.get("def", [""])[0]),
                [text for raw, text in synonyms if " layperson" in raw],
            )
        )
    if not rows:
        raise SourceError("the OBO file holds no terms")
    return from_rows("hpo_terms", sorted(rows))


def _frequency(text: str) -> tuple[int, int, str, float]:
    """Counts, class and fraction of one HPOA frequency (``3/7``, ``45%`` or an HPO class)."""
    if text.startswith("HP:"):
        return -1, -1, text, math.nan
    if "/" in text:
        n, m = (int(part) for part in text.split("/"))
        if m > 0 and 0 <= n <= m:
            return n, m, "", n / m
        return -1, -1, "", math.nan
    if text.endswith("%"):
        return -1, -1, "", float(text[:-1]) / 100
    return -1, -1, "", math.nan


def parse_hpoa(lines: Iterable[str]) -> tuple[str, pa.Table, list[tuple[str, str, list[str]]]]:
    """Version, ``disease_terms``, and (disease id, name, inheritance HPO ids) rows."""
    version, seen_header = "", False
    rows, names, modes = [], dict[str, str](), dict[str, set[str]]()
    for raw in lines:
        line = raw.rstrip("\n")
        if line.startswith("#"):
            version = line.split(":", 1)[1].strip() if line.startswith("#version:") else version
            continue
        fields = line.split("\t")
        if not seen_header:
            if fields != _HPOA_COLUMNS:
                raise SourceError(f"phenotype.hpoa: columns are {fields[:5]}..., not as documented")
            seen_header = True
            continue
        disease, name, qualifier, term, reference, evidence, onset, freq, sex, _, aspect, _ = fields
        names.setdefault(disease, name)
        if aspect == _INHERITANCE_ASPECT and qualifier != "NOT":
            modes.setdefault(disease, set()).add(term)
        rows.append(
            (disease, term, qualifier == "NOT", *_frequency(freq), onset, sex.upper(), reference,
             evidence, aspect)
        )  # fmt: skip
    if not rows:
        raise SourceError("phenotype.hpoa holds no annotation")
    found = [(d, names[d], sorted(modes.get(d, ()))) for d in sorted(names)]
    return version, from_rows("disease_terms", sorted(rows, key=str)), found


def parse_genes_to_phenotype(lines: Iterable[str]) -> list[tuple[str, str, str]]:
    """Distinct (entrez id, symbol, disease id), sorted."""
    iterator = iter(lines)
    header = next(iterator, "").rstrip("\n").split("\t")
    wanted = ["ncbi_gene_id", "gene_symbol", "hpo_id", "hpo_name", "frequency", "disease_id"]
    if header != wanted:
        raise SourceError(f"genes_to_phenotype.txt: columns are {header}, expected {wanted}")
    pairs = set()
    for raw in iterator:
        entrez, symbol, *_, disease = raw.rstrip("\n").split("\t")
        if symbol not in ("", "-"):
            pairs.add((entrez, symbol, disease))
    return sorted(pairs)


def parse_genes_to_disease(lines: Iterable[str]) -> list[tuple[str, str, str, str]]:
    """(entrez id, symbol, association type, disease id), sorted."""
    iterator = iter(lines)
    header = next(iterator, "").rstrip("\n").split("\t")
    wanted = ["ncbi_gene_id", "gene_symbol", "association_type", "disease_id", "source"]
    if header != wanted:
        raise SourceError(f"genes_to_disease.txt: columns are {header}, expected {wanted}")
    rows = set()
    for raw in iterator:
        entrez, symbol, kind, disease, _ = raw.rstrip("\n").split("\t")
        rows.add((entrez.removeprefix("NCBIGene:"), symbol, kind, disease))
    if not rows:
        raise SourceError("genes_to_disease.txt holds no link")
    return sorted(rows)


def build(inputs: Inputs, _work: Path) -> Iterator[Built]:
    """``hpo_terms``, ``disease_terms``, and the parts of ``diseases`` and ``gene_disease``."""
    version = obo_version(inputs.lines("hp.obo"))
    obo = inputs.source("hp.obo", version, version)
    yield Built("hpo_terms", parse_obo(inputs.lines("hp.obo")), (obo,))
    dated, terms, names = parse_hpoa(inputs.lines("phenotype.hpoa"))
    hpoa = inputs.source("phenotype.hpoa", dated, dated)
    yield Built("disease_terms", terms, (hpoa,))
    columns = list(zip(*names, strict=True))
    listed = pa.table(
        {"disease_id": columns[0], "name": columns[1]}
        | {"inheritance": pa.array(columns[2], pa.list_(pa.string()))}
    )
    yield Built("named_diseases", listed, (hpoa,))
    rows = parse_genes_to_disease(inputs.lines("genes_to_disease.txt"))
    links = inputs.source("genes_to_disease.txt", dated, dated)
    names_ = ("entrez_id", "symbol", "association_type", "disease_id")
    linked = dict(zip(names_, zip(*rows, strict=True), strict=True))
    yield Built("gene_links", pa.table(linked), (links,))
