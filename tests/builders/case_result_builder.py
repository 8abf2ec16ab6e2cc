"""Case results built by code, one for each kind of report.

The families, variants and studies are made up. Gene structures are those of MANE Select
(GRCh38, 1-based); diseases, HPO terms and medicines are real.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rareplan.model.evidence import Classification, EvidenceItem, Status, Strength
from rareplan.model.result import (
    Candidate,
    CandidateVariant,
    CaseResult,
    ConsequenceView,
    DiseaseMatch,
    DomainView,
    Factor,
    GenotypeView,
    LedgerView,
    PatientView,
    PersonView,
    PhenotypeView,
    QcCheck,
    RuleCountView,
    SourceVersion,
    TermMatch,
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
    TrialMatch,
    TrialSearch,
)
from rareplan.report.gene_model import exon_views

CPS1_STARTS = (210556599, 210573298, 210576346, 210577421, 210579714, 210582617, 210588058,
    210590106, 210590800, 210591831, 210592879, 210594508, 210595487, 210599372, 210600555,
    210602202, 210605102, 210606731, 210608361, 210612117, 210616423, 210637702, 210639150,
    210639996, 210642484, 210647863, 210648473, 210650363, 210654025, 210656525, 210658599,
    210660485, 210663123, 210668186, 210674902, 210675728, 210677007, 210677887)  # fmt: skip
CPS1_ENDS = (210556859, 210573407, 210576490, 210577510, 210579770, 210582709, 210588147,
    210590234, 210590906, 210591969, 210592956, 210594606, 210595582, 210599561, 210600712,
    210602330, 210605246, 210606941, 210608559, 210612293, 210616541, 210637843, 210639215,
    210640059, 210642665, 210648057, 210648540, 210650438, 210654102, 210656632, 210658688,
    210660655, 210663197, 210668284, 210674961, 210675840, 210677136, 210679107)  # fmt: skip
OTC_STARTS = (38352604, 38367291, 38369796, 38381342, 38401275, 38403618, 38408742, 38408876,
    38411862, 38421023)  # fmt: skip
OTC_ENDS = (38352773, 38367429, 38369877, 38381429, 38401428, 38403740, 38408795, 38409025,
    38411999, 38421446)  # fmt: skip
POLG_STARTS = (89316320, 89317376, 89318541, 89318931, 89319228, 89320766, 89321125, 89321736,
    89321962, 89322742, 89323404, 89323815, 89324107, 89325450, 89326612, 89326912, 89327167,
    89328456, 89328685, 89328943, 89330081, 89333096, 89334673)  # fmt: skip
POLG_ENDS = (89316827, 89317536, 89318749, 89319099, 89319350, 89321012, 89321260, 89321853,
    89322015, 89322902, 89323511, 89323901, 89324227, 89325686, 89326738, 89327063, 89327349,
    89328535, 89328831, 89329110, 89330276, 89333913, 89334824)  # fmt: skip

KNOWLEDGE = (
    SourceVersion(name="HPO", version="2025-05-06", date="2025-05-06", licence="HPO licence"),
    SourceVersion(name="ClinVar", version="2025-06", date="2025-06-02", licence="public domain"),
    SourceVersion(name="MANE", version="1.5", date="2025-11-05", licence="public domain"),
    SourceVersion(name="Curated therapies", version="1", date="2026-10-01", licence="Apache-2.0"),
)
LEDGER = LedgerView(
    alleles=41230,
    passed=4,
    rules=(
        RuleCountView(rule="contig", description="Not on a primary chromosome", tested=41230, stopped=230),
        RuleCountView(rule="quality", description="Call quality too low", threshold="GQ >= 20, DP >= 10", tested=41000, stopped=3800),
        RuleCountView(rule="rarity", description="Too common for a rare disease", threshold="max AF <= 0.02", tested=37200, stopped=36100),
        RuleCountView(rule="consequence", description="No effect on a protein or splice site", tested=1100, stopped=910),
        RuleCountView(rule="segregation", description="Does not fit any mode of inheritance", tested=190, stopped=186),
    ),
)  # fmt: skip
CANNOT_SEE = (
    "Repeat expansions (fragile X, myotonic dystrophy and others).",
    "Copy-number changes and rearrangements: the input holds small variants only.",
    "Methylation and imprinting defects.",
)
UREA_TERMS = (
    PhenotypeView(id="HP:0001987", label="Hyperammonemia", onset="Neonatal onset"),
    PhenotypeView(id="HP:0001254", label="Lethargy"),
    PhenotypeView(id="HP:0002013", label="Vomiting"),
    PhenotypeView(id="HP:0001250", label="Seizure"),
    PhenotypeView(id="HP:0003217", label="Hyperglutaminemia"),
    PhenotypeView(id="HP:0001638", label="Cardiomyopathy", excluded=True),
)


def trio(proband_sex: str = "female") -> tuple[PersonView, ...]:
    """Two unaffected parents and the proband, all sequenced."""
    return (
        PersonView(id="F1", role="father", sex="male", affection="unaffected", sequenced=True),
        PersonView(id="M1", role="mother", sex="female", affection="unaffected", sequenced=True),
        PersonView(id="P1", role="proband", father="F1", mother="M1", sex=proband_sex,
                   affection="affected", sequenced=True),
    )  # fmt: skip


def calls(**by_role: str) -> tuple[GenotypeView, ...]:
    """Genotypes by role: ``calls(proband="0/1", mother="0/1")``."""
    people = {"proband": "P1", "father": "F1", "mother": "M1", "sibling": "S1"}
    return tuple(
        GenotypeView(person=people[role], role=role, gt=gt, gq=99.0, dp=38.0,
                     allele_balance=0.5 if gt == "0/1" else None)
        for role, gt in by_role.items()
    )  # fmt: skip


def evidence(*specs: tuple[str, Strength | None, str]) -> tuple[EvidenceItem, ...]:
    """Criteria that are met (with a strength) or were not assessed (without)."""
    return tuple(
        EvidenceItem(
            criterion=name,
            status=Status.MET if strength else Status.NOT_ASSESSED,
            strength=strength,
            points=(strength.points if name[0] == "P" else -strength.points) if strength else 0,
            fact=fact,
            source="PMID:25741868",
        )
        for name, strength, fact in specs
    )


PATHOGENIC = Classification(
    label="Pathogenic",
    points=11,
    items=evidence(
        ("PVS1", Strength.VERY_STRONG, "Stop gained in exon 10 of 38; nonsense-mediated decay expected."),
        ("PM2", Strength.SUPPORTING, "Not seen in the frequency table."),
        ("PM3", Strength.MODERATE, "In trans with a second pathogenic variant."),
        ("PS3", None, "No functional study was given."),
    ),
)  # fmt: skip
UNCERTAIN = Classification(
    label="Uncertain significance",
    tier="warm",
    points=3,
    items=evidence(
        ("PM2", Strength.SUPPORTING, "Not seen in the frequency table."),
        ("PP3", Strength.MODERATE, "REVEL 0.81."),
    ),
)


def cps1_variant(
    pos: int, ref: str, alt: str, exon: int, hgvs_c: str, hgvs_p: str, origin: str
) -> CandidateVariant:
    """A stop-gained variant of CPS1 seen in one parent."""
    key = f"2-{pos}-{ref}-{alt}"
    starts, ends = CPS1_STARTS[exon - 1], CPS1_ENDS[exon - 1]
    other = "mother" if origin == "father" else "father"
    return CandidateVariant(
        variant=key, variant_grch38=key, assembly="GRCh38", gene="CPS1", zygosity="heterozygous",
        inherited_from=origin,
        consequence=ConsequenceView(
            transcript="ENST00000233072.10", refseq="NM_001875.5", transcript_class="MANE Select",
            terms=("stop_gained",), impact="HIGH", exon=f"{exon}/38", protein_position=335,
            amino_acids="Q/*", exon_length=ends - starts + 1, exon_in_frame=(ends - starts + 1) % 3 == 0,
            escapes_nmd=False, source="rareplan", strand=1,
            exons=exon_views(CPS1_STARTS, CPS1_ENDS, 210556700, 210678500, 1),
            domains=(DomainView(name="Glutamine amidotransferase", start_aa=219, end_aa=404),
                     DomainView(name="ATP-grasp 1", start_aa=551, end_aa=743),
                     DomainView(name="ATP-grasp 2", start_aa=1093, end_aa=1284),
                     DomainView(name="MGS-like", start_aa=1355, end_aa=1500)),
        ),
        hgvs_c=hgvs_c, hgvs_p=hgvs_p, hgvs_g=f"NC_000002.12:g.{pos}{ref}>{alt}",
        genotypes=calls(proband="0/1", **{origin: "0/1", other: "0/0"}),
        max_af=None, clinvar="Pathogenic", clinvar_id=None, clinvar_stars=2, clinvar_date="2025-06-02",
        classification=PATHOGENIC,
    )  # fmt: skip


def disease(
    id_: str, name: str, terms: tuple[PhenotypeView, ...], inheritance: str
) -> DiseaseMatch:
    """A disease matched term by term."""
    return DiseaseMatch(
        id=id_, name=name, score=8.4, posterior=0.93, inheritance=(inheritance,),
        terms=tuple(
            TermMatch(term=t.id, label=t.label, excluded=t.excluded, matched_term=t.id,
                      matched_label=t.label, through=t.id,
                      frequency=None if t.excluded else 0.9 - 0.15 * i,
                      contribution=-0.1 if t.excluded else 3.2 - 0.7 * i)
            for i, t in enumerate(terms)
        ),
    )  # fmt: skip


CPS1_DISEASE = disease(
    "OMIM:237300", "Carbamoyl phosphate synthetase I deficiency", UREA_TERMS, "Autosomal recessive"
)
DERIVATION = (
    Factor(name="phenotype", log_lr=6.1, detail="five terms match, one excluded term agrees"),
    Factor(name="variant", log_lr=5.4, detail="two pathogenic variants"),
    Factor(name="segregation", log_lr=1.1, detail="one from each parent"),
    Factor(name="prior", log_lr=-8.9, detail="one of about 4,000 disease genes"),
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
            gene=gene, possible=(Mechanism.LOF,), null_genotype=True,
            reason="Both copies carry a loss-of-function variant.", citations=("PMID:30982989",),
        ),
        options=(
            TherapyOption(**shared, intervention="Ammonia scavengers (sodium benzoate, sodium phenylbutyrate)",
                          therapy_class="drug", tier="A", start_within="hours", direction="lowers ammonia by another path",
                          gate_reason="Loss of the enzyme raises ammonia; the drug removes nitrogen.",
                          approvals=("FDA", "EMA"), evidence="Guideline of urea cycle disorders, revised 2019.",
                          requirements=(Requirement(name="age", verdict=Match.MET, text="any age"),
                                        Requirement(name="ammonia level", verdict=Match.UNKNOWN, text="not in the case file")),
                          citations=("PMID:30982989",)),
            TherapyOption(**shared, intervention="Protein-restricted diet with essential amino acids",
                          therapy_class="diet", tier="B", start_within="hours", direction="less nitrogen to clear",
                          gate_reason="Lowers the load on the missing enzyme.", citations=("PMID:30982989",)),
            TherapyOption(**shared, intervention="Liver transplant", therapy_class="transplant", tier="B",
                          start_within="days-weeks", direction="replaces the enzyme",
                          gate_reason="The liver carries the missing enzyme.", citations=("PMID:30982989",)),
        ),
        wrong_way=(
            TherapyOption(gene=gene, disease=name, intervention="High-protein feeding", tier="X", gate=Gate.WRONG,
                          gate_reason="Raises ammonia.", danger="Can bring on a crisis.", citations=("PMID:30982989",)),
        ),
        cautions=(
            Caution(gene=gene, drug="Valproic acid", action="avoid", reason="Can raise ammonia and bring on a crisis.",
                    citations=("PMID:30982989",), takes_now=takes_valproate),
        ),
        pgx=(PgxResult(gene="CYP2C9", drugs=("sodium phenylbutyrate",), status="cannot be called from this file",
                       not_tested=("CYP2C9*2",), source="CPIC"),),
        antisense=(
            AsoVerdict(variant="NM_001875.5:c.1003C>T", gene=gene, strategy="exon skipping", verdict="not eligible",
                       reason="The exon is not a multiple of three bases long.",
                       trace=(TraceNode(node="ES1", question="Is the exon in frame?", fact="139 bases", answer="no", source="N1C VARIANT 2024"),)),
            AsoVerdict(variant="NM_001875.5:c.1003C>T", gene=gene, strategy="wild-type upregulation", verdict="not eligible",
                       reason="No working copy is left."),
        ),
        editing=(EditingOption(variant="NM_001875.5:c.1003C>T", gene=gene, approach="adenine base editing",
                               verdict="a precedent exists", reason="C>T on the coding strand is turned back by A>G on the other.",
                               tissue="liver", precedent="One infant treated with a personalised base editor (2025).",
                               citations=("PMID:40373211",)),),
        replacement=(ReplacementOption(gene=gene, verdict="too long for one AAV", reason="Coding sequence of 4,503 bases plus regulatory parts.", cds_length=4503),),
    )  # fmt: skip


def base(**changes: Any) -> CaseResult:
    """A trio without any candidate: the negative case, and the start of all others."""
    fields: dict[str, Any] = {
        "rareplan_version": "0.1.0",
        "assembly": "GRCh38",
        "engine": "local",
        "patient": PatientView(
            proband="P1", sex="female", age_years=0.5, country="US", family=trio(), shape="trio",
            phenotype=UREA_TERMS, consents={"secondary_findings": False, "carrier_findings": False},
        ),
        "inputs": {"family.vcf.gz": "a" * 64},
        "settings_sha256": "b" * 64,
        "knowledge": KNOWLEDGE,
        "none_of_these": 1.0,
        "qc": (
            QcCheck(name="sex", person="P1", value="X heterozygosity 0.31", expected="female", verdict="ok",
                    text="Sex in the data agrees with the pedigree."),
            QcCheck(name="relatedness", person="P1-F1", value="0.26", expected="0.25", verdict="ok",
                    text="Parent and child, as the pedigree says."),
            QcCheck(name="coverage", verdict="not assessed", text="No target file was given, so gaps are not known."),
        ),
        "ledger": LEDGER,
        "cannot_see": CANNOT_SEE,
        "trials": (),
    }  # fmt: skip
    return CaseResult(**(fields | changes))


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
            Candidate(rank=1, gene="CPS1", hgnc_id="HGNC:2323", inheritance="AR compound heterozygous",
                      segregation="PROVED", segregation_reason="One variant from each parent.",
                      phase="in trans: proved by transmission", probability=0.95, phenotype_score=0.97,
                      variants=(first, second), diseases=(CPS1_DISEASE,), derivation=DERIVATION),
            rest,
        ),
        therapies=(urea_plan(),),
        trials=(
            TrialSearch(gene="CPS1", state="cached", queries=("CPS1 deficiency",), data_timestamp="2026-10-01",
                        matches=(TrialMatch(nct_id="NCT00000000", title="Made-up study of urea cycle disorders",
                                            status="RECRUITING", kind="natural history", countries=("United States",),
                                            requirements=(Requirement(name="age", verdict=Match.MET, text="any age"),
                                                          Requirement(name="diagnosis", verdict=Match.UNKNOWN, text="proved by enzyme test")),
                                            summary="may fit, ask your team", url=""),)),
        ),
        notices=("The knowledge sources carry different dates.",),
    )  # fmt: skip


def vus_candidate(rank: int = 1, probability: float = 0.35) -> Candidate:
    """One missense variant of uncertain significance, dominant, origin not known."""
    return Candidate(
        rank=rank, gene="SCN2A", hgnc_id="HGNC:10588", inheritance="AD", segregation="CONSISTENT",
        segregation_reason="Seen in the proband and the mother.", probability=probability, phenotype_score=0.61,
        variants=(
            CandidateVariant(
                variant="2-165310413-G-A", variant_grch38="2-165310413-G-A", assembly="GRCh38", gene="SCN2A",
                zygosity="heterozygous", inherited_from="mother",
                consequence=ConsequenceView(transcript="ENST00000375437.7", refseq="NM_001040142.2",
                                            transcript_class="MANE Select", terms=("missense_variant",),
                                            impact="MODERATE", exon="6/27", protein_position=262),
                hgvs_c="NM_001040142.2:c.785G>A", hgvs_p="NP_001035232.1:p.(Arg262Gln)",
                genotypes=calls(proband="0/1", mother="0/1", father="0/0"), max_af=0.00001, af_group="nfe",
                af_source="gnomAD", homozygotes=0, classification=UNCERTAIN, scores={"REVEL": 0.81},
            ),
        ),
        diseases=(disease("OMIM:613721", "Developmental and epileptic encephalopathy 11", UREA_TERMS[3:5], "Autosomal dominant"),),
        derivation=(Factor(name="phenotype", log_lr=1.3, detail="one term matches"),),
    )  # fmt: skip


def vus_only() -> CaseResult:
    """Nothing but a variant of uncertain significance."""
    return base(candidates=(vus_candidate(),), none_of_these=0.65)


def negative() -> CaseResult:
    """No candidate at all."""
    return base()


def carrier() -> CaseResult:
    """No explanation, but a carrier finding that the family asked to know."""
    finding = CandidateVariant(
        variant="7-117559590-ATCT-A", variant_grch38="7-117559590-ATCT-A", assembly="GRCh38", gene="CFTR",
        zygosity="heterozygous", inherited_from="mother",
        consequence=ConsequenceView(refseq="NM_000492.4", transcript_class="MANE Select",
                                    terms=("inframe_deletion",), impact="MODERATE", exon="11/27"),
        hgvs_c="NM_000492.4:c.1521_1523del", hgvs_p="NP_000483.3:p.(Phe508del)",
        genotypes=calls(proband="0/1", mother="0/1", father="0/0"), max_af=0.014, clinvar="Pathogenic",
        clinvar_stars=4, classification=Classification(label="Pathogenic", points=10, items=evidence(("PM3", Strength.VERY_STRONG, "Seen in trans in many patients."))),
    )  # fmt: skip
    patient = base().patient.model_copy(
        update={"consents": {"carrier_findings": True, "secondary_findings": False}}
    )
    return base(patient=patient, carrier=(finding,))


def x_linked_singleton() -> CaseResult:
    """A boy tested alone, hemizygous for an OTC splice variant."""
    variant = CandidateVariant(
        variant="X-38381429-G-A", variant_grch38="X-38381429-G-A", assembly="GRCh38", gene="OTC",
        zygosity="hemizygous",
        consequence=ConsequenceView(transcript="ENST00000039007.5", refseq="NM_000531.6", transcript_class="MANE Select",
                                    terms=("missense_variant", "splice_region_variant"), impact="MODERATE", exon="4/10",
                                    exon_length=88, exon_in_frame=False, protein_position=129, splice_distance=1, strand=1,
                                    exons=exon_views(OTC_STARTS, OTC_ENDS, 38352697, 38421142, 1),
                                    domains=(DomainView(name="OTCace N-terminal", start_aa=40, end_aa=180),)),
        hgvs_c="NM_000531.6:c.386G>A", hgvs_p="NP_000522.3:p.(Arg129His)", hgvs_g="NC_000023.11:g.38381429G>A",
        genotypes=calls(proband="1"), clinvar="Pathogenic", clinvar_stars=2,
        classification=Classification(label="Likely pathogenic", points=7, items=evidence(
            ("PS3", Strength.STRONG, "Splicing is disturbed."), ("PM2", Strength.SUPPORTING, "Not seen."), ("PM5", Strength.MODERATE, "Another change at this residue is pathogenic."))),
    )  # fmt: skip
    patient = base().patient.model_copy(
        update={
            "sex": "male", "age_years": 3.0, "shape": "singleton",
            "family": (PersonView(id="P1", role="proband", sex="male", affection="affected", sequenced=True),),
        }
    )  # fmt: skip
    return base(
        patient=patient,
        none_of_these=0.12,
        candidates=(
            Candidate(rank=1, gene="OTC", hgnc_id="HGNC:8512", inheritance="XL recessive", segregation="ASSUMED",
                      segregation_reason="No parent was sequenced.", phase="one copy only", probability=0.85,
                      phenotype_score=0.9, variants=(variant,),
                      diseases=(disease("OMIM:311250", "Ornithine transcarbamylase deficiency", UREA_TERMS, "X-linked recessive"),),
                      derivation=DERIVATION),
        ),
        therapies=(urea_plan("OTC"),),
        trials=(TrialSearch(gene="OTC", state="not searched", link="https://clinicaltrials.gov/search?cond=OTC%20deficiency"),),
    )  # fmt: skip


def urgent_caution() -> CaseResult:
    """POLG, homozygous, in a child who takes valproic acid now."""
    key = "15-89327201-C-T"
    variant = CandidateVariant(
        variant=key, variant_grch38=key, assembly="GRCh38", gene="POLG", zygosity="homozygous",
        consequence=ConsequenceView(transcript="ENST00000268124.11", refseq="NM_002693.3", transcript_class="MANE Select",
                                    terms=("missense_variant",), impact="MODERATE", exon="7/23", exon_length=183,
                                    exon_in_frame=True, protein_position=467, strand=-1,
                                    exons=exon_views(POLG_STARTS, POLG_ENDS, 89316600, 89333900, -1)),
        hgvs_c="NM_002693.3:c.1399G>A", hgvs_p="NP_002684.1:p.(Ala467Thr)", hgvs_g="NC_000015.10:g.89327201C>T",
        genotypes=calls(proband="1/1", father="0/1", mother="0/1"), max_af=0.0006, clinvar="Pathogenic", clinvar_stars=2,
        classification=Classification(label="Pathogenic", points=12, items=evidence(
            ("PM3", Strength.VERY_STRONG, "Seen in trans in many patients."), ("PS3", Strength.STRONG, "Lower enzyme activity."))),
    )  # fmt: skip
    patient = base().patient.model_copy(
        update={
            "medicines": ("valproic acid",), "age_years": 4.0, "sex": "male", "family": trio("male"),
            "phenotype": (PhenotypeView(id="HP:0001250", label="Seizure"), PhenotypeView(id="HP:0001410", label="Decreased liver function")),
        }
    )  # fmt: skip
    return base(
        patient=patient,
        none_of_these=0.05,
        candidates=(
            Candidate(rank=1, gene="POLG", hgnc_id="HGNC:9179", inheritance="AR homozygous", segregation="PROVED",
                      segregation_reason="Both parents carry one copy.", probability=0.93, phenotype_score=0.88,
                      variants=(variant,),
                      diseases=(disease("OMIM:203700", "Mitochondrial DNA depletion syndrome 4A", patient.phenotype, "Autosomal recessive"),),
                      derivation=DERIVATION),
        ),
        therapies=(
            TherapyPlan(
                gene="POLG",
                mechanism=MechanismCall(gene="POLG", possible=(Mechanism.LOF,), reason="Homozygous hypomorph."),
                cautions=(Caution(gene="POLG", drug="valproic acid", action="contraindicated",
                                  reason="Acute liver failure in POLG disease (boxed warning).",
                                  citations=("FDA label of valproate",), takes_now=True),),
            ),
        ),
    )  # fmt: skip


CASES: dict[str, Callable[[], CaseResult]] = {
    "solved_trio": solved_trio,
    "vus_only": vus_only,
    "negative": negative,
    "carrier": carrier,
    "x_linked_singleton": x_linked_singleton,
    "urgent_caution": urgent_caution,
}
