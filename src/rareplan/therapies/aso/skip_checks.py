"""The checks on one way of skipping: junction, evidence of loss, size, domains, hot spots."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rareplan.config import Antisense
from rareplan.therapies.aso.codons import translate
from rareplan.therapies.aso.exons import Exon, TranscriptModel
from rareplan.therapies.aso.facts import AsoClass, AsoFacts, Kind, Leaf, SkipFacts, Trace
from rareplan.therapies.aso.gate import GUIDELINE

_SECTION_A = f"{GUIDELINE}, section A and table 4"
_STOPS = {"TAA", "TAG", "TGA"}


@dataclass(frozen=True)
class SkipPlan:
    """Exons ``first``..``last`` (contiguous) would be missing; ``skipped`` by the drug."""

    first: Exon
    last: Exon
    skipped: tuple[Exon, ...]

    def removed(self, model: TranscriptModel) -> tuple[Exon, ...]:
        """All coding exons that would be missing from the transcript."""
        return tuple(
            e for e in model.coding_exons if self.first.number <= e.number <= self.last.number
        )

    def length(self, model: TranscriptModel) -> int:
        """Coding bases that would be missing."""
        return sum(e.coding_length for e in self.removed(model))

    @property
    def label(self) -> str:
        """``exon 51`` or ``exons 6 and 7``."""
        numbers = [str(e.number) for e in self.skipped]
        return f"exon {numbers[0]}" if len(numbers) == 1 else f"exons {' and '.join(numbers)}"


def judge(facts: AsoFacts, plan: SkipPlan, settings: Antisense, trace: Trace) -> Leaf:
    """Verdict for one plan that keeps the frame and spares the first and last coding exon."""
    model = facts.transcript
    if model is None:
        raise AssertionError("a plan needs a transcript")
    known = _merged(facts, plan, model)
    share = plan.length(model) / model.cds_length
    flags = _flags(facts, plan, settings)
    for leaf in (
        _new_stop(plan, model, trace),
        _pathogenic_loss(facts, plan, known, trace),
        _large_with_domains(plan, known, share, settings, trace),
        _benign_loss(plan, known, trace),
    ):
        if leaf is not None:
            return Leaf(leaf.verdict, leaf.reason, leaf.would_change, flags)
    against = _hurdles(plan, model, known, share, settings, trace)
    if against and facts.kind is Kind.SMALL and len(plan.skipped) > 1:
        exon = facts.exon.number if facts.exon else ""
        return Leaf(
            AsoClass.NOT,
            f"Exon {exon} is out of frame; skipping {plan.label} together would keep the frame "
            f"({share:.1%} of the coding sequence), but {'; '.join(against)}.",
            "A shortened protein that works, shown in patient cells.",
            flags,
        )
    if against:
        return Leaf(
            AsoClass.UNLIKELY,
            f"Skipping {plan.label} keeps the frame ({share:.1%} of the coding sequence), but "
            + "; ".join(against)
            + ".",
            "A shortened protein that works, shown in patient cells, or a benign loss of the exon.",
            flags,
        )
    return _open_points(plan, model, known, share, flags)


def _merged(facts: AsoFacts, plan: SkipPlan, model: TranscriptModel) -> SkipFacts:
    """Facts of all removed exons together; None where nothing is known of any."""
    rows = [facts.exon_facts.get(e.number, SkipFacts()) for e in plan.removed(model)]
    target = [facts.exon_facts.get(e.number, SkipFacts()) for e in plan.skipped]

    def any_of(values: list[bool | None]) -> bool | None:
        return True if True in values else (None if None in values else False)

    def total(values: list[int | None]) -> int | None:
        known = [v for v in values if v is not None]
        return sum(known) if len(known) == len(values) else None

    domains = [r.domains for r in rows]
    names = None if None in domains else tuple(dict.fromkeys(d for r in domains for d in r or ()))
    return SkipFacts(
        benign_loss=all(r.benign_loss for r in rows) or None,
        isoform_without=all(r.isoform_without for r in rows) or None,
        pathogenic_loss=any_of([r.pathogenic_loss for r in target]),
        pathogenic_inframe_deletions=total([r.pathogenic_inframe_deletions for r in target]),
        missense=total([r.missense for r in target]),
        nulls=total([r.nulls for r in target]),
        splice_site_variants=total([r.splice_site_variants for r in target]),
        domains=names,
        repeat_domains=tuple(dict.fromkeys(d for r in rows for d in r.repeat_domains)),
        source="; ".join(dict.fromkeys(r.source for r in rows if r.source)),
    )


def _flags(facts: AsoFacts, plan: SkipPlan, settings: Antisense) -> tuple[str, ...]:
    flags = []
    longest = max(e.length for e in plan.skipped)
    if longest > settings.exon_length_warning:
        flags.append(
            f"{plan.label} is long ({longest} nt, over {settings.exon_length_warning}): skipping "
            "may be inefficient"
        )
    if len(plan.skipped) > 1:
        flags.append("two exons must be skipped together: a harder design")
    if facts.kind is Kind.EXON_LOSS:
        flags.append(f"frame mended by skipping {plan.label} beside the deletion")
    return tuple(flags)


def _new_stop(plan: SkipPlan, model: TranscriptModel, trace: Trace) -> Leaf | None:
    codons = model.junction(plan.first, plan.last)
    fact = "no sequence in the snapshot" if codons is None else codons[0] or "between codons"
    if codons is None and plan.first.phase == 0:
        fact, codons = "between codons", ("", "")
    stop = codons is not None and codons[0].upper() in _STOPS
    answer = "not known" if codons is None else "yes" if stop else "no"
    trace.add("A.3", "Does the new junction make a stop codon?", fact, answer, _SECTION_A)
    if not stop:
        return None
    return Leaf(AsoClass.NOT, f"Skipping {plan.label} makes a stop codon at the junction ({fact}).")


def _word(known: bool | None) -> str:
    return "not known" if known is None else "yes" if known else "no"


def _pathogenic_loss(
    facts: AsoFacts, plan: SkipPlan, known: SkipFacts, trace: Trace
) -> Leaf | None:
    deletions = known.pathogenic_inframe_deletions
    found = bool(known.pathogenic_loss or deletions)
    nothing = known.pathogenic_loss is None and deletions is None
    told = "not known" if deletions is None else str(deletions)
    fact = f"exon loss: {_word(known.pathogenic_loss)}; in-frame deletions: {told}"
    trace.add(
        "A.4",
        "Is loss of the exon, or an in-frame deletion in it, known to be pathogenic?",
        "not known" if nothing else fact,
        "yes" if found else "not known" if nothing else "no",
        known.source or _SECTION_A,
    )
    if not found:
        return None
    change = "Proof that the known loss is pathogenic for another reason (a new stop)."
    if known.pathogenic_loss:
        told = known.source or facts.gene
        return Leaf(
            AsoClass.NOT, f"Loss of {plan.label} is itself known to be pathogenic ({told}).", change
        )
    date = re.search(r"ClinVar [\d-]+", known.source)
    many = f"{deletions} in-frame deletions" if deletions != 1 else "an in-frame deletion"
    return Leaf(
        AsoClass.NOT,
        f"{date.group() if date else 'ClinVar'} holds {many} in {plan.label} as pathogenic: "
        "losing even a part of it causes the disease.",
        change,
    )


def _large_with_domains(
    plan: SkipPlan, known: SkipFacts, share: float, settings: Antisense, trace: Trace
) -> Leaf | None:
    real = tuple(d for d in known.domains or () if d not in known.repeat_domains)
    hit = share >= settings.cds_share and len(real) > 1
    named = ", ".join(real) or ("not known" if known.domains is None else "none")
    trace.add(
        "A.5",
        f"At least {settings.cds_share:.0%} of the coding sequence and more than one "
        "non-repeat domain?",
        f"{share:.1%}; domains: {named}",
        "yes" if hit else "no",
        known.source or _SECTION_A,
    )
    if not hit:
        return None
    return Leaf(
        AsoClass.NOT,
        f"{plan.label.capitalize()} is {share:.1%} of the coding sequence and holds "
        f"{len(real)} domains ({', '.join(real)}).",
    )


def _benign_loss(plan: SkipPlan, known: SkipFacts, trace: Trace) -> Leaf | None:
    benign = known.benign_loss or known.isoform_without
    trace.add(
        "A.6",
        "Is loss of the exon benign, or is there a natural isoform without it?",
        f"benign loss: {_word(known.benign_loss)}; isoform: {_word(known.isoform_without)}",
        "yes" if benign else "not known",
        known.source or _SECTION_A,
    )
    if not benign:
        return None
    why = "its loss is known to be benign" if known.benign_loss else "a natural isoform lacks it"
    return Leaf(AsoClass.ELIGIBLE, f"{plan.label.capitalize()} can be left out: {why}.")


def _hurdles(
    plan: SkipPlan,
    model: TranscriptModel,
    known: SkipFacts,
    share: float,
    settings: Antisense,
    trace: Trace,
) -> list[str]:
    against = []
    codons = model.junction(plan.first, plan.last)
    if codons is not None and codons[0] and translate(codons[0]) != translate(codons[1]):
        against.append(f"the junction changes a residue ({codons[1]} to {codons[0]})")
    trace.add(
        "A.7",
        "Does the junction change a residue?",
        "no sequence" if codons is None else "/".join(codons).strip("/") or "between codons",
        "not known" if codons is None and plan.first.phase else "yes" if against else "no",
        _SECTION_A,
    )
    if share >= settings.cds_share:
        against.append(f"that is {settings.cds_share:.0%} or more")
    trace.add(
        "A.8",
        f"At least {settings.cds_share:.0%} of the coding sequence?",
        f"{share:.1%}",
        "yes" if share >= settings.cds_share else "no",
        _SECTION_A,
    )
    if known.domains:
        against.append(f"it codes for part of a domain ({', '.join(known.domains)})")
    trace.add(
        "A.9",
        "A domain in it?",
        "not known" if known.domains is None else ", ".join(known.domains) or "none",
        "not known" if known.domains is None else "yes" if known.domains else "no",
        known.source,
    )
    # In an exon out of frame such variants are pathogenic by the frameshift: no evidence here.
    alone_in_frame = len(plan.skipped) == 1 and plan.skipped[0].coding_length % 3 == 0
    if known.splice_site_variants and alone_in_frame:
        several = f"{known.splice_site_variants} splice-site variants of it are pathogenic"
        single = "a splice-site variant of it is pathogenic"
        told = single if known.splice_site_variants == 1 else several
        against.append(f"{told} and may cause just its loss")
    if known.missense is not None and known.nulls is not None:
        hot = known.missense >= known.nulls + settings.missense_excess
        if hot:
            against.append(
                f"it holds many pathogenic missense variants ({known.missense} against "
                f"{known.nulls} nulls)"
            )
        trace.add(
            "A.10",
            f"Pathogenic missense at least nulls + {settings.missense_excess}?",
            f"{known.missense} missense, {known.nulls} nulls",
            "yes" if hot else "no",
            known.source,
        )
    return against


def _open_points(
    plan: SkipPlan, model: TranscriptModel, known: SkipFacts, share: float, flags: tuple[str, ...]
) -> Leaf:
    missing = []
    if plan.first.phase and not model.cds:
        missing.append("the codon at the new junction (no transcript sequence)")
    if known.domains is None:
        missing.append("the protein's domains")
    if missing:
        return Leaf(
            AsoClass.UNABLE,
            f"Skipping {plan.label} keeps the frame and is {share:.1%} of the coding sequence, "
            f"but this is not known: {'; '.join(missing)}.",
            "A full knowledge snapshot (rareplan kb refresh).",
            flags,
        )
    return Leaf(
        AsoClass.LIKELY,
        f"Skipping {plan.label} keeps the frame, removes {share:.1%} of the coding sequence, no "
        "domain, and makes no stop.",
        "A shortened protein that works, shown in patient cells, would make it eligible.",
        flags,
    )
