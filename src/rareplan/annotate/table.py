"""Consequences of n alleles: fast columns for filtering, full records on demand.

Numpy finds gene, region and severity of every allele; :class:`Consequence` objects with names
are made one at a time, for the alleles that survive filtering.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from rareplan.annotate import terms as t
from rareplan.annotate.allele import Allele, Effect, minimal
from rareplan.annotate.effect import effect
from rareplan.annotate.explain import explain
from rareplan.annotate.normalise import Fetch, left_align_all
from rareplan.annotate.reference import bundle_fetch
from rareplan.annotate.snv import SnvEffects, snv_effects
from rareplan.annotate.view import view
from rareplan.knowledge.sequence import CODE_OF, UNKNOWN
from rareplan.knowledge.transcripts import CLASS_TIER, TranscriptBundle
from rareplan.model.consequence import SO_RANK, Consequence
from rareplan.model.genome import Assembly, Contig

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

INTERGENIC_RANK = SO_RANK["intergenic_variant"]
UNSPECIFIC_RANK = SO_RANK["sequence_variant"]


@dataclass(frozen=True)
class ConsequenceTable:
    """Consequences of n alleles on the transcripts they touch (m pairs).

    ``query`` (ascending) and ``row`` are the pairs: allele and transcript of ``bundle``;
    ``mask`` their terms as bits (:mod:`rareplan.annotate.terms`); ``pair_resolved`` is False
    where more sequence would be needed. ``snv_pairs`` are the pairs of SNVs inside their
    transcript, with their columns in ``snv``; ``effects`` are the trimmed alleles and effects of
    other pairs that touch their transcript; ``mismatches`` counts pairs whose REF is not what
    the transcript's sequence has.
    ``pos`` is where the allele was looked up (Y's pseudoautosomal regions are looked up on X
    when the bundle has them there only).
    """

    bundle: TranscriptBundle
    pos: Ints
    ref: npt.NDArray[np.object_]
    alt: npt.NDArray[np.object_]
    query: Ints
    row: Ints
    mask: Ints
    pair_resolved: Bools
    mismatches: int
    snv_pairs: Ints
    snv: SnvEffects | None = None
    effects: dict[int, tuple[Allele, Effect]] = field(default_factory=dict)
    fetch: Fetch | None = None
    moved: int = 0
    """Alleles that were left-aligned; ``unaligned`` could not be for want of sequence."""
    unaligned: int = 0

    def __len__(self) -> int:
        return len(self.pos)

    @cached_property
    def pair_rank(self) -> npt.NDArray[np.int16]:
        """Rank of the most severe term of each pair, m."""
        return t.worst_rank(self.mask)

    @cached_property
    def worst_rank(self) -> npt.NDArray[np.int16]:
        """VEP rank of the most severe term of each allele, n (intergenic when it hits no gene)."""
        worst = np.full(len(self), INTERGENIC_RANK, dtype=np.int16)
        bare = np.ones(len(self), dtype=bool)
        if len(self.query):
            first = np.flatnonzero(np.concatenate(([True], np.diff(self.query) > 0)))
            worst[self.query[first]] = np.minimum.reduceat(self.pair_rank, first)
            bare[self.query] = False
        for i in np.flatnonzero(bare).tolist():
            if not self.alt[i].isalpha():
                worst[i] = UNSPECIFIC_RANK
        return worst

    @cached_property
    def worst_impact(self) -> npt.NDArray[np.int8]:
        """Impact class of each allele, n: 0 HIGH, 1 MODERATE, 2 LOW, 3 MODIFIER."""
        return np.asarray(t.IMPACT_OF_RANK[self.worst_rank], dtype=np.int8)

    @cached_property
    def unresolved(self) -> Bools:
        """Alleles with a pair whose effect needs more sequence than is at hand, n."""
        found = np.zeros(len(self), dtype=bool)
        found[self.query[~self.pair_resolved]] = True
        return found

    @cached_property
    def _first_pair(self) -> Ints:
        return np.searchsorted(self.query, np.arange(len(self) + 1)).astype(np.int64)

    def pairs(self, i: int) -> range:
        """Pairs of allele ``i``."""
        return range(int(self._first_pair[i]), int(self._first_pair[i + 1]))

    @cached_property
    def reporting_order(self) -> Ints:
        """Pairs by allele, then as :func:`ordered` sorts the consequences of one allele."""
        order = np.arange(len(self.query), dtype=np.int64)
        again = self.query[1:] == self.query[:-1]
        several = np.zeros(len(order), dtype=bool)
        several[1:] |= again
        several[:-1] |= again
        # Alleles with one transcript stand where they are; only the others are sorted.
        at = np.flatnonzero(several)
        query, row, ranks = self.query[at], self.row[at], self.pair_rank[at]
        gene = self.bundle.gene_code[row]
        names, place = t.distinct(query * (int(gene.max(initial=0)) + 1) + gene)
        worst = np.full(len(names), t.NO_RANK, dtype=np.int16)
        np.minimum.at(worst, place, ranks)
        tier, impact = self.bundle.class_tier[row], t.IMPACT_OF_RANK[ranks]
        keys = (row, ranks, tier, impact, gene, worst[place], query)
        order[at] = at[np.lexsort(keys)]
        return order

    def genes(self, i: int) -> tuple[str, ...]:
        """Symbols of the genes that allele ``i`` touches, the most severely hit first."""
        ranked = sorted(
            (int(self.pair_rank[k]), str(self.bundle.gene[self.row[k]])) for k in self.pairs(i)
        )
        return tuple(dict.fromkeys(gene for _, gene in ranked))

    def consequences(self, i: int) -> tuple[Consequence, ...]:
        """Consequences of allele ``i``: genes by severity, within a gene the reported one first."""
        found = [
            explain(
                view(self.bundle, int(self.row[k])),
                int(self.pos[i]), str(self.ref[i]), str(self.alt[i]), self.fetch,
            )
            for k in self.pairs(i)
        ]  # fmt: skip
        return ordered(found)


def ordered(found: Sequence[Consequence]) -> tuple[Consequence, ...]:
    """Genes by their most severe term; in a gene the reported transcript first.

    The reported transcript is MANE Select, unless another transcript's impact class is higher
    (which is what MANE Plus Clinical transcripts are for).
    """

    def rank(c: Consequence) -> int:
        return SO_RANK.get(c.term, t.NO_RANK)

    worst: dict[str, int] = {}
    for c in found:
        worst[c.gene or c.gene_id] = min(rank(c), worst.get(c.gene or c.gene_id, t.NO_RANK))

    def key(c: Consequence) -> tuple[int, str, int, int, int, str]:
        gene = c.gene or c.gene_id
        tier = CLASS_TIER.get(c.transcript_class, 3)
        return worst[gene], gene, t.IMPACT_ORDER[c.impact], tier, rank(c), c.transcript

    return tuple(sorted(found, key=key))


def annotate_sites(
    contig: npt.NDArray[np.int8],
    pos: Ints,
    ref: npt.NDArray[np.object_],
    alt: npt.NDArray[np.object_],
    bundle: TranscriptBundle,
    *,
    fetch: Fetch | None = None,
) -> ConsequenceTable:
    """Consequences of n split alleles.

    Args:
        contig: codes of :class:`~rareplan.model.genome.Contig` on GRCh38, n.
        pos: 1-based positions as in the VCF, n.
        ref: reference alleles, n.
        alt: alternate alleles, n; symbolic ones and ``*`` get no consequence here. Indels are
            left-aligned first, as far as the sequence of exons or of ``fetch`` reaches.
        bundle: the transcripts (``TranscriptBundle.from_knowledge``).
        fetch: reference bases where a genome is at hand: aligns and names indels in introns.
    """
    contig, pos = _without_y_par(np.asarray(contig, dtype=np.int8), np.asarray(pos), bundle)
    ref, alt = np.asarray(ref, dtype=object), np.asarray(alt, dtype=object)
    sizes = [np.fromiter(map(len, x), dtype=np.int64, count=len(x)) for x in (ref, alt)]
    ref_code, alt_code = _first_codes(ref), _first_codes(alt)
    snv = (sizes[0] == 1) & (sizes[1] == 1) & (ref_code < UNKNOWN) & (alt_code < UNKNOWN)
    plain = snv.copy()
    rest = np.flatnonzero(~snv)
    plain[rest] = [a.isalpha() for a in alt[rest]]
    may_move = rest[plain[rest] & (contig[rest] > 0)]
    aligned = left_align_all(contig, pos, ref, alt, may_move, fetch or bundle_fetch(bundle))
    pos, ref, alt = aligned.pos, aligned.ref, aligned.alt
    sizes[0][aligned.moved] = [len(a) for a in ref[aligned.moved]]
    last = pos + np.where(snv, 0, np.maximum(sizes[0], 1))
    kept = np.flatnonzero(plain)
    query, row = bundle.overlaps(contig[kept], pos[kept], last[kept])
    query = kept[query]
    mask = np.zeros(len(query), dtype=np.int64)
    resolved = np.ones(len(query), dtype=bool)
    start, stop = pos[query], pos[query] + sizes[0][query] - 1
    after, before = start > bundle.end[row], stop < bundle.start[row]
    outside = after | before
    upstream = before == (bundle.strand[row] > 0)
    mask[outside] = np.where(upstream, t.UPSTREAM, t.DOWNSTREAM)[outside]
    is_snv = snv[query]
    hit = np.flatnonzero(is_snv & ~outside)
    bulk = snv_effects(
        bundle, row[hit], pos[query[hit]], ref_code[query[hit]], alt_code[query[hit]]
    )
    mask[hit], resolved[hit] = bulk.mask, bulk.resolved
    touched = np.flatnonzero(~is_snv & ~outside)
    effects = _one_by_one(bundle, touched, row, query, (pos, ref, alt))
    mask[touched] = [one.mask for _, one in effects.values()]
    resolved[touched] = [one.resolved and not one.mismatch for _, one in effects.values()]
    mismatches = int(bulk.mismatch.sum()) + sum(one.mismatch for _, one in effects.values())
    return ConsequenceTable(
        bundle, pos, ref, alt, query, row, mask, resolved, mismatches, hit, bulk, effects, fetch,
        len(aligned.moved), len(aligned.unknown),
    )  # fmt: skip


def _one_by_one(
    bundle: TranscriptBundle,
    pairs: Ints,
    row: Ints,
    query: Ints,
    alleles: tuple[Ints, npt.NDArray[np.object_], npt.NDArray[np.object_]],
) -> dict[int, tuple[Allele, Effect]]:
    """Trimmed alleles and their effects for the given pairs."""
    at = query[pairs]
    pos, ref, alt = (column[at] for column in alleles)
    found: dict[int, tuple[Allele, Effect]] = {}
    for k, r, p, old, new in zip(
        pairs.tolist(), row[pairs].tolist(), pos.tolist(), ref, alt, strict=True
    ):
        allele = minimal(p, old, new)
        found[k] = allele, effect(view(bundle, r), allele)
    return found


def _first_codes(alleles: npt.NDArray[np.object_]) -> npt.NDArray[np.uint8]:
    letters = "".join([a[0] if a else "N" for a in alleles]).encode("ascii", "replace")
    return CODE_OF[np.frombuffer(letters, dtype=np.uint8)]


def _without_y_par(
    contig: npt.NDArray[np.int8], pos: Ints, bundle: TranscriptBundle
) -> tuple[npt.NDArray[np.int8], Ints]:
    """Move alleles of Y's pseudoautosomal regions to X, where the gene models lie (GRCh38)."""
    on_y = contig == Contig.Y
    if not on_y.any():
        return contig, pos
    contig, pos = contig.copy(), pos.astype(np.int64)
    regions = Assembly.GRCH38.pseudoautosomal
    for x, y in zip(regions[:2], regions[2:], strict=True):
        on_par = (bundle.contig == Contig.Y) & (bundle.start >= y.start) & (bundle.end <= y.end)
        if on_par.any():
            continue
        moved = on_y & (pos >= y.start) & (pos <= y.end)
        contig[moved] = Contig.X
        pos[moved] += x.start - y.start
    return contig, pos
