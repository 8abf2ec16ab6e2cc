"""Star alleles and metaboliser phenotypes from the genotypes at the defining positions.

For each way to phase the heterozygous sites, each haplotype takes the allele that explains most
of its variants (then the one that matters most). Positions that were not tested stay open: every
allele that they could hide is tried, and a phenotype is given only when all agree.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from rareplan.model.genome import Assembly, Contig
from rareplan.therapies.pgx.sites import SiteCall, core, pgx_positions, site_calls

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from rareplan.knowledge.store import KnowledgeBase
    from rareplan.model.sites import SiteRecord
    from rareplan.therapies.pgx.sites import PgxPosition

CALLABLE = (
    "ABCG2", "CACNA1S", "CFTR", "CYP2B6", "CYP2C19", "CYP2C9", "CYP3A5", "CYP4F2", "DPYD",
    "G6PD", "IFNL3", "MT-RNR1", "NUDT15", "RYR1", "SLCO1B1", "TPMT", "UGT1A1", "VKORC1",
)  # fmt: skip
"""Genes whose star alleles single-nucleotide and short indel calls decide (but see ``sv``)."""

MAX_HETEROZYGOUS = 8  # 2^7 phasings; more unphased sites than this are left undecided
_HAPLOID = {Contig.MT}
MALE = "MALE"  # the missing second X of a male in the tables


@dataclass(frozen=True)
class Allele:
    """One star allele: its defining variants (names of positions)."""

    name: str
    core: frozenset[str]
    function: str
    score: float | None

    @property
    def rank(self) -> int:
        """Which function wins when two alleles explain a haplotype equally well."""
        text = self.function.lower()
        words = ("no function", "deficient", "associated", "increased risk", "decreased")
        for place, word in enumerate((*words, "increased", "unfavorable")):
            if word in text and "normal" not in text:
                return place
        return 9 if "normal" in text or "favorable" in text else 8

    @property
    def final(self) -> bool:
        """Nothing found beside it can restore the function."""
        return self.rank <= 3


@dataclass(frozen=True)
class GeneCall:
    """Diplotypes that fit, phenotypes that they give, and what was and was not tested."""

    gene: str
    diplotypes: tuple[str, ...]
    phenotypes: tuple[str, ...]
    found: bool
    tested: tuple[str, ...]
    not_tested: tuple[str, ...]
    source: str = "this file"


@dataclass(frozen=True)
class _Gene:
    name: str
    alleles: tuple[Allele, ...]
    default: Allele
    method: str
    diplotypes: Mapping[frozenset[str], str]


def call_pgx(
    kb: KnowledgeBase,
    genes: Iterable[str],
    records: Sequence[SiteRecord],
    covered: Callable[[Contig, int], bool] | None,
    assembly: Assembly,
    *,
    male: bool | None,
) -> dict[str, GeneCall]:
    """Call each gene that single-nucleotide calls decide; others are left out.

    ``covered(contig, pos)`` says whether a BED or gVCF shows the 1-based position covered;
    None when there is no such file. ``male`` None leaves X-linked genes undecided.
    """
    found = {}
    for gene in genes:
        if gene not in CALLABLE:
            continue
        positions = pgx_positions(kb, [gene], assembly)
        calls = site_calls(positions, records, covered)
        key = f"pgx:gene:{assembly.value}:{gene}"
        table = kb.memo(key, lambda k, g=gene: _table(k, g, assembly))  # type: ignore[misc]
        found[gene] = _call_gene(table, positions, calls, male)
    return found


def _table(kb: KnowledgeBase, gene: str, assembly: Assembly) -> _Gene:
    build = "grch37" if assembly is Assembly.GRCH37 else "grch38"
    about = next(r for r in kb.table("pgx_genes").to_pylist() if r["gene"] == gene)
    names = {p.name for p in pgx_positions(kb, [gene], assembly)}
    alleles = []
    for row in kb.table("pgx_alleles").to_pylist():
        variants = core(row, assembly)
        if row["gene"] == gene and row["sv"] != "TRUE" and variants <= names:
            score = float(row["activity_score"]) if row["activity_score"] else None
            alleles.append(Allele(row["star_allele"], variants, row["function"], score))
    default = next(a for a in alleles if a.name == about[f"{build}_default"])
    pairs = {
        frozenset(row["diplotype"].split("/")): row["phenotype"]
        for row in kb.table("pgx_diplotypes").to_pylist()
        if row["gene"] == gene
    }
    return _Gene(gene, tuple(alleles), default, about["phenotype_method"], pairs)


def _call_gene(
    table: _Gene,
    positions: Sequence[PgxPosition],
    calls: Mapping[str, SiteCall],
    male: bool | None,
) -> GeneCall:
    labels = {p.name: p.label for p in positions}
    tested = {name for name, call in calls.items() if call.carried}
    ploidy = _ploidy(positions, male)
    pairs: list[tuple[Allele, Allele | None]] = []
    phenotypes: set[str] = set()
    if ploidy and tested:
        for haplotypes in _phasings(calls, ploidy):
            chosen = [_best(table, variants, tested) for variants in haplotypes]
            pairs.append((chosen[0], chosen[1] if len(chosen) > 1 else None))
        pairs = _most_explained(pairs)
        open_sites = frozenset(calls) - tested
        phenotypes = {p for pair in pairs for p in _possible(table, pair, open_sites, positions)}
    found = any(a and a.core and a.rank < 9 for pair in pairs for a in pair)
    return GeneCall(
        gene=table.name,
        diplotypes=tuple(sorted({_text(pair, positions) for pair in pairs})),
        phenotypes=tuple(sorted(phenotypes)),
        found=found,
        tested=tuple(dict.fromkeys(labels[p.name] for p in positions if p.name in tested)),
        not_tested=tuple(dict.fromkeys(labels[p.name] for p in positions if p.name not in tested)),
    )


def _ploidy(positions: Sequence[PgxPosition], male: bool | None) -> int:
    contig = positions[0].contig
    if contig in _HAPLOID:
        return 1
    if contig is Contig.X:
        return 0 if male is None else 1 if male else 2
    return 2


def _phasings(calls: Mapping[str, SiteCall], ploidy: int) -> list[tuple[frozenset[str], ...]]:
    """Every way to lay the carried variants on one or two haplotypes."""
    if ploidy == 1:
        return [(frozenset(name for name, call in calls.items() if any(call.carried)),)]
    both = frozenset(n for n, c in calls.items() if c.carried and all(c.carried))
    single = [n for n, c in calls.items() if any(c.carried) and not all(c.carried)]
    if not single:
        return [(both, both)]
    if all(calls[name].phased for name in single):
        first = frozenset(name for name in single if calls[name].carried[0])
        return [(both | first, both | (frozenset(single) - first))]
    if len(single) > MAX_HETEROZYGOUS:
        return []
    found: list[tuple[frozenset[str], ...]] = []
    for sides in product((0, 1), repeat=len(single) - 1):
        first = frozenset(n for n, side in zip(single[1:], sides, strict=True) if side == 0)
        first |= {single[0]}
        found.append((both | first, both | (frozenset(single) - first)))
    return found


def _best(table: _Gene, variants: frozenset[str], tested: set[str]) -> Allele:
    fits = [a for a in table.alleles if a.core and a.core <= variants and a.core <= tested]
    return min(fits, key=lambda a: (-len(a.core), a.rank, a.name), default=table.default)


def _most_explained(
    pairs: Sequence[tuple[Allele, Allele | None]],
) -> list[tuple[Allele, Allele | None]]:
    def explained(pair: tuple[Allele, Allele | None]) -> int:
        return sum(len(allele.core) for allele in pair if allele)

    most = max((explained(pair) for pair in pairs), default=0)
    return [pair for pair in pairs if explained(pair) == most]


def _possible(
    table: _Gene,
    pair: tuple[Allele, Allele | None],
    open_sites: frozenset[str],
    positions: Sequence[PgxPosition],
) -> set[str]:
    """Phenotypes of the pair with whatever the untested positions could hide."""
    first, second = pair
    others = [None] if second is None else _hidden(table, second, open_sites)
    return {
        _phenotype(table, (one, other), positions)
        for one in _hidden(table, first, open_sites)
        for other in others
    }


def _hidden(table: _Gene, allele: Allele, open_sites: frozenset[str]) -> list[Allele]:
    """The allele, and those that untested positions could turn it into."""
    if allele.final:
        return [allele]
    return [allele, *(a for a in table.alleles if a.core & open_sites)]


def _text(pair: tuple[Allele, Allele | None], positions: Sequence[PgxPosition]) -> str:
    first, second = pair
    if second is None:
        return first.name if positions[0].contig is Contig.X else f"{first.name} (haploid)"
    return "/".join(sorted((first.name, second.name), key=_natural))


def _natural(name: str) -> tuple[str, int, str]:
    digits = "".join(c for c in name if c.isdigit())
    return ("*" if name.startswith("*") else name[:1], int(digits or 0), name)


def _phenotype(
    table: _Gene, pair: tuple[Allele, Allele | None], positions: Sequence[PgxPosition]
) -> str:
    first, second = pair
    if table.method == "Score" and second is not None:
        if first.score is None or second.score is None:
            return "Indeterminate"
        return _from_score(first.score + second.score)
    if second is None:
        other = MALE if positions[0].contig is Contig.X else first.name
        names = frozenset((first.name, other))
    else:
        names = frozenset((first.name, second.name))
    return table.diplotypes.get(names, "Indeterminate" if table.diplotypes else "")


def _from_score(score: float) -> str:
    """CPIC activity scores of CYP2C9 and DPYD: 0 to below 1 poor, to below 2 intermediate.

    CPIC CYP2C9 (PMID 32779747), where 1 and 1.5 are intermediate and 0.5 poor; CPIC DPYD
    (PMID 29152729), where 0.5 is poor and 1 and 1.5 are intermediate.
    """
    if score < 1:
        return "Poor Metabolizer"
    return "Intermediate Metabolizer" if score < 2 else "Normal Metabolizer"
