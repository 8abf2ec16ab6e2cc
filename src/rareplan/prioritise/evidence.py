"""All criteria of one variant in one hypothesis, and the class they add up to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rareplan.config import Settings
from rareplan.model.case import Case
from rareplan.model.consequence import Consequence
from rareplan.model.evidence import Classification, EvidenceItem
from rareplan.model.inheritance import Mode, Segregation
from rareplan.model.variant import AnnotatedVariant
from rareplan.prioritise.assign_computational import assign_computational, predictor_points
from rareplan.prioritise.assign_family import FamilyFacts, assign_family, assign_other_cause
from rareplan.prioritise.assign_lof import assign_pvs1
from rareplan.prioritise.assign_population import assign_population, is_rare
from rareplan.prioritise.assign_residue import assign_residue
from rareplan.prioritise.assign_supplied import applies, item_of, with_supplied
from rareplan.prioritise.background import is_clinvar_pathogenic
from rareplan.prioritise.classify import LIKELY_PATHOGENIC, PATHOGENIC, classify
from rareplan.prioritise.criteria import Criterion, not_assessed
from rareplan.prioritise.gene_index import GeneIndex
from rareplan.prioritise.phenotype import DiseaseRanking

_ORDER = {criterion.name: place for place, criterion in enumerate(Criterion)}
# Supplied criteria that the posterior already has from elsewhere, or that state the phenotype
# of the HPO terms again.
_NOT_IN_POSTERIOR = {"PVS1", "PM2", "PM3", "PS2", "PM6", "BA1", "BS1"}
_NEEDS_INPUT = {
    Criterion.PS3: "no functional evidence was supplied (--case, evidence table)",
    Criterion.BS3: "no functional evidence was supplied (--case, evidence table)",
    Criterion.PS4: "case-control counts are not in the snapshot; supply them with the case",
}


class CaseEvidence:
    """Assigns criteria to the variants of one case."""

    def __init__(
        self, case: Case, ranking: DiseaseRanking, index: GeneIndex, settings: Settings
    ) -> None:
        self.case = case
        self.ranking = ranking
        self.index = index
        self.settings = settings
        self.explained_by = ("", "")
        """Gene and class (P, LP) of the first candidate, once it is known: for BP5."""

    def points(self, variant: AnnotatedVariant, gene: str) -> tuple[int, str]:
        """Points for the posterior: predictors and supplied evidence, nothing else."""
        consequence = variant.consequence_for(gene)
        if consequence is None:
            return 0, ""
        score, words = predictor_points(variant.scores, consequence)
        details = [words] if words else []
        for item in self._supplied(variant, gene):
            if item.points and item.criterion not in _NOT_IN_POSTERIOR:
                score += item.points
                details.append(f"{item.label}: {item.fact} ({item.source})")
        return score, "; ".join(details)

    def classify_all(
        self, chosen: Sequence[AnnotatedVariant], seg: Segregation, disease: str
    ) -> tuple[Classification, ...]:
        """Classes of a hypothesis' variants.

        A pair is scored twice, so that PM3 knows the partner's class without PM3.
        """
        alone = [self._classify(v, seg.gene, seg, disease, "") for v in chosen]
        if len(chosen) != 2:
            return tuple(alone)
        partners = [_partner_class(c, v) for c, v in zip(alone, chosen, strict=True)]
        return tuple(
            self._classify(v, seg.gene, seg, disease, partners[1 - i]) for i, v in enumerate(chosen)
        )

    def classify_alone(self, variant: AnnotatedVariant, gene: str) -> Classification:
        """Class without any hypothesis, for secondary and carrier findings."""
        return self._classify(variant, gene, None, "", "")

    def _supplied(self, variant: AnnotatedVariant, gene: str) -> list[EvidenceItem]:
        rows = [row for row in self.case.evidence if applies(row, variant, gene)]
        return [item for row in rows if (item := item_of(row)) is not None]

    def _classify(
        self,
        variant: AnnotatedVariant,
        gene: str,
        seg: Segregation | None,
        disease: str,
        partner: str,
    ) -> Classification:
        consequence = variant.consequence_for(gene) or Consequence(gene=gene, resolved=False)
        facts = self.index.get(gene)
        exception = is_clinvar_pathogenic(variant) and (
            variant.clinvar is not None and variant.clinvar.stars >= 2
        )
        acmg = self.settings.acmg
        population = assign_population(
            variant.frequency, facts.inheritance, acmg, exception=exception
        )
        family = replace(self._family(seg, gene, disease, partner), rare=is_rare(population))
        items = [
            assign_pvs1(variant, consequence, facts),
            *population,
            *assign_residue(variant, consequence, facts, acmg),
            *assign_computational(variant.scores, consequence),
            *assign_family(seg, family),
            assign_other_cause(gene, *self.explained_by),
        ]
        supplied = self._supplied(variant, gene)
        there = {i.criterion for i in items} | {i.criterion for i in supplied}
        items += [not_assessed(c, why) for c, why in _NEEDS_INPUT.items() if c.name not in there]
        items = with_supplied(items, supplied)
        items.sort(key=lambda i: _ORDER[i.criterion])
        return classify(items, variant.clinvar.significance if variant.clinvar else "")

    def _family(
        self, seg: Segregation | None, gene: str, disease: str, partner: str
    ) -> FamilyFacts:
        acmg = self.settings.acmg
        place = self.ranking.index_of(disease) if disease else None
        share = float(self.ranking.posterior[place]) if place is not None else 0.0
        known = self.index.get(gene).inheritance
        if share >= acmg.pp4_posterior:
            phenotype = "specific"
        elif share >= 0.1 * acmg.pp4_posterior:
            phenotype = "consistent"
        elif share >= acmg.consistent_posterior:
            phenotype = "heterogeneous"
        else:
            phenotype = "inconsistent"
        return FamilyFacts(
            phenotype=phenotype,
            phenotype_posterior=share,
            specific_at=acmg.pp4_posterior,
            partner_class=partner,
            dominant="AD" in known and "AR" not in known,
            consanguineous=seg is not None
            and seg.mode is Mode.AR_HOM
            and any("consanguin" in flag for flag in seg.flags),
        )


def _partner_class(classification: Classification, variant: AnnotatedVariant) -> str:
    """P, LP, VUS or "" for the PM3 table.

    ClinVar's class of the partner counts here: the table asks whether the other variant is
    known to be pathogenic.
    """
    text = variant.clinvar.significance.lower() if variant.clinvar else ""
    if classification.label == PATHOGENIC or (
        is_clinvar_pathogenic(variant) and not text.startswith("likely")
    ):
        return "P"
    if classification.label == LIKELY_PATHOGENIC or is_clinvar_pathogenic(variant):
        return "LP"
    return "VUS" if classification.points >= 0 else ""
