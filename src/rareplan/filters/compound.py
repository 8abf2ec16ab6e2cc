"""Two different hits of one gene: in trans, in cis, or beside a deletion of the other copy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations

from rareplan.filters.asking import (
    Ask,
    GeneView,
    mendelian,
    question_of,
    result,
    too_common,
)
from rareplan.filters.autosomal import expected_transmitters, pseudo_dominant
from rareplan.filters.blame import why_not
from rareplan.filters.haplotypes import IN_CIS, IN_TRANS, TRANS, UNPHASED, Question, feasible
from rareplan.filters.observe import Locus, read_phase, same_place
from rareplan.model.consequence import SO_RANK
from rareplan.model.inheritance import Mode, Segregation, Verdict
from rareplan.model.variant import AnnotatedVariant

_ORDER = {Verdict.PROVED: 0, Verdict.CONSISTENT: 1, Verdict.ASSUMED: 2, Verdict.EXCLUDED: 3}


def compound_modes(view: GeneView, indices: Sequence[int], locus: Locus) -> list[Segregation]:
    """Every pair of heterozygous variants of the gene (on X in girls and women only).

    Of very many pairs the best supported are given, up to ``segregation.max_pairs_per_gene``.
    """
    if locus is Locus.X and view.proband.sex.value == "male":
        return []
    single = [i for i in indices if view.observation(i, view.proband, locus).low == 1]
    # One allele in two records of the file is one hit, not two.
    found = [
        _pair(view, i, j, locus)
        for i, j in combinations(single, 2)
        if view.variants[i].key != view.variants[j].key
        or view.variants[i].sv_end != view.variants[j].sv_end
    ]
    most = view.settings.segregation.max_pairs_per_gene
    if len(found) <= most:
        return found
    ranked = sorted(found, key=lambda s: (_ORDER[s.verdict], _weight(view, s.variants)))
    return ranked[:most]


def _weight(view: GeneView, pair: Iterable[int]) -> tuple[float, ...]:
    return tuple(sorted(_severity(view.variants[i], view.gene) for i in pair))


def _severity(variant: AnnotatedVariant, gene: str) -> float:
    """Lower is more likely to matter: known pathogenic, then consequence, then rarity."""
    consequence = variant.consequence_for(gene)
    rank = SO_RANK.get(consequence.term, len(SO_RANK)) if consequence else len(SO_RANK)
    return (0 if variant.exempt else 1 + rank) + (variant.frequency.max_af or 0.0)


def _pair(view: GeneView, first: int, second: int, locus: Locus) -> Segregation:
    mode = Mode.XLR if locus is Locus.X else Mode.AR_COMPOUND
    ask = Ask(mode, locus, first, second, recessive=True, arrangement=IN_TRANS)
    if common := too_common(view, ask):
        return result(view, ask, Verdict.EXCLUDED, common, excluded_by="frequency")
    phase = read_phase(view.proband.id, view.variants[first], view.variants[second])
    question = question_of(view, ask)
    can_trans = mendelian(question)
    can_cis = mendelian(question._replace(arrangement=IN_CIS))
    if not can_trans and not can_cis:
        return _irregular(view, ask, question, phase)
    if not can_trans:
        return _cis(view, ask, phase)
    if not feasible(question):
        excluded_by, reason = why_not(view, ask, question)
        return result(view, ask, Verdict.EXCLUDED, reason, excluded_by=excluded_by)
    flags = pseudo_dominant(view)
    if not can_cis:
        reason, text = _proof(view, ask, phase)
        return result(view, ask, Verdict.PROVED, reason, phase=text, flags=flags)
    reason = _unsettled(view, ask)
    text = f"assumed in trans: {reason}"
    return result(view, ask, Verdict.ASSUMED, reason, phase=text, flags=flags)


def _proof(view: GeneView, ask: Ask, phase: int) -> tuple[str, str]:
    if phase == UNPHASED:
        return "one from each parent", "in trans: proved by transmission"
    one, two = view.variants[ask.first], view.variants[ask.second or 0]
    if one.record == two.record or same_place(one, two):
        return "two different alleles at one place", "in trans: both alleles at one place"
    name = one.genotypes[view.proband.id].phase_set
    where = f"phase set {name}" if name else "phased calls"
    return f"on opposite haplotypes ({where})", f"in trans: proved by {where}"


def _cis(view: GeneView, ask: Ask, phase: int) -> Segregation:
    if phase != UNPHASED:
        reason, who = "on the same haplotype (phased calls)", "phase"
    else:
        second = ask.second if ask.second is not None else ask.first
        givers = [
            view.called(p.id)
            for p in view.parents()
            if view.observation(ask.first, p, ask.locus).high
            and view.observation(second, p, ask.locus).high
        ]
        lacking = " and ".join(view.called(p.id) for p in view.parents())
        who = " and ".join(givers) or lacking or "family"
        source = who if givers else f"parent other than the {who}"
        reason = f"both come from the {source}: in cis"
    return result(view, ask, Verdict.EXCLUDED, reason, excluded_by=who, phase="in cis")


def _unsettled(view: GeneView, ask: Ask) -> str:
    second = ask.second if ask.second is not None else ask.first
    absent, uncalled = [], []
    for role in expected_transmitters(view, ask.locus):
        parent = view.parent(role)
        if parent is None:
            absent.append(role)
        elif not all(view.observation(i, parent, ask.locus).called for i in (ask.first, second)):
            uncalled.append(role)
    parts = [f"{' and '.join(absent)} not sequenced"] if absent else []
    parts += [f"no full call in {' and '.join(uncalled)}"] if uncalled else []
    return "; ".join(parts) or "the parents' calls leave the phase open"


def _irregular(view: GeneView, ask: Ask, question: Question, phase: int) -> Segregation:
    """No descent explains the calls: one allele may be new, or the phase tags are wrong."""
    for bit, index in ((1, ask.first), (2, ask.second or 0)):
        fresh = question._replace(new=bit, new_in=(question.proband,))
        carried = any(view.observation(index, p, ask.locus).carrier for p in view.parents())
        if carried or not mendelian(fresh):
            continue
        if not feasible(fresh):
            excluded_by, reason = why_not(view, ask, fresh)
            return result(view, ask, Verdict.EXCLUDED, reason, excluded_by=excluded_by)
        flags = (f"de novo: {view.variants[index].key.text}", *pseudo_dominant(view))
        if phase == TRANS:
            reason, text = _proof(view, ask, phase)
            return result(
                view, ask, Verdict.PROVED, f"{reason}; one is new", phase=text, flags=flags
            )
        reason = "one is new: on which copy it arose is not known"
        return result(
            view, ask, Verdict.ASSUMED, reason, phase=f"assumed in trans: {reason}", flags=flags
        )
    if phase != UNPHASED and mendelian(_unphased(question)):
        reason = "the phase in the file and the transmission contradict each other"
        return result(view, ask, Verdict.ASSUMED, reason, phase=reason)
    fresh_cis = any(
        mendelian(question._replace(new=bit, new_in=(question.proband,), arrangement=IN_CIS))
        for bit in (1, 2)
    )
    if fresh_cis:
        return _cis(view, ask, phase)
    excluded_by, reason = why_not(view, ask, question)
    return result(view, ask, Verdict.EXCLUDED, reason, excluded_by=excluded_by)


def _unphased(question: Question) -> Question:
    return question._replace(members=tuple(m._replace(phase=UNPHASED) for m in question.members))


def is_deletion(variant: AnnotatedVariant, least: int) -> bool:
    """A deleted segment: symbolic DEL, or a sequence deletion of ``least`` bases or more."""
    if variant.key.is_symbolic:
        return variant.sv_type.upper().startswith("DEL") or variant.key.alt.upper().startswith(
            "<DEL"
        )
    return len(variant.key.ref) - len(variant.key.alt) >= least


def _span(variant: AnnotatedVariant) -> tuple[int, int]:
    """First and last deleted base, 1-based inclusive."""
    end = variant.sv_end or variant.key.pos + len(variant.key.ref) - 1
    return variant.key.pos + 1, end


def deletion_modes(view: GeneView, indices: Sequence[int]) -> list[Segregation]:
    """A small variant that looks homozygous because the other copy is deleted."""
    least = view.settings.segregation.min_deletion
    deletions = [
        i
        for i in indices
        if is_deletion(view.variants[i], least)
        and view.observation(i, view.proband, Locus.AUTOSOMAL).low == 1
    ]
    found = []
    for deletion in deletions:
        first, last = _span(view.variants[deletion])
        for index in indices:
            inside = first <= view.variants[index].key.pos <= last
            alone = view.observation(index, view.proband, Locus.AUTOSOMAL).high == 2
            if index not in deletions and inside and alone:
                found.append(_over_deletion(view, index, deletion))
    return found


def _over_deletion(view: GeneView, index: int, deletion: int) -> Segregation:
    ask = Ask(
        Mode.AR_HEMI_DELETION,
        Locus.AUTOSOMAL,
        index,
        deletion,
        recessive=True,
        arrangement=IN_TRANS,
        deletion=True,
    )
    if common := too_common(view, ask):
        return result(view, ask, Verdict.EXCLUDED, common, excluded_by="frequency")
    question = question_of(view, ask)
    if not feasible(question):
        excluded_by, reason = why_not(view, ask, question)
        return result(view, ask, Verdict.EXCLUDED, reason, excluded_by=excluded_by)
    seen = [
        view.observation(i, p, Locus.AUTOSOMAL) for p in view.parents() for i in (index, deletion)
    ]
    phase = "in trans: the deletion takes the other copy"
    if len(view.parents()) == 2 and all(o.seen for o in seen):
        reason = "the variant from one parent, the deletion from the other"
        return result(view, ask, Verdict.PROVED, reason, phase=phase, flags=pseudo_dominant(view))
    reason = f"{_unsettled(view, ask)}; the deletion was called in the proband"
    return result(view, ask, Verdict.ASSUMED, reason, phase=phase, flags=pseudo_dominant(view))
