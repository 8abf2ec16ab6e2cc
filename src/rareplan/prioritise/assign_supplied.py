"""Evidence that the user supplies: functional assays, RNA, metabolites, family, overrides.

PS3/BS3 strength after Brnich et al. 2020 (PMID 31892348): without stated controls an assay
counts as supporting; another strength must be given by the laboratory that validated it.
RNA that shows aberrant splicing: Walker et al. 2023 (PMID 37352859), strength as given.
Rows name a gene, and a variant (``chr-pos-ref-alt`` in either assembly, or HGVS c.) or none
for the whole gene.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from rareplan.model.case import SuppliedEvidence
from rareplan.model.evidence import EvidenceItem, Strength
from rareplan.model.variant import AnnotatedVariant
from rareplan.prioritise.assign_family import meioses_strength
from rareplan.prioritise.criteria import Criterion, met, not_assessed, not_met

_NORMAL = re.compile(
    r"\b(normal|benign|tolerated|no effect|not damaging|wild.?type)\b", re.IGNORECASE
)
_ABNORMAL = re.compile(
    r"\b(abnormal|damag\w*|deficien\w*|reduced|absent|lost|loss|aberrant|outlier|skip\w*|"
    r"pathogenic|deleterious|impaired|elevated|gain)\b",
    re.IGNORECASE,
)
_FUNCTIONAL = {
    "protein_function", "enzyme_activity", "rna_splicing", "rna_expression", "functional",
}  # fmt: skip
_OUTLIER_Z = 3.0
"""|z| from which an RNA or metabolite measurement counts as an outlier."""


def applies(row: SuppliedEvidence, variant: AnnotatedVariant, gene: str) -> bool:
    """Whether a supplied row speaks of this variant of this gene."""
    if row.gene and row.gene.upper() != gene.upper():
        return False
    if not row.variant:
        return bool(row.gene)
    names = {variant.key.text, variant.key38.text if variant.key38 else ""}
    consequence = variant.consequence_for(gene)
    if consequence is not None and consequence.hgvs_c:
        full = consequence.hgvs_c
        names |= {full, full.rsplit(":", 1)[-1], re.sub(r"\.\d+:", ":", full)}
    given = re.sub(r"^chr|\s+", "", row.variant.strip(), flags=re.IGNORECASE)
    return given in names or re.sub(r"[:>_]", "-", given) in names


def _strength(row: SuppliedEvidence, default: Strength) -> Strength:
    wanted = row.strength.lower().replace("_", " ").strip()
    return next((s for s in Strength if s.value == wanted), default)


def _words(row: SuppliedEvidence) -> str:
    parts = [row.kind.replace("_", " "), row.result]
    if row.z_score is not None:
        parts.append(f"z = {row.z_score:g}")
    return ", ".join(p for p in parts if p)


def _source(row: SuppliedEvidence) -> str:
    return ", ".join(p for p in (row.source or "supplied with the case", row.date) if p)


def _direction(row: SuppliedEvidence) -> int:
    """1 damaging, -1 normal, 0 not understood."""
    if row.z_score is not None and row.kind in {"metabolite", "rna_expression", "rna_splicing"}:
        return 1 if abs(row.z_score) >= _OUTLIER_Z else -1
    if _NORMAL.search(row.result) and not re.search(r"\babnormal\b", row.result, re.IGNORECASE):
        return -1
    return 1 if _ABNORMAL.search(row.result) else 0


def item_of(row: SuppliedEvidence) -> EvidenceItem | None:
    """The criterion that a supplied row sets, or None when it sets none."""
    named = Criterion.__members__.get(row.criterion.upper().split("_")[0])
    if row.kind == "clinician_override" and named:
        return _override(row, named)
    if row.kind == "segregation":
        return _segregation(row, _words(row), _source(row))
    if row.kind in _FUNCTIONAL or named in {Criterion.PS3, Criterion.BS3}:
        return _functional(row, _words(row), _source(row))
    if row.kind in {"metabolite", "phenotype_specificity"}:
        return _specific(row)
    if named is None:
        return None
    strength = _strength(row, named.default_strength)
    return met(named, _words(row), strength=strength, source=_source(row))


def _override(row: SuppliedEvidence, named: Criterion) -> EvidenceItem:
    fact, source = f"override: {_words(row)}", _source(row)
    if row.result.lower().strip() in {"not met", "not_met", "no", "off"}:
        return not_met(named, fact).model_copy(update={"source": source})
    return met(named, fact, strength=_strength(row, named.default_strength), source=source)


def _specific(row: SuppliedEvidence) -> EvidenceItem:
    if row.kind == "metabolite" and _direction(row) <= 0:
        return not_met(Criterion.PP4, _words(row), f"|z| >= {_OUTLIER_Z:g}")
    strength = _strength(row, Strength.SUPPORTING)
    return met(Criterion.PP4, _words(row), strength=strength, source=_source(row))


def _functional(row: SuppliedEvidence, fact: str, source: str) -> EvidenceItem:
    direction = _direction(row)
    if row.criterion.upper().startswith("BS3"):
        direction = -1
    elif row.criterion.upper().startswith("PS3"):
        direction = 1
    if direction == 0:
        return not_assessed(Criterion.PS3, f"result not understood: {fact}")
    # An RNA outlier below the cut says nothing against the variant: tissue and coverage decide.
    if direction < 0 and row.kind.startswith("rna") and not row.criterion:
        return not_met(Criterion.PS3, fact)
    criterion = Criterion.PS3 if direction > 0 else Criterion.BS3
    return met(criterion, fact, strength=_strength(row, Strength.SUPPORTING), source=source)


def _segregation(row: SuppliedEvidence, fact: str, source: str) -> EvidenceItem:
    if re.search(r"does not|not segregat|absent in affected", row.result, re.IGNORECASE):
        return met(Criterion.BS4, fact, strength=_strength(row, Strength.STRONG), source=source)
    number = re.search(r"\d+", row.result)
    found = meioses_strength(int(number.group())) if number else None
    strength = _strength(row, found) if found else None
    if strength is None:
        return not_met(Criterion.PP1, fact, ">= 3 informative meioses")
    return met(Criterion.PP1, fact, strength=strength, source=source)


def with_supplied(
    items: Iterable[EvidenceItem], supplied: Iterable[EvidenceItem]
) -> list[EvidenceItem]:
    """Assigned criteria, replaced by supplied ones of the same name; others are added.

    Of two supplied rows for one criterion the stronger counts; a clinician's override always
    wins.
    """
    merged = {i.criterion: i for i in items}
    fixed: set[str] = set()
    for item in supplied:
        override = item.fact.startswith("override: ")
        old = merged.get(item.criterion)
        if item.criterion in fixed and not override:
            continue
        if override or old is None or abs(item.points) >= abs(old.points):
            merged[item.criterion] = item
        if override:
            fixed.add(item.criterion)
    return list(merged.values())
