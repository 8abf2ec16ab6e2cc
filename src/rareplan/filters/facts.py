"""The facts that the rules ask for, as numpy arrays of one batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from rareplan.model.batch import HAP_ABSENT, HAP_ALT, HAP_MISSING, AlleleBatch, Bools, Floats, Ints
from rareplan.model.genome import Assembly, Contig
from rareplan.model.pedigree import Person, Sex

_NOT_AN_ALLELE = frozenset({"*", ".", "<*>", "<NON_REF>", "<*:DEL>"})


@dataclass
class BatchFacts:
    """See :mod:`rareplan.filters.rules` for the meaning of each; arrays of length n."""

    placed: Bools
    plain: Bools
    called: Bools
    carried: Bools
    filter_pass: Bools
    gq: Floats
    dp: Floats
    ab: Floats
    haploid: Bools
    heterozygous: Bools
    half_called: Bools
    mitochondrial: Bools
    sex_linked: Bools
    exempt: Bools
    max_af: Floats
    homozygotes: Floats
    in_gene: Bools
    in_region: Bools
    consequence_known: Bools
    relevant: Bools
    segregation_known: Bools
    segregates: Bools

    def take(self, rows: Ints) -> BatchFacts:
        """The facts of the given rows."""
        return BatchFacts(*(getattr(self, f.name)[rows] for f in fields(self)))

    @classmethod
    def concatenate(cls, parts: Sequence[BatchFacts]) -> BatchFacts:
        """Facts end to end."""
        names = [f.name for f in fields(cls)]
        return cls(*(np.concatenate([getattr(p, name) for p in parts]) for name in names))


def sex_linked(batch: AlleleBatch, assembly: Assembly) -> Bools:
    """X or Y outside the pseudoautosomal regions."""
    linked = (batch.contig == Contig.X) | (batch.contig == Contig.Y)
    if linked.any():
        for par in assembly.pseudoautosomal:
            inside = (batch.pos >= par.start) & (batch.pos <= par.end)
            linked &= ~((batch.contig == par.contig) & inside)
    return np.asarray(linked)


def allele_share(batch: AlleleBatch, column: int) -> Floats:
    """Share of a sample's reads with the allele.

    Of the reads with REF or this allele; of all reads where the sample has two different
    alternates, since there the reads of the other one are no reference.
    """
    alt, ref = batch.ad_alt[:, column], batch.ad_ref[:, column]
    two_alts = (batch.hap[:, column] == 2).any(axis=1)
    total = np.where(two_alts, np.fmax(batch.dp[:, column], alt), ref + alt)
    share = np.full(len(batch), np.nan)
    np.divide(alt, total, out=share, where=total > 0)
    return share


def batch_facts(batch: AlleleBatch, proband: Person, assembly: Assembly) -> BatchFacts:
    """Facts of the records themselves; gene, exemption and later facts start as unknown."""
    n = len(batch)
    column = batch.sample(proband.id)
    hap = batch.hap[:, column]
    mine = hap == HAP_ALT
    copies = mine.sum(axis=1)
    others = ((hap >= 0) & ~mine).sum(axis=1)
    linked = sex_linked(batch, assembly)
    mitochondrial = np.asarray(batch.contig == Contig.MT)
    single_call = (hap[:, 1] == HAP_ABSENT) & (hap[:, 0] != HAP_ABSENT)
    expected_single = mitochondrial | (linked & (proband.sex is Sex.MALE))
    off, on = np.zeros(n, np.bool_), np.ones(n, np.bool_)
    return BatchFacts(
        placed=np.asarray(batch.contig != Contig.OTHER),
        plain=np.fromiter([a not in _NOT_AN_ALLELE for a in batch.alt], np.bool_, n),
        called=np.asarray((hap >= 0).any(axis=1)),
        carried=copies > 0,
        filter_pass=batch.filter_pass,
        gq=batch.gq[:, column],
        dp=batch.dp[:, column],
        ab=allele_share(batch, column),
        haploid=single_call | expected_single,
        heterozygous=(copies == 1) & (others == 1),
        half_called=(copies == 1) & (hap == HAP_MISSING).any(axis=1),
        mitochondrial=mitochondrial,
        sex_linked=linked,
        exempt=off,
        max_af=batch.max_af,
        homozygotes=batch.homozygotes,
        in_gene=on,
        in_region=on,
        consequence_known=off,
        relevant=on,
        segregation_known=off,
        segregates=on,
    )
