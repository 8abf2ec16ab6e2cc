"""gnomAD v4.1 joint sites, streamed chromosome by chromosome; nothing but the result is stored.

Kept are alleles whose highest group frequency reaches ``MIN_AF`` or that have homozygotes: what
is not in the table is rarer than that, or was never seen. Only sites that pass in exomes or
genomes count (``FILTER`` of the joint file).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from rareplan.knowledge.alleles import allele_codes
from rareplan.model.genome import contig_from_name
from rareplan.refresh.faults import SourceError
from rareplan.refresh.parts import Inputs
from rareplan.refresh.tables import SCHEMAS, Built

PARSER_VERSION = 1
MIN_AF = 1e-4
GROUP_ROWS = 500_000

_GRPMAX, _GROUP = b"AF_grpmax_joint=", b"grpmax_joint="
_HOM, _TOTAL = b"nhomalt_joint=", b"AF_joint="
SCHEMA = pa.schema([*SCHEMAS["frequencies"].items(), ("code", pa.int64())])
Row = tuple[int, int, str, str, float, str, int]


def _value(info: bytes, key: bytes) -> bytes:
    """Value of one INFO key: the key must begin an entry (``AF_joint`` is also a suffix)."""
    at = 0 if info.startswith(key) else info.find(b";" + key) + 1
    if at == 0 and not info.startswith(key):
        return b""
    start = at + len(key)
    end = info.find(b";", start)
    return info[start:] if end < 0 else info[start:end]


def parse_line(line: bytes) -> Row | None:
    """One kept allele; None for what is too rare, filtered or without a frequency."""
    chrom, pos, _, ref, alt, _, passed, info = line.rstrip(b"\n").split(b"\t", 7)
    if passed not in (b"PASS", b"."):
        return None
    frequency = _value(info, _GRPMAX) or _value(info, _TOTAL)
    homozygotes = int(_value(info, _HOM) or 0)
    af = float(frequency) if frequency not in (b"", b".") else 0.0
    if af < MIN_AF and not homozygotes:
        return None
    return (
        int(contig_from_name(chrom.decode())), int(pos), ref.decode(), alt.decode(), af,
        _value(info, _GROUP).decode(), homozygotes,
    )  # fmt: skip


def _batch(rows: list[Row]) -> pa.Table:
    rows.sort(key=lambda r: (r[1], r[2], r[3]))
    columns: list[Any] = [list(c) for c in zip(*rows, strict=True)]
    columns.append(allele_codes(columns[2], columns[3]))
    arrays = [pa.array(c, kind) for c, kind in zip(columns, SCHEMA.types, strict=True)]
    return pa.Table.from_arrays(arrays, schema=SCHEMA)


class SitesWriter:
    """Writes the table group by group; a group holds one contig, rows come sorted."""

    def __init__(self, path: Path) -> None:
        self._writer = pq.ParquetWriter(
            path, SCHEMA, compression="zstd", use_dictionary=["ref", "alt", "af_group", "contig"],
            write_statistics=False,
        )  # fmt: skip
        self.rows = 0

    def add(self, lines: Iterable[bytes]) -> int:
        """Add the sites of one chromosome; the number of records that were read.

        Raises:
            SourceError: positions go backwards, or more than one contig.
        """
        rows: list[Row] = []
        read, last, contig = 0, 0, -1
        for line in lines:
            if line.startswith(b"#"):
                continue
            read += 1
            row = parse_line(line)
            if row is None:
                continue
            contig = row[0] if contig < 0 else contig
            if row[0] != contig or row[1] < last:
                raise SourceError("the gnomAD sites are not one contig in ascending order")
            if len(rows) >= GROUP_ROWS and row[1] > last:
                self._flush(rows)
                rows = []
            last = row[1]
            rows.append(row)
        if not read:
            raise SourceError("a gnomAD sites file holds no record")
        self._flush(rows)
        return read

    def _flush(self, rows: list[Row]) -> None:
        if rows:
            self._writer.write_table(_batch(rows), row_group_size=len(rows))
            self.rows += len(rows)

    def close(self) -> None:
        """Finish the file."""
        self._writer.close()


def build(inputs: Inputs, work: Path) -> Iterator[Built]:
    """``frequencies`` from the files that are here, in the order of the chromosomes."""
    path = work / "frequencies.streamed"
    writer = SitesWriter(path)
    try:
        for name in inputs.spec_order():
            with inputs.open(name) as lines:
                writer.add(lines)
    finally:
        writer.close()
    sources = tuple(inputs.source(name, "4.1") for name in inputs.spec_order())
    yield Built("frequencies", path, sources[:1], notes={"min_af": MIN_AF})
