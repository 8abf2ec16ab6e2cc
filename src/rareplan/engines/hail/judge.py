"""Splits records into alleles and runs the rules of ``filters.rules`` on Spark.

The rule objects are the local engine's own: their expressions work on Hail values as they do on
numpy arrays. Each allele gets the same packed outcomes and the same first failure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rareplan.config import Settings
from rareplan.engines.hail.facts import (
    HailFacts,
    contig_code,
    homozygotes,
    info_frequency,
    record_facts,
)
from rareplan.engines.hail.places import Places
from rareplan.filters.ledger import PASSED
from rareplan.filters.rules import RULES
from rareplan.model.genome import Assembly
from rareplan.model.pedigree import Sex

Expr = Any


@dataclass(frozen=True)
class Judge:
    """What the expressions of one run need beside the row."""

    hl: Any
    reference: Any
    contigs: list[str]
    places: Places
    settings: Settings
    assembly: Assembly


def is_symbolic(hl: Any, alt: Expr) -> Expr:
    """``<DEL>``, breakends, single breakends; not ``*`` and not ``.`` (read.batches)."""
    return (
        alt.startswith("<")
        | alt.contains("[")
        | alt.contains("]")
        | ((hl.len(alt) > 1) & alt.contains("."))
    )


def _trimmed(judge: Judge, row: Expr, alt: Expr) -> tuple[Expr, Expr, Expr]:
    """1-based position, REF and ALT after trimming what they share (``read.batches._trim``)."""
    hl = judge.hl
    ref = row.ref.upper()
    other = hl.if_else(alt.startswith("<"), alt, alt.upper())
    long = (hl.len(ref) > 1) & (hl.len(other) > 1) & ~is_symbolic(hl, alt)
    locus = hl.locus(row.contig, row.pos, reference_genome=judge.reference)
    least = hl.min_rep(locus, [ref, other])
    pos = hl.if_else(long, hl.int64(least.locus.position), hl.int64(row.pos))
    return (
        pos,
        hl.if_else(long, least.alleles[0], ref),
        hl.if_else(long, least.alleles[1], other),
    )


def _stated_end(hl: Any, row: Expr) -> Expr:
    """Last base of a structural allele from END or SVLEN; missing without either."""
    info = row.info
    end = hl.missing(hl.tint64)
    for name in ("END", "SVLEN"):
        if name not in info.dtype.fields:
            continue
        value = info[name]
        if isinstance(value.dtype, hl.tarray):
            value = hl.or_missing(hl.len(value) > 0, value[0])
        number = hl.int64(value) if value.dtype != hl.tstr else hl.parse_int64(value)
        place = number if name == "END" else hl.int64(row.pos) + hl.abs(number)
        end = hl.coalesce(end, place)
    return end


def _outcomes(hl: Any, facts: HailFacts, settings: Settings) -> tuple[Expr, Expr]:
    """Packed outcomes of every rule, and the number of the first that failed (PASSED: none)."""
    bits, failures = hl.int64(0), []
    for number, rule in enumerate(RULES):
        judged = rule.judged(facts, settings)
        failed = judged & rule.fails(facts, settings)
        bits = bits + (hl.int64(judged) + hl.int64(failed)) * (4**number)
        failures.append(failed)
    first = hl.array(failures).index(True)
    return bits, hl.or_else(first, PASSED)


def judge_record(judge: Judge, row: Expr, allele: Expr, proband: int, sex: Sex) -> Expr:
    """Struct of one allele: what the ledger prints, ``bits``, ``first`` and the exemption."""
    hl = judge.hl
    nan = hl.float64(float("nan"))
    alt = hl.if_else(allele > 0, row.alts[hl.max(allele - 1, 0)], ".")
    pos, ref, alt_trimmed = _trimmed(judge, row, alt)
    end = pos + hl.int64(hl.len(ref)) - 1
    stated = hl.or_missing(is_symbolic(hl, alt), _stated_end(hl, row))
    end = hl.max(end, hl.or_else(stated, end))
    contig = contig_code(hl, row.contig, judge.contigs)
    facts = record_facts(hl, row, allele, alt_trimmed, pos, contig, proband, sex, judge.assembly)
    # Depths and INFO count only where the proband carries some allele of the record.
    n_alt = hl.len(row.alts)
    decoded = facts.decoded
    tags = judge.settings.rarity.tags
    af = hl.or_else(info_frequency(hl, row.info, allele, n_alt, tags), nan)
    facts.max_af = hl.if_else(decoded & (allele > 0), af, nan)
    counts = homozygotes(hl, row.info, allele, n_alt, tags)
    facts.homozygotes = hl.if_else(decoded & (allele > 0), counts, nan)
    place = judge.places.lift(contig, pos, end)
    end38 = place.pos + (end - pos)
    mapped = place.contig > 0
    gene = hl.if_else(mapped, judge.places.gene(place.contig, place.pos, end38), hl.int64(0))
    facts.in_gene = gene > 0
    facts.in_region = mapped & judge.places.exonic(place.contig, place.pos, end38)
    exempt = hl.if_else(
        facts.carried & facts.plain & mapped,
        judge.places.exemption(place, ref, alt_trimmed),
        "",
    )
    facts.exempt = exempt != ""
    bits, first = _outcomes(hl, facts, judge.settings)
    return hl.struct(
        pos=pos,
        end=end,
        ref=ref,
        alt=alt_trimmed,
        allele=allele,
        gene=hl.int32(gene),
        bits=bits,
        first=first,
        hap0=facts.hap0,
        hap1=facts.hap1,
        gq=facts.gq,
        dp=facts.dp,
        ab=facts.ab,
        max_af=facts.max_af,
        homozygotes=facts.homozygotes,
        exempt=exempt,
    )


def judged_alleles(judge: Judge, row: Expr, proband: int, sex: Sex) -> Expr:
    """Array of one struct an allele of a record; a record without ALT has one (allele 0)."""
    hl = judge.hl
    n_alt = hl.len(row.alts)
    numbers = hl.if_else(n_alt > 0, hl.range(1, n_alt + 1), hl.array([0]))
    return numbers.map(lambda allele: judge_record(judge, row, allele, proband, sex))
