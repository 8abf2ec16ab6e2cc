"""SNVs of one codon that a VCF's own genotypes put on one haplotype, for ``annotate``'s output.

Phase is what the file says: ``|`` in GT within one PS, GATK's PGT and PID, and calls with the
allele on every chromosome. Families are not looked at here; ``analyze`` does that.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from rareplan.annotate.allele import minimal
from rareplan.annotate.labels import Strings, scattered, strings
from rareplan.annotate.phased import CodonGroup, codon_groups, joint_consequence
from rareplan.annotate.table import Bools, ConsequenceTable
from rareplan.annotate.view import view
from rareplan.model.consequence import Consequence
from rareplan.model.site_block import SiteBlock

_FORMAT = 8
_BETWEEN = re.compile(r"[/|]")


class Call(NamedTuple):
    """One sample's call of a record: allele numbers by haplotype (-1 missing), and its phase set.

    ``phase`` is "" for an unphased call and ``*`` for a phased one without a set.
    """

    haplotypes: tuple[int, ...]
    phase: str


def joint_column(
    block: SiteBlock, table: ConsequenceTable, lifted: Bools, samples: Sequence[str]
) -> Strings:
    """A text a pair of the table, m: what the allele makes with its neighbours, "" mostly.

    ``1-100-A-C+1-102-C-A|missense_variant|NM_1.1:c.7_9delinsCAA|NP_1.1:p.(Tyr3Gln)|kid&mum``:
    the alleles as the file has them, terms, names, and whose haplotypes hold them; several are
    separated by semicolons.
    """
    found: dict[int, list[str]] = {}
    for group in codon_groups(table) if samples else ():
        if not all(lifted[i] for i in group.members):
            continue
        for members, carriers in _haplotypes(block, group, samples).items():
            text = _text(block, table, group, members, carriers)
            for i in members if text else ():
                found.setdefault(_pair(table, i, group.row), []).append(text)
    rows = sorted(found)
    parts = (
        [(np.array(rows, dtype=np.int64), strings([";".join(found[k]) for k in rows]))]
        if rows
        else []
    )
    return scattered(len(table.row), parts)


def _pair(table: ConsequenceTable, allele: int, row: int) -> int:
    return next(k for k in table.pairs(allele) if table.row[k] == row)


def _text(
    block: SiteBlock,
    table: ConsequenceTable,
    group: CodonGroup,
    members: tuple[int, ...],
    carriers: Sequence[str],
) -> str:
    alleles = [minimal(int(table.pos[i]), table.ref[i], table.alt[i]) for i in members]
    together = joint_consequence(view(table.bundle, group.row), alleles)
    if together is None:
        return ""
    names = "+".join(_name(block, i) for i in members)
    return "|".join((names, *_said(together), "&".join(carriers)))


def _said(one: Consequence) -> tuple[str, str, str]:
    return "&".join(one.terms), one.hgvs_c, one.hgvs_p


def _name(block: SiteBlock, allele: int) -> str:
    chrom = block.names[int(block.name_code[block.record[allele]])]
    return f"{chrom}-{block.pos[allele]}-{block.ref[allele]}-{block.alt[allele]}"


def _haplotypes(
    block: SiteBlock, group: CodonGroup, samples: Sequence[str]
) -> dict[tuple[int, ...], list[str]]:
    """Largest sets of alleles on one haplotype, and the samples who have such a haplotype."""
    calls = {i: _calls(block, int(block.record[i])) for i in group.members}
    number = {i: i - block.alleles(int(block.record[i])).start + 1 for i in group.members}
    found: dict[tuple[int, ...], list[str]] = {}
    for place, sample in enumerate(samples):
        mine = {
            i: calls[i][place] for i in group.members if number[i] in calls[i][place].haplotypes
        }
        sets = {_with(seed, mine, number, block) for seed in mine}
        for members in sorted(s for s in sets if len(s) > 1):
            found.setdefault(members, []).append(sample)
    return found


def _with(
    seed: int, mine: dict[int, Call], number: dict[int, int], block: SiteBlock
) -> tuple[int, ...]:
    held = [seed]
    for other, call in mine.items():
        if all(
            block.pos[other] != block.pos[i] and _in_cis(mine[i], number[i], call, number[other])
            for i in held
        ):
            held.append(other)
    return tuple(sorted(held))


def _in_cis(one: Call, first: int, two: Call, second: int) -> bool:
    if set(one.haplotypes) == {first} or set(two.haplotypes) == {second}:
        return True
    if not one.phase or one.phase != two.phase:
        return False
    return (first, second) in set(zip(one.haplotypes, two.haplotypes, strict=False))


def _calls(block: SiteBlock, record: int) -> list[Call]:
    """Calls of all samples of a record."""
    line = block.text[block.cuts[record, _FORMAT] : block.cuts[record, -1] - 1]
    keys, *cells = line.decode("utf-8", "replace").split("\t")
    return [_call(dict(zip(keys.split(":"), cell.split(":"), strict=False))) for cell in cells]


def _call(fields: dict[str, str]) -> Call:
    text, phase = fields.get("GT", "."), ""
    name = fields.get("PID", ".")
    if "|" in text:
        given = fields.get("PS", name)
        phase = "*" if given in {".", ""} else given
    elif "|" in fields.get("PGT", "") and name not in {".", ""} and _plain(text):
        text, phase = fields["PGT"], name  # GATK writes the phase beside an unphased GT
    parts = _BETWEEN.split(text)
    return Call(tuple(int(p) if p.isdigit() else -1 for p in parts), phase)


def _plain(text: str) -> bool:
    """A call of the reference and the first alternate only: PGT knows no other."""
    return set(_BETWEEN.split(text)) <= {"0", "1"}
