"""Step 0 (can this be assessed at all?) and the step of known antisense drugs."""

from __future__ import annotations

from rareplan.config import Antisense
from rareplan.model.therapy import Mechanism
from rareplan.therapies.aso.exons import Exon
from rareplan.therapies.aso.facts import (
    AsoClass,
    AsoFacts,
    Kind,
    Leaf,
    Precedent,
    Strategy,
    Trace,
)
from rareplan.therapies.aso.hgvs import Edit

GUIDELINE = "N1C VARIANT 1.0 (10.1016/j.ajhg.2025.02.017)"
STEP0 = f"{GUIDELINE}, step 0"

_EXCLUDED_KINDS = {
    Kind.MULTI_GENE: "several genes are deleted or duplicated",
    Kind.TRANSLOCATION: "a structural rearrangement cannot be assessed",
    Kind.IMPRINTING: "an imprinting defect or uniparental disomy cannot be assessed",
}
_NOT_PATHOGENIC = {"VUS", "LB", "B"}
_LOSS = {Mechanism.LOF, Mechanism.HAPLOINSUFFICIENT}
_TOXIC = {Mechanism.GOF, Mechanism.DOMINANT_NEGATIVE}


def is_loss(facts: AsoFacts) -> bool:
    """The variant takes function away."""
    return facts.mechanism in _LOSS


def is_toxic(facts: AsoFacts) -> bool:
    """Gain of function, dominant negative, or too many copies."""
    return facts.gain or facts.mechanism in _TOXIC


def one_working_copy(facts: AsoFacts) -> bool:
    """A working allele is left: dominant inheritance, and not the only X of a male."""
    return facts.inheritance in {"AD", "XLD", "IMPRINTED"} and not (
        facts.both_copies or (facts.hemizygous and facts.inheritance != "AD")
    )


def both_lost(facts: AsoFacts) -> bool:
    """The whole gene is gone and no working copy is left."""
    if facts.kind is Kind.EXON_LOSS and paralogue_rescue(facts) is not None:
        return True
    return facts.kind is Kind.GENE_LOSS and (
        facts.both_copies or facts.hemizygous is True or facts.inheritance in {"AR", "XLR"}
    )


def paralogue_rescue(facts: AsoFacts) -> Precedent | None:
    """A drug on a paralogue, for a disease in which both copies of this gene are lost."""
    return next(
        (p for p in facts.precedents if p.status == "paralog" and p.context == "both copies"), None
    )


def step_zero(facts: AsoFacts, trace: Trace) -> Leaf | None:
    """The exclusions of step 0. None: go on."""
    fault = facts.description_fault
    checks = (
        (
            "0.0",
            "Is the description wrong?",
            bool(fault),
            f"the description cannot be used: {fault}",
        ),
        ("0.1", "Mitochondrial DNA?", facts.mitochondrial, "mitochondrial DNA cannot be reached"),
        ("0.2", "Non-coding gene?", facts.coding_gene is False, "the gene makes no protein"),
        (
            "0.3",
            "Several genes, a rearrangement, or imprinting?",
            facts.kind in _EXCLUDED_KINDS,
            _EXCLUDED_KINDS.get(facts.kind, ""),
        ),
        (
            "0.4",
            "Less than likely pathogenic?",
            facts.classification in _NOT_PATHOGENIC,
            f"the variant is not (likely) pathogenic ({facts.classification})",
        ),
        ("0.5", "Both copies of the gene lost?", both_lost(facts), _both_lost_reason(facts)),
    )
    for node, question, excluded, reason in checks:
        fact = reason if excluded else _plain_fact(node, facts)
        trace.add(node, question, fact, "yes" if excluded else "no", STEP0)
        if excluded:
            change = "Evidence that makes the variant (likely) pathogenic." if node == "0.4" else ""
            return Leaf(AsoClass.UNABLE, f"Step 0: {reason}.", change)
    return None


def _both_lost_reason(facts: AsoFacts) -> str:
    row = paralogue_rescue(facts)
    if row is None:
        return "no copy of the gene is left"
    return f"no working copy of the gene itself is left; {row.agent}: {row.note.rstrip('.')}"


def _plain_fact(node: str, facts: AsoFacts) -> str:
    if node == "0.4":
        return facts.classification or "class not given; taken as (likely) pathogenic"
    if node == "0.3":
        return facts.kind.value
    if node == "0.2":
        return "coding" if facts.coding_gene else "not known to be non-coding"
    return ""


def coding_insertion(facts: AsoFacts) -> bool:
    """An insertion or duplication of bases inside coding sequence (not of whole exons)."""
    if facts.kind is not Kind.SMALL or facts.hgvs is None or facts.hgvs.start is None:
        return False
    inserted = facts.hgvs.edit in {Edit.INSERTION, Edit.DUPLICATION}
    start = facts.hgvs.start
    return inserted and not start.intronic and start.base > 0 and not start.after_stop


def precedent_leaf(
    facts: AsoFacts,
    strategy: Strategy,
    trace: Trace,
    exons: tuple[Exon, ...] = (),
    settings: Antisense | None = None,
) -> Leaf | None:
    """A working or clinical antisense: eligible. Failed twice: not eligible. None: go on.

    ``exons``: exons whose skipping would help this variant; exon rows are held against them.
    """
    rows = [p for p in facts.precedents if p.strategy is strategy and applies(p, facts, exons)]
    needed = settings.failures_needed if settings else 2
    worked = [p for p in rows if p.status in {"clinical", "working"}]
    failed = [p for p in rows if p.status == "failed"]
    fact = "; ".join(f"{p.agent} ({p.status}): {p.note}".rstrip(": ") for p in rows) or "none known"
    source = "; ".join(dict.fromkeys(p.source for p in rows if p.source)) or "curated precedents"
    question = "Is an antisense known for this variant, its exon or, where it fits, its gene?"
    if worked:
        trace.add("1", question, fact, "yes", source)
        first = min(worked, key=lambda p: (p.status != "clinical", p.level != "variant"))
        level = {"variant": "this variant", "exon": "this exon", "gene": "this gene"}[first.level]
        warn = tuple(
            f"precedent not reviewed by an expert: {p.agent}" for p in worked if not p.reviewed
        )
        return Leaf(
            AsoClass.ELIGIBLE,
            f"Precedent for {level}: {first.agent} ({first.status}). {first.note}".strip(),
            "Eligible means that a working antisense is known, not that it helps this patient.",
            warn,
        )
    if len(failed) >= needed:
        trace.add("1", question, fact, "failed", source)
        return Leaf(AsoClass.NOT, f"Antisense failed in {len(failed)} independent studies: {fact}.")
    trace.add("1", question, fact, "no", source)
    return None


def applies(row: Precedent, facts: AsoFacts, exons: tuple[Exon, ...]) -> bool:
    """Whether a curated row speaks about this variant, exon or gene (and mechanism)."""
    if row.gene != facts.gene:
        return False
    if row.level == "variant":
        return same_name(row.key, facts.hgvs_text)
    wanted = {w.strip() for w in row.mechanism.split("|") if w.strip()}
    if wanted and not wanted & mechanism_words(facts):
        return False
    if row.level == "exon":
        return any(exon_key_fits(row.key, exon, facts) for exon in exons) and context_fits(
            row.context, facts
        )
    return True


def mechanism_words(facts: AsoFacts) -> set[str]:
    """The mechanism in the words of the precedent table."""
    words = set()
    if is_loss(facts):
        words.add("LoF")
    if facts.mechanism is Mechanism.GOF:
        words.add("GoF")
    if facts.mechanism is Mechanism.DOMINANT_NEGATIVE:
        words.add("DN")
    if facts.gain:
        words.add("gain")
    return words


def same_name(key: str, text: str) -> bool:
    """Same ``c.`` description, accession and reference bases after ``del`` left aside."""

    def bare(name: str) -> str:
        body = name.strip().rsplit(":", 1)[-1].replace(" ", "")
        for word in ("del", "dup"):
            head, found, tail = body.partition(word)
            if found and tail.isalpha() and not tail.startswith("ins"):
                return head + word
        return body

    return bool(key) and bare(key) == bare(text)


def exon_key_fits(key: str, exon: Exon, facts: AsoFacts) -> bool:
    """``exon:51`` fits by number, ``c.6527`` by the base that lies in the exon."""
    if key.startswith("exon:"):
        return exon.number == int(key.removeprefix("exon:"))
    if key.startswith("c.") and facts.transcript is not None:
        return exon.cds_start <= int(key.removeprefix("c.")) <= exon.cds_end
    return False


def context_fits(context: str, facts: AsoFacts) -> bool:
    """Rows made for deletions beside the exon do not speak about variants inside it."""
    if context == "flanking deletion":
        return facts.kind is Kind.EXON_LOSS
    if context == "in exon":
        return facts.kind is Kind.SMALL
    return True
