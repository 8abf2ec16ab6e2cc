"""Finds the ledger rows that an HGVS name means, by naming the rows of the gene."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from rareplan.annotate import annotate_sites
from rareplan.engines.matching import reverse_complement
from rareplan.filters.run_ledger import Run, rows_of_gene
from rareplan.knowledge.genes import genes
from rareplan.knowledge.liftover import liftover
from rareplan.knowledge.store import KnowledgeBase
from rareplan.knowledge.transcripts import TranscriptBundle
from rareplan.model.genome import contig_from_name

_NAME = re.compile(r"^(?:(?P<ref>[^:]+):)?(?P<change>[cnmgp]\..+)$", re.IGNORECASE)


def _bare(change: str) -> str:
    """A change as compared: without predicted-brackets, spaces and case of the type letter."""
    text = re.sub(r"[()\s]", "", change)
    return text[:1].lower() + text[1:].replace("*", "Ter")


def gene_of_reference(kb: KnowledgeBase, reference: str) -> str:
    """Gene symbol of a transcript, protein or gene name, versions ignored; "" if unknown."""
    bundle = TranscriptBundle.from_knowledge(kb)
    base = re.split(r"[(.]", reference, maxsplit=1)[0].upper()
    for column in (bundle.transcript, bundle.refseq, bundle.protein):
        for row, name in enumerate(column):
            if name and str(name).split(".")[0].upper() == base:
                return str(bundle.gene[row])
    if inside := re.search(r"\(([\w-]+)\)", reference):
        return inside.group(1)
    found = genes(kb).find(reference)
    return found.symbol if found else ""


def rows_by_hgvs(run: Run, kb: KnowledgeBase, text: str) -> tuple[str, list[dict[str, Any]]]:
    """Gene and ledger rows whose c., n. or p. name is the one asked for."""
    match = _NAME.match(text.strip())
    if match is None or not match["ref"]:
        return "", []
    gene = gene_of_reference(kb, match["ref"])
    if not gene:
        return "", []
    rows = [r for r in rows_of_gene(run, gene).to_pylist() if str(r["alt"]).isalpha()]
    wanted = _bare(match["change"])
    return gene, [
        row for row, names in zip(rows, _names(run, kb, rows), strict=True) if wanted in names
    ]


def _names(run: Run, kb: KnowledgeBase, rows: list[dict[str, Any]]) -> list[set[str]]:
    """Every c., n. and p. name of each row."""
    if not rows:
        return []
    contig = np.array([int(contig_from_name(r["contig"])) for r in rows], np.int8)
    pos = np.array([r["pos"] for r in rows], np.int64)
    ref, alt = [r["ref"] for r in rows], [r["alt"] for r in rows]
    if run.assembly == "GRCh37":
        contig, pos, strand = liftover(kb).to_grch38(contig, pos)
        for i in np.flatnonzero(strand < 0).tolist():
            pos[i] -= len(ref[i]) - 1
            ref[i], alt[i] = reverse_complement(ref[i]), reverse_complement(alt[i])
    table = annotate_sites(
        contig,
        pos,
        np.array(ref, object),
        np.array(alt, object),
        TranscriptBundle.from_knowledge(kb),
    )
    found = []
    for i in range(len(rows)):
        names = {n for c in table.consequences(i) for n in (c.hgvs_c, c.hgvs_p) if n}
        found.append({_bare(n.rpartition(":")[2]) for n in names})
    return found
