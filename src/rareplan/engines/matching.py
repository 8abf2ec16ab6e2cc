"""Holds a batch of alleles against the snapshot: place, genes, ClinVar, frequency, exemptions."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from rareplan.config import Settings
from rareplan.filters.facts import BatchFacts
from rareplan.filters.regions import RegionIndex, region_index
from rareplan.knowledge.clinvar import ClinVarTable, clinvar
from rareplan.knowledge.frequencies import FrequencyTable, frequencies
from rareplan.knowledge.liftover import Liftover, liftover
from rareplan.knowledge.store import KnowledgeBase
from rareplan.model.batch import AlleleBatch, Ints
from rareplan.model.genome import Assembly, Contig, contig_from_name

_COMPLEMENT = str.maketrans("ACGTNacgtn", "TGCANtgcan")
MIN_STARS = 1
"""ClinVar review stars from which a P/LP record exempts an allele from rarity."""


def reverse_complement(allele: str) -> str:
    """Of a sequence allele; symbolic alleles stay as they are."""
    return allele.translate(_COMPLEMENT)[::-1] if allele.isalpha() else allele


@dataclass(frozen=True)
class Matches:
    """Per row of a batch: gene code, ClinVar row (-1 none), why it is exempt ("" not)."""

    gene_code: Ints
    clinvar_row: Ints
    exempt: list[str]


@dataclass
class Matcher:
    """The tables of one run, opened once."""

    regions: RegionIndex
    clinvar: ClinVarTable | None
    frequencies: FrequencyTable | None
    lift: Liftover | None
    common: dict[tuple[int, int, str, str], str] = field(default_factory=dict)
    min_spliceai: float = 0.2
    _pathogenic: np.ndarray = field(default_factory=lambda: np.empty(0, np.bool_))

    @classmethod
    def open(cls, kb: KnowledgeBase, assembly: Assembly, settings: Settings) -> Matcher:
        """Load what is needed for this assembly."""
        table = clinvar(kb) if kb.has("clinvar") else None
        matcher = cls(
            regions=region_index(kb, settings.region.splice_region),
            clinvar=table,
            frequencies=frequencies(kb),
            lift=liftover(kb) if assembly is Assembly.GRCH37 else None,
            common=common_pathogenic(kb),
            min_spliceai=settings.consequence.min_spliceai,
        )
        if table is not None and settings.region.clinvar_rescue:
            good = np.zeros(len(table), np.bool_)
            good[table.pathogenic(list(range(len(table))), MIN_STARS)] = True
            matcher._pathogenic = good
        return matcher

    def pathogenic_keys(self) -> list[tuple[int, int, str, str]]:
        """GRCh38 contig, 1-based pos, ref and alt of every ClinVar record that exempts."""
        if self.clinvar is None or not len(self._pathogenic):
            return []
        columns = [self.clinvar.table[name].to_pylist() for name in ("contig", "pos", "ref", "alt")]
        rows = zip(*columns, strict=True)
        return [row for row, good in zip(rows, self._pathogenic.tolist(), strict=True) if good]

    def place(self, batch: AlleleBatch) -> AlleleBatch:
        """The batch with its GRCh38 places."""
        if self.lift is None:
            return batch.with_grch38(batch.contig, batch.pos, np.zeros(len(batch), np.bool_))
        contig, pos, strand = self.lift.to_grch38(batch.contig, batch.pos)
        mitochondrial = batch.contig == Contig.MT  # rCRS in both assemblies
        contig = np.where(mitochondrial, batch.contig, contig).astype(np.int8)
        pos = np.where(mitochondrial, batch.pos, pos)
        flipped = (strand < 0) & ~mitochondrial
        if flipped.any():  # the first base on the other strand is the last one
            length = batch.end - batch.pos
            pos = np.where(flipped, pos - length, pos)
        return batch.with_grch38(contig, np.asarray(pos, np.int64), flipped)

    def match(self, batch: AlleleBatch, facts: BatchFacts) -> Matches:
        """Genes of every row; ClinVar, frequency and exemptions of carried rows. Fills facts."""
        end38 = batch.pos38 + (batch.end - batch.pos)
        mapped = batch.contig38 > 0
        gene = self.regions.genes(batch.contig38, batch.pos38, end38)
        gene[~mapped] = 0
        facts.in_gene = gene > 0
        facts.in_region = self.regions.exonic(batch.contig38, batch.pos38, end38) & mapped
        rows = np.flatnonzero(facts.carried & facts.plain & mapped)
        found = np.full(len(batch), -1, np.int64)
        exempt: list[str] = []
        if len(rows):
            contig, pos, ref, alt = self._keys(batch, rows)
            if self.clinvar is not None:
                found[rows] = self.clinvar.find(contig, pos, ref, alt)
            self._frequency(batch, facts, rows, (contig, pos, ref, alt))
            reasons = self._exempt(found, rows, (contig, pos, ref, alt))
            if reasons:
                exempt = [""] * len(batch)
                facts.exempt = np.zeros(len(batch), np.bool_)
                facts.exempt[list(reasons)] = True
                for row, reason in reasons.items():
                    exempt[row] = reason
        self._splice_scores(batch, facts)
        return Matches(gene, found, exempt)

    def add_frequencies(self, batch: AlleleBatch, facts: BatchFacts) -> None:
        """Fill in the snapshot's frequencies of carried rows of a placed batch, where higher."""
        rows = np.flatnonzero(facts.carried & facts.plain & (batch.contig38 > 0))
        if len(rows):
            self._frequency(batch, facts, rows, self._keys(batch, rows))

    def _keys(
        self, batch: AlleleBatch, rows: Ints
    ) -> tuple[np.ndarray, np.ndarray, list[str], list[str]]:
        ref, alt = batch.ref[rows].tolist(), batch.alt[rows].tolist()
        for i in np.flatnonzero(batch.flipped38[rows]).tolist():
            ref[i], alt[i] = reverse_complement(ref[i]), reverse_complement(alt[i])
        return batch.contig38[rows], batch.pos38[rows], ref, alt

    def _frequency(
        self,
        batch: AlleleBatch,
        facts: BatchFacts,
        rows: Ints,
        keys: tuple[np.ndarray, np.ndarray, list[str], list[str]],
    ) -> None:
        """The higher of the file's and the snapshot's frequency; says which it is."""
        if self.frequencies is None:
            return
        at = self.frequencies.find(*keys)
        for i in np.flatnonzero(at >= 0).tolist():
            known, row = self.frequencies.frequency(int(at[i])), int(rows[i])
            if known.max_af is not None and not facts.max_af[row] >= known.max_af:
                facts.max_af[row] = known.max_af
                batch.af_source[row], batch.af_group[row] = known.source, known.group
            if known.homozygotes is not None:
                facts.homozygotes[row] = np.fmax(facts.homozygotes[row], known.homozygotes)

    def _exempt(
        self,
        found: Ints,
        rows: Ints,
        keys: tuple[np.ndarray, np.ndarray, list[str], list[str]],
    ) -> dict[int, str]:
        """Row to the reason why its frequency and consequence are not held against it."""
        exempt: dict[int, str] = {}
        if len(self._pathogenic):
            for row in rows[found[rows] >= 0].tolist():
                # Rows beyond the table are ClinVar's other classifications.
                if found[row] < len(self._pathogenic) and self._pathogenic[found[row]]:
                    exempt[row] = "ClinVar pathogenic"
        if self.common:
            positions = np.fromiter({k[1] for k in self.common}, np.int64)
            for i in np.flatnonzero(np.isin(keys[1], positions)).tolist():
                key = (int(keys[0][i]), int(keys[1][i]), keys[2][i], keys[3][i])
                if key in self.common:
                    exempt[int(rows[i])] = f"known common pathogenic allele: {self.common[key]}"
        return exempt

    def _splice_scores(self, batch: AlleleBatch, facts: BatchFacts) -> None:
        """A predicted splice effect brings an allele outside exons back into the region."""
        for row, text in batch.annotations.get("SpliceAI", {}).items():
            if (spliceai_score(text, str(batch.alt[row])) or 0.0) >= self.min_spliceai:
                facts.in_region[row] = True


def spliceai_score(text: str, alt: str) -> float | None:
    """Highest delta score of an allele in SpliceAI's INFO field.

    The form is ALLELE|SYMBOL|DS_AG|DS_AL|DS_DG|DS_DL|DP_AG|... , one entry a gene and allele.
    """
    best: float | None = None
    for entry in text.split(","):
        parts = entry.split("|")
        if len(parts) < 6 or (parts[0] != alt and len(parts[0]) == len(alt)):
            continue
        for part in parts[2:6]:
            try:
                best = max(best or 0.0, float(part))
            except ValueError:
                continue
    return best


def common_pathogenic(kb: KnowledgeBase) -> dict[tuple[int, int, str, str], str]:
    """Curated alleles that are pathogenic though common, by GRCh38 contig, pos, ref, alt."""
    return {
        (int(contig_from_name(r["chrom"])), int(r["pos"]), r["ref"], r["alt"]): r["name"]
        for r in kb.curated("common_pathogenic")
    }
