"""Candidates and treatment plans of made-up case results."""

from __future__ import annotations

from typing import Any

from rareplan.model.result import (
    Candidate,
    CandidateVariant,
    ConsequenceView,
    DomainView,
    Factor,
)
from rareplan.model.therapy import (
    AsoVerdict,
    Caution,
    EditingOption,
    Gate,
    Match,
    Mechanism,
    MechanismCall,
    PgxResult,
    ReplacementOption,
    Requirement,
    TherapyOption,
    TherapyPlan,
    TraceNode,
)
from rareplan.report.gene_model import exon_views
from tests.builders.case_parts import (
    CPS1_ENDS,
    CPS1_STARTS,
    PATHOGENIC,
    UNCERTAIN,
    UREA_TERMS,
    calls,
    disease,
)

CPS1_DISEASE = disease(
    "OMIM:237300", "Carbamoyl phosphate synthetase I deficiency", UREA_TERMS, "Autosomal recessive"
)


def cps1_variant(
    pos: int, ref: str, alt: str, exon: int, hgvs_c: str, hgvs_p: str, origin: str
) -> CandidateVariant:
    """A stop-gained variant of CPS1 seen in one parent."""
    key = f"2-{pos}-{ref}-{alt}"
    starts, ends = CPS1_STARTS[exon - 1], CPS1_ENDS[exon - 1]
    other = "mother" if origin == "father" else "father"
    return CandidateVariant(
        variant=key,
        variant_grch38=key,
        assembly="GRCh38",
        gene="CPS1",
        zygosity="heterozygous",
        inherited_from=origin,
        consequence=ConsequenceView(
            transcript="ENST00000233072.10",
            refseq="NM_001875.5",
            transcript_class="MANE Select",
            terms=("stop_gained",),
            impact="HIGH",
            exon=f"{exon}/38",
            protein_position=335,
            amino_acids="Q/*",
            exon_length=ends - starts + 1,
            exon_in_frame=(ends - starts + 1) % 3 == 0,
            escapes_nmd=False,
            source="rareplan",
            strand=1,
            exons=exon_views(CPS1_STARTS, CPS1_ENDS, 210556700, 210678500, 1),
            domains=(
                DomainView(name="Glutamine amidotransferase", start_aa=219, end_aa=404),
                DomainView(name="ATP-grasp 1", start_aa=551, end_aa=743),
                DomainView(name="ATP-grasp 2", start_aa=1093, end_aa=1284),
                DomainView(name="MGS-like", start_aa=1355, end_aa=1500),
            ),
        ),
        hgvs_c=hgvs_c,
        hgvs_p=hgvs_p,
        hgvs_g=f"NC_000002.12:g.{pos}{ref}>{alt}",
        genotypes=calls(proband="0/1", **{origin: "0/1", other: "0/0"}),
        max_af=None,
        clinvar="Pathogenic",
        clinvar_id=None,
        clinvar_stars=2,
        clinvar_date="2025-06-02",
        classification=PATHOGENIC,
    )


def vus_candidate(rank: int = 1, probability: float = 0.35) -> Candidate:
    """One missense variant of uncertain significance, dominant, origin not known."""
    return Candidate(
        rank=rank,
        gene="SCN2A",
        hgnc_id="HGNC:10588",
        inheritance="AD",
        segregation="CONSISTENT",
        segregation_reason="Seen in the proband and the mother.",
        probability=probability,
        phenotype_score=0.61,
        variants=(
            CandidateVariant(
                variant="2-165310413-G-A",
                variant_grch38="2-165310413-G-A",
                assembly="GRCh38",
                gene="SCN2A",
                zygosity="heterozygous",
                inherited_from="mother",
                consequence=ConsequenceView(
                    transcript="ENST00000375437.7",
                    refseq="NM_001040142.2",
                    transcript_class="MANE Select",
                    terms=("missense_variant",),
                    impact="MODERATE",
                    exon="6/27",
                    protein_position=262,
                ),
                hgvs_c="NM_001040142.2:c.785G>A",
                hgvs_p="NP_001035232.1:p.(Arg262Gln)",
                genotypes=calls(proband="0/1", mother="0/1", father="0/0"),
                max_af=0.00001,
                af_group="nfe",
                af_source="gnomAD",
                homozygotes=0,
                classification=UNCERTAIN,
                scores={"REVEL": 0.81},
            ),
        ),
        diseases=(
            disease(
                "OMIM:613721",
                "Developmental and epileptic encephalopathy 11",
                UREA_TERMS[3:5],
                "Autosomal dominant",
            ),
        ),
        derivation=(Factor(name="phenotype", log_lr=1.3, detail="one term matches"),),
    )


def urea_plan(gene: str = "CPS1", *, takes_valproate: bool = False) -> TherapyPlan:
    """Treatments of a urea cycle defect: hours, weeks and what is only studied."""
    name = (
        "Carbamoyl phosphate synthetase I deficiency"
        if gene == "CPS1"
        else "Ornithine transcarbamylase deficiency"
    )
    shared: dict[str, Any] = {
        "gene": gene,
        "disease": name,
        "gate": Gate.RIGHT,
        "last_reviewed": "2026-10-01",
    }
    return TherapyPlan(
        gene=gene,
        mechanism=MechanismCall(
            gene=gene,
            possible=(Mechanism.LOF,),
            null_genotype=True,
            reason="Both copies carry a loss-of-function variant.",
            citations=("PMID:30982989",),
        ),
        options=(
            TherapyOption(
                **shared,
                intervention="Ammonia scavengers (sodium benzoate, sodium phenylbutyrate)",
                therapy_class="drug",
                tier="A",
                start_within="hours",
                direction="lowers ammonia by another path",
                gate_reason="Loss of the enzyme raises ammonia; the drug removes nitrogen.",
                approvals=("FDA", "EMA"),
                evidence="Guideline of urea cycle disorders, revised 2019.",
                requirements=(
                    Requirement(name="age", verdict=Match.MET, text="any age"),
                    Requirement(
                        name="ammonia level", verdict=Match.UNKNOWN, text="not in the case file"
                    ),
                ),
                citations=("PMID:30982989",),
            ),
            TherapyOption(
                **shared,
                intervention="Protein-restricted diet with essential amino acids",
                therapy_class="diet",
                tier="B",
                start_within="hours",
                direction="less nitrogen to clear",
                gate_reason="Lowers the load on the missing enzyme.",
                citations=("PMID:30982989",),
            ),
            TherapyOption(
                **shared,
                intervention="Liver transplant",
                therapy_class="transplant",
                tier="B",
                start_within="days-weeks",
                direction="replaces the enzyme",
                gate_reason="The liver carries the missing enzyme.",
                citations=("PMID:30982989",),
            ),
        ),
        wrong_way=(
            TherapyOption(
                gene=gene,
                disease=name,
                intervention="High-protein feeding",
                tier="X",
                gate=Gate.WRONG,
                gate_reason="Raises ammonia.",
                danger="Can bring on a crisis.",
                citations=("PMID:30982989",),
            ),
        ),
        cautions=(
            Caution(
                gene=gene,
                drug="Valproic acid",
                action="avoid",
                reason="Can raise ammonia and bring on a crisis.",
                citations=("PMID:30982989",),
                takes_now=takes_valproate,
            ),
        ),
        pgx=(
            PgxResult(
                gene="CYP2C9",
                drugs=("sodium phenylbutyrate",),
                status="cannot be called from this file",
                not_tested=("CYP2C9*2",),
                source="CPIC",
            ),
        ),
        antisense=(
            AsoVerdict(
                variant="NM_001875.5:c.1003C>T",
                gene=gene,
                strategy="exon skipping",
                verdict="not eligible",
                reason="The exon is not a multiple of three bases long.",
                trace=(
                    TraceNode(
                        node="ES1",
                        question="Is the exon in frame?",
                        fact="139 bases",
                        answer="no",
                        source="N1C VARIANT 2024",
                    ),
                ),
            ),
            AsoVerdict(
                variant="NM_001875.5:c.1003C>T",
                gene=gene,
                strategy="wild-type upregulation",
                verdict="not eligible",
                reason="No working copy is left.",
            ),
        ),
        editing=(
            EditingOption(
                variant="NM_001875.5:c.1003C>T",
                gene=gene,
                approach="adenine base editing",
                verdict="a precedent exists",
                reason="C>T on the coding strand is turned back by A>G on the other.",
                tissue="liver",
                precedent="One infant treated with a personalised base editor (2025).",
                citations=("PMID:40373211",),
            ),
        ),
        replacement=(
            ReplacementOption(
                gene=gene,
                verdict="too long for one AAV",
                reason="Coding sequence of 4,503 bases plus regulatory parts.",
                cds_length=4503,
            ),
        ),
    )
