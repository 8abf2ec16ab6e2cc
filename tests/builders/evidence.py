"""Cases, variants and segregations built by hand for the evidence tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rareplan.model.case import Case, Consents, PhenotypeTerm, SuppliedEvidence
from rareplan.model.consequence import Consequence
from rareplan.model.genome import Assembly, Contig
from rareplan.model.inheritance import Mode, Segregation, Verdict
from rareplan.model.pedigree import Affection, Pedigree, Person, Sex
from rareplan.model.variant import (
    AnnotatedVariant,
    ClinVarRecord,
    Frequency,
    Genotype,
    VariantKey,
)

SEIZURES = ("HP:0001250", "HP:0001263", "HP:0002376", "HP:0200134")


def make_case(
    terms: tuple[str, ...] = SEIZURES,
    evidence: tuple[SuppliedEvidence, ...] = (),
    consents: Consents | None = None,
) -> Case:
    people = (
        Person("P", "F", "DAD", "MUM", Sex.MALE, Affection.AFFECTED),
        Person("DAD", "F", sex=Sex.MALE, affection=Affection.UNAFFECTED),
        Person("MUM", "F", sex=Sex.FEMALE, affection=Affection.UNAFFECTED),
    )
    return Case(
        (Path("family.vcf"),),
        Assembly.GRCH38,
        Pedigree("P", people, frozenset({"P", "DAD", "MUM"})),
        tuple(PhenotypeTerm(t, t) for t in terms),
        evidence=evidence,
        consents=consents or Consents(),
    )


def make_variant(
    place: str,
    gene: str,
    term: str,
    *,
    gt: tuple[int, ...] = (0, 1),
    max_af: float | None = None,
    homozygotes: int | None = None,
    clinvar: str = "",
    scores: dict[str, float] | None = None,
    **consequence: Any,
) -> AnnotatedVariant:
    chrom, pos, ref, alt = place.split("-")
    contig = Contig.X if chrom == "X" else Contig(int(chrom))
    key = VariantKey(Assembly.GRCH38, contig, int(pos), ref, alt)
    record = ClinVarRecord(1, clinvar, 2, date="2024-12-15") if clinvar else None
    return AnnotatedVariant(
        key,
        key,
        0,
        0,
        {"P": Genotype(gt, False, 99, 40, 20, 20)},
        frequency=Frequency(max_af, "nfe" if max_af else "", "gnomAD", homozygotes),
        clinvar=record,
        consequences=(Consequence(gene, terms=(term,), **consequence),),
        scores=scores or {},
    )


def seg(
    gene: str,
    mode: Mode,
    *places: int,
    verdict: Verdict = Verdict.ASSUMED,
    meioses: int = 0,
) -> Segregation:
    return Segregation(gene, mode, places, verdict, "by hand", informative_meioses=meioses)
