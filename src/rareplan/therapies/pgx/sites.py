"""The positions that define star alleles, and what the VCF says at each.

Positions come from the snapshot's ``pgx_variants`` and ``pgx_alleles`` (CPIC tables as pypgx
carries them). A position without a record is not tested, never reference, unless a gVCF block or
the BED of covered positions shows it.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from rareplan.model.genome import Assembly, Contig
from rareplan.model.sites import SiteRecord

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from rareplan.knowledge.store import KnowledgeBase

_CONTIGS = {contig.bare: contig for contig in Contig if contig} | {"M": Contig.MT}


class PgxPosition(NamedTuple):
    """One defining variant: 1-based position of ``ref`` in the assembly that was asked for.

    ``name`` is the table's name (``10-94781859-G-A``); ``others`` the same change written
    otherwise (synonyms of the table).
    """

    gene: str
    name: str
    rs_id: str
    contig: Contig
    pos: int
    ref: str
    alt: str
    others: tuple[tuple[int, str, str], ...] = ()

    @property
    def end(self) -> int:
        """Last base of ``ref`` (1-based)."""
        return self.pos + len(self.ref) - 1

    @property
    def label(self) -> str:
        """The rs number where there is one, else the table's name."""
        return self.rs_id or self.name


class SiteCall(NamedTuple):
    """Whether each haplotype carries the variant: 1 yes, 0 no. Empty when not tested."""

    carried: tuple[int, ...] = ()
    phased: bool = False


def pgx_positions(
    kb: KnowledgeBase, genes: Iterable[str], assembly: Assembly
) -> tuple[PgxPosition, ...]:
    """Every defining position of the genes, in genome order; fetch the VCF at these.

    Raises:
        KnowledgeError: the snapshot has no pgx tables.
    """
    wanted = set(genes)
    tables = kb.memo(f"pgx:positions:{assembly.value}", lambda k: _read(k, assembly))
    return tuple(p for p in tables if p.gene in wanted)


def _read(kb: KnowledgeBase, assembly: Assembly) -> tuple[PgxPosition, ...]:
    build = "grch37" if assembly is Assembly.GRCH37 else "grch38"
    used: dict[str, set[str]] = defaultdict(set)
    for row in kb.table("pgx_alleles").to_pylist():
        used[row["gene"]] |= set(core(row, assembly))
    found = []
    for row in kb.table("pgx_variants").to_pylist():
        name = row[f"{build}_name"]
        if name not in used[row["gene"]]:
            continue
        contig, pos, ref, alt = name.split("-")
        others = tuple(
            (int(p), r, a) for _, p, r, a in (s.split("-") for s in _names(row[f"{build}_synonym"]))
        )
        site = (_CONTIGS[contig], int(pos), ref, alt, others)
        found.append(PgxPosition(row["gene"], name, row["rs_id"], *site))
    return tuple(sorted(found, key=lambda p: (p.contig, p.pos, p.alt, p.gene)))


def _names(cell: str) -> list[str]:
    return [part.strip() for part in cell.split(",") if part.strip()]


def core(row: Mapping[str, str], assembly: Assembly) -> frozenset[str]:
    """Names of the variants that define a star allele in an assembly."""
    build = "grch37" if assembly is Assembly.GRCH37 else "grch38"
    return frozenset(_names(row[f"{build}_core"]))


def trim(pos: int, ref: str, alt: str) -> tuple[int, str, str]:
    """A change without shared bases: suffix first, then prefix (1-based position)."""
    while ref and alt and ref[-1] == alt[-1]:
        ref, alt = ref[:-1], alt[:-1]
    while ref and alt and ref[0] == alt[0]:
        pos, ref, alt = pos + 1, ref[1:], alt[1:]
    return pos, ref, alt


def site_calls(
    positions: Sequence[PgxPosition],
    records: Iterable[SiteRecord],
    covered: Callable[[Contig, int], bool] | None,
) -> dict[str, SiteCall]:
    """What was seen at each position, by name. ``covered`` tells what a BED or gVCF shows."""
    by_contig: dict[Contig, list[SiteRecord]] = defaultdict(list)
    for record in records:
        by_contig[record.contig].append(record)
    found = {}
    for position in positions:
        call = _call(position, by_contig[position.contig])
        if not call.carried and covered is not None and covered(position.contig, position.pos):
            call = SiteCall((0, 0))
        found[position.name] = call
    return found


def _call(position: PgxPosition, records: Sequence[SiteRecord]) -> SiteCall:
    same = (position.pos, position.ref, position.alt)
    forms = {trim(*form) for form in (same, *position.others)}
    last = position.pos + len(position.ref) - 1
    best = SiteCall()
    for record in records:
        end = record.end or record.pos + len(record.ref) - 1
        if record.pos > last or end < position.pos:
            continue
        if not record.haplotypes or -1 in record.haplotypes:
            continue
        hits = [i + 1 for i, alt in enumerate(record.alts) if _is(record, alt, forms)]
        call = SiteCall(tuple(int(h in hits) for h in record.haplotypes), record.phased)
        if hits:
            return call
        # A neighbouring deletion that is carried over this base says nothing of this variant.
        if not any(record.haplotypes) or record.pos == position.pos:
            best = call
    return best


def _is(record: SiteRecord, alt: str, forms: set[tuple[int, str, str]]) -> bool:
    return alt.isalpha() and trim(record.pos, record.ref, alt) in forms
