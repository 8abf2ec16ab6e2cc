"""The patient's side of a match, from a candidate: it stays on this machine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rareplan.knowledge.diseases import diseases
from rareplan.knowledge.genes import genes
from rareplan.model.inheritance import Mode
from rareplan.model.pedigree import Sex
from rareplan.model.therapy import Mechanism
from rareplan.therapies.aso.assess import KEEPS_FRAME
from rareplan.therapies.aso.facts import AsoClass, Strategy
from rareplan.therapies.trials.patient import TrialPatient

if TYPE_CHECKING:
    from rareplan.knowledge.store import KnowledgeBase
    from rareplan.model.case import Case
    from rareplan.model.result import Candidate, CandidateVariant, PatientView
    from rareplan.model.therapy import TherapyPlan

_CLASSES = {
    "stop_gained": "nonsense",
    "frameshift_variant": "frameshift",
    "missense_variant": "missense",
    "splice_acceptor_variant": "splice",
    "splice_donor_variant": "splice",
    "inframe_deletion": "deletion",
    "inframe_insertion": "insertion",
    "transcript_ablation": "deletion",
    "feature_truncation": "deletion",
    "transcript_amplification": "duplication",
}
_ZYGOSITY = {
    Mode.AD.value: {"heterozygous"},
    Mode.AD_DE_NOVO.value: {"heterozygous"},
    Mode.AR_HOM.value: {"homozygous", "biallelic"},
    Mode.AR_COMPOUND.value: {"compound heterozygous", "biallelic"},
    Mode.AR_HEMI_DELETION.value: {"biallelic"},
}
_PATHOGENIC = {"pathogenic", "likely pathogenic"}
_BOTH = "pathogenic/likely pathogenic"
_STARS = 2
_MECHANISMS = {
    Mechanism.LOF: "lof",
    Mechanism.HAPLOINSUFFICIENT: "lof",
    Mechanism.GOF: "gof",
    Mechanism.DOMINANT_NEGATIVE: "dn",
}


@dataclass(frozen=True)
class Person:
    """Age in years, sex (male, female or "") and country of the patient."""

    age_years: float | None = None
    sex: str = ""
    country: str = ""


def person_of(case: Case) -> Person:
    """From a case."""
    sex = case.pedigree.proband.sex
    return Person(case.age_years, "" if sex is Sex.UNKNOWN else sex.value, case.country)


def person_of_result(patient: PatientView) -> Person:
    """From a stored case.json."""
    sex = patient.sex if patient.sex in {"male", "female"} else ""
    return Person(patient.age_years, sex, patient.country)


def trial_patient(
    candidate: Candidate,
    person: Person,
    kb: KnowledgeBase,
    least_posterior: float,
    plan: TherapyPlan | None = None,
) -> TrialPatient:
    """Everything that a study can ask of, as far as the case knows it."""
    found = genes(kb).find(candidate.gene)
    aliases = (*found.aliases, *found.previous) if found is not None else ()
    variants = candidate.variants
    known = [_pathogenic(v) for v in variants]
    classes = [_class_of(v) for v in variants]
    return TrialPatient(
        gene=candidate.gene,
        aliases=tuple(a for a in aliases if len(a) > 2),
        diseases=disease_names(candidate, kb, least_posterior),
        age_years=person.age_years,
        sex=person.sex,
        country=person.country,
        classes=None if not variants or None in classes else frozenset(c for c in classes if c),
        zygosity=_zygosity(candidate, person.sex),
        de_novo=True if "de novo" in candidate.inheritance else None,
        mechanism=_mechanism(plan),
        pathogenic=None if not known else all(known),
        names=tuple(n for v in variants for n in (v.hgvs_c, v.hgvs_p) if n),
        exons=_exons(variants),
        skip_exons=_skip_exons(plan),
        right_drugs=_drugs(plan, right=True),
        wrong_drugs=_drugs(plan, right=False),
        known_symbols=kb.memo("trials:symbols", _symbols),
    )


def _symbols(kb: KnowledgeBase) -> frozenset[str]:
    return frozenset(kb.table("genes").column("symbol").to_pylist())


def disease_names(candidate: Candidate, kb: KnowledgeBase, least: float) -> tuple[str, ...]:
    """Names of the diseases that the phenotype supports, the likeliest first.

    The likeliest disease and those with a posterior of ``least`` or more, each by HPO's name and
    MONDO's, and by the names of other entries of the same MONDO disease. Without any disease on
    the candidate, those of its gene.
    """
    index = diseases(kb)
    ranked = sorted(candidate.diseases, key=lambda d: -d.posterior)
    chosen = [d.id for n, d in enumerate(ranked) if n == 0 or d.posterior >= least]
    names = {d.id: d.name for d in ranked} | {d.id: d.name for d in index.of_gene(candidate.gene)}
    chosen = chosen or list(names)
    groups = {index.mondo_of(ident) for ident in chosen} - {""}
    chosen += [i for i in names if i not in chosen and index.mondo_of(i) in groups]
    unique: dict[str, str] = {}
    for ident in chosen:
        mondo = index.mondo_of(ident)
        for name in (names[ident], index.mondo_label(mondo) if mondo else ""):
            if len(name) > 3 and not name.lower().startswith("obsolete"):
                unique.setdefault(name.lower(), name)
    return tuple(unique.values())


def _class_of(variant: CandidateVariant) -> str | None:
    for term in variant.consequence.terms:
        if term in _CLASSES:
            return _CLASSES[term]
    return None


def _pathogenic(variant: CandidateVariant) -> bool:
    """At least likely pathogenic, by our own class or by ClinVar with two stars."""
    if variant.classification.label.lower() in _PATHOGENIC:
        return True
    stars = variant.clinvar_stars or 0
    return stars >= _STARS and variant.clinvar.lower() in {*_PATHOGENIC, _BOTH}


def _zygosity(candidate: Candidate, sex: str) -> frozenset[str] | None:
    if candidate.inheritance in _ZYGOSITY:
        # Two variants whose phase is only assumed are not known to be biallelic.
        if candidate.inheritance == Mode.AR_COMPOUND.value and candidate.segregation == "ASSUMED":
            return None
        return frozenset(_ZYGOSITY[candidate.inheritance])
    if candidate.inheritance.startswith("XL") and sex == "male":
        return frozenset({"hemizygous"})
    return None


def _mechanism(plan: TherapyPlan | None) -> str:
    if plan is None:
        return ""
    found = {_MECHANISMS.get(m, "") for m in plan.mechanism.possible}
    return found.pop() if len(found) == 1 else ""


def _exons(variants: tuple[CandidateVariant, ...]) -> frozenset[int] | None:
    numbers = [v.consequence.exon.partition("/")[0] for v in variants]
    known = [int(n) for n in numbers if n.isdigit()]
    return frozenset(known) if known and len(known) == len(numbers) else None


def _skip_exons(plan: TherapyPlan | None) -> frozenset[int] | None:
    """Exons that the antisense verdicts name; None when skipping was not worked out."""
    verdicts = [v for v in plan.antisense if v.strategy == Strategy.SKIP.value] if plan else []
    worked_out = [v for v in verdicts if v.verdict != AsoClass.UNABLE.value]
    if not worked_out:
        return None
    flags = [f for v in worked_out for f in v.flags if f.startswith(KEEPS_FRAME)]
    numbers = (n for f in flags for n in f.removeprefix(KEEPS_FRAME).split(", "))
    return frozenset(int(n) for n in numbers)


def _drugs(plan: TherapyPlan | None, *, right: bool) -> tuple[str, ...]:
    if plan is None:
        return ()
    options = plan.options if right else plan.wrong_way
    return tuple(dict.fromkeys(o.intervention for o in options if len(o.intervention) > 3))
