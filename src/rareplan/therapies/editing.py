"""Gene editing of one variant: what is chemically possible, and whether anybody has done it.

Base editors: adenine editors turn A into G (and so T into C on the other strand), cytosine
editors C into T (G into A): Gaudelli 2017 (PMID 29160308), Komor 2016 (PMID 27096365). An
adenine editor therefore mends G>A and C>T, a cytosine editor A>G and T>C. Prime editing:
Anzalone 2019 (PMID 31634902). The words never say "eligible".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rareplan.config import Editing
from rareplan.knowledge.sequence import reverse_complement
from rareplan.model.therapy import EditingOption, Mechanism
from rareplan.therapies.aso.facts import AsoFacts, Kind
from rareplan.therapies.aso.gate import same_name
from rareplan.therapies.aso.hgvs import CodingVariant, Edit

if TYPE_CHECKING:
    from rareplan.knowledge.store import KnowledgeBase

PRECEDENT = "a precedent exists"
POSSIBLE = "chemically possible"
IMPOSSIBLE = "not possible"
UNKNOWN = "unknown"

_ADENINE = {("G", "A"), ("C", "T")}
_CYTOSINE = {("A", "G"), ("T", "C")}
_TOXIC = {Mechanism.GOF, Mechanism.DOMINANT_NEGATIVE}
_LOSS = {Mechanism.LOF, Mechanism.HAPLOINSUFFICIENT}
# Where editors have been brought to in people; sources in editing_precedents.tsv.
_VEHICLES = {
    "liver": "liver: lipid nanoparticles into a vein (in people)",
    "blood": "blood-forming cells: edited outside the body and given back (approved)",
    "eye": "eye: AAV under the retina (in people)",
}


@dataclass(frozen=True)
class Guide:
    """One protospacer that puts the base into the editor's window.

    ``position`` is 1-based within the protospacer, PAM at 21-23; ``bystanders`` are the window
    positions of other bases that the same editor would change.
    """

    protospacer: str
    pam: str
    strand: str
    position: int
    bystanders: tuple[int, ...]


def find_guides(sequence: str, index: int, edit_base: str, settings: Editing) -> tuple[Guide, ...]:
    """NGG guides (SpCas9) that hold ``sequence[index]`` in the window, on both strands.

    Args:
        sequence: the mutated sequence around the change, 5' to 3' on one strand.
        index: 0-based place of the mutated base.
        edit_base: ``A`` for adenine editors, ``C`` for cytosine editors.
        settings: window and protospacer length.
    """
    found = []
    for strand, text, at in (
        ("+", sequence, index),
        ("-", reverse_complement(sequence), len(sequence) - 1 - index),
    ):
        if text[at] != edit_base:
            continue
        for position in range(settings.window_start, settings.window_end + 1):
            start = at - position + 1
            stop = start + settings.protospacer
            pam = text[stop : stop + 3]
            if start < 0 or len(pam) < 3 or not pam.endswith("GG"):
                continue
            protospacer = text[start:stop]
            window = range(settings.window_start, settings.window_end + 1)
            others = tuple(p for p in window if p != position and protospacer[p - 1] == edit_base)
            found.append(Guide(protospacer, pam, strand, position, others))
    return tuple(sorted(found, key=lambda g: (len(g.bystanders), g.position)))


def assess_editing(
    facts: AsoFacts, kb: KnowledgeBase, settings: Editing
) -> tuple[EditingOption, ...]:
    """Base, prime and nuclease editing for one variant."""
    if facts.mitochondrial:
        return (
            _option(
                facts,
                "any",
                IMPOSSIBLE,
                "CRISPR editors do not enter mitochondria; other editors of mitochondrial DNA "
                "have not been used in people.",
            ),
        )
    rows = [row for row in kb.curated("editing_precedents") if _row_fits(row, facts)]
    options = [_precedent(facts, row) for row in rows]
    done = {o.approach.split()[0] for o in options if o.verdict == PRECEDENT}
    general = (_base(facts, settings), _prime(facts, settings), _nuclease(facts))
    options.extend(o for o in general if o.approach.split()[0] not in done)
    return tuple(options)


def _row_fits(row: dict[str, str], facts: AsoFacts) -> bool:
    if row["gene"] != facts.gene:
        return False
    return same_name(row["key"], facts.hgvs_text) if row["level"] == "variant" else True


def _precedent(facts: AsoFacts, row: dict[str, str]) -> EditingOption:
    own = row["level"] == "variant"
    what = "this variant" if own else f"{facts.gene} (not this variant by itself)"
    status = {
        "approved": "approved",
        "clinical": "used in people",
        "animal": "shown in animals",
    }[row["status"]]
    verdict = PRECEDENT if own and row["status"] != "animal" else POSSIBLE if own else UNKNOWN
    return EditingOption(
        variant=facts.variant,
        gene=facts.gene,
        approach=row["approach"],
        verdict=verdict,
        reason=f"{row['agent']}: {status} for {what}. {row['note']}",
        tissue=_VEHICLES.get(row["tissue"], row["tissue"]),
        precedent=row["agent"],
        citations=(row["source"],),
    )


def _option(
    facts: AsoFacts, approach: str, verdict: str, reason: str, citations: tuple[str, ...] = ()
) -> EditingOption:
    tissue = _VEHICLES.get(
        facts.tissue,
        f"{facts.tissue}: no editor has been brought there in people" if facts.tissue else "",
    )
    return EditingOption(
        variant=facts.variant,
        gene=facts.gene,
        approach=approach,
        verdict=verdict,
        reason=reason,
        tissue=tissue,
        citations=citations,
    )


def _base(facts: AsoFacts, settings: Editing) -> EditingOption:
    hgvs = facts.hgvs
    if hgvs is None or facts.kind is not Kind.SMALL:
        verdict = UNKNOWN if hgvs is None else IMPOSSIBLE
        return _option(facts, "base editing", verdict, "Base editors change single bases only.")
    if hgvs.edit is not Edit.SUBSTITUTION:
        return _option(
            facts, "base editing", IMPOSSIBLE, "Base editors cannot take out or put in bases."
        )
    change = (hgvs.ref, hgvs.alt)
    if change in _ADENINE:
        name, base, cite = "adenine", "A", "PMID 29160308 (Gaudelli et al. 2017, Nature)"
    elif change in _CYTOSINE:
        name, base, cite = "cytosine", "C", "PMID 27096365 (Komor et al. 2016, Nature)"
    else:
        return _option(
            facts,
            "base editing",
            IMPOSSIBLE,
            f"{hgvs.ref}>{hgvs.alt} is a transversion; base editors in use make transitions.",
        )
    # The edited base is on the strand where the mutated letter is the editor's own.
    strand = "coding strand" if hgvs.alt == base else "opposite strand"
    reason = (
        f"{hgvs.ref}>{hgvs.alt} can be turned back by an {name} editor"
        if name == "adenine"
        else f"{hgvs.ref}>{hgvs.alt} can be turned back by a {name} editor"
    )
    reason += f" acting on the {strand}. {_guides(facts, hgvs, base, settings)}"
    return _option(facts, f"base editing ({name})", POSSIBLE, reason, (cite,))


def _guides(facts: AsoFacts, hgvs: CodingVariant, base: str, settings: Editing) -> str:
    """What the sequence says of window, PAM and bystanders (exonic, away from exon ends)."""
    window = _exon_context(facts, hgvs)
    if window is None:
        return "Window, PAM and bystanders need the genome's sequence around it."
    guides = find_guides(*window, base, settings)
    if not guides:
        return "No NGG site puts it into the usual window; editors with other PAMs may."
    best = guides[0]
    others = ", ".join(map(str, best.bystanders)) or "none"
    return (
        f"{len(guides)} guide(s) with NGG; the best has it at position {best.position} "
        f"(strand {best.strand}), bystanders in the window: {others}."
    )


def _exon_context(facts: AsoFacts, hgvs: CodingVariant) -> tuple[str, int] | None:
    model, start = facts.transcript, hgvs.start
    if model is None or not model.cds or start is None or start.intronic or start.after_stop:
        return None
    exon = model.exon_at(start)
    if exon is None or start.base < 1:
        return None
    low, high = exon.cds_start - 1, exon.cds_end
    at = start.base - 1
    if model.cds[at] != hgvs.ref or min(at - low, high - at) < 24:
        return None
    text = model.cds[low:at] + hgvs.alt + model.cds[at + 1 : high]
    return text, at - low


def _prime(facts: AsoFacts, settings: Editing) -> EditingOption:
    cite = ("PMID 31634902 (Anzalone et al. 2019, Nature)",)
    hgvs = facts.hgvs
    if hgvs is None or facts.kind is not Kind.SMALL:
        verdict = UNKNOWN if facts.kind is Kind.UNKNOWN else IMPOSSIBLE
        return _option(
            facts, "prime editing", verdict, "Prime editing is for changes of a few bases.", cite
        )
    change = hgvs.length_change
    if hgvs.edit is Edit.SUBSTITUTION:
        change = 0
    if change is None:
        return _option(
            facts, "prime editing", UNKNOWN, "The number of bases is not in the name.", cite
        )
    # To mend a deletion bases are put in, to mend an insertion they are taken out.
    small = -settings.prime_max_insertion <= change <= settings.prime_max_deletion
    text = "one base" if change == 0 else f"{abs(change)} base(s)"
    if not small:
        return _option(
            facts, "prime editing", IMPOSSIBLE, f"{text}: beyond what it can mend.", cite
        )
    return _option(
        facts,
        "prime editing",
        POSSIBLE,
        f"A change of {text} lies within what prime editing can mend; efficiency in the body "
        "is not proved for most tissues.",
        cite,
    )


def _nuclease(facts: AsoFacts) -> EditingOption:
    if facts.mechanism in _LOSS:
        return _option(
            facts,
            "nuclease editing",
            IMPOSSIBLE,
            "Cutting switches a gene off; this variant already takes its function away.",
        )
    if facts.mechanism in _TOXIC:
        spare = " The normal copy must be spared." if facts.haploinsufficient is not False else ""
        return _option(
            facts,
            "nuclease editing",
            POSSIBLE,
            f"The variant is toxic ({facts.mechanism.value}): switching the allele off could "
            f"help if the cut can tell the copies apart.{spare}",
        )
    return _option(facts, "nuclease editing", UNKNOWN, "The mechanism of the variant is not known.")
