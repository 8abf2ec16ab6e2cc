"""Small payloads in the real formats of every upstream, made from the starter and a few facts.

Sequences are synthetic: they fit the exon lengths of the real models, begin with ATG, end with
TAA, have no stop inside, and carry the codons that the example variants change.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import zipfile
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from rareplan.knowledge import KnowledgeBase
from rareplan.knowledge.hpo import ontology
from rareplan.model.genome import Assembly, Contig
from rareplan.provenance import data_dir

GENES = (
    "CPS1", "CFTR", "SMN1", "TP53", "BRCA1", "KCNA2", "PKHD1", "DARS1", "OTC", "ASS1", "ASL",
    "ARG1", "NAGS", "PAH", "GAA", "DMD", "FBN1", "SCN1A", "CDKL5", "MECP2", "HEXA", "IDUA",
    "GBA1", "WT1", "SUCLA2", "DHODH", "HFE", "POC1B", "IL2RG", "TTN",
)  # fmt: skip
# Codons that the example family and the doctor's names need (1-based residue: codon).
CODONS = {"CPS1": {335: "CAG", 714: "GAG"}}


_HPOA_HEADER = (
    "database_id\tdisease_name\tqualifier\thpo_id\treference\tevidence\tonset\tfrequency"
    "\tsex\tmodifier\taspect\tbiocuration"
)
_DOSAGE_HEADER = (
    "#Gene Symbol\tGene ID\tcytoBand\tGenomic Location\tHaploinsufficiency Score\t"
    "Haploinsufficiency Description\tTriplosensitivity Score"
)
_VALIDITY_HEADER = (
    '"GENE SYMBOL","GENE ID (HGNC)","DISEASE LABEL","DISEASE ID (MONDO)","MOI","SOP",'
    '"CLASSIFICATION","ONLINE REPORT","CLASSIFICATION DATE","GCEP"'
)
_VALIDITY_CPS1 = (
    '"CPS1","HGNC:2323","carbamoyl phosphate synthetase I deficiency","MONDO:0009376","AR",'
    '"SOP8","Definitive","https://example.org","2020-01-01","UCD"'
)


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


def _hgnc(kb: KnowledgeBase) -> bytes:
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


def _obo(kb: KnowledgeBase, used: set[str]) -> bytes:
    lines = ["format-version: 1.2", "data-version: hp/releases/2026-10-01", ""]
    onto = ontology(kb)
    kept = {above for term in used for above in onto.ancestors(term)}
    for n, row in enumerate(kb.table("hpo_terms").to_pylist()):
        if row["id"] not in kept and not (row["obsolete"] and n % 20 == 0):
            continue
        gone = row["obsolete"]
        lines += ["[Term]", f"id: {row['id']}"]
        lines.append(f"name: {'obsolete ' if gone else ''}{row['label']}")
        lines += [f"alt_id: {alt}" for alt in row["alt_ids"]]
        lines += [f'synonym: "{s}" EXACT []' for s in row["synonyms"] if '"' not in s]
        lines += [f"is_a: {p}" for p in row["parents"]]
        if gone:
            lines.append("is_obsolete: true")
        if row["replaced_by"]:
            lines.append(f"replaced_by: {row['replaced_by']}")
        lines.append("")
    lines += ["[Typedef]", "id: part_of", "name: part of"]
    return "\n".join(lines).encode()


def _links(kb: KnowledgeBase) -> list[dict[str, Any]]:
    return [r for r in kb.table("gene_disease").to_pylist() if r["gene"] in GENES]


def _terms(kb: KnowledgeBase, diseases: set[str]) -> set[str]:
    """Terms of the diseases and of the examples."""
    rows = kb.table("disease_terms").select(["disease_id", "hpo_id"]).to_pylist()
    given = (data_dir("examples") / "cps1_trio" / "terms.txt").read_text("utf-8")
    found = (ontology(kb).resolve(x.split("#")[0].lstrip("-").strip()) for x in given.splitlines())
    classes = kb.table("disease_terms")["freq_class"].to_pylist()
    return (
        {r["hpo_id"] for r in rows if r["disease_id"] in diseases}
        | {f.id for f in found if f}
        | {c for c in classes if c}
        | {"HP:0001250"}
    )


def _hpoa(kb: KnowledgeBase, diseases: set[str]) -> bytes:
    names = {r["disease_id"]: r["name"] for r in kb.table("diseases").to_pylist()}
    lines = [
        '#description: "HPO annotations for rare diseases"', "#version: 2026-10-01",
        _HPOA_HEADER,
    ]  # fmt: skip
    for row in kb.table("disease_terms").to_pylist():
        if row["disease_id"] in diseases:
            count = f"{row['freq_n']}/{row['freq_m']}" if row["freq_m"] > 0 else row["freq_class"]
            lines.append(
                "\t".join(
                    (row["disease_id"], names[row["disease_id"]],
                     "NOT" if row["negated"] else "", row["hpo_id"], row["reference"],
                     row["evidence"], row["onset"], count, row["sex"], "", row["aspect"],
                     "HPO:test[2026-10-01]")
                )
            )  # fmt: skip
    return "\n".join(lines).encode()


def _genes_to_disease(links: list[dict[str, Any]]) -> bytes:
    lines = ["ncbi_gene_id\tgene_symbol\tassociation_type\tdisease_id\tsource"]
    lines += [
        f"NCBIGene:{r['entrez_id']}\t{r['gene']}\tMENDELIAN\t{r['disease_id']}\tmim2gene"
        for r in links
    ]
    return "\n".join(lines).encode()


def _mondo(kb: KnowledgeBase, diseases: set[str]) -> bytes:
    lines = [
        "# mapping_set_version: http://purl.obolibrary.org/obo/mondo/releases/2026-10-01/x",
        "subject_id\tsubject_label\tpredicate_id\tobject_id\tobject_label\tmapping_justification",
    ]
    for row in kb.table("xrefs").to_pylist():
        if row["other_id"] in diseases:
            other = row["other_id"].replace("ORPHA:", "Orphanet:")
            lines.append(
                f"{row['mondo_id']}\t{row['label']}\t{row['predicate']}\t{other}\t\tsemapv:x"
            )
    return "\n".join(lines).encode()


def _mane(kb: KnowledgeBase) -> tuple[bytes, bytes, bytes]:
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


def _clinvar(kb: KnowledgeBase) -> bytes:
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


def _constraint() -> bytes:
    head = ["gene", "transcript", "canonical", "mane_select", "lof.pLI", "lof.oe_ci.upper"]
    lines = ["\t".join([*head, "mis.z_score"])]
    for gene in GENES:
        lines.append(f"{gene}\tENST0\ttrue\ttrue\t1.0e-03\t0.81\t1.5")
        lines.append(f"{gene}\tNM_0\ttrue\ttrue\tNA\tNA\tNA")
    return ("\n".join(lines) + "\n").encode()


def _clingen() -> tuple[bytes, bytes]:
    dosage = [
        "#ClinGen Gene Curation List", "#01 Oct,2026",
        _DOSAGE_HEADER,
    ]  # fmt: skip
    dosage += [f"{g}\t1\t1p1\tchr1:1-2\t{s}\tx\t0" for g, s in (("MECP2", 3), ("CPS1", 30))]
    dosage.append("TTN\t1\t2q\tchr2:1-2\tNot yet evaluated\tx\tNot yet evaluated")
    validity = [
        '"CLINGEN GENE DISEASE VALIDITY CURATIONS","","","","","","","","",""',
        '"FILE CREATED: 2026-10-02","","","","","","","","",""',
        '"+++++++++++","+++","+++","+++","+++","+++","+++","+++","+++","+++"',
        _VALIDITY_HEADER,
        '"+++++++++++","+++","+++","+++","+++","+++","+++","+++","+++","+++"',
        _VALIDITY_CPS1,
    ]
    return "\n".join(dosage).encode(), "\n".join(validity).encode()


def _gencc() -> bytes:
    head = (
        "sgc_id", "gene_curie", "gene_symbol", "disease_curie", "classification_title",
        "moi_title", "submitter_title", "submitted_run_date",
    )  # fmt: skip
    rows = [
        ("1", "HGNC:2323", "CPS1", "MONDO:0009376", "Definitive", "Autosomal recessive", "Ambry",
         "2026-09-30"),
        ("2", "HGNC:2323", "CPS1", "MONDO:0009376", "Definitive", "Autosomal recessive",
         "ClinGen", "2026-09-30"),
    ]  # fmt: skip
    return "\n".join("\t".join(f'"{c}"' for c in row) for row in (head, *rows)).encode()


def _orpha(body: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><JDBOR date="2026-07-01 07:00:00" version="1.3.42">'
        f'<DisorderList count="1"><Disorder id="1"><OrphaCode>147</OrphaCode><Name lang="en">'
        f"CPS1 deficiency</Name>{body}</Disorder></DisorderList></JDBOR>"
    ).encode()


def _orphadata() -> dict[str, bytes]:
    name = '<Name lang="en">{}</Name>'.format
    return {
        "en_product1.xml": _orpha(
            "<ExternalReferenceList><ExternalReference><Source>OMIM</Source>"
            "<Reference>237300</Reference><DisorderMappingRelation>"
            f"{name('E (Exact mapping)')}</DisorderMappingRelation></ExternalReference>"
            "</ExternalReferenceList>"
        ),
        "en_product6.xml": _orpha(
            "<DisorderGeneAssociationList><DisorderGeneAssociation><Gene><Symbol>CPS1</Symbol>"
            "<ExternalReferenceList><ExternalReference><Source>HGNC</Source><Reference>2323"
            "</Reference></ExternalReference></ExternalReferenceList></Gene>"
            f"<DisorderGeneAssociationType>{name('Disease-causing germline mutation(s) in')}"
            "</DisorderGeneAssociationType><DisorderGeneAssociationStatus>"
            f"{name('Assessed')}</DisorderGeneAssociationStatus></DisorderGeneAssociation>"
            "</DisorderGeneAssociationList>"
        ),
        "en_product9_prev.xml": _orpha(
            f"<PrevalenceList><Prevalence><PrevalenceType>{name('Prevalence at birth')}"
            f"</PrevalenceType><PrevalenceClass>{name('<1 / 1 000 000'.replace('<', '&lt;'))}"
            f"</PrevalenceClass><PrevalenceGeographic>{name('Worldwide')}</PrevalenceGeographic>"
            f"<PrevalenceValidationStatus>{name('Validated')}</PrevalenceValidationStatus>"
            "</Prevalence></PrevalenceList>"
        ),
        "en_product9_ages.xml": _orpha(
            f"<TypeOfInheritanceList><TypeOfInheritance>{name('Autosomal recessive')}"
            "</TypeOfInheritance></TypeOfInheritanceList>"
        ),
    }


def _parquet(rows: list[dict[str, Any]]) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), sink)
    return sink.getvalue()


def _zip_json(content: Any) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("drug-drugsfda-0001-of-0001.json"), json.dumps(content))
    return sink.getvalue()


def _drugs() -> dict[str, bytes]:
    moa = [{"chemblIds": ["CHEMBL1"], "targets": ["ENSG00000001626"], "actionType": "POSITIVE "
            "MODULATOR", "mechanismOfAction": "CFTR modulator"}]  # fmt: skip
    molecule = [{"id": "CHEMBL1", "name": "IVACAFTOR", "isApproved": True}]
    dgidb = (
        "# DGIdb\n# x\ngene_claim_name\tgene_concept_id\tgene_name\tdrug_claim_name\t"
        "drug_concept_id\tdrug_name\tdrug_is_approved\tinteraction_source_db_name\t"
        "interaction_types\nCFTR\thgnc:1884\tCFTR\tx\tchembl:CHEMBL1\tIVACAFTOR\tTrue\tFDA\t"
        "potentiator\nCFTR\thgnc:1884\tCFTR\tx\tchembl:CHEMBL2\tSECRET\tTrue\tTTD\tinhibitor\n"
    )
    fda = {
        "meta": {"last_updated": "2026-09-29"},
        "results": [
            {
                "application_number": "NDA209531",
                "products": [
                    {"brand_name": "SPINRAZA", "marketing_status": "Prescription",
                     "active_ingredients": [{"name": "NUSINERSEN SODIUM"}]}
                ],
                "submissions": [
                    {"submission_type": "ORIG", "submission_status": "AP",
                     "submission_status_date": "20161223"}
                ],
            }
        ],
    }  # fmt: skip
    ema = {
        "data": [
            {"category": "Human", "name_of_medicine": "Spinraza", "medicine_status": "Authorised",
             "international_non_proprietary_name_common_name": "nusinersen",
             "orphan_medicine": "Yes", "marketing_authorisation_date": "30/05/2017",
             "ema_product_number": "EMEA/H/C/004312",
             "therapeutic_indication": "5q spinal muscular atrophy"},
            {"category": "Veterinary", "name_of_medicine": "X"},
        ]
    }  # fmt: skip
    cpic = [{"genesymbol": "CYP2D6", "drugname": "codeine", "drugid": "RxNorm:2670",
             "guidelineurl": "https://cpicpgx.org/x", "cpiclevel": "A", "provisional": False,
             "clinpgxlevel": "1A", "pgxtesting": None, "pmids": ["33387367"]}]  # fmt: skip
    return {
        "/ot/moa/00000000.parquet": _parquet(moa),
        "/ot/molecule/00000000.parquet": _parquet(molecule),
        "/dgidb/interactions.tsv": dgidb.encode(),
        "/openfda/drugsfda.json.zip": _zip_json(fda),
        "/ema/medicines.json": json.dumps(ema).encode(),
        "/cpic/pairs.json": json.dumps(cpic).encode(),
    }


def _maxo() -> bytes:
    head = (
        "disease_id\tdisease_name\tsource_id\tmaxo_id\tmaxo_name\thpo_id\trelation\tevidence\t"
        "extension_id\textension_name\tcomment\tother\tauthor\tlast_updated\tcreated\n"
    )
    rows = (
        f"MONDO:0009376\tCPS1 deficiency\tPMID:20301396\tMAXO:{n:07}\taction {n}\tHP:0001987\t"
        "treats\tTAS\t\t\t\t\tORCID:0\t2026-09-01\t2026-09-01\n"
        for n in range(30)
    )
    return (head + "".join(rows)).encode()


def _chain() -> bytes:
    lines = []
    for code in range(1, 23):
        old, new = Assembly.GRCH37.lengths[Contig(code)], Assembly.GRCH38.lengths[Contig(code)]
        size = min(old, new) - 20_000
        lines.append(f"chain 100 {code} {old} + 10000 {10000 + size} {code} {new} + 10000 "
                     f"{10000 + size} {code}\n{size}\n")  # fmt: skip
    return gz("\n".join(lines))


def _rcrs() -> bytes:
    text = "ACGT" * 4142 + "A"
    body = "\n".join(text[i : i + 70] for i in range(0, len(text), 70))
    return f">NC_012920.1 Homo sapiens mitochondrion, complete genome\n{body}\n".encode()


def payloads(kb: KnowledgeBase) -> dict[str, bytes]:
    """Path on the server to bytes, for every source that is not opt-in."""
    links = _links(kb)
    diseases = {row["disease_id"] for row in links}
    summary, gff, fasta = _mane(kb)
    dosage, validity = _clingen()
    clinvar = _clinvar(kb)
    listing = "".join(
        f'<a href="{n}">{n}</a>\n'
        for v in ("1.4", "1.5")
        for n in (
            f"MANE.GRCh38.v{v}.summary.txt.gz",
            f"MANE.GRCh38.v{v}.refseq_genomic.gff.gz",
            f"MANE.GRCh38.v{v}.refseq_rna.fna.gz",
        )
    )
    return {
        "/hgnc_complete_set.txt": _hgnc(kb),
        "/hp.obo": _obo(kb, _terms(kb, diseases)),
        "/phenotype.hpoa": _hpoa(kb, diseases),
        "/genes_to_disease.txt": _genes_to_disease(links),
        "/mondo.sssom.tsv": _mondo(kb, diseases),
        "/mane/": listing.encode(),
        "/mane/MANE.GRCh38.v1.5.summary.txt.gz": summary,
        "/mane/MANE.GRCh38.v1.5.refseq_genomic.gff.gz": gff,
        "/mane/MANE.GRCh38.v1.5.refseq_rna.fna.gz": fasta,
        "/rcrs.fasta": _rcrs(),
        "/clinvar.vcf.gz": clinvar,
        "/clinvar.vcf.gz.md5": f"{hashlib.md5(clinvar).hexdigest()}  clinvar.vcf.gz\n".encode(),
        "/constraint.tsv": _constraint(),
        "/clingen/dosage.tsv": dosage,
        "/clingen/validity.csv": validity,
        "/gencc.tsv": _gencc(),
        "/ot/moa/": b'<a href="00000000.parquet">00000000.parquet</a>',
        "/ot/molecule/": b'<a href="00000000.parquet">00000000.parquet</a>',
        "/maxo-annotations.tsv": _maxo(),
        "/chain.gz": _chain(),
        **{f"/orpha/{name}": body for name, body in _orphadata().items()},
        **_drugs(),
    }


ADDRESSES = {
    "hgnc_complete_set.txt": "/hgnc_complete_set.txt",
    "hp.obo": "/hp.obo",
    "phenotype.hpoa": "/phenotype.hpoa",
    "genes_to_disease.txt": "/genes_to_disease.txt",
    "mondo.sssom.tsv": "/mondo.sssom.tsv",
    "summary.txt.gz": "/mane/",
    "refseq.gff.gz": "/mane/",
    "rna.fna.gz": "/mane/",
    "rcrs.fasta": "/rcrs.fasta",
    "clinvar.vcf.gz": "/clinvar.vcf.gz",
    "constraint.tsv": "/constraint.tsv",
    "dosage.tsv": "/clingen/dosage.tsv",
    "validity.csv": "/clingen/validity.csv",
    "submissions.tsv": "/gencc.tsv",
    "mechanisms.parquet": "/ot/moa/",
    "molecules.parquet": "/ot/molecule/",
    "interactions.tsv": "/dgidb/interactions.tsv",
    "drugsfda.json.zip": "/openfda/drugsfda.json.zip",
    "medicines.json": "/ema/medicines.json",
    "pairs.json": "/cpic/pairs.json",
    "maxo-annotations.tsv": "/maxo-annotations.tsv",
    "chain.gz": "/chain.gz",
    "en_product1.xml": "/orpha/en_product1.xml",
    "en_product6.xml": "/orpha/en_product6.xml",
    "en_product9_prev.xml": "/orpha/en_product9_prev.xml",
    "en_product9_ages.xml": "/orpha/en_product9_ages.xml",
}
"""File id of a source to its path on the test server."""
