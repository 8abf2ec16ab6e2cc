"""Missense scores, opt-in: AlphaMissense (TSV) or REVEL (CSV in a zip), GRCh38."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from rareplan.model.genome import Contig, contig_from_name
from rareplan.refresh.faults import SourceError
from rareplan.refresh.parts import Inputs
from rareplan.refresh.tables import SCHEMAS, Built

PARSER_VERSION = 1
_GROUP = 1_000_000
Row = tuple[int, int, str, str, float]


def alphamissense(lines: Iterable[str]) -> Iterator[Row]:
    """Rows of ``AlphaMissense_hg38.tsv``: the highest score where transcripts differ is kept."""
    columns: list[str] = []
    for line in lines:
        if line.startswith("#CHROM"):
            columns = line[1:].rstrip("\n").split("\t")
        elif not line.startswith("#"):
            if "am_pathogenicity" not in columns:
                raise SourceError("AlphaMissense has no column am_pathogenicity")
            cell = dict(zip(columns, line.rstrip("\n").split("\t"), strict=True))
            contig = contig_from_name(cell["CHROM"])
            score = float(cell["am_pathogenicity"])
            yield int(contig), int(cell["POS"]), cell["REF"], cell["ALT"], score


def revel(lines: Iterable[str]) -> Iterator[Row]:
    """Rows of REVEL's CSV with a GRCh38 position."""
    reader = csv.DictReader(lines)
    missing = {"chr", "grch38_pos", "ref", "alt", "REVEL"} - set(reader.fieldnames or ())
    if missing:
        raise SourceError(f"REVEL lacks the columns {sorted(missing)}")
    for row in reader:
        if row["grch38_pos"] not in ("", "."):
            yield (
                int(contig_from_name(row["chr"])), int(row["grch38_pos"]), row["ref"], row["alt"],
                float(row["REVEL"]),
            )  # fmt: skip


def write_scores(rows: Iterable[Row], path: Path) -> int:
    """Stream rows to parquet, in the order of the file; duplicates keep the highest score."""
    schema = pa.schema(list(SCHEMAS["scores"].items()))
    written = 0
    with pq.ParquetWriter(path, schema, compression="zstd", write_statistics=False) as writer:
        batch: list[Row] = []
        for row in rows:
            if row[0] == Contig.OTHER:
                continue
            if batch and batch[-1][:4] == row[:4]:
                batch[-1] = max(batch[-1], row)
                continue
            if len(batch) >= _GROUP or (batch and batch[-1][0] != row[0]):
                written += _flush(writer, batch, schema)
                batch = []
            batch.append(row)
        written += _flush(writer, batch, schema)
    if not written:
        raise SourceError("no score on a primary contig")
    return written


def _flush(writer: pq.ParquetWriter, batch: list[Row], schema: pa.Schema) -> int:
    if batch:
        batch.sort(key=lambda r: r[:4])
        columns: list[Any] = [list(c) for c in zip(*batch, strict=True)]
        arrays = [pa.array(c, kind) for c, kind in zip(columns, schema.types, strict=True)]
        writer.write_table(pa.Table.from_arrays(arrays, schema=schema), row_group_size=len(batch))
    return len(batch)


def build(inputs: Inputs, work: Path) -> Iterator[Built]:
    """``alphamissense`` or ``revel``."""
    path = work / "scores.streamed"
    if inputs.has("alphamissense.tsv.gz"):
        file, name = "alphamissense.tsv.gz", "alphamissense"
        write_scores(alphamissense(inputs.lines(file)), path)
    else:
        file, name = "revel.zip", "revel"
        try:
            with zipfile.ZipFile(inputs.files[file].path) as archive:
                member = next(n for n in archive.namelist() if n.endswith(".csv"))
                with archive.open(member) as raw:
                    write_scores(revel(io.TextIOWrapper(raw, "utf-8")), path)
        except (zipfile.BadZipFile, StopIteration) as error:
            raise SourceError(f"{file} is not REVEL's archive ({error})") from error
    yield Built(name, path, (inputs.source(file),))
