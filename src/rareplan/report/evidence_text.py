"""The evidence of a variant as running text, as the ACMG reporting standards ask for."""

from __future__ import annotations

from rareplan.model.evidence import Status
from rareplan.model.result import Candidate, CandidateVariant
from rareplan.report.text import frequency, natural_name


def _article(word: str) -> str:
    return "an" if word[:1].lower() in "aeiou" else "a"


def _where(variant: CandidateVariant) -> str:
    view = variant.consequence
    place = f"exon {view.exon.replace('/', ' of ')}" if view.exon else ""
    if not place and view.intron:
        place = f"intron {view.intron.replace('/', ' of ')}"
    transcript = view.refseq or view.transcript
    return " of ".join(part for part in (place, transcript) if part)


def _effect(variant: CandidateVariant) -> str:
    view = variant.consequence
    name = variant.hgvs_c.rpartition(":")[2] or variant.variant
    if not view.terms:
        return f"The effect of {name} could not be decided."
    term = view.terms[0].replace("_", " ")
    term = term if term.endswith("variant") else f"{term} variant"
    where = _where(variant)
    text = f"{name} is {_article(term)} {term}{f' in {where}' if where else ''}"
    protein = variant.hgvs_p.rpartition(":")[2]
    text += f", predicted to give {protein}" if protein else ""
    if not view.resolved:
        text += "; its effect on the protein could not be resolved with the knowledge at hand"
    if view.escapes_nmd is not None and view.impact == "HIGH":
        decay = "is expected to escape" if view.escapes_nmd else "is expected to undergo"
        text += f"; the transcript {decay} nonsense-mediated decay"
    return f"{text}."


def _seen(variant: CandidateVariant) -> str:
    origin = (
        f"; the variant came from the {variant.inherited_from}" if variant.inherited_from else ""
    )
    text = f"The patient is {variant.zygosity}{origin}."
    if variant.max_af is None:
        return f"{text} The frequency data that were used do not hold it."
    group = f" in {variant.af_group}" if variant.af_group else ""
    text += f" Its highest population frequency is {frequency(variant.max_af)}{group}"
    if variant.homozygotes is not None:
        text += f", with {variant.homozygotes} homozygotes"
    return f"{text}."


def _clinvar(variant: CandidateVariant) -> str:
    if not variant.clinvar:
        return "ClinVar, as far as it was consulted, has no entry for it."
    stars = f" ({variant.clinvar_stars} stars)" if variant.clinvar_stars is not None else ""
    return f"ClinVar lists it as {variant.clinvar.lower().replace('_', ' ')}{stars}."


def evidence_text(candidate: Candidate, variant: CandidateVariant) -> str:
    """What the change is, where it was seen, what others say, and how the class follows."""
    met = [i for i in variant.classification.items if i.status is Status.MET]
    codes = ", ".join(i.label for i in met) or "no criterion"
    label = variant.classification.label.lower()
    sums = f"With {codes} ({variant.classification.points:+d} points) it is classified as {label}."
    cause = ""
    if candidate.diseases:
        cause = f" {candidate.gene} is linked with {natural_name(candidate.diseases[0].name)}."
    return f"{_effect(variant)} {_seen(variant)} {_clinvar(variant)} {sums}{cause}"
