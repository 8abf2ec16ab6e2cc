"""Genes, regions, liftover and exemptions of an allele as Hail expressions.

The very arrays of the local engine (``filters.regions``, ``knowledge.liftover``) are broadcast
and searched by bisection: the same borders give the same answer, and no interval join is
needed, which Hail does slowly for hundreds of thousands of small intervals.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from rareplan.engines.matching import Matcher
from rareplan.knowledge.store import KnowledgeBase
from rareplan.model.genome import Contig

Expr = Any
_SHIFT = 32


@dataclass(frozen=True)
class Placed:
    """An allele on GRCh38: ``contig`` 0 where it could not be lifted."""

    contig: Expr
    pos: Expr
    flipped: Expr


def _int64s(hl: Any, values: np.ndarray) -> Expr:
    return hl.literal([int(v) for v in values], hl.tarray(hl.tint64))


def _key(hl: Any, contig: Expr, pos: Expr) -> Expr:
    return hl.int64(contig) * (1 << _SHIFT) + hl.int64(pos)


def _last_at_or_before(hl: Any, borders: Expr, key: Expr) -> Expr:
    """``np.searchsorted(borders, key, side="right") - 1``."""
    return hl.binary_search(borders, key + hl.int64(1)) - 1


def _exemptions(matcher: Matcher) -> dict[tuple[int, int, str, str], str]:
    """GRCh38 contig, pos, ref and alt to the reason, as the local engine gives it."""
    found = dict.fromkeys(matcher.pathogenic_keys(), "ClinVar pathogenic")
    for key, name in matcher.common.items():
        found[key] = f"known common pathogenic allele: {name}"
    return found


class Places:
    """Broadcast arrays of one run, and the expressions over them."""

    def __init__(self, hl: Any, matcher: Matcher, kb: KnowledgeBase) -> None:
        self.hl = hl
        regions = matcher.regions
        self.gene_borders = _int64s(hl, regions.gene_borders)
        self.gene_code = _int64s(hl, regions.gene_code)
        self.exon_borders = _int64s(hl, regions.exon_borders)
        self.exon_depth = _int64s(hl, regions.exon_depth)
        reasons = _exemptions(matcher)
        self.exempt = hl.literal(
            {":".join(map(str, key)): reason for key, reason in reasons.items()},
            hl.tdict(hl.tstr, hl.tstr),
        )
        places = {contig << _SHIFT | pos for contig, pos, _, _ in reasons}
        self.exempt_places = _int64s(hl, np.array(sorted(places), np.int64))
        self.blocks = None
        if matcher.lift is not None:
            arrays = kb.arrays("chain_37_38")
            key = arrays["src_contig"].astype(np.int64) << _SHIFT | arrays["src_start"]
            order = np.argsort(key, kind="stable")
            names = ("src_start", "src_end", "dst_contig", "dst_start", "strand")
            self.blocks = [
                _int64s(hl, key[order]), *(_int64s(hl, arrays[n][order]) for n in names)
            ]  # fmt: skip

    def lift(self, contig: Expr, pos: Expr, end: Expr) -> Placed:
        """The GRCh38 place of an allele; MT is rCRS in both assemblies."""
        hl = self.hl
        if self.blocks is None:
            return Placed(contig, pos, hl.bool(False))
        keys, src_start, src_end, dst_contig, dst_start, strand = self.blocks
        at = hl.max(_last_at_or_before(hl, keys, _key(hl, contig, pos)), 0)
        shift = hl.int64(pos) - src_start[at]
        inside = (
            (hl.int64(contig) == hl.int64(keys[at] / (1 << _SHIFT)))
            & (shift >= 0)
            & (hl.int64(pos) <= src_end[at])
        )
        mito = contig == int(Contig.MT)
        where = dst_start[at] + strand[at] * shift
        flipped = inside & (strand[at] < 0) & ~mito
        # The first base on the other strand is the last one.
        where = hl.if_else(flipped, where - (hl.int64(end) - hl.int64(pos)), where)
        code = hl.if_else(inside, hl.int32(dst_contig[at]), 0)
        return Placed(
            hl.if_else(mito, contig, code),
            hl.if_else(mito, hl.int64(pos), hl.if_else(inside, where, hl.int64(0))),
            flipped,
        )

    def gene(self, contig: Expr, start: Expr, end: Expr) -> Expr:
        """Gene code of an interval; see ``RegionIndex.genes``."""
        hl = self.hl
        low = _last_at_or_before(hl, self.gene_borders, _key(hl, contig, start))
        code = hl.if_else(low >= 0, self.gene_code[hl.max(low, 0)], hl.int64(0))
        high = _last_at_or_before(hl, self.gene_borders, _key(hl, contig, end))
        inside = self.gene_code[hl.max(low, 0) : high + 1].filter(lambda c: c > 0)
        found = hl.if_else(hl.len(inside) > 0, inside[0], hl.int64(0))
        return hl.if_else((end > start) & (code == 0), found, code)

    def exonic(self, contig: Expr, start: Expr, end: Expr) -> Expr:
        """Whether an interval touches an exon or its splice region; see ``RegionIndex``."""
        hl = self.hl
        low = _last_at_or_before(hl, self.exon_borders, _key(hl, contig, start))
        high = _last_at_or_before(hl, self.exon_borders, _key(hl, contig, end))
        before = hl.if_else(low > 0, self.exon_depth[hl.max(low - 1, 0)], hl.int64(0))
        upto = hl.if_else(high >= 0, self.exon_depth[hl.max(high, 0)], hl.int64(0))
        return upto > before

    def exemption(self, place: Placed, ref: Expr, alt: Expr) -> Expr:
        """Why an allele is exempt from rarity, "" if it is not."""
        hl = self.hl

        def turned(allele: Expr) -> Expr:
            other = place.flipped & allele.matches("^[A-Za-z]+$")
            return hl.if_else(other, hl.reverse_complement(allele), allele)

        # Few places hold an exempt allele; only there is a text worth making.
        number = _key(hl, place.contig, place.pos)
        at = _last_at_or_before(hl, self.exempt_places, number)
        here = hl.or_else((at >= 0) & (self.exempt_places[hl.max(at, 0)] == number), hl.bool(False))
        key = hl.delimit([hl.str(place.contig), hl.str(place.pos), turned(ref), turned(alt)], ":")
        return hl.if_else(here, self.exempt.get(key, ""), "")
