"""The proband's records at given positions of the raw VCF, before any filter.

With an index the file is asked position by position; without one it is read through once. A
position without a record stays without: what that means is for the caller to say.
"""

from __future__ import annotations

import bisect
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from rareplan.config import Quality
from rareplan.errors import Fault, InputError
from rareplan.htslib import open_vcf
from rareplan.model.case import Case
from rareplan.model.genome import Contig, contig_from_name
from rareplan.model.sites import SiteRecord
from rareplan.read.batches import samples_of, vcf_mt_is_hg19
from rareplan.read.index import has_index

Place = tuple[Contig, int, int]
"""Contig, first and last base (1-based, inclusive)."""

_BED_COLUMNS = 3


def records_at(case: Case, places: Iterable[Place], quality: Quality) -> list[SiteRecord]:
    """Records of the proband that overlap any of the places, from every VCF of the case.

    A record that failed the caller's FILTER, or a genotype below ``quality.min_gq``, counts as
    missing: it neither shows a variant nor reference.

    Raises:
        InputError: a file that htslib cannot read.
    """
    wanted = sorted(set(places))
    found: dict[SiteRecord, None] = {}
    for path in case.vcf_paths:
        if case.pedigree.proband_id in samples_of(path):
            records = _of_file(path, case.pedigree.proband_id, wanted, quality)
            found |= dict.fromkeys(records)
    return list(found)


def _of_file(
    path: Path, proband: str, places: list[Place], quality: Quality
) -> Iterator[SiteRecord]:
    indexed = has_index(path)
    try:
        vcf = open_vcf(path, [proband])
        if vcf_mt_is_hg19(vcf):
            places = [place for place in places if place[0] is not Contig.MT]
        seen = _indexed(vcf, places) if indexed else _through(vcf, places)
        for contig, variant in seen:
            yield _record(variant, contig, quality)
    except InputError:
        raise
    except Exception as error:
        raise InputError(
            Fault(
                path.name,
                "records that htslib cannot read",
                "a VCF",
                "Make its index again (tabix -f -p vcf FILE)."
                if indexed
                else "Export the file again.",
            )
        ) from error


def _indexed(vcf: Any, places: list[Place]) -> Iterator[tuple[Contig, Any]]:
    names = {contig_from_name(name): name for name in vcf.seqnames}
    for contig, start, end in places:
        if contig in names:
            for variant in vcf(f"{names[contig]}:{start}-{end}"):
                yield contig, variant


def _through(vcf: Any, places: list[Place]) -> Iterator[tuple[Contig, Any]]:
    spans = _merged((c, s, e) for c, s, e in places)
    for variant in vcf:
        contig = contig_from_name(variant.CHROM)
        if contig in spans and _touches(spans[contig], variant.POS, int(variant.end)):
            yield contig, variant


def _merged(places: Iterable[Place]) -> dict[Contig, tuple[list[int], list[int]]]:
    """Disjoint spans by contig: starts and ends, ascending."""
    by_contig: dict[Contig, list[tuple[int, int]]] = defaultdict(list)
    for contig, start, end in places:
        by_contig[contig].append((start, end))
    merged = {}
    for contig, spans in by_contig.items():
        starts: list[int] = []
        ends: list[int] = []
        for start, end in sorted(spans):
            if ends and start <= ends[-1] + 1:
                ends[-1] = max(ends[-1], end)
            else:
                starts.append(start)
                ends.append(end)
        merged[contig] = (starts, ends)
    return merged


def _touches(spans: tuple[list[int], list[int]], start: int, end: int) -> bool:
    """Whether 1-based ``start`` to ``end`` overlaps one of the disjoint spans."""
    starts, ends = spans
    place = bisect.bisect_right(starts, end) - 1
    return place >= 0 and ends[place] >= start


def _record(variant: Any, contig: Contig, quality: Quality) -> SiteRecord:
    *alleles, phased = variant.genotypes[0]
    # cyvcf2 gives "<NON_REF>" of a gVCF as an ALT; nobody carries it.
    alts = tuple(alt for alt in variant.ALT if alt not in {"<NON_REF>", "<*>", "."})
    haplotypes = tuple(int(a) for a in alleles if a != -2)
    if _doubtful(variant, quality):
        haplotypes = (-1,) * len(haplotypes)
    return SiteRecord(
        contig=contig,
        pos=int(variant.POS),
        ref=str(variant.REF),
        alts=alts,
        haplotypes=haplotypes,
        phased=bool(phased),
        end=int(variant.end),
    )


def _doubtful(variant: Any, quality: Quality) -> bool:
    if quality.require_pass and variant.FILTER is not None:
        return True
    if "GQ" not in variant.FORMAT:
        return False
    value = float(variant.format("GQ")[0][0])
    return 0 <= value < quality.min_gq  # a missing GQ is negative


def covered_by(case: Case) -> Callable[[Contig, int], bool] | None:
    """Whether the case's BED shows a 1-based position covered; None without a BED.

    Raises:
        InputError: the BED cannot be read.
    """
    if case.targets is None:
        return None
    spans = _merged(_bed(case.targets))

    def covered(contig: Contig, pos: int) -> bool:
        return contig in spans and _touches(spans[contig], pos, pos)

    return covered


def _bed(path: Path) -> Iterator[Place]:
    """Intervals of a BED (0-based half-open) as 1-based inclusive places."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        fault = Fault(path.name, "a file that cannot be read", "a BED file", "Check --targets.")
        raise InputError(fault) from error
    for line in lines:
        cells = line.split()
        if len(cells) >= _BED_COLUMNS and cells[1].isdigit() and cells[2].isdigit():
            yield contig_from_name(cells[0]), int(cells[1]) + 1, int(cells[2])
