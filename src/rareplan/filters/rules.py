"""The rules that an allele must pass, as data: one list for every engine.

A rule is two expressions over named facts of an allele, written with nothing but ``&``, ``|``,
``~`` and comparisons, so that the very same objects work on numpy arrays (local engine) and on
Hail expressions (hail engine). ``judged`` says where the rule can be run at all (unknown is
neither good nor bad), ``fails`` where it stops an allele. The order of :data:`RULES` is the
order of the funnel; the first failure is the reason that is told.

Facts, each one value per allele, about the proband (P) or the allele:

=================  ======  ===============================================================
fact               type    meaning
=================  ======  ===============================================================
placed             bool    the contig is 1-22, X, Y or MT
plain              bool    ALT is a sequence or structural allele, not ``*``, ``.``, ``<*>``
called             bool    P has at least one called haplotype
carried            bool    P carries the allele at least once
filter_pass        bool    FILTER is PASS or missing
gq, dp             float   P's genotype quality (phred) and reads; NaN unknown
ab                 float   P's share of reads with the allele; NaN unknown
haploid            bool    one copy expected or called (male X or Y outside PAR, MT, haploid GT)
heterozygous       bool    P has the allele once beside another called haplotype
half_called        bool    P has the allele once beside a haplotype without a call (./1)
mitochondrial      bool    contig MT
sex_linked         bool    X or Y outside the pseudoautosomal regions
exempt             bool    ClinVar P/LP or curated common pathogenic allele
max_af             float   highest group frequency; NaN unknown
homozygotes        float   homozygotes in the population data; NaN unknown
in_gene            bool    overlaps a gene of the snapshot
in_region          bool    in an exon or its splice region, or a predicted splice effect
consequence_known  bool    the consequence step has run for the allele
relevant           bool    the consequence is one that is kept
segregation_known  bool    the segregation step has run for the allele
segregates         bool    some mode of inheritance is not excluded
=================  ======  ===============================================================

Engines give NaN (not missing) for unknown numbers: every comparison with NaN is False.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rareplan.config import Settings

Facts = Any
"""Anything with the attributes of the table above."""
Mask = Any


@dataclass(frozen=True)
class Rule:
    """One step of the funnel."""

    name: str
    description: str
    threshold: Callable[[Settings], str]
    judged: Callable[[Facts, Settings], Mask]
    fails: Callable[[Facts, Settings], Mask]
    value: str = ""
    """Fact that is printed beside the threshold."""
    setting: str = ""
    """Key of the settings that would let an allele pass."""


def _always(f: Facts, _: Settings) -> Mask:
    return f.placed | ~f.placed


def _carried(f: Facts, _: Settings) -> Mask:
    return f.carried


def loosest_af(settings: Settings) -> tuple[float, float, float]:
    """Highest frequency that any mode allows: autosomal, sex-linked, mitochondrial."""
    r = settings.rarity
    return max(r.ad, r.ar_homozygous, r.ar_compound), r.xl, r.mt


def _too_common(f: Facts, s: Settings) -> Mask:
    autosomal, sex_linked, mitochondrial = loosest_af(s)
    elsewhere = ~(f.sex_linked | f.mitochondrial)
    return (
        (elsewhere & (f.max_af > autosomal))
        | (f.sex_linked & (f.max_af > sex_linked))
        | (f.mitochondrial & (f.max_af > mitochondrial))
    )


def _balance_off(f: Facts, s: Settings) -> Mask:
    q = s.quality
    het = f.heterozygous & ((f.ab < q.min_ab) | (f.ab > q.max_ab))
    half = f.half_called & (f.ab < q.min_ab)  # one copy or two: only too few reads are wrong
    return het | half | (~(f.heterozygous | f.half_called) & (f.ab < q.min_ab_hom))


def _af_text(s: Settings) -> str:
    autosomal, sex_linked, mitochondrial = loosest_af(s)
    return f"<= {autosomal:g} (X, Y: {sex_linked:g}; MT: {mitochondrial:g})"


RULES: tuple[Rule, ...] = (
    Rule(
        "contig",
        "on a chromosome that is analysed",
        lambda _: "1-22, X, Y, MT",
        _always,
        lambda f, _: ~f.placed,
    ),
    Rule(
        "allele",
        "an alternate allele, not the reference, '*' or '<*>'",
        lambda _: "a sequence or structural allele",
        _always,
        lambda f, _: ~f.plain,
    ),
    Rule(
        "called",
        "the proband has a genotype call",
        lambda _: "at least one called haplotype",
        _always,
        lambda f, _: ~f.called,
    ),
    Rule(
        "carried",
        "the proband carries the allele",
        lambda _: "at least one copy",
        lambda f, _: f.called,
        lambda f, _: ~f.carried,
    ),
    Rule(
        "filter",
        "the caller's FILTER is PASS",
        lambda s: "PASS" if s.quality.require_pass else "not required",
        _carried,
        lambda f, s: ~(f.filter_pass | (not s.quality.require_pass)),
        setting="quality.require_pass",
    ),
    Rule(
        "genotype_quality",
        "genotype quality of the proband",
        lambda s: f">= {s.quality.min_gq:g}",
        lambda f, _: f.carried & (f.gq >= 0.0),
        lambda f, s: f.gq < s.quality.min_gq,
        value="gq",
        setting="quality.min_gq",
    ),
    Rule(
        "depth",
        "reads of the proband",
        lambda s: f">= {s.quality.min_dp:g} (haploid: {s.quality.min_dp_haploid:g})",
        lambda f, _: f.carried & (f.dp >= 0.0),
        lambda f, s: (
            (f.haploid & (f.dp < s.quality.min_dp_haploid))
            | (~f.haploid & (f.dp < s.quality.min_dp))
        ),
        value="dp",
        setting="quality.min_dp",
    ),
    Rule(
        "allele_balance",
        "share of the proband's reads with the allele",
        lambda s: (
            f"{s.quality.min_ab:g} to {s.quality.max_ab:g} "
            f"(homozygous: >= {s.quality.min_ab_hom:g})"
        ),
        lambda f, _: f.carried & ~f.mitochondrial & (f.ab >= 0.0),
        _balance_off,
        value="ab",
        setting="quality.min_ab",
    ),
    Rule(
        "frequency",
        "highest population group frequency, loosest mode of inheritance",
        _af_text,
        lambda f, _: f.carried & ~f.exempt & (f.max_af >= 0.0),
        _too_common,
        value="max_af",
        setting="rarity.ar_compound",
    ),
    Rule(
        "homozygotes",
        "homozygotes in the population data, loosest mode of inheritance",
        lambda s: f"<= {s.rarity.max_homozygotes_ar}",
        lambda f, _: f.carried & ~f.exempt & (f.homozygotes >= 0.0),
        lambda f, s: f.homozygotes > s.rarity.max_homozygotes_ar,
        value="homozygotes",
        setting="rarity.max_homozygotes_ar",
    ),
    Rule(
        "gene",
        "overlaps a gene of the snapshot",
        lambda _: "inside a gene",
        _carried,
        lambda f, _: ~f.in_gene,
    ),
    Rule(
        "region",
        "in an exon or its splice region",
        lambda s: f"within {s.region.splice_region} bases of an exon",
        lambda f, _: f.carried & f.in_gene & ~f.exempt,
        lambda f, _: ~f.in_region,
        setting="region.splice_region",
    ),
    Rule(
        "consequence",
        "the effect on a transcript is one that can matter, or cannot be told yet",
        lambda _: "see [consequence] keep",
        lambda f, _: f.carried & f.consequence_known & ~f.exempt,
        lambda f, _: ~f.relevant,
        value="consequence",
        setting="consequence.keep",
    ),
    Rule(
        "inheritance",
        "some mode of inheritance fits the family",
        lambda _: "at least one mode not excluded",
        lambda f, _: f.carried & f.segregation_known,
        lambda f, _: ~f.segregates,
        value="segregation",
    ),
)
RULE_NAMES: tuple[str, ...] = tuple(rule.name for rule in RULES)
STREAMED = RULE_NAMES.index("consequence")
"""Rules before this one need nothing but the record itself."""
