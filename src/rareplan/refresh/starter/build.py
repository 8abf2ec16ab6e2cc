"""Builds the packaged snapshot from the pinned archives: the same bytes every time."""

from __future__ import annotations

import csv
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from rareplan.provenance import sha256_file
from rareplan.refresh.parsers import hgnc, hpo, mondo
from rareplan.refresh.parsers.chain import parse_chain
from rareplan.refresh.starter import ideogram, transcripts
from rareplan.refresh.starter.packages import PACKAGES, fetch, unpack
from rareplan.refresh.tables import Built, Source, from_rows, write_manifest, write_table

CREATED = "2026-11-21"
"""Date of the recipe, not of the run: the same recipe gives the same bytes on any day."""

_LEVEL = 19
_ENSEMBL = ("Ensembl gene models", "110", "2023-07-18", "EMBL-EBI terms, no restriction (CC0 copy)")
_ENSEMBL_URL = "https://ftp.ensembl.org/pub/release-110/gff3/homo_sapiens/"
_HPO_LICENCE = "HPO licence (attribution, content unaltered)"


class Files:
    """The unpacked members and the sources that the manifest names for them."""

    def __init__(self, paths: dict[str, Path]) -> None:
        self.paths = paths
        self.carrier = {Path(m).name: p.label for p in PACKAGES for m in p.members}

    def __getitem__(self, name: str) -> Path:
        return self.paths[name]

    def lines(self, name: str) -> Iterator[str]:
        """Text lines of a plain file."""
        with self.paths[name].open(encoding="utf-8", newline="") as handle:
            yield from handle

    def source(self, file: str, what: tuple[str, str, str, str], url: str) -> Source:
        """Provenance of one member."""
        return Source(*what, url, sha256_file(self.paths[file]), self.carrier[file])


def _snake(name: str) -> str:
    return (
        re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
        .lower()
        .replace("grch37", "grch37_")
        .replace("grch38", "grch38_")
        .replace("__", "_")
    )


def _csv_table(lines: Iterator[str]) -> pa.Table:
    """A CSV as a table of strings; ``N/A`` and ``None`` are empty."""
    reader = csv.reader(lines)
    header = [_snake(name) for name in next(reader)]
    rows = [["" if cell in ("N/A", "None") else cell for cell in row] for row in reader]
    columns = list(zip(*rows, strict=True))
    return pa.table({h: pa.array(c, pa.string()) for h, c in zip(header, columns, strict=True)})


def _phenotype(files: Files, genes: pa.Table) -> Iterator[Built]:
    version = hpo.obo_version(files.lines("hp.obo"))
    obo = files.source(
        "hp.obo", ("HPO", version, version, _HPO_LICENCE),
        "https://purl.obolibrary.org/obo/hp.obo",
    )  # fmt: skip
    yield Built("hpo_terms", hpo.parse_obo(files.lines("hp.obo")), (obo,))
    dated, terms, names = hpo.parse_hpoa(files.lines("phenotype.hpoa"))
    hpoa = files.source(
        "phenotype.hpoa", ("HPO annotations", dated, dated, _HPO_LICENCE),
        "https://purl.obolibrary.org/obo/hp/hpoa/phenotype.hpoa",
    )  # fmt: skip
    yield Built("disease_terms", terms, (hpoa,))
    xrefs = mondo.parse_sssom(files.lines("mondo.sssom.tsv"))
    sssom = files.source(
        "mondo.sssom.tsv",
        ("MONDO mappings", "as carried by pheval 0.7.14", "", "CC BY 4.0"),
        "https://purl.obolibrary.org/obo/mondo/mappings/mondo.sssom.tsv",
    )
    yield Built("xrefs", xrefs, (sssom,))
    yield Built("diseases", disease_table(names, mondo.exact_mondo(xrefs)), (hpoa, sssom))
    pairs = hpo.parse_genes_to_phenotype(files.lines("genes_to_phenotype.txt"))
    linked = files.source(
        "genes_to_phenotype.txt", ("HPO genes to phenotype", dated, dated, _HPO_LICENCE),
        "https://purl.obolibrary.org/obo/hp/hpoa/genes_to_phenotype.txt",
    )  # fmt: skip
    yield Built("gene_disease", gene_disease_table(pairs, genes), (linked,))


def disease_table(names: list[tuple[str, str, list[str]]], to_mondo: dict[str, str]) -> pa.Table:
    """``diseases`` from HPO's annotation file and MONDO's exact matches."""
    rows = [
        (disease, re.sub(r"(?i)^obsolete:?\s*", "", name), disease.split(":")[0],
         to_mondo.get(disease, ""), modes, name.lower().startswith("obsolete"))
        for disease, name, modes in names
    ]  # fmt: skip
    return from_rows("diseases", rows)


def gene_disease_table(pairs: list[tuple[str, str, str]], genes: pa.Table) -> pa.Table:
    """``gene_disease``: symbols brought to HGNC's current ones through the Entrez id."""
    columns = genes.to_pydict()
    entrez = {
        e: (s, h)
        for e, s, h in zip(columns["entrez_id"], columns["symbol"], columns["hgnc_id"], strict=True)
        if e
    }
    rows = [
        (*_current(entrez, number, symbol), disease, "UNKNOWN", "HPO")
        for number, symbol, disease in pairs
    ]
    return from_rows("gene_disease", [(s, n, h, *rest) for s, n, h, *rest in sorted(rows)])


def _current(entrez: dict[str, tuple[str, str]], number: str, symbol: str) -> tuple[str, str, str]:
    found = entrez.get(number, (symbol, ""))
    return found[0], number, found[1]


def _clinvar(files: Files) -> tuple[Built, pa.Table]:
    source = files.source(
        "homo-sapiens-variants.tsv.gz",
        ("ClinVar", "2024-12-15", "2024-12-15", "public domain"),
        "https://ftp.ncbi.nlm.nih.gov/pub/clinvar/vcf_GRCh38/clinvar_20241215.vcf.gz",
    )
    found = ideogram.clinvar_table(
        files["homo-sapiens-variants.tsv.gz"], files["homo-sapiens-variants.tsv.li.gz"]
    )
    scope = {"scope": "pathogenic and likely pathogenic, two stars or more"}
    return Built("clinvar", found, (source,), notes=scope), found


def _splice_sites(clinvar: pa.Table) -> dict[int, list[int]]:
    """Positions of single-base splice donor and acceptor changes, by contig."""
    sites: dict[int, list[int]] = {}
    for row in clinvar.select(["contig", "pos", "ref", "alt", "consequences"]).to_pylist():
        single = len(row["ref"]) == len(row["alt"]) == 1
        if single and {"splice_donor_variant", "splice_acceptor_variant"} & set(
            row["consequences"]
        ):
            sites.setdefault(row["contig"], []).append(row["pos"])
    return sites


def _genome(files: Files) -> Iterator[Built]:
    loci = transcripts.read_loci(files["hg38_genes.tsv.gz"])
    hgnc_genes = hgnc.parse_hgnc(files.lines("hgnc_complete_set.txt"))
    hgnc_source = files.source(
        "hgnc_complete_set.txt", ("HGNC", "complete set 2025-06-03", "2025-06-03", "CC0-1.0"),
        "https://storage.googleapis.com/public-download-files/hgnc/tsv/tsv/hgnc_complete_set.txt",
    )  # fmt: skip
    loci_source = files.source(
        "hg38_genes.tsv.gz", ("GENCODE", "44", "2023-07-18", "EMBL-EBI terms, no restriction"),
        "https://www.gencodegenes.org/human/release_44.html",
    )  # fmt: skip
    genes = transcripts.genes_table(hgnc_genes, loci)
    yield Built("genes", genes, (hgnc_source, loci_source))
    variants, found = _clinvar(files)
    yield variants
    chosen, every, left_out = transcripts.transcript_tables(
        files["homo-sapiens-gene-structures.tsv.gz"], files["homo-sapiens-genes.tsv.gz"],
        files["hg38_exons.bed.gz"], files["MANE.GRCh38.v1.5.summary.txt.gz"], loci, hgnc_genes,
        _splice_sites(found),
    )  # fmt: skip
    models = files.source("homo-sapiens-gene-structures.tsv.gz", _ENSEMBL, _ENSEMBL_URL)
    exons = files.source(
        "hg38_exons.bed.gz", ("GENCODE", "44", "2023-07-18", "EMBL-EBI terms, no restriction"),
        "https://ftp.ncbi.nlm.nih.gov/refseq/MANE/MANE_human/",
    )  # fmt: skip
    summary = files.source(
        "MANE.GRCh38.v1.5.summary.txt.gz",
        ("MANE summary", "1.5", "", "no restriction (NCBI, EMBL-EBI)"),
        "https://ftp.ncbi.nlm.nih.gov/refseq/MANE/MANE_human/release_1.5/",
    )
    notes = {"genes_left_out": left_out}
    yield Built("transcripts", chosen, (models, exons, summary, loci_source), notes=notes)
    yield Built("transcripts_all", every, (models, exons, summary), notes=notes)
    proteins = files.source("homo-sapiens-proteins.tsv.gz", _ENSEMBL, _ENSEMBL_URL)
    domains = ideogram.domains_table(files["homo-sapiens-proteins.tsv.gz"], chosen)
    yield Built("domains", domains, (proteins,))
    yield from _gene_facts(files, genes)
    yield from _phenotype(files, genes)


def _gene_facts(files: Files, genes: pa.Table) -> Iterator[Built]:
    paralogs = files.source("homo-sapiens-paralogs.tsv.gz", _ENSEMBL, _ENSEMBL_URL)
    edges = files.source(
        "homo-sapiens-interactions.json.gz",
        ("WikiPathways", "as carried by ideogram 1.53.0", "", "CC0-1.0"),
        "https://www.wikipathways.org/",
    )
    pairs = ideogram.gene_gene_table(
        files["homo-sapiens-paralogs.tsv.gz"], files["homo-sapiens-interactions.json.gz"], genes
    )
    yield Built("gene_gene", pairs, (paralogs, edges))
    gtex = files.source(
        "homo-sapiens-tissues.tsv.gz", ("GTEx", "v8 (as carried)", "2019-08-26", "open access"),
        "https://gtexportal.org/",
    )  # fmt: skip
    known = {
        s for s, k in zip(genes["symbol"].to_pylist(), genes["locus_type"].to_pylist(), strict=True)
        if k == "gene with protein product"
    }  # fmt: skip
    medians = ideogram.expression_table(files["homo-sapiens-tissues.tsv.gz"], known)
    yield Built("expression", medians, (gtex,))


def _drugs_and_liftover(files: Files) -> Iterator[Built]:
    for name in ("variant", "allele", "diplotype", "recommendation", "phenotype", "gene", "cpic"):
        file = f"{name}-table.csv"
        source = files.source(
            file, ("CPIC tables", "as carried by pypgx 0.27.0", "", "CC0-1.0 (CPIC); MIT (pypgx)"),
            "https://cpicpgx.org/",
        )  # fmt: skip
        plural = "guidelines" if name == "cpic" else f"{name}s"
        yield Built(f"pgx_{plural}", _csv_table(files.lines(file)), (source,))
    chain = "hg19ToHg38.over.chain.gz"
    source = files.source(
        chain,
        (
            "UCSC chain hg19 to hg38",
            "2013-12-31",
            "2013-12-31",
            "UCSC Chain Files EULA: non-commercial; see chain_37_38.README.txt",
        ),
        "https://hgdownload.soe.ucsc.edu/goldenPath/hg19/liftOver/hg19ToHg38.over.chain.gz",
    )
    yield Built("chain_37_38", parse_chain(files[chain]), (source,))


UCSC_README = """\
chain_37_38.npz in this directory holds the aligned blocks of UCSC's hg19ToHg38.over.chain.gz.
UCSC's README of that file says:

The data files ("UCSC Chain Files") in this directory are property of The Regents of the
University of California, and made available free for non-commercial use by Independent
Researchers and Nonprofit Organizations. Any other use of UCSC Chain Files requires a commercial
license, for which users should contact genomebrowser@ucsc.edu. As used herein, "Independent
Researcher" means an individual who is autonomous with respect to the research activities for
which he or she uses the UCSC Chain Files (note: such use does not extend to any use of the UCSC
Chain Files at the direction and/or for the benefit of a for-profit organization); and "Nonprofit
Organization" means a university or other institution of higher education, or a not-for-profit
organization officially recognized or qualified under the laws of the country in which it is
organized or located, or any nonprofit scientific or educational organization qualified under a
federal, state or local jurisdiction's nonprofit organization statute. Downloading or using UCSC
Chain Files indicates your acceptance of the End User License Agreement (EULA) posted at
"https://genome.ucsc.edu/license/EULA.pdf"; redistribution of UCSC Chain Files by you must include
this README file with these license restrictions, in the same archive or directory with the chain
files.

For any other use: 'rareplan kb refresh' builds a snapshot with Ensembl's own GRCh37 to GRCh38
chain (EMBL-EBI terms, no restriction) instead, or build the starter without it:
scripts/build_starter --without chain_37_38
"""
"""UCSC's terms travel with what was made from its file, as they ask."""


_RANKED = ("hpo_terms", "disease_terms", "diseases", "gene_disease", "xrefs")


def _ranking(folder: Path, sources: Mapping[str, Any]) -> Built:
    """The phenotype ranking's arrays, compiled here so that no first run has to."""
    from rareplan.knowledge.graph_compile import compile_ranking
    from rareplan.knowledge.store import open_knowledge

    used = tuple(dict.fromkeys(s for name in _RANKED for s in sources[name]))
    return Built("ranking", compile_ranking(open_knowledge(folder)), used)


def build_starter(
    archives: Path,
    out: Path,
    progress: Callable[[str], None] = lambda _: None,
    without: frozenset[str] = frozenset(),
) -> None:
    """Fetch what ``archives`` lacks, build every table into ``out``, write the manifest last.

    Raises:
        NetworkError, KnowledgeError: an archive cannot be had or is not the pinned one.
    """
    fetch(archives)
    with tempfile.TemporaryDirectory(prefix="rareplan-starter-") as name:
        work = Path(name)
        (work / "in").mkdir()
        files = Files(unpack(archives, work / "in"))
        entries: dict[str, Any] = {}
        sources: dict[str, Any] = {}
        for step in (_genome, _drugs_and_liftover):
            for built in step(files):
                if built.name in without:
                    continue
                entries[built.name] = write_table(work / "out", built, _LEVEL)
                sources[built.name] = built.sources
                progress(f"{built.name}: {built.rows} rows, {entries[built.name]['bytes']} bytes")
        if "chain_37_38" in entries:
            (work / "out" / "chain_37_38.README.txt").write_text(UCSC_README, "utf-8")
        archive_hashes = {package.label: package.sha256 for package in PACKAGES}
        # The ranking is compiled from the tables that stand now, so they are opened once.
        write_manifest(work / "out", "starter", CREATED, entries, archives=archive_hashes)
        ranking = _ranking(work / "out", sources)
        entries[ranking.name] = write_table(work / "out", ranking, _LEVEL)
        write_manifest(work / "out", "starter", CREATED, entries, archives=archive_hashes)
        if out.exists():
            shutil.rmtree(out)
        shutil.move(work / "out", out)
