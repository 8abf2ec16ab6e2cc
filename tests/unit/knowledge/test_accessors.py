from __future__ import annotations

import numpy as np
import pytest

from rareplan.knowledge import KnowledgeBase
from rareplan.knowledge.clinvar import clinvar
from rareplan.knowledge.diseases import diseases
from rareplan.knowledge.frequencies import frequencies
from rareplan.knowledge.gene_facts import (
    constraint_of,
    domains_of,
    dosage_of,
    expression_of,
    paralogs_of,
)
from rareplan.knowledge.genes import genes
from rareplan.knowledge.hpo import ontology
from rareplan.knowledge.transcripts import TranscriptBundle
from rareplan.model.genome import Contig


@pytest.mark.parametrize(
    ("name", "symbol"),
    [
        ("CPS1", "CPS1"),
        ("cps1", "CPS1"),
        ("HGNC:2323", "CPS1"),
        ("ENSG00000021826.20", "CPS1"),
        ("NCBIGene:1373", "CPS1"),
        ("MLL2", "KMT2D"),
        ("WHSC1", "NSD2"),
    ],
)
def test_a_gene_is_found_by_any_of_its_names(
    starter: KnowledgeBase, name: str, symbol: str
) -> None:
    gene = genes(starter).find(name)
    assert gene is not None
    assert gene.symbol == symbol


def test_a_current_symbol_wins_over_an_alias(starter: KnowledgeBase) -> None:
    # CAT is catalase, although it is an alias of several other genes.
    assert [g.symbol for g in genes(starter).candidates("CAT")] == ["CAT"]


def test_an_ambiguous_alias_is_not_guessed(starter: KnowledgeBase) -> None:
    index = genes(starter)
    assert {"CDKN2A"} < {g.symbol for g in index.candidates("p16")}
    assert index.find("p16") is None
    assert index.find("NOTAGENE") is None
    assert "CPS1" in index.nearest("CPSS1")


def test_every_mane_transcript_has_whole_codons(starter: KnowledgeBase) -> None:
    bundle = TranscriptBundle.from_knowledge(starter)
    mane = np.array([c.startswith("MANE") for c in bundle.transcript_class])
    assert mane.sum() > 19_000
    assert ((bundle.cds_stop - bundle.cds_first)[mane] % 3 == 0).all()
    assert all(r.startswith("NM_") for r in bundle.refseq[mane] if r)


def test_transcripts_of_the_mitochondrion_use_its_code(starter: KnowledgeBase) -> None:
    bundle = TranscriptBundle.from_knowledge(starter)
    mito = bundle.contig == Contig.MT
    coding = mito & (bundle.biotype == "protein_coding")
    assert coding.sum() == 13
    assert (bundle.codon_table[mito] == 2).all()
    assert (bundle.codon_table[~mito] == 1).all()
    assert {"MT-TL1", "MT-RNR1"} <= set(bundle.gene[mito])


def test_small_rna_genes_have_a_transcript(starter: KnowledgeBase) -> None:
    bundle = TranscriptBundle.from_knowledge(starter)
    row = list(bundle.gene).index("RNU4-2")
    assert (bundle.contig[row], bundle.start[row], bundle.end[row]) == (12, 120291763, 120291903)
    assert bundle.cds_start[row] == 0


def test_clinvar_finds_an_allele_and_nothing_else(starter: KnowledgeBase) -> None:
    table = clinvar(starter)
    rows = table.find(
        np.array([2, 2, 2, 1], np.int8),
        np.array([210606889, 210606889, 210606890, 210606889]),
        ["G", "G", "G", "G"],
        ["T", "C", "T", "T"],
    )
    assert (rows >= 0).tolist() == [True, False, False, False]
    record = table.record(int(rows[0]))
    assert (record.variation_id, record.stars) == (984188, 2)
    assert "stop_gained" in record.consequences
    assert table.key(int(rows[0])).text == "2-210606889-G-T"


def test_clinvar_finds_every_one_of_its_own_alleles(starter: KnowledgeBase) -> None:
    table = clinvar(starter)
    columns = {k: table.table.column(k) for k in ("contig", "pos", "ref", "alt")}
    rows = table.find(
        columns["contig"].to_numpy(), columns["pos"].to_numpy(), columns["ref"], columns["alt"]
    )
    assert (rows == np.arange(len(table))).all()


def test_clinvar_by_codon(starter: KnowledgeBase) -> None:
    table = clinvar(starter)
    rows = table.at_positions(2, (210606887, 210606888, 210606889))
    assert any(table.key(row).pos == 210606889 for row in rows)
    assert table.pathogenic(rows, min_stars=2) == rows
    assert table.pathogenic(rows, min_stars=4) == []


@pytest.mark.parametrize(
    ("text", "term", "how"),
    [
        ("HP:0001250", "HP:0001250", "id"),
        ("hp_0001250", "HP:0001250", "id"),
        ("HP:0008308", "HP:0001987", "alternative id"),
        ("Seizure", "HP:0001250", "label"),
        ("  seizures ", "HP:0001250", "synonym"),
        ("hyperammonaemia", "HP:0001987", "label"),
        ("High blood ammonia levels", "HP:0001987", "synonym"),
    ],
)
def test_a_term_is_resolved(starter: KnowledgeBase, text: str, term: str, how: str) -> None:
    found = ontology(starter).resolve(text)
    assert found is not None
    assert (found.id, found.how) == (term, how)


def test_obsolete_terms_lead_to_their_successor(starter: KnowledgeBase) -> None:
    onto = ontology(starter)
    table = starter.table("hpo_terms").to_pylist()
    gone = [row for row in table if row["obsolete"] and row["replaced_by"]]
    assert len(gone) > 100
    replaced = [onto.resolve(row["id"]) for row in gone]
    assert all(r is None or (r.id in onto and r.how == "replaced") for r in replaced)
    assert sum(r is not None for r in replaced) > 0.9 * len(gone)


def test_unknown_terms_name_the_nearest(starter: KnowledgeBase) -> None:
    onto = ontology(starter)
    assert onto.resolve("HP:9999999") is None
    assert onto.resolve("developmental dely") is None
    assert "Global developmental delay" in [
        label for _, label in onto.nearest("global developmental dely")
    ]


def test_ancestors_and_kinds(starter: KnowledgeBase) -> None:
    onto = ontology(starter)
    assert {"HP:0000118", "HP:0000707", "HP:0001250"} <= onto.ancestors("HP:0001250")
    assert onto.is_phenotype("HP:0001250")
    assert not onto.is_phenotype("HP:0000007")  # autosomal recessive inheritance
    assert not onto.is_phenotype("HP:0000118")


def test_diseases_of_a_gene_and_back(starter: KnowledgeBase) -> None:
    index = diseases(starter)
    found = {d.id: d for d in index.of_gene("CPS1")}
    assert found["OMIM:237300"].modes == ("AR",)
    assert index.genes_of("OMIM:237300") == ("CPS1",)
    mondo = index.mondo_of("OMIM:237300")
    assert mondo == found["OMIM:237300"].mondo_id == "MONDO:0009376"
    assert "carbamoyl" in index.mondo_label(mondo)
    assert index.mondo_of("ORPHA:147") == mondo


def test_gene_facts(starter: KnowledgeBase) -> None:
    names = [d.name for d in domains_of(starter, "PAX6")]
    assert "Homeobox domain" in names
    assert "PAX2" in paralogs_of(starter, "PAX8")
    muscle = expression_of(starter, "TTN")
    assert next(iter(muscle)) == "Muscle Skeletal"
    assert constraint_of(starter, "CPS1") is None
    assert dosage_of(starter, "CPS1") is None
    assert frequencies(starter) is None
