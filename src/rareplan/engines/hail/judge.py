"""Splits records into alleles and runs the rules of ``filters.rules`` on Spark.

The rule objects are the local engine's own: their expressions work on Hail values as they do on
numpy arrays. Each allele gets the same packed outcomes and the same first failure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rareplan.config import Settings
from rareplan.engines.hail.facts import (
    AllelePlace,
    Proband,
    contig_code,
    homozygotes,
    population_frequency,
    record_facts,
)
from rareplan.engines.hail.places import Places
from rareplan.filters.ledger import PASSED
from rareplan.filters.rules import RULES
from rareplan.model.genome import Assembly
from rareplan.read.info import InfoReader

Expr = Any


@dataclass(frozen=True)
class Judge:
    """What the expressions of one run need beside the row."""

    hl: Any
    reference: Any
    codes: dict[str, int]
    reader: InfoReader
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


def _outcomes(hl: Any, facts: Expr, settings: Settings) -> tuple[Expr, Expr]:
    """Packed outcomes of every rule, and the number of the first that failed (PASSED: none)."""
    bits, failures = hl.int64(0), []
    for number, rule in enumerate(RULES):
        judged = rule.judged(facts, settings)
        failed = judged & rule.fails(facts, settings)
        bits = bits + (hl.int64(judged) + hl.int64(failed)) * (4**number)
        failures.append(failed)
    first = hl.array(failures).index(True)
    return bits, hl.or_else(first, PASSED)


def split_alleles(judge: Judge, rows: Any) -> Any:
    """One row an allele: ``allele`` (1-based; 0 for a record without ALT), trimmed and placed.

    The steps are separate annotations on purpose: Hail's renderer fails on the same
    expressions nested in one lambda.
    """
    hl = judge.hl
    n_alt = hl.len(rows.alts)
    rows = rows.annotate(allele=hl.if_else(n_alt > 0, hl.range(1, n_alt + 1), hl.array([0])))
    rows = rows.explode("allele")
    rows = rows.annotate(
        raw_alt=hl.if_else(rows.allele > 0, rows.alts[hl.max(rows.allele - 1, 0)], "."),
        code=contig_code(hl, rows.contig, judge.codes),
    )
    pos, ref, alt = _trimmed(judge, rows, rows.raw_alt)
    rows = rows.annotate(own=hl.struct(pos=pos, ref=ref, alt=alt))
    end = rows.own.pos + hl.int64(hl.len(rows.own.ref)) - 1
    stated = hl.or_missing(is_symbolic(hl, rows.raw_alt), _stated_end(hl, rows))
    rows = rows.annotate(end=hl.max(end, hl.or_else(stated, end)))
    place = judge.places.lift(rows.code, rows.own.pos, rows.end)
    return rows.annotate(place=hl.struct(contig=place.contig, pos=place.pos, flipped=place.flipped))


def judge_alleles(judge: Judge, rows: Any, proband: Proband) -> Any:
    """Adds to the rows of :func:`split_alleles` the facts, ``bits``, ``first`` and ``exempt``."""
    hl = judge.hl
    nan = hl.float64(float("nan"))
    place, end38 = rows.place, rows.place.pos + (rows.end - rows.own.pos)
    mapped = place.contig > 0
    rows = rows.annotate(
        gene=hl.if_else(mapped, judge.places.gene(place.contig, place.pos, end38), hl.int64(0)),
        in_region=mapped & judge.places.exonic(place.contig, place.pos, end38),
    )
    own = AllelePlace(rows.code, rows.own.pos, rows.own.alt)
    facts = record_facts(hl, rows, rows.allele, own, proband, judge.assembly)
    rows = rows.annotate(facts=hl.struct(**vars(facts)))
    facts = rows.facts
    # Depths and INFO count only where the proband carries some allele of the record.
    n_alt = hl.len(rows.alts)
    decoded = facts.decoded & (rows.allele > 0)
    af = hl.or_else(population_frequency(hl, rows, rows.allele, n_alt, judge.reader), nan)
    counts = homozygotes(hl, rows.info, rows.allele, n_alt, judge.reader)
    exempt = judge.places.exemption(rows.place, rows.own.ref, rows.own.alt)
    rows = rows.annotate(
        max_af=hl.if_else(decoded, af, nan),
        homozygotes=hl.if_else(decoded, counts, nan),
        exempt=hl.if_else(facts.carried & facts.plain & (rows.place.contig > 0), exempt, ""),
    )
    known = rows.facts.annotate(
        max_af=rows.max_af,
        homozygotes=rows.homozygotes,
        exempt=rows.exempt != "",
        in_gene=rows.gene > 0,
        in_region=rows.in_region,
    )
    rows = rows.annotate(facts=known)
    bits, first = _outcomes(hl, rows.facts, judge.settings)
    return rows.annotate(bits=bits, first=first)
