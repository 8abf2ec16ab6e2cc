"""What is known of single exons: domains, ClinVar variants in and beside them, curated losses."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from rareplan.config import Antisense
from rareplan.knowledge.clinvar import clinvar
from rareplan.knowledge.gene_facts import domains_of
from rareplan.therapies.aso.exons import Exon, TranscriptModel
from rareplan.therapies.aso.facts import SkipFacts
from rareplan.therapies.aso.hgvs import CodingVariant, Edit

if TYPE_CHECKING:
    from rareplan.knowledge.store import KnowledgeBase

_REPEAT_COUNT = 5  # a domain that occurs this often is a repeat (guideline, section A)
# Features of a protein that are no functional domains.
_NOT_DOMAINS = re.compile(
    r"topology|^_|transmembrane$|^signal peptide|^transit peptide|disorder|low complexity",
    re.IGNORECASE,
)
EFFECTS = {
    "stop_gained": "stop_gained",
    "frameshift_variant": "frameshift",
    "missense_variant": "missense",
    "synonymous_variant": "synonymous",
    "inframe_deletion": "inframe",
    "inframe_insertion": "inframe",
    "start_lost": "start_lost",
    "splice_donor_variant": "splice",
    "splice_acceptor_variant": "splice",
}
"""Effects of the antisense rules by consequence term."""

_SPLICE_TERMS = {"splice_donor_variant", "splice_acceptor_variant"}
_NULL_TERMS = {"stop_gained", "frameshift_variant"}


def exon_facts(
    kb: KnowledgeBase, model: TranscriptModel, exons: tuple[Exon, ...], settings: Antisense
) -> dict[int, SkipFacts]:
    """Domains, known losses and ClinVar counts of the given coding exons, by number."""
    curated = kb.memo("aso:exons", lambda base: base.curated("aso_exons"))
    found: dict[int, SkipFacts] = {}
    for exon in exons:
        facts = _domains(kb, model, exon)
        facts = _clinvar_counts(kb, model, exon, facts, settings)
        for row in curated:
            if row["gene"] == model.gene and _exon_key(row["exon"], exon):
                facts = _with_curated(facts, row)
        found[exon.number] = facts
    return found


def _exon_key(key: str, exon: Exon) -> bool:
    if key.startswith("exon:"):
        return exon.number == int(key.removeprefix("exon:"))
    return exon.cds_start <= int(key.removeprefix("c.")) <= exon.cds_end


def _with_curated(facts: SkipFacts, row: Mapping[str, str]) -> SkipFacts:
    known = {"yes": True, "no": False}
    changes: dict[str, Any] = {
        name: known[row[name]]
        for name in ("benign_loss", "isoform_without", "pathogenic_loss")
        if row[name] in known
    }
    if row["domains"]:
        named = tuple(row["domains"].split("|"))
        changes["domains"] = tuple(dict.fromkeys((*(facts.domains or ()), *named)))
        changes["repeat_domains"] = (
            *facts.repeat_domains,
            *(d for d in row["repeat_domains"].split("|") if d),
        )
    source = "; ".join(dict.fromkeys(s for s in (facts.source, row["source"]) if s))
    return replace(facts, source=source, **changes)


def _domains(kb: KnowledgeBase, model: TranscriptModel, exon: Exon) -> SkipFacts:
    if not kb.has("domains"):
        return SkipFacts()
    rows = [
        d
        for d in domains_of(kb, model.gene)
        if not _NOT_DOMAINS.search(d.name)
        and d.transcript.partition(".")[0] == model.transcript.partition(".")[0]
    ]
    if not rows and not any(
        d.transcript.partition(".")[0] == model.transcript.partition(".")[0]
        for d in domains_of(kb, model.gene)
    ):
        return SkipFacts()  # domains of another isoform, or none recorded: not known
    first, last = (exon.cds_start + 2) // 3, (exon.cds_end + 2) // 3
    counts = Counter(d.name for d in rows)
    hit = tuple(dict.fromkeys(d.name for d in rows if d.start_aa <= last and d.end_aa >= first))
    repeats = tuple(n for n in hit if counts[n] >= _REPEAT_COUNT or "repeat" in n.lower())
    return SkipFacts(domains=hit, repeat_domains=repeats, source="protein domains of the snapshot")


def _clinvar_counts(
    kb: KnowledgeBase, model: TranscriptModel, exon: Exon, facts: SkipFacts, settings: Antisense
) -> SkipFacts:
    if not kb.has("clinvar"):
        return facts
    table = clinvar(kb)
    site = settings.canonical_site
    rows = table.pathogenic(table.between(model.contig, exon.start - site, exon.end + site))
    terms: Counter[str] = Counter()
    for row in rows:
        record = table.record(row)
        key = table.key(row)
        found = set(record.consequences)
        if found & _SPLICE_TERMS and not exon.start <= key.pos <= exon.end:
            terms["splice"] += 1
        elif found & _NULL_TERMS:
            terms["null"] += 1
        elif "missense_variant" in found:
            terms["missense"] += 1
        elif "inframe_deletion" in found:
            terms["inframe_deletion"] += 1
    counts = settings.splice_site_counts_as_exon_loss and exon.coding_length % 3 == 0
    loss = True if terms["splice"] and counts else None
    source = (
        f"ClinVar {table.date}: {terms['missense']} missense, {terms['null']} null, "
        f"{terms['splice']} splice-site, {terms['inframe_deletion']} in-frame deletions "
        "(pathogenic or likely pathogenic)"
    )
    return replace(
        facts,
        pathogenic_loss=loss,
        pathogenic_inframe_deletions=terms["inframe_deletion"],
        missense=terms["missense"],
        nulls=terms["null"],
        splice_site_variants=terms["splice"],
        source="; ".join(s for s in (facts.source, source) if s),
    )


def effect_of_terms(terms: Iterable[str]) -> str:
    """The gravest effect among consequence terms; empty when none matters here."""
    found = set(terms)
    return next((effect for term, effect in EFFECTS.items() if term in found), "")


def clinvar_effect(kb: KnowledgeBase, model: TranscriptModel, hgvs: CodingVariant | None) -> str:
    """ClinVar's consequence of a coding substitution, where the snapshot has no sequence."""
    if hgvs is None or hgvs.edit is not Edit.SUBSTITUTION or not kb.has("clinvar"):
        return ""
    start = hgvs.start
    if start is None or start.intronic or start.base < 1 or start.after_stop:
        return ""
    position = model.genomic_position(start.base)
    if position is None:
        return ""
    turned = str.maketrans("ACGT", "TGCA")
    wanted = (hgvs.ref, hgvs.alt)
    if model.strand < 0:
        wanted = (hgvs.ref.translate(turned), hgvs.alt.translate(turned))
    table = clinvar(kb)
    for row in table.between(model.contig, position, position):
        key = table.key(row)
        if (key.ref, key.alt) == wanted:
            return effect_of_terms(table.record(row).consequences)
    return ""
