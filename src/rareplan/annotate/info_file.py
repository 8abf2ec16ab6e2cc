"""Consequences of a VCF inside the VCF: the field ``RPCSQ`` in INFO, all else as it was."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa

from rareplan.annotate.annotator import Annotator, Bools, Summary
from rareplan.annotate.file_joint import joint_column
from rareplan.annotate.labels import (
    Labels,
    Strings,
    cast,
    join,
    joined_in_groups,
    pick,
    replaced,
    scattered,
    sizes,
    strings,
    text_of,
)
from rareplan.annotate.output import opened, staged
from rareplan.annotate.pair_facts import pair_facts
from rareplan.annotate.table import ConsequenceTable, Ints
from rareplan.annotate.text import pair_text
from rareplan.model.site_block import SiteBlock

INFO_ID = "RPCSQ"
INFO_FIELDS = (
    "Allele", "Consequence", "IMPACT", "SYMBOL", "Gene", "Feature", "RefSeq", "CLASS", "BIOTYPE",
    "EXON", "INTRON", "HGVSc", "HGVSp", "CDS_position", "Protein_position", "Amino_acids",
    "Codons", "SPLICE_DISTANCE", "NMD", "RESOLVED",
)  # fmt: skip
JOINT_ID = "RPJOINT"
JOINT_FIELDS = ("Alleles", "Consequence", "HGVSc", "HGVSp", "Samples")
_LINES = (
    f'##INFO=<ID={INFO_ID},Number=.,Type=String,Description="Consequences by rareplan. Format: '
    f'{"|".join(INFO_FIELDS)}">\n'
    f'##INFO=<ID={JOINT_ID},Number=.,Type=String,Description="SNVs of one codon on one haplotype '
    f'and what they make together, by rareplan. Format: {"|".join(JOINT_FIELDS)}">\n'
).encode()
_OURS = tuple(f"##INFO=<ID={i},".encode() for i in (INFO_ID, JOINT_ID))
_INFO = 7
# INFO values must hold none of these (VCF 4.3, section 1.2); HGVS uses "=" and ";".
_ESCAPES = (("=", "%3D"), (";", "%3B"), (" ", "_"))
_EARLIER = re.compile(rb"(?<=[\t;])(?:RPCSQ|RPJOINT)=[^;\t\n]*(?:;|(?=[\t\n]))")


def write_vcf(
    header: bytes, blocks: Iterable[SiteBlock], target: Path, annotator: Annotator
) -> Summary:
    """The VCF itself with ``RPCSQ`` in INFO, one entry for each alternate and transcript.

    Args:
        header: the file's header as it stands, ``#CHROM`` line included.
        blocks: its records.
        target: where to write; ``.gz`` and ``.bgz`` become BGZF.
        annotator: how.
    """
    summary = Summary()
    with staged(target) as path, opened(path) as out:
        out.write(_with_line(header))
        for block in blocks:
            table, lifted = annotator.annotate(block, summary)
            entries, count = _entries(block, table, lifted, annotator.labels)
            summary.rows += count
            joint = joint_column(block, table, lifted, annotator.samples)
            out.write(_lines(block, _with_joint(entries, joint, block, table)))
    return summary


def _with_line(header: bytes) -> bytes:
    """The header with the lines that declare the fields, in place of earlier ones."""
    lines = [
        line + b"\n"
        for line in header.replace(b"\r\n", b"\n").rstrip(b"\n").split(b"\n")
        if not line.startswith(_OURS)
    ]
    return b"".join([*lines[:-1], _LINES, lines[-1]])


def _entries(
    block: SiteBlock, table: ConsequenceTable, lifted: Bools, labels: Labels
) -> tuple[Strings, int]:
    """Value of the field for each record, "" where it has none; and the number of entries."""
    order = table.reporting_order
    order = order[lifted[table.query[order]]]
    texts, facts = pair_text(table, labels), pair_facts(table)
    row = table.row[order]
    resolved = pick(strings(["NO", "YES"]), table.pair_resolved[order].astype(np.int64))
    one = join(
        strings(block.alt[table.query[order]]),
        *(pick(column, order) for column in (texts.consequence, texts.impact)),
        *(
            pick(column, row)
            for column in (
                labels.gene, labels.gene_id, labels.transcript, labels.refseq, labels.kind,
                labels.biotype,
            )
        ),
        *(
            pick(column, order)
            for column in (
                facts["exon"], facts["intron"], texts.hgvs_c, texts.hgvs_p,
                facts["cds_position"], facts["protein_position"], facts["amino_acids"],
                facts["codons"], facts["splice_distance"], facts["nmd"],
            )
        ),
        resolved,
        by="|",
    )  # fmt: skip
    for letter, escape in _ESCAPES:
        one = replaced(one, letter, escape)
    ends = np.searchsorted(block.record[table.query[order]], np.arange(block.records + 1))
    return joined_in_groups(one, ends, ","), len(order)


def _with_joint(
    entries: Strings, joint: Strings, block: SiteBlock, table: ConsequenceTable
) -> Strings:
    """The field with its id, followed by the other one where a record has that."""
    lead = np.where(sizes(entries) > 0, 1, 0)
    fields = join(pick(strings(["", f"{INFO_ID}="]), lead), entries)
    said: dict[int, dict[str, None]] = {}
    for k in np.flatnonzero(sizes(joint)).tolist():
        record = int(block.record[table.query[k]])
        said.setdefault(record, {}).update(dict.fromkeys(joint[k].as_py().split(";")))
    if not said:
        return fields
    rows = np.array(sorted(said), dtype=np.int64)
    texts = [f";{JOINT_ID}=" + ",".join(map(_escaped, said[i])) for i in rows.tolist()]
    return join(fields, scattered(block.records, [(rows, strings(texts))]))


def _escaped(text: str) -> str:
    for letter, escape in (*_ESCAPES, (",", "%2C")):
        text = text.replace(letter, escape)
    return text


def _lines(block: SiteBlock, entries: Strings) -> bytes | memoryview:
    """The records with their entries in INFO; ``.`` gives way to them."""
    if any(f"{i}=".encode() in block.text for i in (INFO_ID, JOINT_ID)):
        # Annotated before: what stands there is replaced, so that the columns move.
        return b"".join(_again(block, entries))
    data = np.frombuffer(block.text, dtype=np.uint8)
    begin, stop = block.cuts[:, _INFO], block.cuts[:, _INFO + 1] - 1
    has = sizes(entries) > 0
    empty = (stop - begin == 1) & (data[begin] == ord("."))
    head_end = np.where(has & empty, begin, stop)
    parts = _slices(block, head_end, stop)
    code = np.where(has, np.where(empty, 1, 2), 0)
    lead = join(pick(strings(["", "", ";"]), code), entries)
    at = np.arange(block.records, dtype=np.int64) * 3
    # As bytes: what else stands in a line need not be UTF-8.
    return text_of(join(pick(parts, at), cast(lead, pa.binary()), pick(parts, at + 2), by=b""))


def _slices(block: SiteBlock, head_end: Ints, stop: Ints) -> Strings:
    """Three pieces of each line: up to ``head_end``, up to ``stop``, and the rest."""
    edges = np.column_stack((block.cuts[:, 0], head_end, stop)).reshape(-1)
    offsets = np.append(edges, len(block.text)).astype(np.int32)
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(block.text)]
    return pa.Array.from_buffers(pa.binary(), len(edges), buffers)


def _again(block: SiteBlock, entries: Strings) -> Iterator[bytes]:
    for number, entry in enumerate(entries.to_pylist()):
        line = block.text[block.cuts[number, 0] : block.cuts[number, -1]]
        cells = _EARLIER.sub(b"", line).split(b"\t")
        info = cells[_INFO].strip().rstrip(b";")
        kept = [] if info in {b"", b"."} else [info]
        said = [entry.encode()] if entry else []
        tail = b"\n" if len(cells) == _INFO + 1 else b""
        cells[_INFO] = (b";".join([*kept, *said]) or b".") + tail
        yield b"\t".join(cells)
