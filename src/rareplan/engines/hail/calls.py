"""Calls of one sample as Hail expressions: haplotypes, reads and numeric FORMAT fields.

They mirror the numpy form of ``read.formats``; the parity tests hold the two together.
"""

from __future__ import annotations

from typing import Any

Expr = Any


def number(hl: Any, value: Expr) -> Expr:
    """A float64 that is NaN where the value is missing or negative (htslib's missing codes)."""
    value = hl.float64(value)
    return hl.if_else(hl.is_defined(value) & (value >= 0.0), value, hl.float64(float("nan")))


def entry_field(hl: Any, call: Expr, name: str) -> Expr:
    """A numeric FORMAT field of one sample, NaN when the file or the sample lacks it."""
    if name not in call.dtype.fields:
        return hl.float64(float("nan"))
    value = call[name]
    if isinstance(value.dtype, hl.tarray):
        value = hl.if_else(hl.len(value) > 0, value[0], hl.missing(value.dtype.element_type))
    if value.dtype == hl.tstr:
        value = hl.parse_float64(value)
    return number(hl, value)


# The texts that nearly every call is; a comparison of strings is far cheaper than splitting one.
_USUAL = {
    "0/0": (0, 0),
    "0/1": (0, 1),
    "1/1": (1, 1),
    "0|0": (0, 0),
    "0|1": (0, 1),
    "1|0": (1, 0),
    "1|1": (1, 1),
    "./.": (-1, -1),
    "0": (0, -2),
    "1": (1, -2),
    ".": (-1, -2),
}
_BASE = 1024


def _packed(first: int, second: int) -> int:
    return (first + 2) * _BASE + second + 2


def split_call(hl: Any, text: Expr) -> Expr:
    """Allele numbers of the first two haplotypes in one int32: -1 missing, -2 absent (haploid).

    :func:`haplotypes` takes it apart. A call that is missing as a whole is ``.``, haploid.
    """
    cases = hl.switch(text).when_missing(_packed(-1, -2))
    for usual, pair in _USUAL.items():
        cases = cases.when(usual, _packed(*pair))
    return cases.default(_split_unusual(hl, text))


def _split_unusual(hl: Any, text: Expr) -> Expr:
    parts = text.split("[|/]")

    def one(part: Expr) -> Expr:
        return hl.if_else(part == ".", -1, hl.or_else(hl.parse_int32(part), -1))

    # Of more than two haplotypes the outer two, as ``read.formats`` takes them.
    many = hl.len(parts) > 2
    numbers = parts.map(one)
    first = hl.if_else(many, hl.min(numbers), one(parts[0]))
    second = hl.if_else(hl.len(parts) > 1, hl.if_else(many, hl.max(numbers), one(parts[1])), -2)
    return (first + 2) * _BASE + second + 2


def haplotypes(packed: Expr) -> tuple[Expr, Expr]:
    """The two allele numbers in what :func:`split_call` gave."""
    return packed // _BASE - 2, packed % _BASE - 2


def ordered_by_gatk(hl: Any, call: Expr, first: Expr, second: Expr) -> tuple[Expr, Expr]:
    """The haplotypes in the order of GATK's PGT for an unphased heterozygote (``read.formats``)."""
    if not {"PGT", "PID"} <= set(call.dtype.fields):
        return first, second
    het = ((first == 0) & (second == 1)) | ((first == 1) & (second == 0))
    order = hl.or_else(call.PGT, "")
    told = hl.is_defined(call.PID) & ((order == "0|1") | (order == "1|0"))
    ordered = het & told & ~hl.or_else(call.gt, "").contains("|")
    swapped = hl.int32(order == "1|0")
    return hl.if_else(ordered, swapped, first), hl.if_else(ordered, 1 - swapped, second)


def with_haplotypes(hl: Any, call: Expr) -> Expr:
    """A sample's entry with ``h0`` and ``h1`` added."""
    first, second = haplotypes(split_call(hl, call.gt))
    h0, h1 = ordered_by_gatk(hl, call, first, second)
    return call.annotate(h0=h0, h1=h1)


def reads(hl: Any, call: Expr, n_alt: Expr) -> Expr:
    """Reads by allele, REF first: AD, or RO and AO where AD says nothing; NaN missing."""
    nothing = hl.range(n_alt + 1).map(lambda _: hl.float64(float("nan")))
    fields = call.dtype.fields
    found = nothing
    if "AD" in fields:
        depths = call.AD
        # More values than alleles: whose is whose cannot be told (``read.formats``).
        extra = hl.range(n_alt + 1, hl.len(depths)).any(lambda i: hl.is_defined(depths[i]))
        found = hl.if_else(
            hl.is_defined(depths) & ~extra,
            hl.range(n_alt + 1).map(
                lambda i: hl.if_else(
                    i < hl.len(depths), number(hl, depths[i]), hl.float64(float("nan"))
                )
            ),
            nothing,
        )
    if "AO" in fields and "RO" in fields:
        alts = call.AO if isinstance(call.AO.dtype, hl.tarray) else hl.array([call.AO])
        other = hl.range(n_alt + 1).map(
            lambda i: hl.if_else(
                i == 0,
                number(hl, call.RO),
                hl.if_else(
                    hl.is_defined(alts) & (i - 1 < hl.len(alts)) & (i > 0),
                    number(hl, alts[hl.max(i - 1, 0)]),
                    hl.float64(float("nan")),
                ),
            )
        )
        found = hl.if_else(found.all(hl.is_nan), other, found)
    return found
