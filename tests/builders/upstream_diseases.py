"""Payloads of disease sources: HPO, Mondo, ClinGen, GenCC, Orphanet, MAxO."""

from __future__ import annotations

from typing import Any

from rareplan.knowledge import KnowledgeBase
from rareplan.knowledge.hpo import ontology
from rareplan.provenance import data_dir
from tests.builders.upstream_genes import GENES

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


def obo(kb: KnowledgeBase, used: set[str]) -> bytes:
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


def links(kb: KnowledgeBase) -> list[dict[str, Any]]:
    return [r for r in kb.table("gene_disease").to_pylist() if r["gene"] in GENES]


def terms(kb: KnowledgeBase, diseases: set[str]) -> set[str]:
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


def hpoa(kb: KnowledgeBase, diseases: set[str]) -> bytes:
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


def genes_to_disease(links: list[dict[str, Any]]) -> bytes:
    lines = ["ncbi_gene_id\tgene_symbol\tassociation_type\tdisease_id\tsource"]
    lines += [
        f"NCBIGene:{r['entrez_id']}\t{r['gene']}\tMENDELIAN\t{r['disease_id']}\tmim2gene"
        for r in links
    ]
    return "\n".join(lines).encode()


def mondo(kb: KnowledgeBase, diseases: set[str]) -> bytes:
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


def clingen() -> tuple[bytes, bytes]:
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


def gencc() -> bytes:
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


def orphadata() -> dict[str, bytes]:
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


def maxo() -> bytes:
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
