"""Parts of the sources joined into the tables of a snapshot, over the tables of the starter."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from rareplan.knowledge.sequence import PackedSequence
from rareplan.knowledge.store import KnowledgeBase
from rareplan.model.genome import Contig
from rareplan.provenance import data_dir, sha256_file
from rareplan.refresh.flanks import with_flanks
from rareplan.refresh.genome import GENOME, SEQUENCE, with_genome
from rareplan.refresh.parsers.mondo import exact_mondo
from rareplan.refresh.parts import Part
from rareplan.refresh.tables import Built, Source, from_rows

Parts = Mapping[str, Part]

AS_THEY_ARE = (
    "hpo_terms", "disease_terms", "xrefs", "clinvar", "clinvar_other", "constraint", "dosage",
    "chain_37_38", "frequencies", "pgx_guidelines", "disease_actions", "prevalence", "trials",
    "alphamissense", "revel",
)  # fmt: skip
JOINED = ("validity", "drug_targets", "approvals")


def assemble(parts: Parts, base: KnowledgeBase) -> Iterator[Built]:
    """Every table that the parts give, in an order that a reader can follow.

    ``base`` is the starter: its gene loci and the transcripts of genes without a MANE one are
    used where the parts have none.
    """
    for part in parts.values():
        for name in part.index["tables"]:
            if name in AS_THEY_ARE:
                yield _kept(part, name)
    genes = _genes(parts, base)
    if genes:
        yield genes
    symbols = genes.data if genes else base.table("genes")
    assert isinstance(symbols, pa.Table)
    yield from _transcripts(parts, base)
    diseases = _diseases(parts)
    if diseases:
        yield diseases
    links = _gene_disease(parts, symbols)
    if links:
        yield links
    for name in JOINED:
        found = [p for p in parts.values() if name in p.index["tables"]]
        if found:
            yield _joined(name, found, symbols)
    yield from curated_tables()


def curated_tables() -> Iterator[Built]:
    """The package's hand-written tables, copied in as they are."""
    for path in sorted((data_dir("knowledge") / "curated").glob("*.tsv")):
        source = Source(
            "rareplan curated tables", "with this rareplan", "", "Apache-2.0; each row cited",
            "knowledge/curated", sha256_file(path),
        )  # fmt: skip
        yield Built(f"curated/{path.stem}", path.read_bytes(), (source,))


def _kept(part: Part, name: str) -> Built:
    entry = part.index["tables"][name]
    data: Any = part.path(name)
    if data.suffix == ".npz":
        data = part.arrays(name)
    return Built(
        name, data, part.sources(name), entry["parser_version"], notes=entry.get("notes", {})
    )


def _genes(parts: Parts, base: KnowledgeBase) -> Built | None:
    """HGNC's genes with the places that MANE or the starter's loci give them."""
    hgnc = parts.get("hgnc")
    if hgnc is None:
        return None
    loci = _loci(parts, base)
    rows = []
    for gene in hgnc.table("hgnc_genes").to_pylist():
        nowhere = (Contig.OTHER, 0, 0, 0)
        locus = loci.get(gene["ensembl_id"]) or loci.get(gene["hgnc_id"]) or nowhere
        rows.append(
            (gene["symbol"], gene["hgnc_id"], gene["ensembl_id"], gene["entrez_id"], gene["name"],
             gene["aliases"], gene["previous"], gene["locus_type"], *locus, gene["omim_ids"],
             gene["location"])
        )  # fmt: skip
    return Built("genes", from_rows("genes", rows), hgnc.sources("hgnc_genes"))


def _loci(parts: Parts, base: KnowledgeBase) -> dict[str, tuple[int, int, int, int]]:
    """Contig, start, end, strand by Ensembl id and by HGNC id."""
    found: dict[str, tuple[int, int, int, int]] = {}
    columns = ["contig", "start", "end", "strand", "ensembl_id", "hgnc_id"]
    if mane := parts.get("mane"):
        table = mane.table("transcripts").rename_columns(
            ["ensembl_id" if n == "gene_id" else n for n in mane.table("transcripts").column_names]
        )
        for row in table.select(columns).to_pylist():
            _widen(found, row)
    for row in base.table("genes").select(columns).to_pylist():
        if row["contig"]:
            place = (row["contig"], row["start"], row["end"], row["strand"])
            for key in (row["ensembl_id"], row["hgnc_id"]):
                found[key] = place
    return found


def _widen(found: dict[str, tuple[int, int, int, int]], row: dict[str, Any]) -> None:
    for key in (row["ensembl_id"], row["hgnc_id"]):
        if key in found and found[key][0] == row["contig"]:
            _, low, high, _ = found[key]
            row = row | {"start": min(low, row["start"]), "end": max(high, row["end"])}
        found[key] = (row["contig"], row["start"], row["end"], row["strand"])


def _transcripts(parts: Parts, base: KnowledgeBase) -> Iterator[Built]:
    """MANE's transcripts, the starter's for genes without, and what sequence there is of both."""
    mane, rcrs, genome = parts.get("mane"), parts.get("rcrs"), parts.get(GENOME)
    own = base.table("transcripts").to_pylist()
    sources = base.manifest["tables"]["transcripts"]["sources"]
    given = tuple(Source(**entry) for entry in sources)
    rows, arrays = own, None
    if mane:
        listed = mane.table("transcripts").to_pylist()
        known = {row["hgnc_id"] or row["gene"] for row in listed}
        rows = listed + [r for r in own if (r["hgnc_id"] or r["gene"]) not in known]
        arrays, given = mane.arrays("sequence"), mane.sources("transcripts") + given
    if rcrs:
        arrays = _with_mitochondrion(rows, rcrs.arrays("rcrs")["codes"], arrays)
    if genome:
        arrays = with_genome(rows, genome.arrays(SEQUENCE), arrays)
    if not (mane or rcrs or genome):
        return
    rows = sorted(rows, key=lambda r: (r["contig"], r["start"], r["end"], r["transcript"]))
    if genome and arrays:
        arrays = {**arrays, **with_flanks(rows, genome.arrays(SEQUENCE))}
    yield Built("transcripts", pa.Table.from_pylist(rows, base.table("transcripts").schema), given)
    if arrays:
        named = ((mane, "sequence"), (rcrs, "rcrs"), (genome, SEQUENCE))
        from_part = tuple(s for part, name in named if part for s in part.sources(name))
        yield Built("sequence", arrays, from_part)


def _with_mitochondrion(
    rows: list[dict[str, Any]],
    codes: np.ndarray[Any, Any],
    arrays: Mapping[str, np.ndarray[Any, Any]] | None,
) -> dict[str, np.ndarray[Any, Any]]:
    """Append the sequence of the mitochondrial transcripts: one exon each, no introns."""
    length = int(arrays["length"][0]) if arrays else 0
    before = (
        PackedSequence.from_arrays(arrays).codes(np.arange(length))
        if arrays
        else np.zeros(0, np.uint8)
    )
    pieces, at = [before], length
    for row in rows:
        if row["contig"] != Contig.MT or len(row["exon_starts"]) != 1:
            continue
        piece = codes[row["start"] - 1 : row["end"]]
        if row["strand"] < 0:
            piece = np.where(piece < 4, 3 - piece, piece)[::-1]
        row["sequence_offset"] = at
        pieces.append(piece)
        at += len(piece)
    packed = PackedSequence.from_codes(np.concatenate(pieces).astype(np.uint8))
    return packed.as_arrays()


def _diseases(parts: Parts) -> Built | None:
    """HPO's diseases with MONDO ids, and Orphanet's inheritance where HPO gives none."""
    hpo = parts.get("hpo")
    if hpo is None:
        return None
    mondo, orpha = parts.get("mondo"), parts.get("orphadata")
    to_mondo = exact_mondo(mondo.table("xrefs")) if mondo else {}
    modes: dict[str, list[str]] = {}
    sources = hpo.sources("named_diseases")
    if orpha:
        modes = {r["disease_id"]: r["modes"] for r in orpha.table("orpha_modes").to_pylist()}
        sources += orpha.sources("orpha_modes")
    rows = []
    for row in hpo.table("named_diseases").to_pylist():
        ident, name = row["disease_id"], row["name"]
        rows.append(
            (ident, re.sub(r"(?i)^obsolete:?\s*", "", name), ident.split(":")[0],
             to_mondo.get(ident, ""), row["inheritance"] or modes.get(ident, []),
             name.lower().startswith("obsolete"))
        )  # fmt: skip
    return Built("diseases", from_rows("diseases", rows), sources)


def _gene_disease(parts: Parts, genes: pa.Table) -> Built | None:
    """HPO's links (with association type) and Orphadata's, under HGNC's current symbols."""
    hpo, orpha = parts.get("hpo"), parts.get("orphadata")
    if hpo is None:
        return None
    columns = genes.select(["symbol", "hgnc_id", "entrez_id"]).to_pylist()
    by_entrez = {r["entrez_id"]: r for r in columns if r["entrez_id"]}
    by_hgnc = {r["hgnc_id"]: r for r in columns}
    rows, seen = [], set()
    for link in hpo.table("gene_links").to_pylist():
        gene = by_entrez.get(link["entrez_id"], {"symbol": link["symbol"], "hgnc_id": ""})
        rows.append(
            (gene["symbol"], link["entrez_id"], gene["hgnc_id"], link["disease_id"],
             link["association_type"], "HPO")
        )  # fmt: skip
        seen.add((gene["symbol"], link["disease_id"]))
    sources = hpo.sources("gene_links")
    if orpha:
        sources += orpha.sources("orpha_links")
        for link in orpha.table("orpha_links").to_pylist():
            known = by_hgnc.get(link["hgnc"])
            gene = known or {"symbol": link["symbol"], "hgnc_id": "", "entrez_id": ""}
            if (gene["symbol"], link["disease_id"]) not in seen:
                rows.append(
                    (gene["symbol"], gene["entrez_id"], gene["hgnc_id"], link["disease_id"],
                     link["kind"], "Orphadata")
                )  # fmt: skip
    return Built("gene_disease", from_rows("gene_disease", sorted(set(rows))), sources)


def _joined(name: str, parts: list[Part], genes: pa.Table) -> Built:
    """One table from several sources; targets given as Ensembl ids become symbols."""
    table = pa.concat_tables([part.table(name) for part in parts])
    if name == "drug_targets":
        table = _with_symbols(table, genes)
    sources = tuple(source for part in parts for source in part.sources(name))
    return Built(name, table.combine_chunks(), sources)


def _with_symbols(table: pa.Table, genes: pa.Table) -> pa.Table:
    ids = genes["ensembl_id"].to_pylist()
    symbol = {i: s for i, s in zip(ids, genes["symbol"].to_pylist(), strict=True) if i}
    targets = [symbol.get(t, t) for t in table["target"].to_pylist()]
    at = table.column_names.index("target")
    return table.set_column(at, "target", pa.array(targets, pa.string()))
