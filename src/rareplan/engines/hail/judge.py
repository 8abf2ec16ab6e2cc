"""Splits records into alleles and runs the rules of ``filters.rules`` on Spark.

The rule objects are the local engine's own: their expressions work on Hail values as they do on
numpy arrays. Each allele gets the same packed outcomes and the same first failure. What depends
on the allele alone is worked out once, what depends on the proband once a family.

The steps are separate annotations on purpose: Hail's renderer fails on the same expressions
nested in one lambda.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rareplan.config import Settings
from rareplan.engines.hail.calls import reads, with_haplotypes
from rareplan.engines.hail.facts import AllelePlace, contig_code, record_facts
from rareplan.engines.hail.places import Places
from rareplan.engines.hail.population import homozygotes, population_frequency
from rareplan.engines.hail.splice import splice_effect
from rareplan.filters.ledger import PASSED
from rareplan.filters.rules import RULES
from rareplan.model.genome import Assembly
from rareplan.model.pedigree import Pedigree, Sex
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


@dataclass(frozen=True)
class FamilyColumns:
    """A family among the samples of a call set, in the call set's order."""

    samples: tuple[str, ...]
    columns: tuple[int, ...]
    proband: int
    """Place of the proband in ``samples``."""
    male: bool

    @classmethod
    def of(cls, pedigree: Pedigree, samples: Sequence[str]) -> FamilyColumns:
        """Where the sequenced people of a pedigree stand."""
        here = [(i, s) for i, s in enumerate(samples) if s in pedigree.sequenced]
        names = tuple(name for _, name in here)
        return cls(
            names,
            tuple(i for i, _ in here),
            names.index(pedigree.proband_id),
            pedigree.proband.sex is Sex.MALE,
        )


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
    bits, first = hl.int64(0), hl.int32(PASSED)
    for number, rule in reversed(list(enumerate(RULES))):
        judged = rule.judged(facts, settings)
        failed = judged & rule.fails(facts, settings)
        bits = bits + (hl.int64(judged) + hl.int64(failed)) * (4**number)
        first = hl.if_else(failed, number, first)
    return bits, first


def split_alleles(judge: Judge, rows: Any) -> Any:
    """One row an allele: ``allele`` (1-based; 0 for a record without ALT), trimmed and placed.

    Adds ``own`` (pos, ref, alt after trimming), ``end``, ``code`` (contig), ``place`` (GRCh38),
    ``gene`` (code), ``in_region``, ``passed`` (FILTER).
    """
    hl = judge.hl
    n_alt = hl.len(rows.alts)
    rows = rows.annotate(allele=hl.if_else(n_alt > 0, hl.range(1, n_alt + 1), hl.array([0])))
    rows = rows.explode("allele")
    rows = rows.annotate(
        raw_alt=hl.if_else(rows.allele > 0, rows.alts[hl.max(rows.allele - 1, 0)], "."),
        code=contig_code(hl, rows.contig, judge.codes),
        passed=hl.is_missing(rows.filters) | (hl.len(rows.filters) == 0),
    )
    pos, ref, alt = _trimmed(judge, rows, rows.raw_alt)
    rows = rows.annotate(own=hl.struct(pos=pos, ref=ref, alt=alt))
    end = rows.own.pos + hl.int64(hl.len(rows.own.ref)) - 1
    stated = hl.or_missing(is_symbolic(hl, rows.raw_alt), _stated_end(hl, rows))
    rows = rows.annotate(end=hl.max(end, hl.or_else(stated, end)))
    lifted = judge.places.lift(rows.code, rows.own.pos, rows.end)
    rows = rows.annotate(
        place=hl.struct(contig=lifted.contig, pos=lifted.pos, flipped=lifted.flipped)
    )
    return _with_regions(judge, rows)


def _with_regions(judge: Judge, rows: Any) -> Any:
    hl, place = judge.hl, rows.place
    end38 = place.pos + (rows.end - rows.own.pos)
    gene = judge.places.gene(place.contig, place.pos, end38)
    rows = rows.annotate(gene=hl.if_else(place.contig > 0, gene, hl.int64(0)), end38=end38)
    exonic = judge.places.exonic(rows.place.contig, rows.place.pos, rows.end38)
    # A splice region may reach beyond the gene, but no rule asks about it there.
    return rows.annotate(in_region=(rows.gene > 0) & exonic)


def with_families(hl: Any, rows: Any, families: Sequence[FamilyColumns]) -> Any:
    """One row an allele and family, with the calls of its members.

    Adds ``family`` (index), ``male``, ``raw`` (the members' entries), ``members`` (the same with
    haplotypes), ``decoded`` (the proband carries some allele of the record), ``depths`` (reads by
    allele of each member, missing unless decoded) and ``call`` (the proband's, with depths).
    """
    columns = hl.literal([list(f.columns) for f in families], "array<array<int32>>")
    probands = hl.literal([f.proband for f in families], "array<int32>")
    males = hl.literal([f.male for f in families], "array<bool>")
    if len(families) > 1:
        rows = rows.annotate(family=hl.range(len(families))).explode("family")
    else:
        rows = rows.annotate(family=0)
    rows = rows.annotate(
        raw=columns[rows.family].map(lambda i: rows.calls[i]), male=males[rows.family]
    )
    rows = rows.annotate(members=rows.raw.map(lambda call: with_haplotypes(hl, call)))
    rows = rows.annotate(call=rows.members[probands[rows.family]])
    rows = rows.annotate(decoded=(rows.call.h0 > 0) | (rows.call.h1 > 0))
    n_alt = hl.len(rows.alts)
    rows = rows.annotate(
        depths=hl.or_missing(rows.decoded, rows.members.map(lambda call: reads(hl, call, n_alt)))
    )
    nothing = hl.array([hl.float64(float("nan"))] * 2)
    own = hl.if_else(rows.decoded, rows.depths[probands[rows.family]], nothing)
    return rows.annotate(call=rows.call.annotate(depths=own))


def judge_alleles(judge: Judge, rows: Any) -> Any:
    """Adds to the rows of :func:`with_families` the facts, ``bits``, ``first`` and ``exempt``."""
    hl = judge.hl
    nan = hl.float64(float("nan"))
    own = AllelePlace(rows.code, rows.own.pos, rows.own.alt)
    facts = record_facts(hl, rows, own, judge.assembly)
    rows = rows.annotate(facts=hl.struct(**vars(facts)))
    facts = rows.facts
    # Depths and INFO count only where the proband carries some allele of the record.
    n_alt = hl.len(rows.alts)
    decoded = rows.decoded & (rows.allele > 0)
    af = hl.or_else(population_frequency(hl, rows, rows.allele, n_alt, judge.reader), nan)
    counts = homozygotes(hl, rows.info, rows.allele, n_alt, judge.reader)
    exempt = judge.places.exemption(rows.place, rows.own.ref, rows.own.alt)
    rows = rows.annotate(
        max_af=hl.if_else(decoded, af, nan),
        homozygotes=hl.if_else(decoded, counts, nan),
        exempt=hl.if_else(facts.carried & facts.plain & (rows.place.contig > 0), exempt, ""),
    )
    least = judge.settings.consequence.min_spliceai
    spliced = rows.decoded & splice_effect(hl, rows.info, rows.own.alt, least)
    known = rows.facts.annotate(
        max_af=rows.max_af,
        homozygotes=rows.homozygotes,
        exempt=rows.exempt != "",
        in_gene=rows.gene > 0,
        in_region=rows.in_region | spliced,
    )
    rows = rows.annotate(facts=known)
    bits, first = _outcomes(hl, rows.facts, judge.settings)
    return rows.annotate(bits=bits, first=first)
