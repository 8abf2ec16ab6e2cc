"""Secondary and carrier findings: only with consent, off by default.

Secondary: ACMG SF v3.3 genes (knowledge/curated/acmg_sf_v3_3.tsv); a recessive gene is reported
with two variants or a homozygous one. Carrier: one P/LP variant in a gene whose diseases are
recessive or X-linked recessive. Both take known or expected pathogenic variants only: P/LP by
points, or ClinVar P/LP with at least two stars.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from rareplan.knowledge.store import KnowledgeBase
from rareplan.model.case import Case
from rareplan.model.result import CandidateVariant
from rareplan.model.variant import AnnotatedVariant
from rareplan.prioritise.assign_lof import NULL_TERMS
from rareplan.prioritise.background import is_clinvar_pathogenic
from rareplan.prioritise.classify import LIKELY_PATHOGENIC, PATHOGENIC
from rareplan.prioritise.evidence import CaseEvidence
from rareplan.prioritise.gene_index import GeneIndex
from rareplan.prioritise.view import variant_view, zygosity_of

SF_TABLE = "acmg_sf_v3_3"
_STARS = 2
_C282Y = ("6-26092913-G-A", "HFE")  # GRCh38; NM_000410.4:c.845G>A, p.(Cys282Tyr)


def _reportable(
    variant: AnnotatedVariant, gene: str, case: Case, evidence: CaseEvidence
) -> CandidateVariant | None:
    """The variant's view when it is known or expected pathogenic, else None."""
    if zygosity_of(variant, case) == "unknown" or variant.consequence_for(gene) is None:
        return None
    clinvar = variant.clinvar
    strong = is_clinvar_pathogenic(variant) and clinvar is not None and clinvar.stars >= _STARS
    consequence = variant.consequence_for(gene)
    null = consequence is not None and set(consequence.terms) & NULL_TERMS
    if not strong and not null:  # nothing else can reach Likely pathogenic on its own here
        return None
    result = evidence.classify_alone(variant, gene)
    if not strong and result.label not in {PATHOGENIC, LIKELY_PATHOGENIC}:
        return None
    return variant_view(variant, gene, case, result)


def secondary_findings(
    case: Case,
    variants: Sequence[AnnotatedVariant],
    index: GeneIndex,
    evidence: CaseEvidence,
    kb: KnowledgeBase,
) -> tuple[CandidateVariant, ...]:
    """P/LP variants in ACMG SF genes; empty without consent."""
    del index
    if not case.consents.secondary_findings:
        return ()
    rows = {row["gene"]: row for row in kb.curated(SF_TABLE)}
    found: defaultdict[str, list[CandidateVariant]] = defaultdict(list)
    for variant in variants:
        for gene in dict.fromkeys(c.gene for c in variant.consequences):
            if gene not in rows:
                continue
            view = _reportable(variant, gene, case, evidence)
            if view is not None and _allowed(view, rows[gene]["note"]):
                found[gene].append(view)
    kept = []
    for gene, views in sorted(found.items()):
        copies = sum(1 if v.zygosity == "heterozygous" else 2 for v in views)
        if rows[gene]["report_when"] == "one" or copies >= 2:
            kept += views
    return tuple(kept)


def _allowed(view: CandidateVariant, note: str) -> bool:
    """The list's own limits: truncating TTN only, homozygous HFE C282Y only."""
    if "truncating" in note:
        return bool(set(view.consequence.terms) & NULL_TERMS)
    if "Cys282Tyr" in note:
        return view.variant_grch38 == _C282Y[0] and view.zygosity == "homozygous"
    return True


def carrier_findings(
    case: Case,
    variants: Sequence[AnnotatedVariant],
    index: GeneIndex,
    evidence: CaseEvidence,
    kb: KnowledgeBase,
) -> tuple[CandidateVariant, ...]:
    """Heterozygous P/LP variants in genes of recessive disease; empty without consent.

    A gene in which one variant is a risk for the carrier (MLH1, BRCA2: also recessive) is a
    secondary finding and needs that consent; it never slips in here.
    """
    if not case.consents.carrier_findings:
        return ()
    risky = {row["gene"] for row in kb.curated(SF_TABLE) if row["report_when"] == "one"}
    found = []
    for variant in variants:
        if zygosity_of(variant, case) != "heterozygous":
            continue
        for gene in dict.fromkeys(c.gene for c in variant.consequences):
            known = index.get(gene).inheritance
            if gene in risky or not {"AR", "XLR"} & known:
                continue
            view = _reportable(variant, gene, case, evidence)
            if view is not None:
                found.append(view)
    return tuple(sorted(found, key=lambda v: (v.gene, v.variant)))
