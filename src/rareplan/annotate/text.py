"""Text columns for whole tables: the same names as :mod:`rareplan.annotate.explain`, in bulk.

SNVs are most of every file; their names follow from the columns that numpy has made. Everything
else is named one at a time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rareplan.annotate import terms as t
from rareplan.annotate.codons import NO_CODON, THREE
from rareplan.annotate.effect import effect
from rareplan.annotate.explain import minimal, name_both
from rareplan.annotate.hgvs_p import protein_change
from rareplan.annotate.snv import SnvEffects
from rareplan.annotate.table import ConsequenceTable, Ints
from rareplan.annotate.view import view
from rareplan.model.consequence import SO_IMPACT

_PAIR = str.maketrans("ACGT", "TGCA")
_THREE = {ord(letter): name for letter, name in THREE.items()}
_IMPACTS = [impact.value for impact in SO_IMPACT.values()]
_SILENT = t.SYNONYMOUS | t.STOP_RETAINED


@dataclass(frozen=True)
class PairText:
    """One text a pair of allele and transcript, m each, in the order of the table's pairs."""

    gene: list[str]
    transcript: list[str]
    consequence: list[str]
    impact: list[str]
    hgvs_c: list[str]
    hgvs_p: list[str]


def pair_text(table: ConsequenceTable) -> PairText:
    """Texts of every pair of a table."""
    bundle, row = table.bundle, table.row
    masks, place = np.unique(table.mask, return_inverse=True)
    names = ["&".join(t.names(int(m))) for m in masks]
    impacts = [_IMPACTS[int(r)] for r in t.worst_rank(masks)]
    where = place.tolist()
    hgvs_c, hgvs_p = [""] * len(row), [""] * len(row)
    if table.snv is not None:
        _name_snvs(table, table.snv, table.snv_pairs, hgvs_c, hgvs_p)
    silent = t.UPSTREAM | t.DOWNSTREAM | t.ABLATION
    by_hand = np.ones(len(row), dtype=bool)
    by_hand[table.snv_pairs] = False
    by_hand |= (table.mask & t.STOP_LOST) > 0
    by_hand &= (table.mask & silent) == 0
    for k in np.flatnonzero(by_hand).tolist():
        i = int(table.query[k])
        one, allele = (
            view(bundle, int(row[k])),
            minimal(int(table.pos[i]), table.ref[i], table.alt[i]),
        )
        found = table.effects.get(k) or effect(one, allele)
        both = name_both(one, allele, found, protein_change(one, found), table.fetch)
        hgvs_c[k], hgvs_p[k] = both.hgvs_c, both.hgvs_p
    return PairText(
        gene=bundle.gene[row].tolist(),
        transcript=bundle.transcript[row].tolist(),
        consequence=[names[w] for w in where],
        impact=[impacts[w] for w in where],
        hgvs_c=hgvs_c,
        hgvs_p=hgvs_p,
    )


def _name_snvs(
    table: ConsequenceTable, snv: SnvEffects, pairs: Ints, hgvs_c: list[str], hgvs_p: list[str]
) -> None:
    inside = np.flatnonzero(snv.places.inside)
    pairs = pairs[inside]
    row = table.row[pairs]
    bundle = table.bundle
    anchor, offset = snv.places.anchor[inside], snv.places.offset[inside]
    first, stop, phase = bundle.cds_first[row], bundle.cds_stop[row], bundle.cds_phase[row]
    coding = stop > first
    before, after = coding & (anchor < first), coding & (anchor >= stop)
    shift = np.where(phase > 0, 3, 0) - phase
    number = np.select(
        [~coding, before, after],
        [anchor + 1, first - anchor, anchor - stop + 1],
        anchor - first + 1 + shift,
    )
    sign = np.select([before, after], ["-", "*"], "")
    minus = bundle.strand[row] < 0
    ref, alt = table.ref[table.query[pairs]], table.alt[table.query[pairs]]
    accession = np.where(bundle.refseq[row] != "", bundle.refseq[row], bundle.transcript[row])
    for k, name, c, s, n, o, r, a, turn in zip(
        pairs.tolist(), accession.tolist(), coding.tolist(), sign.tolist(), number.tolist(),
        offset.tolist(), ref.tolist(), alt.tolist(), minus.tolist(), strict=True,
    ):  # fmt: skip
        change = f"{r}>{a}".upper()
        if turn:
            change = change.translate(_PAIR)
        away = f"{o:+d}" if o else ""
        hgvs_c[k] = f"{name}:{'c' if c else 'n'}.{s}{n}{away}{change}"
    _name_proteins(table, snv, inside, hgvs_p)


def _name_proteins(
    table: ConsequenceTable, snv: SnvEffects, inside: Ints, hgvs_p: list[str]
) -> None:
    pairs = table.snv_pairs[inside]
    bundle, mask = table.bundle, table.mask[pairs]
    row = table.row[pairs]
    coding = bundle.cds_stop[row] > bundle.cds_first[row]
    known = (snv.codon_ref[inside] < NO_CODON) & coding
    said = known | (coding & ((mask & (t.ESSENTIAL_SPLICE | t.START_LOST)) > 0))
    for j in np.flatnonzero(said).tolist():
        k, terms, i = int(pairs[j]), int(mask[j]), int(inside[j])
        if terms & t.ESSENTIAL_SPLICE:
            name = "p.?"
        elif terms & t.START_LOST:
            name = "p.(Met1?)"
        else:
            extra = 2 if bundle.cds_phase[row[j]] else 1
            residue = int(snv.cds[i]) // 3 + extra
            new = "=" if terms & _SILENT else _THREE[int(snv.amino_alt[i])]
            name = f"p.({_THREE[int(snv.amino_ref[i])]}{residue}{new})"
        protein = bundle.protein[row[j]]
        hgvs_p[k] = f"{protein}:{name}" if protein else name
