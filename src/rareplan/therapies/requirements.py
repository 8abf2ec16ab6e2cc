"""The limits of a treatment, held against the patient one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rareplan.model.therapy import Match, Requirement

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from rareplan.knowledge.therapies import TherapyRow
    from rareplan.therapies.alleles import Allele

HARD = frozenset({"genotype", "variant"})
"""Requirements that belong to the patient's genome: not met means not for this patient."""


def check_requirements(
    row: TherapyRow,
    alleles: Sequence[Allele],
    null: bool | None,
    age_years: float | None,
    disease_ids: Collection[str],
    *,
    recessive: bool | None,
) -> tuple[Requirement, ...]:
    """Every limit of a row with its verdict: met, not met, unknown.

    ``disease_ids`` are the OMIM numbers that the patient's phenotype supports (without the
    prefix); empty when the phenotype was not looked at.
    """
    found = [
        *_genotype(row, alleles, null, recessive),
        *_variants(row, alleles),
        *_age(row, age_years),
        *_disease(row, disease_ids),
    ]
    if row.weight_min_kg is not None:
        found.append(_unknown("weight", f"from {row.weight_min_kg:g} kg"))
    if row.subgroup_indicated:
        found.append(_unknown("subgroup", f"for: {row.subgroup_indicated}"))
    if row.subgroup_contraindicated:
        found.append(_unknown("not for", row.subgroup_contraindicated))
    return tuple(found)


def contraindicated_variant(row: TherapyRow, alleles: Sequence[Allele]) -> str:
    """The pattern by which this patient's variants rule the treatment out, or nothing."""
    for pattern in row.variants_contraindicated:
        if any(_names(pattern, allele) for allele in alleles):
            return pattern
    return ""


def names_a_variant(row: TherapyRow, alleles: Sequence[Allele]) -> bool:
    """Whether the row names one of the patient's variants itself (not its class, not a label)."""
    named = [p for p in row.variants_indicated if p.startswith(("p.", "c.", "hom:"))]
    return any(_names(pattern, allele) for pattern in named for allele in alleles)


def _unknown(name: str, text: str) -> Requirement:
    return Requirement(name=name, verdict=Match.UNKNOWN, text=text)


def _genotype(
    row: TherapyRow, alleles: Sequence[Allele], null: bool | None, recessive: bool | None
) -> list[Requirement]:
    found = []
    for need in row.genotype:
        if need in {"residual", "residual_usual"}:
            verdict = {True: Match.NOT_MET, False: Match.MET, None: Match.UNKNOWN}[null]
            # "residual_usual": responders usually have residual protein; a trial is not ruled out.
            name = "genotype" if need == "residual" else "usual genotype"
            text = "at least one allele that leaves residual protein"
            found.append(Requirement(name=name, verdict=verdict, text=text))
        elif need in {"biallelic", "monoallelic"} and alleles:
            hit = sum(2 if a.hemizygous else a.copies for a in alleles)
            fits = (hit >= 2) is (need == "biallelic")
            verdict = Match.MET if fits else Match.NOT_MET
            if not fits and recessive and need == "biallelic":
                verdict = Match.UNKNOWN  # the second allele may simply not have been found
            text = "both copies hit" if need == "biallelic" else "one copy hit"
            found.append(Requirement(name="genotype", verdict=verdict, text=text))
    return found


def _names(pattern: str, allele: Allele) -> bool:
    kind, _, rest = pattern.partition(":")
    if kind == "class":
        return bool(set(rest.split(",")) & set(allele.terms))
    if kind == "hom":
        return (allele.copies == 2 or allele.hemizygous) and allele.matches(rest)
    if kind == "deletion_exon":
        first = allele.exon.split("/", 1)[0]
        span = [int(part) for part in first.split("-") if part.isdigit()]
        wanted = [int(part) for part in rest.split(",")]
        return allele.deletion and bool(span) and span[0] <= max(wanted) and span[-1] >= min(wanted)
    return allele.matches(pattern)


def _variants(row: TherapyRow, alleles: Sequence[Allele]) -> list[Requirement]:
    patterns = row.variants_indicated
    if not patterns or not alleles:
        return [_unknown("variant", _listed(patterns))] if patterns else []
    classes = [p for p in patterns if p.startswith("class:")]
    names = [p for p in patterns if p.startswith(("p.", "c.", "hom:"))]
    in_class = any(_names(p, a) for p in classes for a in alleles)
    text = _listed(patterns)
    if any(_names(p, a) for p in names for a in alleles):
        return [Requirement(name="variant", verdict=Match.MET, text=text)]
    if classes and not in_class:
        return [Requirement(name="variant", verdict=Match.NOT_MET, text=text)]
    open_list = any(p == "label" or p.startswith("exon_skip:") for p in patterns)
    if open_list or not all(a.hgvs_c or a.hgvs_p for a in alleles):
        return [_unknown("variant", text)]
    verdict = Match.MET if in_class else Match.NOT_MET
    return [Requirement(name="variant", verdict=verdict, text=text)]


def _listed(patterns: Sequence[str]) -> str:
    words = []
    for pattern in patterns:
        kind, _, rest = pattern.partition(":")
        if kind == "class":
            words.append(rest.replace("_", " ").replace(",", " or "))
        elif kind == "exon_skip":
            words.append(f"frame restored by skipping exon {rest}")
        elif pattern == "label":
            words.append("or another variant on the current label's list")
        else:
            words.append(pattern.removeprefix("hom:"))
    return "variant: " + ", ".join(words)


def _age(row: TherapyRow, age: float | None) -> list[Requirement]:
    found = []
    for bound, below in ((row.age_min_years, True), (row.age_max_years, False)):
        if bound is None:
            continue
        text = f"from {bound:g} years" if below else f"under {bound:g} years"
        verdict = Match.UNKNOWN
        if age is not None:
            verdict = Match.MET if (age >= bound if below else age < bound) else Match.NOT_MET
        found.append(Requirement(name="age", verdict=verdict, text=text))
    return found


def _disease(row: TherapyRow, disease_ids: Collection[str]) -> list[Requirement]:
    if not disease_ids or not row.omim:
        return []
    fits = bool(set(row.omim) & set(disease_ids))
    verdict = Match.MET if fits else Match.UNKNOWN
    return [Requirement(name="disease", verdict=verdict, text=row.disease)]
