"""PS1, PM5, PM1, PP2, BP1, PM4 and BP3: where in the protein, and what is known there."""

from __future__ import annotations

from rareplan.config import Acmg
from rareplan.model.consequence import Consequence
from rareplan.model.evidence import EvidenceItem, Strength
from rareplan.model.variant import AnnotatedVariant
from rareplan.prioritise.codon import codon_neighbours
from rareplan.prioritise.criteria import Criterion, met, not_assessed, not_met
from rareplan.prioritise.gene_facts import MISSENSE, GeneFacts

_INFRAME = {"inframe_insertion", "inframe_deletion", "protein_altering_variant"}
_UNRESOLVED = "effect on the protein unknown without the transcript's sequence"
_NO_CLINVAR = "no ClinVar table in the snapshot"


def assign_residue(
    variant: AnnotatedVariant, consequence: Consequence, gene: GeneFacts, acmg: Acmg
) -> list[EvidenceItem]:
    """The criteria that ask for position and kind of a protein change."""
    missense = "missense_variant" in consequence.terms
    return [
        *_same_residue(variant, consequence, gene, missense=missense),
        _hot_spot(variant, consequence, gene, acmg, missense=missense),
        _missense_gene(consequence, gene, acmg, missense=missense),
        _truncating_gene(consequence, gene, acmg, missense=missense),
        _length_change(consequence, gene),
        _repeat_indel(consequence, gene),
    ]


def _same_residue(
    variant: AnnotatedVariant, consequence: Consequence, gene: GeneFacts, *, missense: bool
) -> list[EvidenceItem]:
    pair = (Criterion.PS1, Criterion.PM5)
    if not consequence.resolved:
        return [not_assessed(c, _UNRESOLVED) for c in pair]
    if not missense:
        return [not_met(c, f"{consequence.term} is not missense") for c in pair]
    if not gene.clinvar_known:
        return [not_assessed(c, _NO_CLINVAR) for c in pair]
    known = codon_neighbours(variant.key38, consequence, gene) if variant.key38 else None
    if known is None:
        return [not_assessed(c, "codon or GRCh38 position not known") for c in pair]
    ours, neighbours = known
    others = [n for n in neighbours if not n.same_variant]
    same = [n for n in others if n.amino_acid == ours]
    other = [n for n in others if n.amino_acid not in {ours, "*"}]
    where = f"residue {consequence.protein_position}"
    return [
        met(Criterion.PS1, f"{where}: ClinVar {same[0].variation_id} gives the same amino acid")
        if same
        else not_met(Criterion.PS1, f"{where}: no other P/LP change to {ours}"),
        met(
            Criterion.PM5,
            f"{where}: ClinVar {', '.join(str(n.variation_id) for n in other[:3])} "
            f"change(s) it to {'/'.join(sorted({n.amino_acid for n in other}))}",
        )
        if other
        else not_met(Criterion.PM5, f"{where}: no other P/LP missense change"),
    ]


def pathogenic_missense_near(pos38: int, gene: GeneFacts, acmg: Acmg) -> int:
    """P/LP missense rows within the hot-spot window of a position, itself left out."""
    rows = gene.clinvar
    if not len(rows):
        return 0
    cds = gene.cds_position(pos38)
    if not cds:
        return 0
    near = (abs(rows.cds - cds) <= acmg.pm1_window) & (rows.cds > 0) & (rows.pos != pos38)
    return int((near & (rows.kind == MISSENSE)).sum())


def _hot_spot(
    variant: AnnotatedVariant,
    consequence: Consequence,
    gene: GeneFacts,
    acmg: Acmg,
    *,
    missense: bool,
) -> EvidenceItem:
    inframe = bool(set(consequence.terms) & _INFRAME)
    if consequence.resolved and not (missense or inframe):
        return not_met(Criterion.PM1, f"{consequence.term} is neither missense nor in-frame")
    if not consequence.resolved:
        return not_assessed(Criterion.PM1, _UNRESOLVED)
    if not gene.clinvar_known or variant.key38 is None:
        return not_assessed(Criterion.PM1, _NO_CLINVAR)
    count = pathogenic_missense_near(variant.key38.pos, gene, acmg)
    expected = gene.n_missense * (2 * acmg.pm1_window + 1) / max(gene.cds_length, 1)
    domain = gene.domain_at(consequence.protein_position)
    fact = (
        f"{count} P/LP missense within {acmg.pm1_window} coding bases "
        f"({expected:.1f} expected if spread evenly)" + (f", in {domain}" if domain else "")
    )
    wanted = f">= {acmg.pm1_count} P/LP and >= {acmg.pm1_fold:g} times the gene's average"
    if count < acmg.pm1_count or count < acmg.pm1_fold * expected:
        return not_met(Criterion.PM1, fact, wanted)
    strength = Strength.MODERATE if domain else Strength.SUPPORTING
    return met(Criterion.PM1, fact, wanted, strength=strength)


def _missense_gene(
    consequence: Consequence, gene: GeneFacts, acmg: Acmg, *, missense: bool
) -> EvidenceItem:
    if not consequence.resolved:
        return not_assessed(Criterion.PP2, _UNRESOLVED)
    if not missense:
        return not_met(Criterion.PP2, f"{consequence.term} is not missense")
    if gene.mis_z is None:
        return not_assessed(Criterion.PP2, "no missense constraint (gnomAD) in the snapshot")
    share = gene.n_missense / max(gene.n_pathogenic, 1)
    fact = (
        f"missense Z {gene.mis_z:.2f}; {gene.n_missense} of {gene.n_pathogenic} "
        "ClinVar P/LP variants are missense"
    )
    wanted = f"Z >= {acmg.pp2_mis_z:g} and missense share >= {acmg.pp2_missense_share:g}"
    enough = gene.n_pathogenic >= acmg.mechanism_rows and share >= acmg.pp2_missense_share
    if gene.mis_z >= acmg.pp2_mis_z and enough:
        return met(Criterion.PP2, fact, wanted)
    return not_met(Criterion.PP2, fact, wanted)


def _truncating_gene(
    consequence: Consequence, gene: GeneFacts, acmg: Acmg, *, missense: bool
) -> EvidenceItem:
    if not consequence.resolved:
        return not_assessed(Criterion.BP1, _UNRESOLVED)
    if not missense:
        return not_met(Criterion.BP1, f"{consequence.term} is not missense")
    if not gene.clinvar_known:
        return not_assessed(Criterion.BP1, _NO_CLINVAR)
    share = gene.n_null / max(gene.n_pathogenic, 1)
    fact = f"{gene.n_null} of {gene.n_pathogenic} ClinVar P/LP variants are null"
    wanted = f">= {acmg.mechanism_rows} P/LP variants, >= {acmg.bp1_null_share:g} of them null"
    if gene.n_pathogenic >= acmg.mechanism_rows and share >= acmg.bp1_null_share:
        return met(Criterion.BP1, fact, wanted)
    return not_met(Criterion.BP1, fact, wanted)


def _length_change(consequence: Consequence, gene: GeneFacts) -> EvidenceItem:
    terms = set(consequence.terms)
    if "stop_lost" in terms:
        return met(Criterion.PM4, "stop-loss lengthens the protein")
    if not terms & _INFRAME:
        return not_met(Criterion.PM4, f"{consequence.term} does not change the length in frame")
    if not gene.domains_known:
        return not_assessed(
            Criterion.PM4, "no domains in the snapshot to tell repeats from function"
        )
    domain = gene.domain_at(consequence.protein_position)
    if domain and not _is_repeat(domain):
        return met(Criterion.PM4, f"in-frame indel in {domain}")
    if not domain:
        return met(
            Criterion.PM4, "in-frame indel outside any known repeat", strength=Strength.SUPPORTING
        )
    return not_met(Criterion.PM4, f"in-frame indel in a repeat ({domain})")


def _repeat_indel(consequence: Consequence, gene: GeneFacts) -> EvidenceItem:
    if not set(consequence.terms) & _INFRAME:
        return not_met(Criterion.BP3, f"{consequence.term} is not an in-frame indel")
    if not gene.domains_known:
        return not_assessed(Criterion.BP3, "no domains or repeats in the snapshot")
    domain = gene.domain_at(consequence.protein_position)
    if domain and _is_repeat(domain):
        return met(Criterion.BP3, f"in-frame indel in a repeat ({domain})")
    return not_met(Criterion.BP3, "not in a known repeat")


def _is_repeat(domain: str) -> bool:
    name = domain.lower()
    return any(w in name for w in ("low complexity", "compositionally biased", "poly-", "polyq"))
