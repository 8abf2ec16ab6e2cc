"""From judged records to rows that this process reads quickly: parquet, one line an allele.

Parquet keeps every bit of a number and costs a quarter of writing text. Only alleles that passed
(and records of pharmacogenes, for a cohort) carry their whole record (``keep``, JSON); for all
others that column is empty, so a genome costs little to bring back.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rareplan.engines.hail.calls import haplotypes, split_call
from rareplan.engines.hail.judge import (
    FamilyColumns,
    Judge,
    judge_alleles,
    split_alleles,
    with_families,
)
from rareplan.filters.ledger import PASSED

Expr = Any
CODE_BASE = 8
"""A genotype column holds 8 * (first haplotype + 2) + second haplotype + 2."""


def sample_columns(number: int) -> tuple[str, str, str]:
    """Names of one sample's columns: haplotypes, REF reads, ALT reads."""
    return f"gt_{number}", f"ref_{number}", f"alt_{number}"


def _code(hl: Any, haplotype: Expr, allele: Expr) -> Expr:
    """As the batch codes it: 1 this allele, 0 REF, 2 another, -1 missing, -2 absent."""
    return hl.if_else(
        (allele > 0) & (haplotype == allele), 1, hl.if_else(haplotype > 0, 2, haplotype)
    )


def _sample_fields(hl: Any, row: Expr, families: Sequence[FamilyColumns]) -> dict[str, Expr]:
    """Columns of the members; those that a smaller family lacks are missing."""
    fields: dict[str, Expr] = {}
    least = min(len(f.columns) for f in families)
    for number in range(max(len(f.columns) for f in families)):
        there = hl.bool(True) if number < least else number < hl.len(row.members)
        call, depths = row.members[number], row.depths[number]
        gt, ref, alt = sample_columns(number)
        packed = CODE_BASE * (_code(hl, call.h0, row.allele) + 2)
        fields[gt] = hl.or_missing(there, packed + _code(hl, call.h1, row.allele) + 2)
        fields[ref] = hl.or_missing(there & row.decoded, depths[0])
        fields[alt] = hl.or_missing(there & row.decoded, depths[row.allele])
    return fields


def _callset(hl: Any, row: Expr) -> Expr:
    """Over every sample of the call set: copies and carriers of each ALT, and called copies."""
    calls = row.calls.map(lambda call: split_call(hl, call.gt))
    alts = hl.range(1, hl.len(row.alts) + 1)

    def copies(call: Expr, allele: Expr) -> Expr:
        first, second = haplotypes(call)
        return hl.int32(first == allele) + hl.int32(second == allele)

    def called(call: Expr) -> Expr:
        first, second = haplotypes(call)
        return hl.int32(first >= 0) + hl.int32(second >= 0)

    return hl.struct(
        copies=alts.map(lambda a: hl.sum(calls.map(lambda call: copies(call, a)))),
        carriers=alts.map(lambda a: hl.sum(calls.map(lambda call: hl.int32(copies(call, a) > 0)))),
        called=hl.sum(calls.map(called)),
    )


def _record(hl: Any, row: Expr, *, callset: bool) -> Expr:
    more = {"callset": _callset(hl, row)} if callset else {}
    filters = hl.or_missing(hl.is_defined(row.filters), hl.sorted(hl.array(row.filters)))
    return hl.json(
        hl.struct(
            contig=row.contig,
            pos=row.pos,
            ref=row.ref,
            alts=row.alts,
            qual=row.qual,
            filters=filters,
            info=row.info,
            calls=row.raw,
            **more,
        )
    )


def allele_rows(
    judge: Judge, rows: Any, families: Sequence[FamilyColumns], always: Sequence[int] | None = None
) -> Any:
    """A Hail table with one row an allele and family, as ``blocks.read_blocks`` expects it.

    ``always`` is for cohorts: places (contig code << 32 | position in the file) of records to be
    kept whole whatever the rules say; records then tell how often the call set has each ALT.
    """
    hl = judge.hl
    rows = with_families(hl, split_alleles(judge, rows), families)
    rows = judge_alleles(judge, rows)
    keep = rows.first == PASSED
    if always:
        key = hl.int64(rows.code) * (1 << 32) + hl.int64(rows.pos)
        keep = keep | hl.literal(set(always), "set<int64>").contains(key)
    more = {"record": rows.record} if "record" in rows.row else {}
    return rows.select(
        **more,
        family=rows.family,
        allele=rows.allele,
        contig=rows.contig,
        pos=hl.int32(rows.own.pos),
        end=hl.int32(rows.end),
        ref=rows.own.ref,
        alt=rows.own.alt,
        filter_pass=rows.passed,
        gene=hl.int32(rows.gene),
        bits=rows.bits,
        first=rows.first,
        gq=rows.facts.gq,
        dp=rows.facts.dp,
        ab=rows.facts.ab,
        max_af=rows.max_af,
        homozygotes=rows.homozygotes,
        exempt=rows.exempt,
        **_sample_fields(hl, rows, families),
        keep=hl.or_missing(keep, _record(hl, rows, callset=always is not None)),
    )


def write_rows(table: Any, target: str, *, by_family: bool) -> None:
    """Write the rows as parquet: ``target/family=N/part-*``, or ``target/part-*`` for one."""
    frame = table.to_spark() if by_family else table.drop("family").to_spark()
    writer = frame.write.option("compression", "snappy")
    (writer.partitionBy("family") if by_family else writer).parquet(target)
