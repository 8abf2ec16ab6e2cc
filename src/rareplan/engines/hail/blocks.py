"""Reads the judged allele rows back as the batches that the ledger and the checks take."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rareplan.engines.hail.table import CODE_BASE, sample_columns
from rareplan.filters.facts import BatchFacts
from rareplan.filters.ledger import Judgement
from rareplan.model.batch import AlleleBatch
from rareplan.model.genome import contig_from_name

if TYPE_CHECKING:
    import pyarrow as pa

BLOCK_ROWS = 1 << 17
_FLOATS = ("gq", "dp", "ab", "max_af", "homozygotes")
_WORDS = ["contig", "ref", "alt", "exempt"]


@dataclass(frozen=True)
class Block:
    """Alleles as Spark judged them; ``keep`` holds the record (JSON) of those that passed."""

    batch: AlleleBatch
    facts: BatchFacts
    judgement: Judgement
    gene_code: np.ndarray
    exempt: list[str]
    keep: dict[int, str]


def _numbers(table: pa.Table, name: str) -> np.ndarray:
    """A float column, NaN where it is missing."""
    return np.asarray(table[name].to_numpy().astype(np.float64))


def _words(table: pa.Table, name: str) -> np.ndarray:
    """A text column as objects; equal texts are one object."""
    column = table[name].unify_dictionaries().combine_chunks()
    if not len(column):
        return np.empty(0, object)
    words = np.array(column.dictionary.to_pylist(), object)
    return np.asarray(words[column.indices.to_numpy(zero_copy_only=False)])


def _batch(table: pa.Table, record: np.ndarray, samples: Sequence[str]) -> AlleleBatch:
    n, s = table.num_rows, len(samples)
    hap = np.empty((n, s, 2), np.int8)
    ref, alt = np.empty((n, s)), np.empty((n, s))
    for number in range(s):
        gt, r, a = sample_columns(number)
        packed = table[gt].to_numpy()
        hap[:, number, 0], hap[:, number, 1] = packed // CODE_BASE - 2, packed % CODE_BASE - 2
        ref[:, number], alt[:, number] = _numbers(table, r), _numbers(table, a)
    names = _words(table, "contig")
    codes = {name: int(contig_from_name(name)) for name in set(names)}
    nothing, nan = np.full(n, "", object), np.full((n, s), np.nan)
    return AlleleBatch(
        samples=tuple(samples),
        record=record,
        allele=table["allele"].to_numpy().astype(np.int16),
        contig=np.fromiter([codes[name] for name in names], np.int8, n),
        pos=table["pos"].to_numpy().astype(np.int64),
        end=table["end"].to_numpy().astype(np.int64),
        ref=_words(table, "ref"),
        alt=_words(table, "alt"),
        contig_name=names,
        qual=np.full(n, np.nan),
        filter_pass=table["filter_pass"].to_numpy(),
        filters=nothing,
        hap=hap,
        phased=np.zeros((n, s), np.bool_),
        decoded=np.ones(n, np.bool_),  # reads are NaN where the proband carries nothing
        gq=nan,
        dp=nan,
        ad_ref=ref,
        ad_alt=alt,
        max_af=_numbers(table, "max_af"),
        af_source=nothing,
        af_group=nothing,
        homozygotes=_numbers(table, "homozygotes"),
    )


def _facts(table: pa.Table, batch: AlleleBatch) -> BatchFacts:
    """What the ledger prints; the rules have run already, so the rest stays unknown."""
    n = len(batch)
    off = np.zeros(n, np.bool_)
    values = {name: _numbers(table, name) for name in _FLOATS}
    names = (
        "placed", "plain", "called", "carried", "haploid", "heterozygous", "half_called",
        "mitochondrial", "sex_linked", "exempt", "in_gene", "in_region", "consequence_known",
        "relevant", "segregation_known", "segregates",
    )  # fmt: skip
    known: dict[str, Any] = dict.fromkeys(names, off) | values
    return BatchFacts(filter_pass=batch.filter_pass, **known)


def _block(table: pa.Table, record: np.ndarray, samples: Sequence[str]) -> Block:
    batch = _batch(table, record, samples)
    keep = table["keep"].combine_chunks()
    rows = np.flatnonzero(keep.is_valid().to_numpy(zero_copy_only=False))
    bits = table["bits"].to_numpy().astype(np.uint32)
    return Block(
        batch=batch,
        facts=_facts(table, batch),
        judgement=Judgement(bits, table["first"].to_numpy().astype(np.int8)),
        gene_code=table["gene"].to_numpy().astype(np.int64),
        exempt=_words(table, "exempt").tolist(),
        keep=dict(zip(rows.tolist(), keep.take(rows).to_pylist(), strict=True)),
    )


def _whole_records(tables: Iterator[pa.Table]) -> Iterator[pa.Table]:
    """The same rows in tables that never part the alleles of one record.

    The sample checks tell by its neighbours whether an allele is the only one of its record.
    """
    import pyarrow as pa

    rest = None
    for one in tables:
        table = one if rest is None else pa.concat_tables([rest, one])
        starts = np.flatnonzero(table["allele"].to_numpy() <= 1)
        last = int(starts[-1]) if len(starts) else 0
        if last:
            yield table.slice(0, last)
        rest = table.slice(last)
    if rest is not None and rest.num_rows:
        yield rest


def _tables(files: Sequence[Path], rows: int) -> Iterator[pa.Table]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    for path in files:
        with pq.ParquetFile(path, read_dictionary=_WORDS) as file:
            for batch in file.iter_batches(rows):
                yield pa.Table.from_batches([batch])


def _in_order(files: Sequence[Path], rows: int) -> Iterator[pa.Table]:
    """All rows of one family by record and allele; a partitioned write may have mixed them."""
    import pyarrow as pa

    found = list(_tables(files, rows))
    if not found:
        return
    table = pa.concat_tables(found).unify_dictionaries().combine_chunks()
    table = table.sort_by([("record", "ascending"), ("allele", "ascending")])
    for start in range(0, table.num_rows, rows):
        yield table.slice(start, rows)


def read_blocks(folder: Path, samples: Sequence[str], rows: int = BLOCK_ROWS) -> Iterator[Block]:
    """Blocks of about ``rows`` judged alleles from the parquet files of ``table.write_rows``.

    A record's number is in the rows (joint call sets) or is counted: files and rows come in the
    order of the genome.
    """
    import pyarrow.parquet as pq

    files = sorted(folder.glob("part-*.parquet"))
    numbered = bool(files) and "record" in pq.read_schema(files[0]).names
    done = 0
    for table in _whole_records((_in_order if numbered else _tables)(files, rows)):
        if numbered:
            record = table["record"].to_numpy()
        else:
            record = np.cumsum(table["allele"].to_numpy() <= 1) - 1 + done
            done = int(record[-1]) + 1
        yield _block(table, record, samples)
