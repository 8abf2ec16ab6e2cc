"""Other tables of ideogram's cache: ClinVar, protein features, gene pairs, expression."""

from __future__ import annotations

import gzip
import itertools
import json
import operator
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from rareplan.model.genome import Contig, contig_from_name
from rareplan.refresh.faults import SourceError
from rareplan.refresh.tables import from_rows

# ClinVar's consequence words that the Sequence Ontology and VEP call otherwise.
CLINVAR_TERMS = {
    "nonsense": "stop_gained",
    "initiator_codon_variant": "start_lost",
    "inframe_indel": "protein_altering_variant",
    "genic_upstream_transcript_variant": "upstream_gene_variant",
    "genic_downstream_transcript_variant": "downstream_gene_variant",
    "no_sequence_alteration": "sequence_variant",
    "non-coding_transcript_variant": "non_coding_transcript_variant",
}
_STARS = {
    "criteria_provided,_multiple_submitters,_no_conflicts": 2,
    "reviewed_by_expert_panel": 3,
    "practice_guideline": 4,
}
LARGEST_FAMILY = 100
"""Families of zinc fingers and odorant receptors have hundreds: being a paralog says little."""
_SINGLE_LETTER = {
    "S": "signal peptide", "_H": "helical transmembrane", "_E": "extracellular topology",
    "_C": "cytoplasmic topology", "_N": "non-cytoplasmic topology",
}  # fmt: skip


def _lines(path: Path) -> Iterator[str]:
    with gzip.open(path, "rt", encoding="utf-8") as handle:
        for line in handle:
            yield line.rstrip("\n")


def clinvar_keys(path: Path) -> dict[str, list[str]]:
    """The value lists in the header of the line index of the variants file."""
    keys: dict[str, list[str]] = {}
    for line in _lines(path):
        found = re.match(r"# (\w+) = (\[.*\])$", line)
        if found:
            keys[found.group(1)] = json.loads(found.group(2))
        elif not line.startswith("#"):
            break
    if "molecular_consequences" not in keys:
        raise SourceError("ideogram's variant index has no keys in its header")
    return keys


def clinvar_table(variants: Path, index: Path) -> pa.Table:
    """``clinvar``: pathogenic and likely pathogenic alleles with two stars or more."""
    keys = clinvar_keys(index)
    diseases = [d.split("|", 1) for d in keys["disease_mondo_ids_and_names"]]
    terms = [t.split("|", 1)[1] for t in keys["molecular_consequences"]]
    stars = [_STARS[s] for s in keys["clinical_review_statuses"]]
    rows: list[tuple[Any, ...]] = []
    for line in _lines(variants):
        if line.startswith("#"):
            continue
        chrom, pos, variation, ref, alt, ids, _, status, significance, _, effects, *_ = line.split(
            "\t"
        )
        found = [diseases[int(i)] for i in ids.split(",") if i]
        effect = sorted({terms[int(i)] for i in effects.split(",") if i})
        contig = contig_from_name(chrom)
        if contig is Contig.OTHER or set(ref + alt) - set("ACGT"):
            continue
        rows.append(
            (int(contig), int(pos), ref, alt, int(variation),
             keys["clinical_significances"][int(significance)].replace("_", " "),
             stars[int(status)], [name.replace("_", " ") for _, name in found],
             [f"MONDO:{mondo}" for mondo, _ in found],
             sorted({CLINVAR_TERMS.get(t, t) for t in effect}))
        )  # fmt: skip
    return from_rows("clinvar", sorted(rows, key=operator.itemgetter(0, 1, 2, 3, 4)))


def domains_table(path: Path, transcripts: pa.Table) -> pa.Table:
    """``domains`` of the first (canonical) protein that is listed for each gene."""
    gene = transcripts.to_pydict()
    enst = dict(zip(gene["gene"], gene["transcript"], strict=True))
    names: dict[str, str] = {}
    rows = set()
    for line in _lines(path):
        if line.startswith("## domain keys:"):
            for item in line.removeprefix("## domain keys:").split(";"):
                key, _, name = item.strip().partition(" = ")
                names[key] = name.strip()
            continue
        head, *features = line.split("\t")
        symbol, _, _ = head.rpartition("-")
        if line.startswith("#") or not symbol or symbol not in enst:
            continue
        for feature in features:
            key, start, length = feature.split(";")
            first = int(start)
            name = _SINGLE_LETTER.get(key) or names.get(key) or ""
            if name:
                rows.add((symbol, enst[symbol], first, first + int(length), name))
    return from_rows("domains", sorted(rows))


def _paralogs(path: Path, symbols: dict[str, str]) -> Iterator[tuple[str, str]]:
    rows = (line.split("\t") for line in _lines(path) if not line.startswith("#"))
    lists = {symbol: ids for symbol, *ids in rows}
    for symbol, ids in lists.items():
        # "_EGFR": the same family as EGFR's, which may stand further down.
        pointers = [name[1:] for name in ids if name.startswith("_")]
        family = itertools.chain(ids, *(lists.get(name, ()) for name in pointers))
        names = [symbols.get(f"ENSG{slim:0>11}") for slim in family if slim.isdigit()]
        if len(names) > LARGEST_FAMILY:
            continue
        for other in (*names, *pointers):
            if other and other != symbol:
                yield min(symbol, other), max(symbol, other)


def _interactions(path: Path, known: set[str]) -> Iterator[tuple[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as handle:
        content = json.load(handle)["interactions"]
    for edges in content.values():
        for _, left, right in edges:
            for a, b in itertools.product(known.intersection(left), known.intersection(right)):
                if a != b:
                    yield min(a, b), max(a, b)


def gene_gene_table(paralogs: Path, interactions: Path, genes: pa.Table) -> pa.Table:
    """``gene_gene``: each unordered pair once a kind."""
    columns = genes.to_pydict()
    symbols = dict(zip(columns["ensembl_id"], columns["symbol"], strict=True))
    known = set(columns["symbol"])
    pairs = {
        (a, b, "paralog", "Ensembl 110") for a, b in _paralogs(paralogs, symbols) if a in known
    }
    pairs |= {(a, b, "interaction", "WikiPathways") for a, b in _interactions(interactions, known)}
    return from_rows("gene_gene", sorted(pairs))


def expression_table(path: Path, known: set[str]) -> pa.Table:
    """``expression``: GTEx median of each of the gene's highest tissues that ideogram lists."""
    tissues: list[str] = []
    rows = []
    for line in _lines(path):
        if line.startswith("## tissues:"):
            listed = line.removeprefix("## tissues:").split(";")
            tissues = [item.split(",")[0].strip().replace("_", " ") for item in listed]
        if line.startswith("#"):
            continue
        gene, *metrics = line.split("\t")
        if gene in known:
            rows += [(gene, tissues[int(m.split(";")[0])], _median(m)) for m in metrics]
    return from_rows("expression", sorted(rows))


def _median(metric: str) -> float:
    """Median of one tissue: index; minimum; quartile 1; median; quartile 3; maximum; ten bins.

    Leading zeros of the box are left out, so the median is found from the end.
    """
    fields = metric.split(";")
    return float(fields[-13] or 0) if len(fields) >= 14 else 0.0
