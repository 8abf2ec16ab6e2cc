"""From judged records to rows that this process reads quickly: one tab-separated line an allele.

Numbers go out as text in full (Hail's own export and ``hl.str`` keep six digits). Only alleles
that passed carry their whole record (``keep``, JSON); for all others that column is empty, so a
genome costs little to bring back.
"""

from __future__ import annotations

from typing import Any

from rareplan.engines.hail.facts import Proband
from rareplan.engines.hail.judge import Judge, judge_alleles, split_alleles
from rareplan.filters.ledger import PASSED

Expr = Any


def exact(hl: Any, value: Expr) -> Expr:
    """A float64 as text with all 17 digits; ``NaN`` for NaN."""
    return hl.format("%.16e", value)


def sample_columns(number: int) -> tuple[str, str, str, str]:
    """Names of one sample's columns: two haplotypes, REF reads, ALT reads."""
    return f"h0_{number}", f"h1_{number}", f"ref_{number}", f"alt_{number}"


def _code(hl: Any, haplotype: Expr, allele: Expr) -> Expr:
    """As the batch codes it: 1 this allele, 0 REF, 2 another, -1 missing, -2 absent."""
    return hl.if_else(
        (allele > 0) & (haplotype == allele), 1, hl.if_else(haplotype > 0, 2, haplotype)
    )


def _sample_fields(
    hl: Any, row: Expr, allele: Expr, count: int, *, decoded: Expr
) -> dict[str, Expr]:
    nan = hl.float64(float("nan"))
    fields: dict[str, Expr] = {}
    for number in range(count):
        call = row.calls[number]
        depths = call.depths
        h0, h1, ref, alt = sample_columns(number)
        fields[h0], fields[h1] = _code(hl, call.h0, allele), _code(hl, call.h1, allele)
        fields[ref] = exact(hl, hl.if_else(decoded, depths[0], nan))
        fields[alt] = exact(hl, hl.if_else(decoded, depths[allele], nan))
    return fields


def allele_rows(judge: Judge, rows: Any, proband: Proband, samples: int) -> Any:
    """A Hail table with one row an allele and the columns that ``blocks.read_blocks`` expects."""
    hl = judge.hl
    rows = judge_alleles(judge, split_alleles(judge, rows), proband)
    record = hl.json(
        hl.struct(
            contig=rows.contig,
            pos=rows.pos,
            ref=rows.ref,
            alts=rows.alts,
            qual=rows.qual,
            filters=hl.or_missing(hl.is_defined(rows.filters), hl.sorted(hl.array(rows.filters))),
            info=rows.info,
            calls=rows.raw_calls,
        )
    )
    return rows.select(
        record=rows.record,
        allele=rows.allele,
        contig=rows.contig,
        pos=rows.own.pos,
        end=rows.end,
        ref=rows.own.ref,
        alt=rows.own.alt,
        filter_pass=hl.int32(rows.facts.filter_pass),
        gene=rows.gene,
        bits=rows.bits,
        first=rows.first,
        gq=exact(hl, rows.facts.gq),
        dp=exact(hl, rows.facts.dp),
        ab=exact(hl, rows.facts.ab),
        max_af=exact(hl, rows.max_af),
        homozygotes=exact(hl, rows.homozygotes),
        exempt=rows.exempt,
        **_sample_fields(hl, rows, rows.allele, samples, decoded=rows.facts.decoded),
        keep=hl.if_else(rows.first == PASSED, record, ""),
    )
