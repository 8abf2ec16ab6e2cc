"""Small payloads in the real formats of every upstream, made from the starter and a few facts."""

from __future__ import annotations

import hashlib

from rareplan.knowledge import KnowledgeBase
from tests.builders import upstream_diseases as disease
from tests.builders import upstream_genes as gene
from tests.builders.upstream_drugs import drugs


def payloads(kb: KnowledgeBase) -> dict[str, bytes]:
    """Path on the server to bytes, for every source that is not opt-in."""
    links = disease.links(kb)
    diseases = {row["disease_id"] for row in links}
    summary, gff, fasta = gene.mane(kb)
    dosage, validity = disease.clingen()
    clinvar = gene.clinvar(kb)
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
        "/hgnc_complete_set.txt": gene.hgnc(kb),
        "/hp.obo": disease.obo(kb, disease.terms(kb, diseases)),
        "/phenotype.hpoa": disease.hpoa(kb, diseases),
        "/genes_to_disease.txt": disease.genes_to_disease(links),
        "/mondo.sssom.tsv": disease.mondo(kb, diseases),
        "/mane/": listing.encode(),
        "/mane/MANE.GRCh38.v1.5.summary.txt.gz": summary,
        "/mane/MANE.GRCh38.v1.5.refseq_genomic.gff.gz": gff,
        "/mane/MANE.GRCh38.v1.5.refseq_rna.fna.gz": fasta,
        "/rcrs.fasta": gene.rcrs(),
        "/clinvar.vcf.gz": clinvar,
        "/clinvar.vcf.gz.md5": f"{hashlib.md5(clinvar).hexdigest()}  clinvar.vcf.gz\n".encode(),
        "/constraint.tsv": gene.constraint(),
        "/clingen/dosage.tsv": dosage,
        "/clingen/validity.csv": validity,
        "/gencc.tsv": disease.gencc(),
        "/ot/moa/": b'<a href="00000000.parquet">00000000.parquet</a>',
        "/ot/molecule/": b'<a href="00000000.parquet">00000000.parquet</a>',
        "/maxo-annotations.tsv": disease.maxo(),
        "/chain.gz": gene.chain(),
        **{f"/orpha/{name}": body for name, body in disease.orphadata().items()},
        **drugs(),
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
