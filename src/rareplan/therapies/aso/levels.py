"""Transcript knock-down (section B) and upregulation of the working copy (section C)."""

from __future__ import annotations

from rareplan.config import Antisense
from rareplan.model.therapy import Mechanism
from rareplan.therapies.aso.facts import AsoClass, AsoFacts, Kind, Leaf, Strategy, Trace
from rareplan.therapies.aso.gate import (
    GUIDELINE,
    is_loss,
    is_toxic,
    one_working_copy,
    precedent_leaf,
)

_SECTION_B = f"{GUIDELINE}, section B and table 5"
_SECTION_C = f"{GUIDELINE}, section C"
_ASK_MECHANISM = "Functional evidence of what the variant does (loss, gain, dominant negative)."
_ASK_DOSAGE = (
    "Whether one copy of the gene is enough: ClinGen dosage score, or gnomAD pLI and LOEUF "
    "(rareplan kb refresh)."
)


def knock_down(facts: AsoFacts, settings: Antisense, trace: Trace) -> Leaf:
    """Verdict for lowering the transcript."""
    gate = _knock_down_gate(facts, trace)
    # A knock-down made for this very variant says itself that the variant is toxic.
    open_mechanism = gate is not None and gate.verdict is AsoClass.UNABLE
    if gate is not None and not open_mechanism:
        return gate
    known = precedent_leaf(facts, Strategy.KNOCKDOWN, trace, settings=settings)
    if known is not None:
        return Leaf(
            known.verdict,
            known.reason + _dosage_warning(facts),
            known.would_change,
            (*known.flags, *_allele_flags(facts)),
        )
    return gate or _dosage(facts, trace)


def _knock_down_gate(facts: AsoFacts, trace: Trace) -> Leaf | None:
    question = "Gain of function, dominant negative or gain of copies?"
    told = "gain of copies" if facts.gain else facts.mechanism.value
    source = facts.mechanism_source or _SECTION_B
    if is_toxic(facts):
        trace.add("B.1", question, told, "yes", source)
        return None
    if is_loss(facts):
        trace.add("B.1", question, told, "no", source)
        return Leaf(
            AsoClass.NOT,
            "Loss of function: lowering the transcript would take away what is already missing.",
        )
    trace.add("B.1", question, told, "not known", source)
    return Leaf(AsoClass.UNABLE, "The mechanism of the variant is not known.", _ASK_MECHANISM)


def _dosage_warning(facts: AsoFacts) -> str:
    if facts.haploinsufficient:
        return " One copy of this gene is not enough: the dose must spare the normal transcript."
    return ""


def _allele_flags(facts: AsoFacts) -> tuple[str, ...]:
    flags = []
    if facts.mechanism is Mechanism.DOMINANT_NEGATIVE:
        flags.append("dominant negative: the design must be allele-specific")
    if facts.in_phase_snps:
        flags.append(
            "heterozygous SNPs in phase for an allele-specific design: "
            + ", ".join(facts.in_phase_snps)
        )
    if facts.hemizygous:
        flags.append("hemizygous: knock-down takes away the only copy")
    elif facts.hemizygous is None and facts.inheritance.startswith("X"):
        flags.append("X-linked: in a male, knock-down takes away the only copy")
    return tuple(flags)


def _dosage(facts: AsoFacts, trace: Trace) -> Leaf:
    flags = _allele_flags(facts)
    source = facts.haploinsufficiency_source or _SECTION_B
    told = {True: "yes", False: "no", None: "not known"}
    trace.add(
        "B.2",
        "Is the dosage of the gene tightly regulated?",
        told[facts.dosage_regulated],
        told[facts.dosage_regulated],
        source,
    )
    if facts.dosage_regulated:
        return Leaf(
            AsoClass.NOT, "The gene's dosage is tightly regulated: lowering it causes disease."
        )
    loses = facts.haploinsufficient is None and bool(facts.loss_disease)
    short = facts.haploinsufficient is True or facts.recessive_lof_disease is True or loses
    known = facts.loss_disease or told[facts.recessive_lof_disease]
    trace.add(
        "B.3",
        "Is the gene haploinsufficient, or does its loss cause a disease?",
        f"haploinsufficient: {told[facts.haploinsufficient]}; loss-of-function disease: "
        f"{'recessive' if facts.recessive_lof_disease and not facts.loss_disease else known}",
        "yes" if short else told[facts.haploinsufficient],
        source,
    )
    if short:
        return _short_of_dose(facts, flags, trace)
    if facts.haploinsufficient is None:
        return Leaf(
            AsoClass.UNABLE, "It is not known whether the gene tolerates less.", _ASK_DOSAGE, flags
        )
    special = (
        " The normal allele must be spared (dominant negative)."
        if facts.mechanism is Mechanism.DOMINANT_NEGATIVE
        else ""
    )
    return Leaf(
        AsoClass.LIKELY,
        f"The variant is toxic and the gene tolerates loss of one copy ({source}).{special}",
        "Rescue by knock-down in patient cells or an animal would make it eligible.",
        flags,
    )


def _short_of_dose(facts: AsoFacts, flags: tuple[str, ...], trace: Trace) -> Leaf:
    kind = facts.loss_disease or "recessive"
    why = f"loss of the gene causes {'an' if kind == 'X-linked' else 'a'} {kind} disease"
    if facts.haploinsufficient:
        why = "the gene is haploinsufficient"
    specific = facts.allele_specific_possible
    trace.add(
        "B.4",
        "Is an allele-specific design shown to be possible?",
        {True: "yes", False: "no", None: "not known"}[specific],
        "yes" if specific else "no",
        _SECTION_B,
    )
    if specific:
        return Leaf(
            AsoClass.LIKELY,
            f"Although {why}, an allele-specific design that spares the normal copy is possible.",
            flags=flags,
        )
    if facts.gain:
        return Leaf(
            AsoClass.UNLIKELY,
            f"Too many copies do harm, but {why}: the dose has to stop at the normal amount.",
            "A dose that brings the transcript back to normal and not below, shown in an animal.",
            flags,
        )
    return Leaf(
        AsoClass.UNLIKELY,
        f"The variant is toxic but {why}: knock-down must spare the normal allele.",
        "An allele-specific design: the variant itself or a heterozygous SNP in phase with it.",
        flags,
    )


def upregulation(facts: AsoFacts, settings: Antisense, trace: Trace) -> Leaf:
    """Verdict for raising the working copy: established, strategy exists, or none known."""
    gate = _upregulation_gate(facts, trace)
    if gate is not None:
        return gate
    known = precedent_leaf(facts, Strategy.UPREGULATION, trace, settings=settings)
    if known is not None:
        text = "Established: " if known.verdict is AsoClass.ELIGIBLE else ""
        return Leaf(known.verdict, text + known.reason, known.would_change, known.flags)
    leaf = _haploinsufficiency(facts, trace)
    if leaf is not None:
        return leaf
    handles = facts.upregulation.any
    trace.add(
        "C.3",
        "A poison exon, antisense transcript or upstream ORF described?",
        "; ".join(handles) or "none curated",
        "yes" if handles else "no",
        facts.upregulation.source or _SECTION_C,
    )
    if handles:
        return Leaf(
            AsoClass.LIKELY,
            f"Strategy exists, not yet established: {'; '.join(handles)}.",
            "Protein raised by an antisense oligonucleotide in cells or an animal.",
        )
    return Leaf(
        AsoClass.UNABLE,
        "No way to raise the working copy of this gene is known to rareplan.",
        "A poison exon, natural antisense transcript or inhibitory upstream ORF that is "
        "expressed in the tissue of the disease.",
    )


def _upregulation_gate(facts: AsoFacts, trace: Trace) -> Leaf | None:
    question = "Loss of function with one working copy left?"
    told = f"{facts.mechanism.value}, {facts.inheritance or 'inheritance not known'}"
    if is_toxic(facts):
        trace.add("C.1", question, told, "no", _SECTION_C)
        return Leaf(
            AsoClass.NOT, "The variant is toxic: raising the gene would not help and may harm."
        )
    if not is_loss(facts):
        trace.add("C.1", question, told, "not known", _SECTION_C)
        return Leaf(AsoClass.UNABLE, "The mechanism of the variant is not known.", _ASK_MECHANISM)
    if not facts.inheritance and facts.kind is not Kind.GENE_LOSS:
        trace.add("C.1", question, told, "not known", _SECTION_C)
        return Leaf(
            AsoClass.UNABLE, "The mode of inheritance is not known.", "The mode of inheritance."
        )
    if not one_working_copy(facts):
        trace.add("C.1", question, told, "no", _SECTION_C)
        return Leaf(
            AsoClass.NOT, f"No working copy to raise ({facts.inheritance or 'both copies hit'})."
        )
    trace.add("C.1", question, told, "yes", _SECTION_C)
    return None


def _haploinsufficiency(facts: AsoFacts, trace: Trace) -> Leaf | None:
    short = facts.haploinsufficient
    if facts.mechanism is Mechanism.HAPLOINSUFFICIENT:
        short = True
    source = facts.haploinsufficiency_source or facts.mechanism_source or _SECTION_C
    told = {True: "yes", False: "no", None: "not known"}[short]
    trace.add("C.2", "Is the gene haploinsufficient?", told, told, source)
    if short:
        return None
    if short is False:
        return Leaf(AsoClass.NOT, f"One copy of the gene is enough by what is known ({source}).")
    return Leaf(
        AsoClass.UNABLE, "It is not known whether the gene is haploinsufficient.", _ASK_DOSAGE
    )
