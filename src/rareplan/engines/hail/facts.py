"""The facts that the rules ask for, as Hail expressions of one allele of one record.

Each function mirrors the numpy form of ``filters.facts`` and ``read.info``; the parity tests
hold the two together. Unknown numbers are NaN, never missing, so that every comparison in a
rule is a plain bool.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rareplan.model.genome import Assembly, Contig
from rareplan.model.pedigree import Sex
from rareplan.read.info import InfoReader

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
    decoded: Expr
    """The proband carries some allele of the record."""


@dataclass(frozen=True)
class AllelePlace:
    """Contig code, trimmed 1-based position and trimmed ALT of an allele."""

    contig: Expr
    pos: Expr
    alt: Expr


@dataclass(frozen=True)
class Proband:
    """Column of the proband among the imported samples, and the sex the pedigree gives."""

    column: int
    sex: Sex


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


def split_call(hl: Any, text: Expr) -> tuple[Expr, Expr]:
    """Allele numbers of the first two haplotypes: -1 missing, -2 absent (haploid)."""
    parts = text.split("[|/]")
    missing = hl.is_missing(text)

    def one(part: Expr) -> Expr:
        return hl.if_else(part == ".", -1, hl.or_else(hl.parse_int32(part), -1))

    first = hl.if_else(missing, -1, one(parts[0]))
    second = hl.if_else(missing, -2, hl.if_else(hl.len(parts) > 1, one(parts[1]), -2))
    return first, second


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


def reads(hl: Any, call: Expr, n_alt: Expr) -> Expr:
    """Reads by allele, REF first: AD, or RO and AO where AD says nothing; NaN missing."""
    nothing = hl.range(n_alt + 1).map(lambda _: hl.float64(float("nan")))
    fields = call.dtype.fields
    found = nothing
    if "AD" in fields:
        depths = call.AD
        found = hl.if_else(
            hl.is_defined(depths),
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


def _as_written(hl: Any, value: Expr) -> Expr:
    """The 32-bit number to seven digits, as the local reader has it (read.info)."""
    return hl.parse_float64(hl.format("%.6e", hl.float64(hl.float32(value))))


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


def contig_code(hl: Any, name: Expr, codes: dict[str, int]) -> Expr:
    """``model.genome.Contig`` code of a contig name."""
    return hl.literal(codes or {"": 0}).get(name, 0)


def sex_linked(hl: Any, contig: Expr, pos: Expr, assembly: Assembly) -> Expr:
    """X or Y outside the pseudoautosomal regions."""
    linked = (contig == int(Contig.X)) | (contig == int(Contig.Y))
    for par in assembly.pseudoautosomal:
        linked = linked & ~((contig == int(par.contig)) & (pos >= par.start) & (pos <= par.end))
    return hl.bool(linked)


def record_facts(
    hl: Any, row: Expr, allele: Expr, place: AllelePlace, proband: Proband, assembly: Assembly
) -> HailFacts:
    """Facts of the record itself for the proband's column; the rest start as unknown.

    ``allele`` is 1-based, 0 for a record without ALT.
    """
    alt, pos, contig, sex = place.alt, place.pos, place.contig, proband.sex
    nan = hl.float64(float("nan"))
    call = row.calls[proband.column]
    first, second = call.h0, call.h1
    own = allele > 0
    mine = hl.array([own & (first == allele), own & (second == allele)])
    copies = hl.sum(mine.map(hl.int32))
    others = hl.sum(hl.array([(first >= 0) & ~mine[0], (second >= 0) & ~mine[1]]).map(hl.int32))
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
    decoded = (first > 0) | (second > 0)

    def seen(value: Expr) -> Expr:
        return hl.if_else(decoded, value, nan)

    single_call = (second == -2) & (first != -2)
    no, yes = hl.bool(False), hl.bool(True)
    return HailFacts(
        placed=contig != int(Contig.OTHER),
        plain=~hl.literal(set(_NOT_AN_ALLELE)).contains(alt),
        called=(first >= 0) | (second >= 0),
        carried=copies > 0,
        filter_pass=hl.is_missing(row.filters) | (hl.len(row.filters) == 0),
        gq=seen(entry_field(hl, call, "GQ")),
        dp=seen(dp),
        ab=seen(hl.if_else(total > 0.0, ad_alt / total, nan)),
        haploid=single_call | mitochondrial | (linked if sex is Sex.MALE else no),
        heterozygous=(copies == 1) & (others == 1),
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
        decoded=decoded,
    )
