"""The facts that the rules ask for, as Hail expressions of one allele of one record.

Each function mirrors the numpy form of ``filters.facts``; the parity tests
hold the two together. Unknown numbers are NaN, never missing, so that every comparison in a
rule is a plain bool.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rareplan.engines.hail.calls import entry_field
from rareplan.model.genome import Assembly, Contig

_NOT_AN_ALLELE = ("*", ".", "<*>", "<NON_REF>", "<*:DEL>")
Expr = Any


@dataclass
class HailFacts:
    """See ``filters.rules`` for the meaning of each; one Hail expression each."""

    placed: Expr
    plain: Expr
    called: Expr
    carried: Expr
    filter_pass: Expr
    gq: Expr
    dp: Expr
    ab: Expr
    haploid: Expr
    heterozygous: Expr
    half_called: Expr
    mitochondrial: Expr
    sex_linked: Expr
    exempt: Expr
    max_af: Expr
    homozygotes: Expr
    in_gene: Expr
    in_region: Expr
    consequence_known: Expr
    relevant: Expr
    segregation_known: Expr
    segregates: Expr


@dataclass(frozen=True)
class AllelePlace:
    """Contig code, trimmed 1-based position and trimmed ALT of an allele."""

    contig: Expr
    pos: Expr
    alt: Expr


def contig_code(hl: Any, name: Expr, codes: dict[str, int]) -> Expr:
    """``model.genome.Contig`` code of a contig name."""
    return hl.literal(codes or {"": 0}).get(name, 0)


def sex_linked(hl: Any, contig: Expr, pos: Expr, assembly: Assembly) -> Expr:
    """X or Y outside the pseudoautosomal regions."""
    linked = (contig == int(Contig.X)) | (contig == int(Contig.Y))
    for par in assembly.pseudoautosomal:
        linked = linked & ~((contig == int(par.contig)) & (pos >= par.start) & (pos <= par.end))
    return hl.bool(linked)


def record_facts(hl: Any, row: Expr, place: AllelePlace, assembly: Assembly) -> HailFacts:
    """Facts of the record itself for the proband; the rest start as unknown.

    ``row`` has ``allele`` (1-based, 0 for a record without ALT), ``call`` (the proband's raw
    fields, with ``h0``, ``h1`` and ``depths``), ``male`` and ``decoded``.
    """
    alt, pos, contig, allele = place.alt, place.pos, place.contig, row.allele
    nan = hl.float64(float("nan"))
    call = row.call
    first, second = call.h0, call.h1
    own = allele > 0
    mine0, mine1 = own & (first == allele), own & (second == allele)
    copies = hl.int32(mine0) + hl.int32(mine1)
    others = hl.int32((first >= 0) & ~mine0) + hl.int32((second >= 0) & ~mine1)
    two_alts = ((first > 0) & (first != allele)) | ((second > 0) & (second != allele))
    depths = call.depths
    known = depths.filter(lambda d: ~hl.is_nan(d))
    stated = entry_field(hl, call, "DP")
    dp = hl.if_else(hl.is_nan(stated) & (hl.len(known) > 0), hl.sum(known), stated)
    ad_ref, ad_alt = depths[0], depths[allele]
    total = hl.if_else(two_alts, hl.if_else(hl.is_nan(dp), ad_alt, hl.max(dp, ad_alt)),
                       ad_ref + ad_alt)  # fmt: skip
    linked = sex_linked(hl, contig, pos, assembly)
    mitochondrial = contig == int(Contig.MT)

    def seen(value: Expr) -> Expr:
        return hl.if_else(row.decoded, value, nan)

    single_call = (second == -2) & (first != -2)
    no, yes = hl.bool(False), hl.bool(True)
    return HailFacts(
        placed=contig != int(Contig.OTHER),
        plain=~hl.literal(set(_NOT_AN_ALLELE)).contains(alt),
        called=(first >= 0) | (second >= 0),
        carried=copies > 0,
        filter_pass=row.passed,
        gq=seen(entry_field(hl, call, "GQ")),
        dp=seen(dp),
        ab=seen(hl.if_else(total > 0.0, ad_alt / total, nan)),
        haploid=single_call | mitochondrial | (linked & row.male),
        heterozygous=(copies == 1) & (others == 1),
        half_called=(copies == 1) & ((first == -1) | (second == -1)),
        mitochondrial=mitochondrial,
        sex_linked=linked,
        exempt=no,
        max_af=nan,
        homozygotes=nan,
        in_gene=yes,
        in_region=yes,
        consequence_known=no,
        relevant=yes,
        segregation_known=no,
        segregates=yes,
    )
