"""How often a variant of a kind turns up in a gene by chance, measured in the very VCF.

For a causal hypothesis with a variant of kind c in gene g the evidence is q(c) / lambda(c, g):
the probability that a causal variant is of that kind, over the number of such variants that the
gene holds anyway. The rate per coding base comes from the case's own surviving variants plus a
pseudo-count, so that an input without frequencies (thousands of survivors) and one with them
(a few hundred) need no different rules. Genes that hold more than their length allows (HLA,
mucins, mapping artefacts) get a higher rate: a gamma-Poisson update with the gene's other
variants.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from rareplan.config import Posterior
from rareplan.model.consequence import Consequence, Impact
from rareplan.model.variant import AnnotatedVariant
from rareplan.prioritise.assign_lof import NULL_TERMS
from rareplan.prioritise.gene_facts import GeneFacts

_TRANSITIONS = {"AG", "GA", "CT", "TC"}
_SPLICE_NEAR = {
    "splice_region_variant",
    "splice_donor_5th_base_variant",
    "splice_donor_region_variant",
    "splice_polypyrimidine_tract_variant",
}
EXOME_CODING_BASES = 34_000_000
"""Used when the snapshot has no transcripts: CCDS-sized coding target."""


def is_clinvar_pathogenic(variant: AnnotatedVariant) -> bool:
    """ClinVar says P or LP without conflict."""
    if variant.clinvar is None:
        return False
    text = variant.clinvar.significance.lower()
    return "pathogenic" in text and "conflict" not in text and "benign" not in text


def is_clinvar_benign(variant: AnnotatedVariant) -> bool:
    """ClinVar says B or LB without conflict."""
    if variant.clinvar is None:
        return False
    text = variant.clinvar.significance.lower()
    return "benign" in text and "conflict" not in text and "pathogenic" not in text


def effect_of(variant: AnnotatedVariant, consequence: Consequence) -> str:
    """Kind of a variant for the background rate; the names are those of the settings."""
    if is_clinvar_pathogenic(variant):
        return "clinvar_pathogenic"
    if is_clinvar_benign(variant):
        return "clinvar_benign"
    if set(consequence.terms) & NULL_TERMS:
        # A lost start is often rescued by the next ATG: its PVS1 is supporting or moderate.
        return "start_lost" if consequence.term == "start_lost" else "null"
    if "missense_variant" in consequence.terms:
        return "missense"
    if consequence.resolved:
        return _milder(consequence)
    return "wobble" if _third_base_transition(variant, consequence) else "unresolved"


def _milder(consequence: Consequence) -> str:
    if consequence.impact in {Impact.HIGH, Impact.MODERATE}:
        return "inframe"
    if set(consequence.terms) & _SPLICE_NEAR:
        return "splice_region"
    return "synonymous" if "synonymous_variant" in consequence.terms else "other"


def _third_base_transition(variant: AnnotatedVariant, consequence: Consequence) -> bool:
    """Nearly always silent: in the standard code only ATA/ATG and TGA/TGG differ."""
    position = consequence.cds_position
    return (
        position is not None
        and position % 3 == 0
        and variant.key.is_snv
        and variant.key.ref + variant.key.alt in _TRANSITIONS
    )


def frequency_bin(variant: AnnotatedVariant, settings: Posterior) -> str:
    """``ultra`` (absent or below the cut), ``rare``, or ``unknown`` without a frequency."""
    max_af = variant.frequency.max_af
    if max_af is None:
        return "unknown"
    return "ultra" if max_af <= settings.ultra_rare_af else "rare"


@dataclass(frozen=True)
class Kind:
    """One variant as the background sees it."""

    effect: str
    frequency: str
    copies: int  # 1 heterozygous, 2 homozygous or hemizygous


def _intolerant(gene: GeneFacts) -> bool:
    """Loss of one copy causes disease: null variants are rare in anybody else's exome."""
    one_copy = bool({"AD", "XL", "XLD", "XLR"} & gene.inheritance)
    return one_copy and "AR" not in gene.inheritance and gene.lof_mechanism[0] == "established"


class Background:
    """Rates of the case at hand."""

    def __init__(
        self,
        observed: Iterable[tuple[str, Kind]],
        total_cds: int,
        settings: Posterior,
    ) -> None:
        """``observed``: one (gene, kind) for each surviving variant."""
        self.settings = settings
        self.total = total_cds or EXOME_CODING_BASES
        self.kinds: Counter[Kind] = Counter()
        self.by_gene: Counter[str] = Counter()
        for gene, kind in observed:
            self.kinds[kind] += 1
            self.by_gene[gene] += 1
        self.all = sum(self.kinds.values())
        unknown = sum(n for kind, n in self.kinds.items() if kind.frequency == "unknown")
        self.frequencies_known = 2 * unknown <= self.all
        """Most survivors have a population frequency, so what is left is rare."""

    @property
    def miss(self) -> float:
        """P(the causal variant is not recognisable among the candidates)."""
        s = self.settings
        return s.miss if self.frequencies_known else s.miss_without_frequencies

    def _expected(self, kind: Kind, gene: GeneFacts) -> float:
        """Variants of a kind expected in a gene by its length; the variant itself left out."""
        s = self.settings
        seen = self.kinds[kind] - 1 if self.kinds[kind] else 0
        prior = s.exome_counts[kind.effect]
        if kind.frequency == "unknown":
            prior *= s.unfiltered
        if kind.copies == 2:
            prior *= s.homozygous_share
        length = max(gene.cds_length or gene.exon_length, s.shortest_gene)
        return (seen + prior) * length / self.total

    def rate(self, kind: Kind, gene: GeneFacts, own: int = 1) -> float:
        """lambda(c, g): background variants of this kind in this gene.

        ClinVar P/LP alleles are not spread by length: carriers go with the number of known
        alleles, and those of dominant disease are far rarer in exomes than recessive ones.

        Args:
            kind: the variant's kind.
            gene: its gene.
            own: variants of the hypothesis in the gene, not counted as background.
        """
        s = self.settings
        if kind.effect == "clinvar_pathogenic":
            alleles = max(gene.n_pathogenic, 1)
            recessive = "AR" in gene.inheritance or "XLR" in gene.inheritance
            each = s.carried_recessive if recessive else s.carried_dominant
            return alleles * each * (s.carried_homozygous if kind.copies == 2 else 1.0)
        length = max(gene.cds_length or gene.exon_length, s.shortest_gene)
        expected_all = max(self.all, 1) * length / self.total
        others = max(self.by_gene[gene.gene] - own, 0)
        excess = (s.gene_shape + others) / (s.gene_shape + expected_all)
        one_null = kind.effect == "null" and kind.copies == 1
        depleted = s.null_depletion if one_null and _intolerant(gene) else 1.0
        return self._expected(kind, gene) * max(excess, 1.0) * depleted

    def causal_share(self, kind: Kind, gene: GeneFacts, *, recessive: bool) -> float:
        """q(c, g): P(a causal variant is of this kind), drawn to what ClinVar has for the gene."""
        s = self.settings
        share = s.causal[kind.effect]
        known = gene.kind_counts.get(kind.effect)
        if known is not None:
            share = (known + s.gene_kind_weight * share) / (gene.n_pathogenic + s.gene_kind_weight)
        rare = kind.frequency == "rare" and recessive
        return share * s.causal_frequency["rare_recessive" if rare else kind.frequency]

    def neighbourhood(self, pos38: int | None, kind: Kind, gene: GeneFacts) -> float:
        """Likelihood ratio of lying beside a known P/LP missense variant, or of not doing so.

        Causal substitutions are ``hot_enrichment`` times denser there, within the gene.
        """
        if kind.effect not in {"missense", "unresolved"} or pos38 is None:
            return 1.0
        share, b = gene.hot_share, self.settings.hot_enrichment
        if share <= 0.0:
            return 1.0
        return (b if gene.is_hot(pos38) else 1.0) / (1.0 + (b - 1.0) * share)

    def hemizygous_rate(self, kind: Kind, gene: GeneFacts) -> float:
        """Rate on a male's single X: one haploid share of what diploid autosomes show."""
        het = Kind(kind.effect, kind.frequency, 1)
        hom = Kind(kind.effect, kind.frequency, 2)
        return self.rate(het, gene) / 2 + self.rate(hom, gene)
