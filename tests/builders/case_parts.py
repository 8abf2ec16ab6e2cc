"""Parts of made-up case results: gene structures, family, evidence, sources.

Gene structures are those of MANE Select (GRCh38, 1-based).
"""

from __future__ import annotations

from typing import Any

from rareplan.model.evidence import Classification, EvidenceItem, Status, Strength
from rareplan.model.result import (
    CaseResult,
    DiseaseMatch,
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
        RuleCountView(
            rule="contig", description="Not on a primary chromosome", tested=41230, stopped=230
        ),
        RuleCountView(
            rule="quality",
            description="Call quality too low",
            threshold="GQ >= 20, DP >= 10",
            tested=41000,
            stopped=3800,
        ),
        RuleCountView(
            rule="rarity",
            description="Too common for a rare disease",
            threshold="max AF <= 0.02",
            tested=37200,
            stopped=36100,
        ),
        RuleCountView(
            rule="consequence",
            description="No effect on a protein or splice site",
            tested=1100,
            stopped=910,
        ),
        RuleCountView(
            rule="segregation",
            description="Does not fit any mode of inheritance",
            tested=190,
            stopped=186,
        ),
    ),
)


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
        PersonView(
            id="P1",
            role="proband",
            father="F1",
            mother="M1",
            sex=proband_sex,
            affection="affected",
            sequenced=True,
        ),
    )


def calls(**by_role: str) -> tuple[GenotypeView, ...]:
    """Genotypes by role: ``calls(proband="0/1", mother="0/1")``."""
    people = {"proband": "P1", "father": "F1", "mother": "M1", "sibling": "S1"}
    return tuple(
        GenotypeView(
            person=people[role],
            role=role,
            gt=gt,
            gq=99.0,
            dp=38.0,
            allele_balance=0.5 if gt == "0/1" else None,
        )
        for role, gt in by_role.items()
    )


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
        (
            "PVS1",
            Strength.VERY_STRONG,
            "Stop gained in exon 10 of 38; nonsense-mediated decay expected.",
        ),
        ("PM2", Strength.SUPPORTING, "Not seen in the frequency table."),
        ("PM3", Strength.MODERATE, "In trans with a second pathogenic variant."),
        ("PS3", None, "No functional study was given."),
    ),
)


UNCERTAIN = Classification(
    label="Uncertain significance",
    tier="warm",
    points=3,
    items=evidence(
        ("PM2", Strength.SUPPORTING, "Not seen in the frequency table."),
        ("PP3", Strength.MODERATE, "REVEL 0.81."),
    ),
)


def disease(
    id_: str, name: str, terms: tuple[PhenotypeView, ...], inheritance: str
) -> DiseaseMatch:
    """A disease matched term by term."""
    return DiseaseMatch(
        id=id_,
        name=name,
        score=8.4,
        posterior=0.93,
        inheritance=(inheritance,),
        terms=tuple(
            TermMatch(
                term=t.id,
                label=t.label,
                excluded=t.excluded,
                matched_term=t.id,
                matched_label=t.label,
                through=t.id,
                frequency=None if t.excluded else 0.9 - 0.15 * i,
                contribution=-0.1 if t.excluded else 3.2 - 0.7 * i,
            )
            for i, t in enumerate(terms)
        ),
    )


DERIVATION = (
    Factor(name="phenotype", log_lr=6.1, detail="five terms match, one excluded term agrees"),
    Factor(name="variant", log_lr=5.4, detail="two pathogenic variants"),
    Factor(name="segregation", log_lr=1.1, detail="one from each parent"),
    Factor(name="prior", log_lr=-8.9, detail="one of about 4,000 disease genes"),
)


def base(**changes: Any) -> CaseResult:
    """A trio without any candidate: the negative case, and the start of all others."""
    fields: dict[str, Any] = {
        "rareplan_version": "0.1.0",
        "assembly": "GRCh38",
        "engine": "local",
        "patient": PatientView(
            proband="P1",
            sex="female",
            age_years=0.5,
            country="US",
            family=trio(),
            shape="trio",
            phenotype=UREA_TERMS,
            consents={"secondary_findings": False, "carrier_findings": False},
        ),
        "inputs": {"family.vcf.gz": "a" * 64},
        "settings_sha256": "b" * 64,
        "knowledge": KNOWLEDGE,
        "none_of_these": 1.0,
        "qc": (
            QcCheck(
                name="sex",
                person="P1",
                value="X heterozygosity 0.31",
                expected="female",
                verdict="ok",
                text="Sex in the data agrees with the pedigree.",
            ),
            QcCheck(
                name="relatedness",
                person="P1-F1",
                value="0.26",
                expected="0.25",
                verdict="ok",
                text="Parent and child, as the pedigree says.",
            ),
            QcCheck(
                name="coverage",
                verdict="not assessed",
                text="No target file was given, so gaps are not known.",
            ),
        ),
        "ledger": LEDGER,
        "cannot_see": CANNOT_SEE,
        "trials": (),
    }
    return CaseResult(**(fields | changes))
