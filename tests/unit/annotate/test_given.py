"""Annotations that a VCF brings along, normalisation, and merging."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.builders.genes import Gene, World, left_aligned, random_bases

from rareplan.annotate import AnnotationReader, annotate_sites, merge
from rareplan.annotate.allele import Allele, minimal
from rareplan.annotate.normalise import left_align, trim, trim_alleles
from rareplan.annotate.vcf_annotations import vep_alleles
from rareplan.model.consequence import Consequence
from rareplan.model.variant import ClinVarRecord

HEADER = """##fileformat=VCFv4.2
##INFO=<ID=CSQ,Number=.,Type=String,Description="Consequence annotations from Ensembl VEP. \
Format: Consequence|Allele|SYMBOL|Feature_type|Feature|MANE_SELECT|HGVSc|HGVSp|CDS_position|\
Protein_position|LoF|REVEL|am_pathogenicity|CADD_PHRED|SpliceAI_pred_DS_AG|SpliceAI_pred_DS_DL|\
gnomADe_AF|HGNC_ID">
##INFO=<ID=ANN,Number=.,Type=String,Description="Functional annotations: 'Allele | Annotation'">
##INFO=<ID=BCSQ,Number=.,Type=String,Description="Local consequence annotation">
##INFO=<ID=SpliceAI,Number=.,Type=String,Description="SpliceAIv1.3">
##INFO=<ID=dbNSFP_REVEL_score,Number=A,Type=String,Description="x">
"""
CSQ = (
    "missense_variant&splice_region_variant|T|GENE1|Transcript|ENST00000000001.4|NM_000001.2|"
    "ENST00000000001.4:c.5C>T|ENSP1.1:p.Ala2Val|5/300|2/99||0.71&.|0.9|23.5|0.02|0.44|1.5e-05|"
    "HGNC:5"
)
OTHER = "synonymous_variant|G|GENE1|Transcript|ENST00000000001.4||||5|2||||||||HGNC:5"


def test_csq_by_header_order_and_allele() -> None:
    reader = AnnotationReader.from_header(HEADER)
    info = {"CSQ": f"{OTHER},{CSQ}", "dbNSFP_REVEL_score": ("0.1", ".;0.83;0.2")}
    found = reader.read(info, "C", ["G", "T"], 2)
    (one,) = found.consequences
    assert one.terms == ("missense_variant", "splice_region_variant")
    assert (one.gene, one.refseq, one.transcript_class) == ("GENE1", "NM_000001.2", "MANE Select")
    assert (one.hgvs_p, one.codon_position, one.hgnc_id) == ("ENSP1.1:p.(Ala2Val)", 2, "HGNC:5")
    assert found.scores == {
        "revel": 0.83, "alphamissense": 0.9, "cadd": 23.5, "spliceai": 0.44,
    }  # fmt: skip
    assert found.frequencies == {"gnomADe_AF": 1.5e-05}
    assert reader.read(info, "C", ["G", "T"], 1).consequences[0].term == "synonymous_variant"
    assert reader.read({}, "C", ["G"], 1).consequences == ()


@pytest.mark.parametrize(
    ("ref", "alts", "expected"),
    [
        ("C", ["T"], ["T"]),
        ("CA", ["C"], ["-"]),
        ("C", ["CAT", "T"], ["CAT", "T"]),  # T does not share the first base: nothing is cut
        ("CA", ["C", "CAA"], ["-", "AA"]),
        ("CA", ["C", "*"], ["-", "*"]),
        ("AC", ["GT"], ["GT"]),
    ],
)
def test_alleles_as_vep_writes_them(ref: str, alts: list[str], expected: list[str]) -> None:
    assert vep_alleles(ref, alts) == expected


def test_ann_bcsq_and_spliceai() -> None:
    reader = AnnotationReader.from_header(HEADER)
    info = {
        "ANN": "T|conservative_inframe_deletion|MODERATE|G1|ENSG1|transcript|NM_000002.1|"
        "protein_coding|2/9|c.5_7del|p.Ala2del|5/900|5/300|2/99||,"
        "T|sequence_feature|LOW|G1|ENSG1|domain|x|y|2/9|c.5|||||",
        "BCSQ": "missense|G1|ENST1|protein_coding|+|5A>5V|123C>T,@77,*frameshift|G1|ENST1|x|+",
        "SpliceAI": "T|G1|0.01|0.91|0.00|0.05|1|2|3|4,G|G1|1.00|0|0|0|1|2|3|4",
    }
    found = reader.read(info, "C", ["T"])
    assert [(c.source, c.term) for c in found.consequences] == [
        ("ANN", "inframe_deletion"),
        ("BCSQ", "missense_variant"),
    ]
    assert found.consequences[0].refseq == "NM_000002.1"
    assert found.consequences[1].hgvs_p == "p.(Ala5Val)".replace("p.(", "p.(")
    assert found.scores == {"spliceai": 0.91}


OWN = Consequence(
    gene="G1", transcript="ENST1.5", refseq="NM_1.2", transcript_class="MANE Select",
    terms=("splice_region_variant", "coding_sequence_variant"), hgvs_c="NM_1.2:c.5C>T",
    resolved=False,
)  # fmt: skip
GIVEN = Consequence(
    gene="G1", transcript="ENST1.2", terms=("missense_variant",), hgvs_p="p.(Ala2Val)", source="CSQ"
)


def test_the_vcf_resolves_what_we_cannot() -> None:
    one = merge([OWN], [GIVEN]).consequences[0]
    assert one.terms == ("missense_variant", "splice_region_variant")
    assert (one.source, one.resolved) == ("CSQ", True)
    assert (one.hgvs_c, one.hgvs_p, one.transcript) == ("NM_1.2:c.5C>T", "p.(Ala2Val)", "ENST1.5")


def test_own_resolved_calls_stand_and_disagreement_is_counted() -> None:
    own = replace(OWN, terms=("stop_gained",), resolved=True)
    kept = merge([own], [GIVEN])
    assert kept.consequences[0].term == "stop_gained"
    assert kept.disagreements == ("ENST1.5: stop_gained | missense_variant (CSQ)",)
    trusted = merge([own], [GIVEN], trust_annotations=True)
    assert trusted.consequences[0].term == "missense_variant"
    assert trusted.consequences[0].source == "CSQ"
    shade = replace(GIVEN, terms=("stop_gained", "splice_region_variant"))
    assert merge([own], [shade]).disagreements == ()


def test_clinvar_resolves_only_a_single_coding_consequence() -> None:
    def record(*names: str) -> ClinVarRecord:
        return ClinVarRecord(1, "Pathogenic", 2, consequences=names)

    one = merge([OWN], [], record("missense_variant", "5_prime_UTR_variant")).consequences[0]
    assert (one.term, one.source, one.resolved) == ("missense_variant", "ClinVar", True)
    for unclear in (record("missense_variant", "stop_gained"), record("intron_variant"), None):
        assert merge([OWN], [], unclear).consequences[0].resolved is False


def test_genes_we_do_not_have_come_from_the_vcf_once() -> None:
    other = replace(GIVEN, gene="G2", transcript="ENST9.1")
    again = replace(other, source="ANN", transcript="ENST9")
    found = merge([OWN], [GIVEN, other, again]).consequences
    assert [(c.gene, c.source) for c in found if c.gene == "G2"] == [("G2", "CSQ")]


def test_trimming() -> None:
    assert trim(10, "AGA", "A") == (11, "GA", "")
    assert trim(10, "C", "CAT") == (11, "", "AT")
    assert trim(10, "CAAT", "CGGT") == (11, "AA", "GG")
    pos, ref, alt = trim_alleles(np.array([10, 10, 10]), ["CAG", "CA", "CA"], ["CTG", "<DEL>", "*"])
    assert (pos.tolist(), ref.tolist(), alt.tolist()) == (
        [11, 10, 10], ["A", "CA", "CA"], ["T", "<DEL>", "*"],
    )  # fmt: skip


def test_left_alignment_against_the_textbook() -> None:
    rng = random.Random(4)
    seq = "".join(rng.choice(("CA", "CAG", "T", "TTT", "GAT")) for _ in range(300))

    def fetch(_: int, start: int, end: int) -> str:
        return seq[start - 1 : end]

    moved = 0
    for _ in range(2000):
        pos = rng.randint(20, len(seq) - 20)
        size = rng.randint(1, 6)
        if rng.random() < 0.5:
            ref, alt = seq[pos - 1 : pos + size], seq[pos - 1]
        else:
            ref = seq[pos - 1]
            alt = ref + random_bases(rng, size)
        got = left_align(1, pos, ref, alt, fetch)
        assert got.known
        assert (got.pos, got.ref, got.alt) == left_aligned(seq, pos, ref, alt)
        moved += got.pos != pos
    assert moved > 200


def test_left_alignment_says_when_it_cannot_know() -> None:
    stuck = left_align(1, 100, "A", "AA", lambda *_: "")
    assert (stuck.pos, stuck.known) == (100, False)
    assert left_align(1, 100, "C", "CA", lambda *_: "").known
    assert not left_align(1, 100, "GA", "A", lambda *_: "").known


def test_an_anchor_behind_the_change_comes_before_it() -> None:
    seq = "TTCAGGACC"
    got = left_align(1, 5, "GGA", "A", lambda _, a, b: seq[a - 1 : b])
    assert (got.pos, got.ref, got.alt) == (4, "AGG", "A")
    assert minimal(5, "GGA", "A") == Allele(5, 6, "GG", "")
    assert minimal(5, "A", "GGA") == Allele(5, 4, "", "GG")


def test_indels_of_exons_are_left_aligned_with_the_bundle_alone() -> None:
    text = "ATG" + "GCT" * 8 + "TAA"
    pad = "CCGTTACG" * 20
    low = len(pad) + 1
    world = World([Gene("TOY", 1, [(low, low + 29)], (low, low + 29))], {1: pad + text + pad})
    # One GCT less, written at the end of the repeat.
    late = (1, low + 23, "TGCT", "T")
    early = (1, *left_aligned(world.genome[1], *late[1:]))
    outside = (1, 20, world.genome[1][19] + "A", world.genome[1][19])
    contig, pos, ref, alt = zip(late, early, outside, strict=True)
    table = annotate_sites(
        np.array(contig, dtype=np.int8), np.array(pos), np.array(ref, dtype=object),
        np.array(alt, dtype=object), world.bundle(),
    )  # fmt: skip
    assert (table.moved, table.unaligned) == (1, 0)
    first, second = table.consequences(0)[0], table.consequences(1)[0]
    assert first == second
    assert first.hgvs_p == "p.(Ala9del)"
    blind = annotate_sites(
        np.array(contig, dtype=np.int8), np.array(pos), np.array(ref, dtype=object),
        np.array(alt, dtype=object), world.bundle(with_sequence=False),
    )  # fmt: skip
    assert (blind.moved, blind.unaligned) == (0, 1)


@pytest.mark.shared
def test_a_real_vcf_with_csq_and_ann(shared_data: Path) -> None:
    from cyvcf2 import VCF

    reader_vcf = VCF(str(shared_data / "vcf" / "643594.clinical.vcf.gz"))
    reader = AnnotationReader.from_header(reader_vcf.raw_header)
    sources: dict[str, int] = {}
    agree = compared = 0
    for record in reader_vcf:
        for number in range(1, len(record.ALT) + 1):
            info = {tag: record.INFO.get(tag) for tag in reader.tags}
            found = reader.read(info, record.REF, record.ALT, number)
            by_source: dict[str, dict[str, str]] = {"CSQ": {}, "ANN": {}}
            for c in found.consequences:
                sources[c.source] = sources.get(c.source, 0) + 1
                by_source[c.source][c.transcript] = c.hgvs_c.rpartition(":")[2]
            for name in by_source["CSQ"].keys() & by_source["ANN"].keys():
                if by_source["CSQ"][name] and by_source["ANN"][name]:
                    compared += 1
                    agree += by_source["CSQ"][name] == by_source["ANN"][name]
    assert min(sources.values()) > 1500
    assert agree > 0.9 * compared > 900
