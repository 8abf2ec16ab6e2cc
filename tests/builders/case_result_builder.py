"""Case results built by code, one for each kind of report.

The families, variants and studies are made up; genes, diseases, HPO terms and medicines are
real.
"""

from __future__ import annotations

from collections.abc import Callable

from rareplan.model.evidence import Classification, Strength
from rareplan.model.result import (
    Candidate,
    CandidateVariant,
    CaseResult,
    ConsequenceView,
    DomainView,
    PersonView,
    PhenotypeView,
)
from rareplan.model.therapy import (
    Caution,
    Match,
    Mechanism,
    MechanismCall,
    Requirement,
    TherapyPlan,
    TrialMatch,
    TrialSearch,
)
from rareplan.report.gene_model import exon_views
from tests.builders.case_candidates import CPS1_DISEASE, cps1_variant, urea_plan, vus_candidate
from tests.builders.case_parts import (
    DERIVATION,
    OTC_ENDS,
    OTC_STARTS,
    POLG_ENDS,
    POLG_STARTS,
    UREA_TERMS,
    base,
    calls,
    disease,
    evidence,
    trio,
)


def solved_trio() -> CaseResult:
    """CPS1, two pathogenic variants in trans, one from each parent."""
    first = cps1_variant(
        210591886, "C", "T", 10, "NM_001875.5:c.1003C>T", "NP_001866.2:p.(Gln335Ter)", "father"
    )
    second = cps1_variant(
        210606800, "G", "T", 18, "NM_001875.5:c.2140G>T", "NP_001866.2:p.(Glu714Ter)", "mother"
    )
    rest = vus_candidate(rank=2, probability=0.02)
    return base(
        none_of_these=0.03,
        candidates=(
            Candidate(
                rank=1,
                gene="CPS1",
                hgnc_id="HGNC:2323",
                inheritance="AR compound heterozygous",
                segregation="PROVED",
                segregation_reason="One variant from each parent.",
                phase="in trans: proved by transmission",
                probability=0.95,
                phenotype_score=0.97,
                variants=(first, second),
                diseases=(CPS1_DISEASE,),
                derivation=DERIVATION,
            ),
            rest,
        ),
        therapies=(urea_plan(),),
        trials=(
            TrialSearch(
                gene="CPS1",
                state="cached",
                queries=("CPS1 deficiency",),
                data_timestamp="2026-10-01",
                matches=(
                    TrialMatch(
                        nct_id="NCT00000000",
                        title="Made-up study of urea cycle disorders",
                        status="RECRUITING",
                        kind="natural history",
                        countries=("United States",),
                        requirements=(
                            Requirement(name="age", verdict=Match.MET, text="any age"),
                            Requirement(
                                name="diagnosis",
                                verdict=Match.UNKNOWN,
                                text="proved by enzyme test",
                            ),
                        ),
                        summary="may fit, ask your team",
                        url="",
                    ),
                ),
            ),
        ),
        notices=("The knowledge sources carry different dates.",),
    )


def vus_only() -> CaseResult:
    """Nothing but a variant of uncertain significance."""
    return base(candidates=(vus_candidate(),), none_of_these=0.65)


def negative() -> CaseResult:
    """No candidate at all."""
    return base()


def carrier() -> CaseResult:
    """No explanation, but a carrier finding that the family asked to know."""
    finding = CandidateVariant(
        variant="7-117559590-ATCT-A",
        variant_grch38="7-117559590-ATCT-A",
        assembly="GRCh38",
        gene="CFTR",
        zygosity="heterozygous",
        inherited_from="mother",
        consequence=ConsequenceView(
            refseq="NM_000492.4",
            transcript_class="MANE Select",
            terms=("inframe_deletion",),
            impact="MODERATE",
            exon="11/27",
        ),
        hgvs_c="NM_000492.4:c.1521_1523del",
        hgvs_p="NP_000483.3:p.(Phe508del)",
        genotypes=calls(proband="0/1", mother="0/1", father="0/0"),
        max_af=0.014,
        clinvar="Pathogenic",
        clinvar_stars=4,
        classification=Classification(
            label="Pathogenic",
            points=10,
            items=evidence(("PM3", Strength.VERY_STRONG, "Seen in trans in many patients.")),
        ),
    )
    patient = base().patient.model_copy(
        update={"consents": {"carrier_findings": True, "secondary_findings": False}}
    )
    return base(patient=patient, carrier=(finding,))


def x_linked_singleton() -> CaseResult:
    """A boy tested alone, hemizygous for an OTC splice variant."""
    variant = CandidateVariant(
        variant="X-38381429-G-A",
        variant_grch38="X-38381429-G-A",
        assembly="GRCh38",
        gene="OTC",
        zygosity="hemizygous",
        consequence=ConsequenceView(
            transcript="ENST00000039007.5",
            refseq="NM_000531.6",
            transcript_class="MANE Select",
            terms=("missense_variant", "splice_region_variant"),
            impact="MODERATE",
            exon="4/10",
            exon_length=88,
            exon_in_frame=False,
            protein_position=129,
            splice_distance=1,
            strand=1,
            exons=exon_views(OTC_STARTS, OTC_ENDS, 38352697, 38421142, 1),
            domains=(DomainView(name="OTCace N-terminal", start_aa=40, end_aa=180),),
        ),
        hgvs_c="NM_000531.6:c.386G>A",
        hgvs_p="NP_000522.3:p.(Arg129His)",
        hgvs_g="NC_000023.11:g.38381429G>A",
        genotypes=calls(proband="1"),
        clinvar="Pathogenic",
        clinvar_stars=2,
        classification=Classification(
            label="Likely pathogenic",
            points=7,
            items=evidence(
                ("PS3", Strength.STRONG, "Splicing is disturbed."),
                ("PM2", Strength.SUPPORTING, "Not seen."),
                ("PM5", Strength.MODERATE, "Another change at this residue is pathogenic."),
            ),
        ),
    )
    patient = base().patient.model_copy(
        update={
            "sex": "male",
            "age_years": 3.0,
            "shape": "singleton",
            "family": (
                PersonView(
                    id="P1", role="proband", sex="male", affection="affected", sequenced=True
                ),
            ),
        }
    )
    return base(
        patient=patient,
        none_of_these=0.12,
        candidates=(
            Candidate(
                rank=1,
                gene="OTC",
                hgnc_id="HGNC:8512",
                inheritance="XL recessive",
                segregation="ASSUMED",
                segregation_reason="No parent was sequenced.",
                phase="one copy only",
                probability=0.85,
                phenotype_score=0.9,
                variants=(variant,),
                diseases=(
                    disease(
                        "OMIM:311250",
                        "Ornithine transcarbamylase deficiency",
                        UREA_TERMS,
                        "X-linked recessive",
                    ),
                ),
                derivation=DERIVATION,
            ),
        ),
        therapies=(urea_plan("OTC"),),
        trials=(
            TrialSearch(
                gene="OTC",
                state="not searched",
                link="https://clinicaltrials.gov/search?cond=OTC%20deficiency",
            ),
        ),
    )


def urgent_caution() -> CaseResult:
    """POLG, homozygous, in a child who takes valproic acid now."""
    key = "15-89327201-C-T"
    variant = CandidateVariant(
        variant=key,
        variant_grch38=key,
        assembly="GRCh38",
        gene="POLG",
        zygosity="homozygous",
        consequence=ConsequenceView(
            transcript="ENST00000268124.11",
            refseq="NM_002693.3",
            transcript_class="MANE Select",
            terms=("missense_variant",),
            impact="MODERATE",
            exon="7/23",
            exon_length=183,
            exon_in_frame=True,
            protein_position=467,
            strand=-1,
            exons=exon_views(POLG_STARTS, POLG_ENDS, 89316600, 89333900, -1),
        ),
        hgvs_c="NM_002693.3:c.1399G>A",
        hgvs_p="NP_002684.1:p.(Ala467Thr)",
        hgvs_g="NC_000015.10:g.89327201C>T",
        genotypes=calls(proband="1/1", father="0/1", mother="0/1"),
        max_af=0.0006,
        clinvar="Pathogenic",
        clinvar_stars=2,
        classification=Classification(
            label="Pathogenic",
            points=12,
            items=evidence(
                ("PM3", Strength.VERY_STRONG, "Seen in trans in many patients."),
                ("PS3", Strength.STRONG, "Lower enzyme activity."),
            ),
        ),
    )
    patient = base().patient.model_copy(
        update={
            "medicines": ("valproic acid",),
            "age_years": 4.0,
            "sex": "male",
            "family": trio("male"),
            "phenotype": (
                PhenotypeView(id="HP:0001250", label="Seizure"),
                PhenotypeView(id="HP:0001410", label="Decreased liver function"),
            ),
        }
    )
    return base(
        patient=patient,
        none_of_these=0.05,
        candidates=(
            Candidate(
                rank=1,
                gene="POLG",
                hgnc_id="HGNC:9179",
                inheritance="AR homozygous",
                segregation="PROVED",
                segregation_reason="Both parents carry one copy.",
                probability=0.93,
                phenotype_score=0.88,
                variants=(variant,),
                diseases=(
                    disease(
                        "OMIM:203700",
                        "Mitochondrial DNA depletion syndrome 4A",
                        patient.phenotype,
                        "Autosomal recessive",
                    ),
                ),
                derivation=DERIVATION,
            ),
        ),
        therapies=(
            TherapyPlan(
                gene="POLG",
                mechanism=MechanismCall(
                    gene="POLG", possible=(Mechanism.LOF,), reason="Homozygous hypomorph."
                ),
                cautions=(
                    Caution(
                        gene="POLG",
                        drug="valproic acid",
                        action="contraindicated",
                        reason="Acute liver failure in POLG disease (boxed warning).",
                        citations=("FDA label of valproate",),
                        takes_now=True,
                    ),
                ),
            ),
        ),
    )


CASES: dict[str, Callable[[], CaseResult]] = {
    "solved_trio": solved_trio,
    "vus_only": vus_only,
    "negative": negative,
    "carrier": carrier,
    "x_linked_singleton": x_linked_singleton,
    "urgent_caution": urgent_caution,
}
