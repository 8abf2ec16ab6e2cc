"""Population frequencies of an allele in INFO tags and CSQ, as Hail expressions.

They mirror ``read.info``, to the last bit of the numbers; the parity tests hold the two together.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rareplan.engines.hail.calls import Expr
from rareplan.read.info import InfoReader

_TENS = [float(10**power) for power in range(23)]
"""Powers of ten that a float64 holds exactly."""
_DIGITS = 6  # after the first one


def _as_written(hl: Any, value: Expr) -> Expr:
    """The 32-bit number to seven digits, as the local reader has it (read.info).

    An integer of seven digits over an exact power of ten is the very float64 that parsing the
    decimal gives; text is made only where rounding is in doubt, since that is slow.
    """
    whole = hl.float64(hl.float32(value))
    power = _DIGITS - hl.int32(hl.floor(hl.log10(whole)))
    fits = (power >= 0) & (power < len(_TENS))
    scaled = whole * hl.literal(_TENS)[power]
    rounded = hl.floor(scaled + 0.5)
    clear = (
        (hl.abs(scaled - hl.floor(scaled) - 0.5) > 1e-6)
        & (rounded >= 10.0**_DIGITS)
        & (rounded < 10.0 ** (_DIGITS + 1))
    )
    text = hl.parse_float64(hl.format("%.6e", whole))
    return (
        hl.case()
        .when(hl.is_missing(value), hl.missing(hl.tfloat64))
        .when(whole == 0.0, 0.0)
        .when(~(whole > 0.0), text)
        .when(fits, hl.if_else(clear, rounded / hl.literal(_TENS)[power], text))
        .default(text)
    )


def _tag_number(hl: Any, value: Expr, allele: Expr, n_alt: Expr) -> Expr:
    """Value of one ALT of a Number=A (or, with one ALT, Number=1) field; missing if unclear."""
    if isinstance(value.dtype, hl.tarray):
        one = hl.or_missing((hl.len(value) == n_alt) & (allele > 0), value[hl.max(allele - 1, 0)])
    elif value.dtype == hl.tstr:
        parts = value.split(",")
        one = hl.or_missing((hl.len(parts) == n_alt) & (allele > 0), parts[hl.max(allele - 1, 0)])
    else:
        one = hl.or_missing((n_alt == 1) & (allele > 0), value)
    if one.dtype == hl.tstr:
        return hl.parse_float64(one)
    if one.dtype in (hl.tfloat64, hl.tfloat32):
        return _as_written(hl, one)
    return hl.float64(one)


def _highest(hl: Any, values: Expr) -> Expr:
    """Highest of an array's values that are fractions; missing when none is."""
    sound = values.filter(lambda v: hl.is_defined(v) & (v >= 0.0) & (v <= 1.0))
    return hl.or_missing(hl.len(sound) > 0, hl.max(sound))


def _level(hl: Any, info: Expr, tags: Sequence[str], allele: Expr, n_alt: Expr) -> Expr:
    present = [info[tag] for tag in tags if tag in info.dtype.fields]
    if not present:
        return hl.missing(hl.tfloat64)
    return _highest(hl, hl.array([_tag_number(hl, v, allele, n_alt) for v in present]))


def _vep_allele(hl: Any, row: Expr, allele: Expr) -> Expr:
    """How VEP names an ALT in CSQ (``read.info.vep_allele``)."""
    alt = row.alts[hl.max(allele - 1, 0)]
    plain = row.alts.filter(lambda a: (a != "*") & ~a.startswith("<"))
    cut = plain.any(lambda a: hl.len(a) != hl.len(row.ref)) & plain.all(
        lambda a: a[:1] == row.ref[:1]
    )
    rest = alt[1:]
    return hl.if_else(cut, hl.if_else(hl.len(rest) > 0, rest, "-"), alt)


def _csq_level(hl: Any, entries: Expr, columns: Sequence[int]) -> Expr:
    """Highest fraction in the named columns; ``A:0.01`` and ``0.1&0.2`` are understood."""
    if not columns:
        return hl.missing(hl.tfloat64)
    cells = entries.flatmap(
        lambda e: hl.literal(list(columns), hl.tarray(hl.tint32)).map(
            lambda c: hl.if_else(c < hl.len(e), e[c], "")
        )
    )
    numbers = cells.flatmap(lambda cell: cell.split("&")).map(
        lambda part: hl.parse_float64(part.split(":")[-1])
    )
    return _highest(hl, numbers)


def population_frequency(hl: Any, row: Expr, allele: Expr, n_alt: Expr, reader: InfoReader) -> Expr:
    """Highest group frequency, else the highest total one: INFO tags first, then CSQ."""
    info = row.info
    found = hl.coalesce(
        _level(hl, info, reader.grpmax, allele, n_alt),
        _level(hl, info, reader.total, allele, n_alt),
    )
    if not reader.csq_tag or reader.csq_tag not in info.dtype.fields:
        return found
    raw = info[reader.csq_tag]
    texts = raw if isinstance(raw.dtype, hl.tarray) else raw.split(",")
    entries = texts.map(lambda text: text.split("[|]"))
    wanted = _vep_allele(hl, row, allele)
    mine = hl.if_else(
        n_alt > 1,
        entries.filter(
            lambda e: (hl.len(e) > reader.csq_allele) & (e[reader.csq_allele] == wanted)
        ),
        entries,
    )
    return hl.coalesce(
        found,
        _csq_level(hl, mine, tuple(reader.csq_grpmax.values())),
        _csq_level(hl, mine, tuple(reader.csq_total.values())),
    )


def homozygotes(hl: Any, info: Expr, allele: Expr, n_alt: Expr, reader: InfoReader) -> Expr:
    """Highest count of homozygotes among the INFO tags; NaN if none."""
    present = [info[tag] for tag in reader.homozygotes if tag in info.dtype.fields]
    if not present:
        return hl.float64(float("nan"))
    values = [_tag_number(hl, v, allele, n_alt) for v in present]
    defined = hl.array(values).filter(lambda v: hl.is_defined(v) & ~hl.is_nan(v))
    return hl.if_else(hl.len(defined) > 0, hl.max(defined), hl.float64(float("nan")))
