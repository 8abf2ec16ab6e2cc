"""Genes by any name, descriptions by genomic place, and names that contradict themselves."""

from __future__ import annotations

import pytest

from rareplan.knowledge.store import KnowledgeBase
from rareplan.therapies.aso.place import coding_name, genomic_place
from rareplan.therapies.aso.resolve import Named, resolve, tidy

_COLUMNS = ("id", "gene", "transcript", "hgvs_c", "mechanism", "inheritance")


def named(kb: KnowledgeBase, **cells: str) -> Named:
    return resolve({**dict.fromkeys(_COLUMNS, ""), **cells}, kb)


@pytest.mark.parametrize(
    ("gene", "symbol"),
    [("MLL2", "KMT2D"), ("nphp6", "CEP290"), ("ENSG00000198707", "CEP290"), ("GBA", "GBA1")],
)
def test_genes_by_any_name(kb: KnowledgeBase, gene: str, symbol: str) -> None:
    found = named(kb, gene=gene, hgvs_c="c.1A>G")
    assert found.gene == symbol
    assert any(f"is read as {symbol}" in a for a in found.assumptions)


def test_an_unknown_gene_names_its_neighbours(kb: KnowledgeBase) -> None:
    assert "no gene is called 'CEP29O'" in named(kb, gene="CEP29O", hgvs_c="c.1A>G").fault


def test_locus_type_decides_what_makes_protein(kb: KnowledgeBase) -> None:
    assert named(kb, gene="TERC", hgvs_c="c.1A>G").makes_protein is False
    assert named(kb, gene="TERT", hgvs_c="c.1A>G").makes_protein is True


@pytest.mark.parametrize(
    ("given", "tidied"),
    [
        ("c.2991+1655a>g", "c.2991+1655A>G"),
        ("NM_1.1:C.35DELg", "NM_1.1:c.35delG"),
        ("c.70_71delinsacg", "c.70_71delinsACG"),
        ("maternal LoF", "maternal LoF"),
        ("upd(15)pat", "upd(15)pat"),
    ],
)
def test_tidy(given: str, tidied: str) -> None:
    assert tidy(given) == tidied


# CEP290 lies on the minus strand, NF1 on the plus strand; ClinVar 547603 is NF1 c.1846C>T, and
# HGVS of the others follows from the exons: c.1846 is the first base of exon 17 (31225095).
@pytest.mark.parametrize(
    ("gene", "place", "name"),
    [
        ("CEP290", ("GRCh38", "chr12", "88101183", "T", "C"), "c.2991+1655A>G"),
        ("CEP290", ("hg19", "12", "88494960", "T", "C"), "c.2991+1655A>G"),
        ("NF1", ("GRCh38", "17", "31225095", "C", "T"), "c.1846C>T"),
        ("NF1", ("GRCh38", "17", "31225095", "CA", "C"), "c.1847del"),
        ("NF1", ("GRCh38", "17", "31225095", "CAGA", "C"), "c.1847_1849del"),
        ("NF1", ("GRCh38", "17", "31225095", "C", "CTT"), "c.1846_1847insTT"),
        ("NF1", ("GRCh38", "17", "31225095", "CA", "TG"), "c.1846_1847delinsTG"),
        ("NF1", ("GRCh38", "17", "31225094", "GC", "GT"), "c.1846C>T"),
        ("CEP290", ("GRCh38", "12", "88083936", "T", "TAC"), "c.4722_4723insGT"),
        ("CEP290", ("GRCh38", "12", "88083936", "TCC", "T"), "c.4721_4722del"),
    ],
)
def test_names_from_places(
    kb: KnowledgeBase, gene: str, place: tuple[str, str, str, str, str], name: str
) -> None:
    cells = dict(zip(("assembly", "chrom", "pos", "ref", "alt"), place, strict=True))
    found = named(kb, gene=gene, **cells)
    assert found.fault == ""
    assert found.text == name
    at, _ = genomic_place(cells, kb)
    assert at is not None
    assert found.model is not None
    assert coding_name(found.model, at) == name


def test_a_place_alone_finds_the_gene(kb: KnowledgeBase) -> None:
    found = named(kb, assembly="GRCh38", chrom="12", pos="88101183", ref="T", alt="C")
    assert found.gene == "CEP290"


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({"gene": "CEP290", "chrom": "12", "pos": "88101183", "ref": "T", "alt": "C"},
         "no assembly"),
        ({"gene": "CEP290", "assembly": "GRCh38", "chrom": "1", "pos": "1000", "ref": "T",
          "alt": "C"}, "outside the coding exons"),
        ({"gene": "CEP290", "assembly": "GRCh38", "chrom": "12", "pos": "88101183", "ref": "T",
          "alt": "<DEL>"}, "not written in bases"),
        ({"assembly": "GRCh38", "chrom": "1", "pos": "1000", "ref": "T", "alt": "C"},
         "no coding gene"),
        ({"gene": "CEP290"}, "neither a description nor a genomic place"),
        ({"gene": "CEP290", "hgvs_c": "c.2991+1655A"}, "cannot be read"),
        ({"gene": "CEP290", "hgvs_c": "c.2992+5A>G"}, "not counted from the border"),
        ({"gene": "CEP290", "hgvs_c": "c.9000A>G"}, "beyond the coding sequence"),
        ({"gene": "CEP290", "transcript": "NM_000350.3", "hgvs_c": "c.10A>G"},
         "belongs to ABCA4"),
        ({"gene": "CEP290", "hgvs_c": "c.5329C>T", "hgvs_p": "p.Arg12*"}, "codon 1777"),
        ({"gene": "CEP290", "hgvs_c": "c.2991+1656A>G", "assembly": "GRCh38", "chrom": "12",
          "pos": "88101183", "ref": "T", "alt": "C"}, "the genomic position means"),
        ({"gene": "CEP290", "hgvs_c": "c.2991+1655A>G", "assembly": "GRCh38", "chrom": "13",
          "pos": "88101183", "ref": "T", "alt": "C"}, "outside CEP290"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_says_why(kb: KnowledgeBase, cells: dict[str, str], told: str) -> None:
    assert told in named(kb, **cells).fault


@pytest.mark.parametrize(
    "cells",
    [
        {"gene": "SOD1", "hgvs_c": "c.14C>T", "hgvs_p": "p.Ala4Val"},  # without the first Met
        {"gene": "SOD1", "hgvs_c": "c.14C>T", "hgvs_p": "p.(Ala5Val)"},
        {"gene": "CEP290", "hgvs_c": "c.2991+1655A>G", "assembly": "GRCh38", "chrom": "12",
         "pos": "88101183", "ref": "T", "alt": "C"},
        # The same base counted from the other exon: intron 26 has 5838 bases.
        {"gene": "CEP290", "hgvs_c": "c.2992-4184A>G", "assembly": "GRCh38", "chrom": "12",
         "pos": "88101183", "ref": "T", "alt": "C"},
        {"gene": "UBE3A", "hgvs_c": "maternal LoF"},
        {"gene": "CEP290", "hgvs_c": "p.Lys1575*"},
    ],
)  # fmt: skip
def test_what_is_no_contradiction(kb: KnowledgeBase, cells: dict[str, str]) -> None:
    assert named(kb, **cells).fault == ""
