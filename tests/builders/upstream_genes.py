"""Payloads of gene sources: HGNC, MANE, ClinVar, gnomAD constraint, liftover, mitochondrion.

Sequences are synthetic: they fit the exon lengths of the real models, begin with ATG, end with
TAA, have no stop inside, and carry the codons that the example variants change.
"""

from __future__ import annotations

import gzip
from typing import Any

from rareplan.knowledge import KnowledgeBase
from rareplan.model.genome import Assembly, Contig

GENES = (
    "CPS1", "CFTR", "SMN1", "TP53", "BRCA1", "KCNA2", "PKHD1", "DARS1", "OTC", "ASS1", "ASL",
    "ARG1", "NAGS", "PAH", "GAA", "DMD", "FBN1", "SCN1A", "CDKL5", "MECP2", "HEXA", "IDUA",
    "GBA1", "WT1", "SUCLA2", "DHODH", "HFE", "POC1B", "IL2RG", "TTN",
)  # fmt: skip
# Codons that the example family and the doctor's names need (1-based residue: codon).
CODONS = {"CPS1": {335: "CAG", 714: "GAG"}}


def gz(text: str) -> bytes:
    return gzip.compress(text.encode(), mtime=0)


def spliced(row: dict[str, Any]) -> str:
    """A synthetic transcript that fits a model."""
    exons = list(zip(row["exon_starts"], row["exon_ends"], strict=True))
    if row["strand"] < 0:
        exons = [(-b, -a) for a, b in exons[::-1]]
        low, high = -row["cds_end"], -row["cds_start"]
    else:
        low, high = row["cds_start"], row["cds_end"]
    before = sum(min(b, low - 1) - a + 1 for a, b in exons if a < low)
    coding = sum(max(0, min(b, high) - max(a, low) + 1) for a, b in exons)
    after = sum(b - a + 1 for a, b in exons) - before - coding
    residues = coding // 3
    codons = ["ATG"] + ["GCT"] * (residues - 2) + ["TAA"]
    for residue, codon in CODONS.get(row["gene"], {}).items():
        codons[residue - 1] = codon
    return "C" * before + "".join(codons) + "G" * after


def hgnc(kb: KnowledgeBase) -> bytes:
    names = [
        "hgnc_id", "symbol", "name", "locus_type", "status", "location", "alias_symbol",
        "prev_symbol", "entrez_id", "ensembl_gene_id", "omim_id", "date_modified",
    ]  # fmt: skip
    lines = ["\t".join(names)]
    for n, row in enumerate(kb.table("genes").to_pylist()):
        if row["symbol"] in GENES or n % 50 == 0:
            lines.append(
                "\t".join(
                    (row["hgnc_id"], row["symbol"], row["name"], row["locus_type"], "Approved",
                     row["location"], "|".join(row["aliases"]), "|".join(row["previous"]),
                     row["entrez_id"], row["ensembl_id"], "|".join(row["omim_ids"]), "2026-10-01")
                )
            )  # fmt: skip
    return "\n".join(lines).encode()


def mane(kb: KnowledgeBase) -> tuple[bytes, bytes, bytes]:
    rows = [
        r
        for r in kb.table("transcripts").to_pylist()
        if r["gene"] in GENES and r["transcript_class"].startswith("MANE")
    ]
    accessions = Assembly.GRCH38.hgvs_accessions
    columns = [
        "NCBI_GeneID", "Ensembl_Gene", "HGNC_ID", "symbol", "name", "RefSeq_nuc", "RefSeq_prot",
        "Ensembl_nuc", "Ensembl_prot", "MANE_status", "GRCh38_chr", "chr_start", "chr_end",
        "chr_strand",
    ]  # fmt: skip
    summary, gff, fasta = ["#" + "\t".join(columns)], ["##gff-version 3"], []
    for n, r in enumerate(rows):
        chrom = accessions[Contig(r["contig"])]
        strand = "+" if r["strand"] > 0 else "-"
        summary.append(
            "\t".join(
                (f"GeneID:{n}", r["gene_id"] + ".1", r["hgnc_id"], r["gene"], "x", r["refseq"],
                 r["protein"], r["transcript"], f"ENSP{n}.1", r["transcript_class"], chrom,
                 str(r["start"]), str(r["end"]), strand)
            )
        )  # fmt: skip
        parent = f"rna-{r['refseq']}"
        tail = f"transcript_id={r['refseq']};tag={r['transcript_class']}"
        gff.append(_gff(chrom, "gene", r["start"], r["end"], strand, f"ID=gene-{r['gene']}"))
        gff.append(
            _gff(chrom, "mRNA", r["start"], r["end"], strand,
                 f"ID={parent};Parent=gene-{r['gene']};gene={r['gene']};{tail}")
        )  # fmt: skip
        for a, b in zip(r["exon_starts"], r["exon_ends"], strict=True):
            gff.append(_gff(chrom, "exon", a, b, strand, f"ID=e{a};Parent={parent};{tail}"))
            low, high = max(a, r["cds_start"]), min(b, r["cds_end"])
            if low <= high:
                gff.append(_gff(chrom, "CDS", low, high, strand, f"ID=c;Parent={parent};{tail}"))
        text = spliced(r)
        fasta.append(f">{r['refseq']} Homo sapiens {r['gene']}, mRNA")
        fasta += [text[i : i + 80] for i in range(0, len(text), 80)]
    return gz("\n".join(summary)), gz("\n".join(gff)), gz("\n".join(fasta))


def _gff(chrom: str, kind: str, start: int, end: int, strand: str, keys: str) -> str:
    return f"{chrom}\tBestRefSeq\t{kind}\t{start}\t{end}\t.\t{strand}\t.\t{keys}"


def clinvar(kb: KnowledgeBase) -> bytes:
    lines = ["##fileformat=VCFv4.1", "##fileDate=2026-10-04"]
    lines += [
        f'##INFO=<ID={key},Number=.,Type=String,Description="x">'
        for key in ("CLNSIG", "CLNREVSTAT", "CLNDN", "CLNDISDB", "MC")
    ]
    lines.append("#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO")
    status = {
        2: "criteria_provided,_multiple_submitters,_no_conflicts",
        3: "reviewed_by_expert_panel",
        4: "practice_guideline",
    }
    listed = kb.table("clinvar").to_pylist()[::40]
    other = [
        r | {"pos": r["pos"] + 3, "significance": "Uncertain significance"} for r in listed[::2]
    ]
    for r in listed + other + _f508del():
        disease = "|".join(d.replace(" ", "_") for d in r["diseases"]) or "not_provided"
        mondo = "|".join(f"MONDO:{m}" for m in r["disease_ids"])
        effects = ",".join(f"SO:0000000|{c}" for c in r["consequences"])
        info = (
            f"CLNDISDB={mondo};CLNDN={disease};CLNREVSTAT={status[r['stars']]};"
            f"CLNSIG={r['significance'].replace(' ', '_')};MC={effects}"
        )
        chrom = Contig(r["contig"]).bare
        lines.append(
            f"{chrom}\t{r['pos']}\t{r['variation_id']}\t{r['ref']}\t{r['alt']}\t.\t.\t{info}"
        )
    return gz("\n".join(lines))


def _f508del() -> list[dict[str, Any]]:
    return [
        {
            "contig": 7, "pos": 117559590, "ref": "ATCT", "alt": "A", "variation_id": 7105,
            "significance": "Pathogenic", "stars": 4, "diseases": ["Cystic fibrosis"],
            "disease_ids": ["MONDO:0009061"], "consequences": ["inframe_deletion"],
        }
    ]  # fmt: skip


def constraint() -> bytes:
    head = ["gene", "transcript", "canonical", "mane_select", "lof.pLI", "lof.oe_ci.upper"]
    lines = ["\t".join([*head, "mis.z_score"])]
    for gene in GENES:
        lines.append(f"{gene}\tENST0\ttrue\ttrue\t1.0e-03\t0.81\t1.5")
        lines.append(f"{gene}\tNM_0\ttrue\ttrue\tNA\tNA\tNA")
    return ("\n".join(lines) + "\n").encode()


def chain() -> bytes:
    lines = []
    for code in range(1, 23):
        old, new = Assembly.GRCH37.lengths[Contig(code)], Assembly.GRCH38.lengths[Contig(code)]
        size = min(old, new) - 20_000
        lines.append(f"chain 100 {code} {old} + 10000 {10000 + size} {code} {new} + 10000 "
                     f"{10000 + size} {code}\n{size}\n")  # fmt: skip
    return gz("\n".join(lines))


def rcrs() -> bytes:
    text = "ACGT" * 4142 + "A"
    body = "\n".join(text[i : i + 70] for i in range(0, len(text), 70))
    return f">NC_012920.1 Homo sapiens mitochondrion, complete genome\n{body}\n".encode()
