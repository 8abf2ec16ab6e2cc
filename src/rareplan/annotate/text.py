"""Text columns for whole tables: the same names as :mod:`rareplan.annotate.explain`, in bulk.

SNVs are most of every file; their names follow from the columns that numpy has made, and Arrow
puts them together. Everything else is named one at a time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rareplan.annotate import terms as t
from rareplan.annotate.allele import minimal
from rareplan.annotate.codons import NO_CODON, THREE
from rareplan.annotate.effect import effect
from rareplan.annotate.explain import BothNames, name_both
from rareplan.annotate.hgvs_p import protein_change
from rareplan.annotate.labels import Labels, Strings, join, numbers, pick, scattered, strings
from rareplan.annotate.snv import SnvEffects
from rareplan.annotate.table import ConsequenceTable, Ints
from rareplan.annotate.view import view
from rareplan.knowledge.sequence import CODE_OF, UNKNOWN
from rareplan.model.consequence import SO_IMPACT

_IMPACTS = [impact.value for impact in SO_IMPACT.values()]
_SILENT = t.SYNONYMOUS | t.STOP_RETAINED
_UNNAMED = t.UPSTREAM | t.DOWNSTREAM | t.ABLATION
_CHANGES = strings([f"{a}>{b}" if a != b else "=" for a in "ACGTN" for b in "ACGTN"])
_SIGNS = strings(["", "-", "*"])
_PLUS = strings(["", "+"])
_RESIDUES = strings([THREE.get(chr(i), "") for i in range(128)])
# Heads and tails of p. names; a residue and its number stand between them.
_HEADS = strings(["p.(", "p.?", "p.(Met1?)"])
_NO_EFFECT = 0
_TAILS = strings(["=)", *(f"{THREE.get(chr(i), '')})" for i in range(128)), ""])
_END = 129


@dataclass(frozen=True)
class PairText:
    """One text a pair of allele and transcript, m each, in the order of the table's pairs."""

    gene: Strings
    transcript: Strings
    consequence: Strings
    impact: Strings
    hgvs_c: Strings
    hgvs_p: Strings


def pair_text(table: ConsequenceTable, labels: Labels | None = None) -> PairText:
    """Texts of every pair of a table; ``labels`` of its bundle spare making them again."""
    labels = labels or Labels(table.bundle)
    row = table.row
    masks, place = t.distinct(table.mask)
    names_c, names_p = [], []
    if table.snv is not None:
        pairs, inside = _named(table, table.snv)
        names_c.append((pairs, _snv_names(table, table.snv, inside, labels)))
        names_p.append(_protein_names(table, table.snv, inside, labels))
    hand = named_one_by_one(table)
    both = [_name(table, k) for k in hand.tolist()]
    names_c.append((hand, strings([one.hgvs_c for one in both])))
    names_p.append((hand, strings([one.hgvs_p for one in both])))
    return PairText(
        gene=pick(labels.gene, row),
        transcript=pick(labels.transcript, row),
        consequence=pick(strings(["&".join(t.names(int(m))) for m in masks]), place),
        impact=pick(strings([_IMPACTS[int(r)] for r in t.worst_rank(masks)]), place),
        hgvs_c=scattered(len(row), names_c),
        hgvs_p=scattered(len(row), names_p),
    )


def named_one_by_one(table: ConsequenceTable) -> Ints:
    """Pairs whose names do not follow from the columns of an SNV."""
    by_hand = np.ones(len(table.row), dtype=bool)
    by_hand[table.snv_pairs] = False
    by_hand |= (table.mask & t.STOP_LOST) > 0
    by_hand &= (table.mask & _UNNAMED) == 0
    return np.flatnonzero(by_hand).astype(np.int64)


def _name(table: ConsequenceTable, k: int) -> BothNames:
    """Names of one pair, the slow way."""
    one = view(table.bundle, int(table.row[k]))
    known = table.effects.get(k)
    if known is None:
        i = int(table.query[k])
        allele = minimal(int(table.pos[i]), table.ref[i], table.alt[i])
        known = allele, effect(one, allele)
    return name_both(one, *known, protein_change(one, known[1]), table.fetch)


def _named(table: ConsequenceTable, snv: SnvEffects) -> tuple[Ints, Ints]:
    """Pairs of SNVs inside their transcript, and their places among the SNVs."""
    inside = np.flatnonzero(snv.places.inside).astype(np.int64)
    return table.snv_pairs[inside], inside


def _snv_names(table: ConsequenceTable, snv: SnvEffects, inside: Ints, labels: Labels) -> Strings:
    """C. or n. names of SNVs."""
    pairs = table.snv_pairs[inside]
    row, bundle = table.row[pairs], table.bundle
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
    away = np.flatnonzero(offset).astype(np.int64)
    plus = pick(_PLUS, (offset[away] > 0).astype(np.int64))
    distance = scattered(len(offset), [(away, join(plus, numbers(offset[away])))])
    return join(
        pick(labels.hgvs_c, row), pick(_SIGNS, np.select([before, after], [1, 2], 0)),
        numbers(number), distance, pick(_CHANGES, _change_codes(table, pairs, row)),
    )  # fmt: skip


def _change_codes(table: ConsequenceTable, pairs: Ints, row: Ints) -> Ints:
    """``5 * ref + alt`` as base codes in the transcript's direction."""
    minus = table.bundle.strand[row] < 0
    codes = []
    for alleles in (table.ref, table.alt):
        letters = "".join(alleles[table.query[pairs]].tolist()).encode("ascii")
        code = CODE_OF[np.frombuffer(letters, dtype=np.uint8)].astype(np.int64)
        codes.append(np.where(minus & (code < UNKNOWN), 3 - code, code))
    return codes[0] * 5 + codes[1]


def _protein_names(
    table: ConsequenceTable, snv: SnvEffects, inside: Ints, labels: Labels
) -> tuple[Ints, Strings]:
    """Pairs of SNVs with a p. name, and the names."""
    pairs = table.snv_pairs[inside]
    bundle, mask = table.bundle, table.mask[pairs]
    row = table.row[pairs]
    coding = bundle.cds_stop[row] > bundle.cds_first[row]
    known = (snv.codon_ref[inside] < NO_CODON) & coding
    splice, start = (mask & t.ESSENTIAL_SPLICE) > 0, (mask & t.START_LOST) > 0
    said = np.flatnonzero(known | (coding & (splice | start)))
    pairs, row, mask, at = pairs[said], row[said], mask[said], inside[said]
    head = np.select([splice[said], start[said]], [1, 2], 0)
    spelt = np.flatnonzero(head == 0).astype(np.int64)
    residue = snv.cds[at] // 3 + np.where(bundle.cds_phase[row] > 0, 2, 1)
    number = scattered(len(said), [(spelt, numbers(residue[spelt]))])
    silent = (mask & _SILENT) > 0
    tail = np.where(silent, _NO_EFFECT, snv.amino_alt[at].astype(np.int64) + 1)
    names = join(
        pick(labels.hgvs_p, row), pick(_HEADS, head),
        pick(_RESIDUES, np.where(head == 0, snv.amino_ref[at], 0).astype(np.int64)), number,
        pick(_TAILS, np.where(head == 0, tail, _END)),
    )  # fmt: skip
    return pairs.astype(np.int64), names
