"""Variants of a patient go through the same trees as batch rows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from rareplan.config import Settings
from rareplan.knowledge.store import KnowledgeBase
from rareplan.model.case import Case, SuppliedEvidence
from rareplan.model.consequence import Consequence
from rareplan.model.evidence import Classification
from rareplan.model.genome import Assembly, Contig
from rareplan.model.pedigree import Pedigree, Person, Sex
from rareplan.model.result import Candidate, CandidateVariant
from rareplan.model.therapy import Mechanism, MechanismCall
from rareplan.model.variant import AnnotatedVariant, Genotype, VariantKey
from rareplan.therapies.made_for_one import assess_variant_therapies


def case(**changes: object) -> Case:
    person = Person("kid", sex=Sex.MALE)
    base = Case(
        vcf_paths=(Path("family.vcf"),),
        assembly=Assembly.GRCH38,
        pedigree=Pedigree("kid", (person,), frozenset({"kid"})),
        terms=(),
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def variant(
    gene: str,
    refseq: str,
    hgvs_c: str,
    term: str,
    *,
    contig: Contig = Contig.CHR2,
    pos: int = 1000,
    hgvs_p: str = "",
    haplotypes: tuple[int, ...] = (1, 1),
    phased: bool = False,
    scores: dict[str, float] | None = None,
) -> AnnotatedVariant:
    key = VariantKey(Assembly.GRCH38, contig, pos, "C", "T")
    return AnnotatedVariant(
        key=key,
        key38=key,
        record=0,
        allele=0,
        genotypes={"kid": Genotype(haplotypes, phased=phased)},
        consequences=(
            Consequence(
                gene=gene,
                refseq=refseq,
                terms=(term,),
                hgvs_c=f"{refseq}:{hgvs_c}" if hgvs_c else "",
                hgvs_p=hgvs_p,
            ),
        ),
        scores=scores or {},
    )


def run(
    found: AnnotatedVariant,
    inheritance: str,
    mechanism: Mechanism,
    kb: KnowledgeBase,
    settings: Settings,
    given: Case | None = None,
    others: tuple[AnnotatedVariant, ...] = (),
    label: str = "Pathogenic",
) -> tuple[dict[str, str], dict[str, tuple[str, ...]], tuple[str, ...]]:
    gene = found.consequences[0].gene
    shown = CandidateVariant(
        variant=found.key.text,
        assembly="GRCh38",
        gene=gene,
        zygosity="",
        classification=Classification(label=label),
    )
    candidate = Candidate(
        rank=1,
        gene=gene,
        inheritance=inheritance,
        probability=0.9,
        phenotype_score=1.0,
        variants=(shown,),
    )
    call = MechanismCall(gene=gene, possible=(mechanism,), reason="test")
    antisense, editing, _ = assess_variant_therapies(
        candidate, (found, *others), given or case(), kb, call, settings
    )
    return (
        {v.strategy: v.verdict for v in antisense},
        {v.strategy: v.flags for v in antisense},
        tuple(o.verdict for o in editing),
    )


@pytest.mark.parametrize(
    ("gene", "refseq", "name", "term", "mode", "mechanism", "strategy", "verdict"),
    [
        ("CPS1", "NM_001875.5", "c.1003C>T", "stop_gained", "AR homozygous", Mechanism.LOF,
         "exon skipping", "not eligible"),
        ("ATM", "NM_000051.4", "c.7865C>T", "missense_variant", "AR compound heterozygous",
         Mechanism.LOF, "splice correction", "eligible"),
        ("CEP290", "NM_025114.4", "c.2991+1655A>G", "intron_variant", "AR homozygous",
         Mechanism.LOF, "splice correction", "eligible"),
        ("USH2A", "NM_206933.4", "c.2299del", "frameshift_variant", "AR homozygous",
         Mechanism.LOF, "exon skipping", "eligible"),
        ("DMD", "NM_004006.3", "c.(6912+1_6913-1)_(7309+1_7310-1)del", "feature_truncation",
         "XL recessive", Mechanism.LOF, "exon skipping", "eligible"),
        ("SCN1A", "NM_001165963.4", "c.664C>T", "stop_gained", "AD de novo",
         Mechanism.HAPLOINSUFFICIENT, "wild-type upregulation", "eligible"),
        ("KCNT1", "NM_020822.3", "c.862G>A", "missense_variant", "AD de novo", Mechanism.GOF,
         "transcript knock-down", "eligible"),
        ("SOD1", "NM_000454.5", "c.14C>T", "missense_variant", "AD", Mechanism.GOF,
         "transcript knock-down", "eligible"),
        ("FUS", "NM_004960.4", "c.1574C>T", "missense_variant", "AD", Mechanism.GOF,
         "transcript knock-down", "eligible"),
        ("RHO", "NM_000539.3", "c.68C>A", "missense_variant", "AD",
         Mechanism.DOMINANT_NEGATIVE, "transcript knock-down", "eligible"),
    ],
)  # fmt: skip
def test_literature(
    gene: str,
    refseq: str,
    name: str,
    term: str,
    mode: str,
    mechanism: Mechanism,
    strategy: str,
    verdict: str,
    kb: KnowledgeBase,
    settings: Settings,
) -> None:
    verdicts, _, _ = run(variant(gene, refseq, name, term), mode, mechanism, kb, settings)
    assert verdicts[strategy] == verdict


def intronic(**changes: object) -> AnnotatedVariant:
    return variant(
        "ABCA4", "NM_000350.3", "c.6148-471C>T", "intron_variant", contig=Contig.CHR1, **changes
    )  # type: ignore[arg-type]


def test_a_score_never_lifts_a_verdict(kb: KnowledgeBase, settings: Settings) -> None:
    verdicts, _, _ = run(
        intronic(scores={"SpliceAI_DS_max": 1.0}), "AR homozygous", Mechanism.LOF, kb, settings
    )
    assert verdicts["splice correction"] == "unable to assess"


@pytest.mark.parametrize(
    ("result", "verdict"),
    [
        ("pseudoexon in RNA-seq", "likely eligible"),
        ("pseudoexon of 72 nt", "likely eligible"),
        ("no effect on splicing", "unable to assess"),
        ("normal splicing", "unable to assess"),
        ("minigene shows a pseudoexon", "unable to assess"),
    ],
)
def test_rna_evidence_of_the_case_file(
    result: str, verdict: str, kb: KnowledgeBase, settings: Settings
) -> None:
    evidence = SuppliedEvidence(gene="ABCA4", kind="rna_splicing", result=result, source="lab 1")
    verdicts, _, _ = run(
        intronic(), "AR homozygous", Mechanism.LOF, kb, settings, case(evidence=(evidence,))
    )
    assert verdicts["splice correction"] == verdict


def test_evidence_of_another_variant_does_not_count(kb: KnowledgeBase, settings: Settings) -> None:
    evidence = SuppliedEvidence(
        gene="ABCA4", variant="c.302+68C>T", kind="rna_splicing", result="pseudoexon"
    )
    verdicts, _, _ = run(
        intronic(), "AR homozygous", Mechanism.LOF, kb, settings, case(evidence=(evidence,))
    )
    assert verdicts["splice correction"] == "unable to assess"


def test_vus_is_not_assessed(kb: KnowledgeBase, settings: Settings) -> None:
    verdicts, _, _ = run(
        intronic(), "AR homozygous", Mechanism.LOF, kb, settings, label="Uncertain significance"
    )
    assert set(verdicts.values()) == {"unable to assess"}


def test_phased_snps_are_listed_for_allele_specific_designs(
    kb: KnowledgeBase, settings: Settings
) -> None:
    target = variant(
        "RHO", "NM_000539.3", "c.68C>A", "missense_variant", haplotypes=(0, 1), phased=True
    )
    same = variant(
        "RHO", "NM_000539.3", "", "intron_variant", pos=1200, haplotypes=(0, 1), phased=True
    )
    other = variant(
        "RHO", "NM_000539.3", "", "intron_variant", pos=1300, haplotypes=(1, 0), phased=True
    )
    unphased = variant("RHO", "NM_000539.3", "", "intron_variant", pos=1400, haplotypes=(0, 1))
    _, flags, _ = run(
        target, "AD", Mechanism.DOMINANT_NEGATIVE, kb, settings, others=(same, other, unphased)
    )
    (text,) = [f for f in flags["transcript knock-down"] if "in phase" in f]
    assert "2-1200-C-T (same copy)" in text
    assert "2-1300-C-T (other copy)" in text
    assert "1400" not in text


def test_example_family(kb: KnowledgeBase, settings: Settings) -> None:
    verdicts, _, editing = run(
        variant("CPS1", "NM_001875.5", "c.1003C>T", "stop_gained", hgvs_p="p.(Gln335Ter)"),
        "AR homozygous",
        Mechanism.LOF,
        kb,
        settings,
    )
    assert set(verdicts.values()) <= {"not eligible", "unable to assess"}
    assert editing[0] == "a precedent exists"
