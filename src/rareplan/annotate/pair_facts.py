"""Numbers and letters beside the names, for whole tables: what ``explain`` says, in bulk.

For SNVs they follow from numpy's columns; every other allele is explained one at a time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rareplan.annotate import terms as t
from rareplan.annotate.codons import CODON_TEXT, NO_CODON
from rareplan.annotate.explain import explain
from rareplan.annotate.labels import Strings, join, numbers, pick, scattered, strings
from rareplan.annotate.locate import FAR
from rareplan.annotate.nmd import escapes_nmd
from rareplan.annotate.snv import SnvEffects
from rareplan.annotate.table import Bools, ConsequenceTable, Ints
from rareplan.annotate.view import view
from rareplan.model.consequence import Consequence

COLUMNS = (
    "exon", "intron", "cds_position", "protein_position", "amino_acids", "codons",
    "splice_distance", "nmd",
)  # fmt: skip
_NMD = {True: "escapes", False: "triggers", None: ""}
_LETTERS = strings([chr(i) for i in range(128)])


def _shown(codon: str, place: int) -> str:
    """A codon with one base in capitals, the others in small letters."""
    return codon[:place].lower() + codon[place] + codon[place + 1 :].lower()


_CODONS = strings([_shown(codon, place) for codon in CODON_TEXT for place in range(3)])


@dataclass
class _Parts:
    """Rows and texts of each column; later parts stand in place of earlier ones."""

    size: int
    parts: dict[str, list[tuple[Ints, Strings]]]

    def add(self, name: str, rows: Ints, texts: Strings) -> None:
        self.parts[name].append((rows, texts))

    def columns(self) -> dict[str, Strings]:
        return {name: scattered(self.size, parts) for name, parts in self.parts.items()}


def pair_facts(table: ConsequenceTable) -> dict[str, Strings]:
    """The columns of :data:`COLUMNS` for every pair of a table, m each; "" where unknown."""
    parts = _Parts(len(table.row), {name: [] for name in COLUMNS})
    if table.snv is not None:
        inside = np.flatnonzero(table.snv.places.inside).astype(np.int64)
        _exons(parts, table, table.snv, inside)
        _coding(parts, table, table.snv, inside)
    hand = _one_by_one(table)
    found = [_explained(table, k) for k in hand.tolist()]
    for name in COLUMNS:
        parts.add(name, hand, strings([_text(one, name) for one in found]))
    return parts.columns()


def _one_by_one(table: ConsequenceTable) -> Ints:
    """Pairs of other alleles than SNVs inside their transcript, and lost stops."""
    by_hand = np.ones(len(table.row), dtype=bool)
    by_hand[table.snv_pairs] = False
    by_hand |= (table.mask & t.STOP_LOST) > 0
    by_hand &= (table.mask & (t.UPSTREAM | t.DOWNSTREAM)) == 0
    return np.flatnonzero(by_hand).astype(np.int64)


def _explained(table: ConsequenceTable, k: int) -> Consequence:
    i, row = int(table.query[k]), int(table.row[k])
    allele = int(table.pos[i]), str(table.ref[i]), str(table.alt[i])
    return explain(view(table.bundle, row), *allele, table.fetch)


def _text(one: Consequence, name: str) -> str:
    if name == "nmd":
        return _NMD[one.escapes_nmd]
    value = getattr(one, name)
    return "" if value is None else str(value)


def _exons(parts: _Parts, table: ConsequenceTable, snv: SnvEffects, inside: Ints) -> None:
    """Exon or intron number, and the distance to the splice site."""
    bundle, at = table.bundle, snv.places
    pairs = table.snv_pairs[inside]
    row, exon, exonic = table.row[pairs], at.exon[inside], at.exonic[inside]
    first, total = bundle.exon_offset[row], np.diff(bundle.exon_offset)[row]
    forward = bundle.strand[row] > 0
    index = exon - first
    number = np.where(forward, index + 1, total - index - np.where(exonic, 0, 1))
    for name, chosen, count in (
        ("exon", exonic, total),
        ("intron", ~exonic, total - 1),
    ):
        rows = np.flatnonzero(chosen)
        texts = join(numbers(number[rows]), numbers(count[rows]), by="/")
        parts.add(name, pairs[rows], texts)
    near = np.minimum(at.donor[inside], at.acceptor[inside])
    distance = np.where(exonic, at.border[inside], -near)
    known = np.flatnonzero(np.abs(distance) < FAR)
    parts.add("splice_distance", pairs[known], numbers(distance[known]))


def _coding(parts: _Parts, table: ConsequenceTable, snv: SnvEffects, inside: Ints) -> None:
    """Positions, residues and codons of SNVs in the CDS, and the fate of a new stop."""
    bundle = table.bundle
    row, anchor = table.row[table.snv_pairs[inside]], snv.places.anchor[inside]
    in_cds: Bools = (
        snv.places.exonic[inside] & (anchor >= bundle.cds_first[row])
        & (anchor < bundle.cds_stop[row])
    )  # fmt: skip
    inside, row, anchor = inside[in_cds], row[in_cds], anchor[in_cds]
    pairs = table.snv_pairs[inside]
    phase = bundle.cds_phase[row].astype(np.int64)
    offset = anchor - bundle.cds_first[row] - phase
    cds = offset + 1 + np.where(phase > 0, 3, 0)
    parts.add("cds_position", pairs, numbers(cds))
    parts.add("protein_position", pairs, numbers((cds - 1) // 3 + 1))
    known = np.flatnonzero(snv.codon_ref[inside] < NO_CODON)
    at, spot = inside[known], offset[known] % 3
    old, new = (
        pick(_CODONS, codon[at].astype(np.int64) * 3 + spot)
        for codon in (snv.codon_ref, snv.codon_alt)
    )
    parts.add("codons", pairs[known], join(old, new, by="/"))
    spelt = known[(table.mask[pairs[known]] & t.START_LOST) == 0]
    amino = [a[inside[spelt]].astype(np.int64) for a in (snv.amino_ref, snv.amino_alt)]
    same = np.flatnonzero(amino[0] == amino[1])
    other = np.flatnonzero(amino[0] != amino[1])
    parts.add("amino_acids", pairs[spelt[same]], pick(_LETTERS, amino[0][same]))
    changed = join(pick(_LETTERS, amino[0][other]), pick(_LETTERS, amino[1][other]), by="/")
    parts.add("amino_acids", pairs[spelt[other]], changed)
    stops = known[(table.mask[pairs[known]] & t.STOP_GAINED) > 0]
    new_stop = (anchor - offset % 3)[stops]
    fates = [
        _NMD[escapes_nmd(view(bundle, r), s)[0]]
        for r, s in zip(row[stops].tolist(), new_stop.tolist(), strict=True)
    ]
    parts.add("nmd", pairs[stops], strings(fates))
