"""Splice correction (step 3 and table 3 of the guideline)."""

from __future__ import annotations

from rareplan.config import Antisense
from rareplan.therapies.aso.facts import (
    AsoClass,
    AsoFacts,
    Kind,
    Leaf,
    Rna,
    Strategy,
    Trace,
)
from rareplan.therapies.aso.gate import GUIDELINE, is_loss, precedent_leaf

_TABLE3 = f"{GUIDELINE}, step 3 and table 3"
_PROTEIN_LOSS = {"stop_gained", "frameshift", "start_lost"}
_ASK_RNA = (
    "RNA of the patient (RNA-seq, RT-PCR or cDNA sequencing from a tissue that expresses the "
    "gene) showing what the variant does to splicing, and how much normal transcript is left."
)


def splice_correction(facts: AsoFacts, settings: Antisense, trace: Trace) -> Leaf:
    """Verdict for masking an aberrant splice site."""
    known = precedent_leaf(facts, Strategy.SPLICE, trace, settings=settings)
    if known is not None:
        return known
    for check in (_wrong_form, _hard_cutoff, _no_wild_type, _evidence):
        leaf = check(facts, settings, trace)
        if leaf is not None:
            return leaf
    return _position(facts, settings, trace)


def _wrong_form(facts: AsoFacts, settings: Antisense, trace: Trace) -> Leaf | None:  # noqa: ARG001 - one signature
    question = "Can a splice error be the cause at all?"
    if facts.kind is not Kind.SMALL:
        if facts.kind is Kind.UNKNOWN:
            trace.add("3.1", question, "no HGVS description that can be read", "unknown", _TABLE3)
            return Leaf(
                AsoClass.UNABLE,
                "The variant's description could not be read, so its place is unknown.",
                "A full HGVS c. description on a named transcript.",
            )
        trace.add("3.1", question, facts.kind.value, "no", _TABLE3)
        return Leaf(
            AsoClass.NOT, f"{facts.kind.value.capitalize()}: there is no splice site to mask."
        )
    if facts.effect in _PROTEIN_LOSS and is_loss(facts):
        trace.add("3.1", question, f"{facts.effect}, loss of function", "no", _TABLE3)
        return Leaf(
            AsoClass.NOT,
            "The change itself ends or breaks the protein: restored splicing would still carry "
            "it. See exon skipping.",
        )
    trace.add("3.1", question, facts.effect or facts.splicing_effect or "possible", "yes", _TABLE3)
    return None


def _hard_cutoff(facts: AsoFacts, settings: Antisense, trace: Trace) -> Leaf | None:
    distance = place(facts)
    if distance is None:
        return None
    where, bases = distance
    limit = settings.splice_site_not
    question = f"Within {limit} bases of the canonical splice site?"
    answer = bases <= limit
    trace.add("3.2", question, f"{where}, {bases}", "yes" if answer else "no", _TABLE3)
    if not answer:
        return None
    return Leaf(
        AsoClass.NOT,
        f"The variant lies {bases} bases from the canonical splice site ({where}; limit {limit}): "
        "it likely destroys the site itself.",
        "Patient RNA that shows leaky exon skipping would open exon inclusion.",
    )


def _no_wild_type(facts: AsoFacts, settings: Antisense, trace: Trace) -> Leaf | None:
    words = facts.splicing_effect.lower()
    where = place(facts)
    # A pseudoexon that is always included leaves no normal transcript although the canonical
    # sites are whole: the rule is about their destruction, which a deep intronic base cannot do.
    deep = where is not None and where[0].startswith("intronic") and not _near(facts, settings)
    gone = "destroy" in words or (facts.wt_transcript is False and not deep)
    fact = {True: "yes", False: "no", None: "not known"}[facts.wt_transcript]
    if deep and facts.wt_transcript is False and not gone:
        fact = "none seen, but so far from the exons the canonical sites stay whole"
        trace.add("3.3", "Is canonical splicing destroyed?", fact, "no", _TABLE3)
        return None
    trace.add("3.3", "Is any normal transcript left?", fact, "no" if gone else fact, _TABLE3)
    if gone:
        return Leaf(
            AsoClass.NOT,
            "No normal transcript is left: canonical splicing is destroyed and cannot be "
            "restored by masking.",
        )
    return None


def _evidence(facts: AsoFacts, settings: Antisense, trace: Trace) -> Leaf | None:
    enough = {Rna.PATIENT, Rna.OTHER_PATIENT}
    if settings.minigene_counts:
        enough.add(Rna.MINIGENE)
    words = [facts.rna.value, *facts.predictions]
    ok = facts.rna in enough
    trace.add(
        "3.4",
        f"RNA evidence for a splice error? (minigene counts: {settings.minigene_counts}, "
        f"guideline {settings.guideline_version})",
        "; ".join(words),
        "yes" if ok else "no",
        facts.rna_source or _TABLE3,
    )
    if ok:
        return None
    reason = "No RNA evidence of what the variant does to splicing"
    if facts.rna is Rna.MINIGENE:
        reason = "Only a minigene shows a splice effect, which does not count in this version"
    elif facts.rna is Rna.PREDICTION or facts.predictions:
        reason = "Only a prediction suggests a splice effect, which never counts"
    flags = (f"a splice score suggests an RNA test: {told}",) if (told := _scores(facts)) else ()
    return Leaf(AsoClass.UNABLE, f"{reason}.", _ASK_RNA, flags)


def _scores(facts: AsoFacts) -> str:
    return ", ".join(facts.predictions)


def place(facts: AsoFacts) -> tuple[str, int] | None:
    """Where the variant lies: ``("intronic +43", 43)`` or ``("exonic", 12)``."""
    if facts.hgvs is None:
        return None
    offset = facts.hgvs.intronic_offset
    if offset is not None:
        return f"intronic {offset:+d}", abs(offset)
    if facts.splice_distance is not None and facts.splice_distance > 0:
        return "exonic", facts.splice_distance
    if facts.splice_distance is not None and facts.splice_distance < 0:
        return "intronic", abs(facts.splice_distance)
    start = facts.hgvs.start
    if start is None or start.intronic or facts.transcript is None:
        return None
    bases = [
        distance
        for p in (facts.hgvs.start, facts.hgvs.end)
        if p is not None
        and not p.after_stop
        and (distance := facts.transcript.border_distance(p.base)) is not None
    ]
    return ("exonic", min(bases)) if bases else None


def _position(facts: AsoFacts, settings: Antisense, trace: Trace) -> Leaf:
    where = place(facts)
    if where is None:
        trace.add("3.5", "Distance to the splice site?", "not known", "unknown", _TABLE3)
        return Leaf(
            AsoClass.UNABLE,
            f"The distance to the splice site is not known. {facts.transcript_note}".strip(),
            "The transcript's exons (rareplan kb refresh).",
        )
    if where[0].startswith("intronic"):
        return _intronic(facts, settings, trace, _signed_offset(facts))
    return _exonic(facts, settings, trace, where[1])


def _signed_offset(facts: AsoFacts) -> int:
    """Bases into the intron, negative before an acceptor."""
    offset = facts.hgvs.intronic_offset if facts.hgvs else None
    return offset if offset is not None else facts.splice_distance or 0


def _near(facts: AsoFacts, settings: Antisense) -> bool:
    offset = _signed_offset(facts)
    limit = settings.intron_donor_near if offset > 0 else settings.intron_acceptor_near
    return abs(offset) <= limit


def _whose_rna(facts: AsoFacts) -> str:
    if facts.rna is Rna.OTHER_PATIENT:
        source = facts.rna_source.partition(":")[0]
        return f"RNA of another patient with this variant ({source})" if source else facts.rna.value
    return "A minigene" if facts.rna is Rna.MINIGENE else "RNA of the patient"


def _intronic(facts: AsoFacts, settings: Antisense, trace: Trace, offset: int) -> Leaf:
    near = _near(facts, settings)
    weakened = "weak" in facts.splicing_effect.lower()
    trace.add(
        "3.6",
        f"Beyond +{settings.intron_donor_near} or -{settings.intron_acceptor_near}?",
        f"{offset:+d}",
        "no" if near else "yes",
        _TABLE3,
    )
    if weakened:
        return Leaf(
            AsoClass.UNLIKELY,
            "The canonical splice site or branch point is weakened by the variant.",
        )
    if not near:
        return Leaf(
            AsoClass.LIKELY,
            f"{_whose_rna(facts)} shows a splice error and the variant is deep intronic "
            f"({offset:+d}): the aberrant site can be masked without touching the canonical one.",
            "Rescue of the protein by an antisense oligonucleotide in patient cells would make "
            "it eligible.",
        )
    intact = facts.branch_point_intact
    trace.add(
        "3.7",
        "Branch point and canonical site shown intact?",
        {True: "yes", False: "no", None: "not known"}[intact],
        "yes" if intact else "no",
        _TABLE3,
    )
    if intact:
        return Leaf(
            AsoClass.LIKELY,
            f"The variant is near the canonical site ({offset:+d}) but the branch point is "
            "shown to be intact.",
        )
    return Leaf(
        AsoClass.UNLIKELY,
        f"The variant is near the canonical splice site ({offset:+d}): an oligonucleotide may "
        "hide the branch point or the site itself.",
        "Evidence that the branch point and the canonical site are intact.",
    )


def _exonic(facts: AsoFacts, settings: Antisense, trace: Trace, bases: int) -> Leaf:
    harmless = facts.change_harmless
    if harmless is None and facts.effect == "synonymous":
        harmless = True
    trace.add(
        "3.8",
        "Is the amino-acid change itself harmless?",
        facts.effect or "effect not known",
        {True: "yes", False: "no", None: "not known"}[harmless],
        _TABLE3,
    )
    if harmless is False:
        return Leaf(
            AsoClass.NOT,
            "The amino-acid change is itself pathogenic: correct splicing would not help.",
        )
    limit = settings.exonic_unlikely
    near = bases <= limit
    trace.add(
        "3.9",
        f"More than {limit} bases from the splice site (guideline {settings.guideline_version})?",
        str(bases),
        "no" if near else "yes",
        _TABLE3,
    )
    if near:
        return Leaf(
            AsoClass.UNLIKELY,
            f"Exonic, {bases} bases from the canonical splice site: an oligonucleotide may weaken "
            "it.",
        )
    if harmless is None:
        return Leaf(
            AsoClass.UNABLE,
            "It is not known whether the amino-acid change alone would cause the disease.",
            "A functional test of the protein change without the splice effect, or another "
            "nucleotide change with the same amino-acid change and its class.",
        )
    return Leaf(
        AsoClass.LIKELY,
        f"{_whose_rna(facts)} shows a splice error, the change is {bases} bases inside the exon "
        "and harmless to the protein.",
    )
