"""Canonical exon skipping (section A and table 4 of the guideline)."""

from __future__ import annotations

from rareplan.config import Antisense
from rareplan.therapies.aso.exons import Exon, TranscriptModel
from rareplan.therapies.aso.facts import (
    AsoClass,
    AsoFacts,
    Kind,
    Leaf,
    Strategy,
    Trace,
)
from rareplan.therapies.aso.gate import GUIDELINE, is_toxic, precedent_leaf
from rareplan.therapies.aso.skip_checks import SkipPlan, judge

_SECTION_A = f"{GUIDELINE}, section A"
_NO_MODEL = "The exons of the transcript are needed (rareplan kb refresh), and a full HGVS name."


def exon_skipping(facts: AsoFacts, settings: Antisense, trace: Trace) -> Leaf:
    """Verdict for leaving out the exon with the variant, or one beside a deletion."""
    plans = skip_plans(facts, settings)
    targets = tuple(e for plan in plans for e in plan.skipped)
    known = precedent_leaf(facts, Strategy.SKIP, trace, targets, settings)
    if known is not None:
        return known
    leaf = _no_target(facts, settings, trace)
    if leaf is not None:
        return leaf
    model = facts.transcript
    if model is None:
        raise AssertionError("a target exon needs a transcript")
    if facts.kind is Kind.EXON_LOSS:
        return _around_deletion(facts, plans, settings, trace)
    if facts.kind is Kind.EXON_GAIN:
        return _duplication(facts, trace)
    exon = facts.exon
    if exon is None:
        raise AssertionError("a small variant without an exon was let through")
    terminal = _terminal(model, (exon,), trace)
    if terminal is not None:
        return terminal
    return _in_exon(facts, exon, plans, settings, trace)


def skip_plans(facts: AsoFacts, settings: Antisense) -> tuple[SkipPlan, ...]:
    """What could be skipped with the frame kept: the exon, or with one neighbour."""
    model = facts.transcript
    if model is None or facts.hgvs is None:
        return ()
    if facts.kind is Kind.EXON_LOSS:
        lost = model.wholly_covered(facts.hgvs)
        if not lost or sum(e.coding_length for e in lost) % 3 == 0:
            return ()
        return _with_neighbours(model, lost, all_skipped=False)
    exon = facts.exon
    small = facts.kind is Kind.SMALL and not deep_intronic(facts, settings)
    if not small or exon is None or exon not in model.coding_exons[1:-1]:
        return ()
    if exon.coding_length % 3 == 0:
        return (SkipPlan(exon, exon, (exon,)),)
    return _with_neighbours(model, (exon,), all_skipped=True)


def _with_neighbours(
    model: TranscriptModel, missing: tuple[Exon, ...], *, all_skipped: bool
) -> tuple[SkipPlan, ...]:
    """Plans that skip one inner neighbour of ``missing`` and so mend the frame."""
    coding = model.coding_exons
    plans = []
    for neighbour in _neighbours(coding, missing):
        if neighbour not in coding[1:-1]:
            continue
        ordered = tuple(sorted((*missing, neighbour), key=lambda e: e.number))
        skipped = ordered if all_skipped else (neighbour,)
        plans.append(SkipPlan(ordered[0], ordered[-1], skipped))
    return tuple(p for p in plans if p.length(model) % 3 == 0)


def _neighbours(coding: tuple[Exon, ...], lost: tuple[Exon, ...]) -> list[Exon]:
    first, last = coding.index(lost[0]), coding.index(lost[-1])
    before = [coding[first - 1]] if first > 0 else []
    return before + list(coding[last + 1 : last + 2])


def _no_target(facts: AsoFacts, settings: Antisense, trace: Trace) -> Leaf | None:
    question = "Does the variant lie in (or remove) a coding exon of a known transcript?"
    unreadable = facts.kind is Kind.UNKNOWN or facts.hgvs is None
    if unreadable and facts.kind not in {Kind.GENE_LOSS, Kind.GENE_GAIN, Kind.REPEAT}:
        trace.add("A.0", question, "description not understood", "unknown", _SECTION_A)
        return Leaf(AsoClass.UNABLE, "The variant's description could not be read.", _NO_MODEL)
    if facts.kind in {Kind.GENE_LOSS, Kind.GENE_GAIN, Kind.REPEAT}:
        trace.add("A.0", question, facts.kind.value, "no", _SECTION_A)
        return Leaf(AsoClass.NOT, f"{facts.kind.value.capitalize()}: no single exon to skip.")
    if deep_intronic(facts, settings):
        trace.add("A.0", question, "intronic", "no", _SECTION_A)
        return Leaf(
            AsoClass.NOT,
            "The variant lies in an intron: a false splice site or a pseudoexon is a matter of "
            "splice correction, and skipping a normal exon would not help.",
        )
    if facts.transcript is None:
        trace.add("A.0", question, facts.transcript_note, "unknown", _SECTION_A)
        return Leaf(
            AsoClass.UNABLE,
            f"The exon cannot be looked up: {facts.transcript_note or 'no transcript'}.",
            _NO_MODEL,
        )
    if facts.kind in {Kind.EXON_LOSS, Kind.EXON_GAIN}:
        found = bool(facts.hgvs and facts.transcript.wholly_covered(facts.hgvs))
    else:
        found = facts.exon is not None
    if found:
        return None
    trace.add("A.0", question, "no coding exon, or parts of several exons", "no", _SECTION_A)
    return Leaf(AsoClass.NOT, "The variant does not lie in exactly one coding exon.")


def deep_intronic(facts: AsoFacts, settings: Antisense) -> bool:
    """Intronic and beyond the bases that belong to the canonical splice site."""
    offset = facts.hgvs.intronic_offset if facts.hgvs else None
    return offset is not None and abs(offset) > settings.splice_site_not


def _terminal(model: TranscriptModel, exons: tuple[Exon, ...], trace: Trace) -> Leaf | None:
    coding = model.coding_exons
    hit = [e for e in exons if e in {coding[0], coding[-1]}]
    numbers = ", ".join(str(e.number) for e in exons)
    trace.add(
        "A.1",
        "First, last or only coding exon?",
        f"exon {numbers} of {len(model.exons)}; coding: {coding[0].number}-{coding[-1].number}",
        "yes" if hit else "no",
        _SECTION_A,
    )
    if not hit:
        return None
    which = "only" if len(coding) == 1 else "first" if coding[0] in hit else "last"
    return Leaf(
        AsoClass.NOT, f"Exon {numbers} is the {which} coding exon: without it there is no protein."
    )


def _in_exon(
    facts: AsoFacts, exon: Exon, plans: tuple[SkipPlan, ...], settings: Antisense, trace: Trace
) -> Leaf:
    model = facts.transcript
    if model is None:
        raise AssertionError("checked by the caller")
    in_frame = exon.coding_length % 3 == 0
    trace.add(
        "A.2",
        "Does skipping the exon keep the reading frame?",
        f"exon {exon.number}: {exon.coding_length} nt",
        "yes" if in_frame else "no",
        _SECTION_A,
    )
    if in_frame and splice_loss_is_the_disease(facts, settings):
        trace.add("A.4", "Is loss of this exon known to cause disease?", "this variant", "yes")
        return Leaf(
            AsoClass.NOT,
            f"The variant destroys a canonical splice site of exon {exon.number}: leaving the "
            "in-frame exon out is what it is expected to do already.",
            "Patient RNA that shows another effect (a cryptic site) would reopen the question.",
        )
    if not plans:
        return Leaf(
            AsoClass.NOT,
            f"Exon {exon.number} ({exon.coding_length} nt) is out of frame, and no neighbour "
            "mends the frame." + _toxic_hint(facts),
        )
    return _best(facts, plans, settings, trace)


def splice_loss_is_the_disease(facts: AsoFacts, settings: Antisense) -> bool:
    """A canonical splice-site change whose likely result is the loss of this very exon."""
    offset = facts.hgvs.intronic_offset if facts.hgvs else None
    if offset is None or abs(offset) > settings.canonical_site:
        return False
    words = facts.splicing_effect.lower()
    other = any(w in words for w in ("cryptic", "gain", "retention", "partial"))
    return not other


def _toxic_hint(facts: AsoFacts) -> str:
    return (
        " Skipping it on purpose to end the transcript would be a form of knock-down: see there."
        if is_toxic(facts)
        else ""
    )


def _around_deletion(
    facts: AsoFacts, plans: tuple[SkipPlan, ...], settings: Antisense, trace: Trace
) -> Leaf:
    model = facts.transcript
    if model is None or facts.hgvs is None:
        raise AssertionError("checked by the caller")
    lost = model.wholly_covered(facts.hgvs)
    terminal = _terminal(model, lost, trace)
    if terminal is not None:
        return terminal
    length = sum(e.coding_length for e in lost)
    span = (
        f"exons {lost[0].number}-{lost[-1].number}" if len(lost) > 1 else f"exon {lost[0].number}"
    )
    trace.add(
        "A.2",
        "Is the reading frame broken by the deletion?",
        f"{span}: {length} nt lost",
        "no" if length % 3 == 0 else "yes",
        _SECTION_A,
    )
    if length % 3 == 0:
        return Leaf(
            AsoClass.NOT,
            f"The deletion of {span} ({length} nt) keeps the frame: skipping has nothing to "
            "restore.",
        )
    sums = ", ".join(
        f"{n.number}: {length + n.coding_length} nt" for n in _neighbours(model.coding_exons, lost)
    )
    trace.add("A.2b", "Does a neighbouring exon mend the frame?", sums, "yes" if plans else "no")
    if not plans:
        return Leaf(
            AsoClass.NOT,
            f"The deletion of {span} ({length} nt) is out of frame and neither neighbour mends "
            f"it ({sums}).",
        )
    return _best(facts, plans, settings, trace)


def _duplication(facts: AsoFacts, trace: Trace) -> Leaf:
    model = facts.transcript
    if model is None or facts.hgvs is None:
        raise AssertionError("checked by the caller")
    doubled = model.wholly_covered(facts.hgvs)
    length = sum(e.coding_length for e in doubled)
    trace.add("A.2", "Duplicated exons", f"{len(doubled)} exon(s), {length} nt", "", _SECTION_A)
    if len(doubled) > 1:
        return Leaf(
            AsoClass.NOT,
            f"{len(doubled)} exons are duplicated: one copy of each would have to be skipped.",
        )
    return Leaf(
        AsoClass.UNLIKELY,
        f"Skipping one of the two copies of exon {doubled[0].number} would restore the normal "
        "transcript, but an oligonucleotide cannot tell the copies apart.",
        "Patient cells treated with an oligonucleotide that show the normal transcript.",
    )


def _best(facts: AsoFacts, plans: tuple[SkipPlan, ...], settings: Antisense, trace: Trace) -> Leaf:
    """Judge each way of skipping; the best verdict stands, ``eligible`` before ``likely``."""
    leaves = [judge(facts, plan, settings, trace) for plan in plans]
    rank = {AsoClass.ELIGIBLE: 0, AsoClass.LIKELY: 1, AsoClass.UNLIKELY: 2, AsoClass.UNABLE: 3}
    return min(leaves, key=lambda leaf: rank.get(leaf.verdict, 4))
