"""Consequences of a VCF as a table: one row for each allele and transcript."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pyarrow as pa

from rareplan.annotate.annotator import Annotator, Bools, Summary
from rareplan.annotate.file_joint import joint_column
from rareplan.annotate.labels import Strings, join, numbers, pick, strings, text_of
from rareplan.annotate.output import staged
from rareplan.annotate.resolve import resolve_pairs
from rareplan.annotate.table import ConsequenceTable, Ints
from rareplan.annotate.terms import TERMS
from rareplan.annotate.text import PairText, pair_text
from rareplan.model.consequence import SO_IMPACT
from rareplan.model.site_block import SiteBlock

COLUMNS = (
    "chrom", "pos", "ref", "alt", "gene", "transcript", "consequence", "impact", "hgvs_c", "hgvs_p",
    "joint",
)  # fmt: skip


def write_table(blocks: Iterable[SiteBlock], target: Path, annotator: Annotator) -> Summary:
    """One row for each allele and transcript, in the order of the file; tab-separated."""
    summary = Summary()
    with staged(target) as path, path.open("wb") as out:
        out.write(("\t".join(COLUMNS) + "\n").encode())
        for block in blocks:
            table, lifted = annotator.annotate(block, summary)
            texts = pair_text(table, annotator.labels)
            texts, settled = resolve_pairs(texts, table, block, annotator.reader, annotator.clinvar)
            summary.settled += settled
            joint = joint_column(block, table, lifted, annotator.samples)
            lines = _lines(block, table, texts, joint, lifted, pick_one=annotator.pick)
            summary.rows += len(lines)
            out.write(text_of(lines))
    return summary


def _lines(
    block: SiteBlock,
    table: ConsequenceTable,
    texts: PairText,
    joint: Strings,
    lifted: Bools,
    *,
    pick_one: bool,
) -> pa.StringArray:
    """Lines in the order of the alleles; alleles that touch no transcript have one as well."""
    order = table.reporting_order
    if pick_one and len(order):
        order = order[np.concatenate(([True], np.diff(table.query[order]) > 0))]
    query = table.query[order]
    heads = join(
        pick(strings(list(block.names)), block.name_code[block.record]), numbers(block.pos),
        strings(block.ref), strings(block.alt), by="\t",
    )  # fmt: skip
    told = join(
        pick(heads, query),
        *(
            pick(column, order)
            for column in (
                texts.gene, texts.transcript, texts.consequence, texts.impact, texts.hgvs_c,
                texts.hgvs_p, joint,
            )
        ),
        by="\t",
    )  # fmt: skip
    bare = np.ones(len(block), dtype=bool)
    bare[query] = False
    rest = np.flatnonzero(bare).astype(np.int64)
    if len(rest):
        told = pa.concat_arrays([told, _bare(pick(heads, rest), rest, table, lifted)])
        told = pick(told, np.argsort(np.concatenate((query, rest)), kind="stable"))
    return join(told, "\n")


def _bare(
    heads: pa.StringArray, rest: Ints, table: ConsequenceTable, lifted: Bools
) -> pa.StringArray:
    """Rows of alleles that touch no transcript."""
    unspecific = TERMS.index("sequence_variant")
    rank = np.where(lifted[rest], table.worst_rank[rest], unspecific).astype(np.int64)
    tails = strings([f"\t\t\t{term}\t{SO_IMPACT[term].value}\t\t\t" for term in TERMS])
    return join(heads, pick(tails, rank))
