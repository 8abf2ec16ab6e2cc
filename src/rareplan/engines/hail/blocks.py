"""Reads the exported allele rows back as the batches that the ledger and the checks take."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rareplan.engines.hail.table import sample_columns
from rareplan.filters.facts import BatchFacts
from rareplan.filters.ledger import Judgement
from rareplan.model.batch import AlleleBatch
from rareplan.model.genome import contig_from_name

if TYPE_CHECKING:
    import pyarrow as pa

_BLOCK_BYTES = 16 << 20
_FLOATS = ("gq", "dp", "ab", "max_af", "homozygotes")
_TEXTS = ("contig", "ref", "alt", "exempt", "keep")


@dataclass(frozen=True)
class Block:
    """Alleles as Spark judged them; ``keep`` holds the record (JSON) of those that passed."""

    batch: AlleleBatch
    facts: BatchFacts
    judgement: Judgement
    gene_code: np.ndarray
    exempt: list[str]
    keep: list[str]


def _types(samples: int) -> dict[str, pa.DataType]:
    import pyarrow as pa

    types = dict.fromkeys(_TEXTS, pa.string())
    types |= dict.fromkeys(_FLOATS, pa.float64())
    types |= dict.fromkeys(("record", "pos", "end", "bits"), pa.int64())
    types |= dict.fromkeys(("allele", "gene", "first", "filter_pass"), pa.int32())
    for number in range(samples):
        h0, h1, ref, alt = sample_columns(number)
        types |= {h0: pa.int32(), h1: pa.int32(), ref: pa.float64(), alt: pa.float64()}
    return types


def _objects(column: pa.ChunkedArray | pa.Array) -> np.ndarray:
    values = np.empty(len(column), object)
    values[:] = column.to_pylist()
    return values


def _batch(table: pa.RecordBatch, samples: Sequence[str]) -> AlleleBatch:
    n, s = table.num_rows, len(samples)
    hap = np.empty((n, s, 2), np.int8)
    ref, alt = np.empty((n, s)), np.empty((n, s))
    for number in range(s):
        h0, h1, r, a = sample_columns(number)
        hap[:, number, 0], hap[:, number, 1] = table[h0].to_numpy(), table[h1].to_numpy()
        ref[:, number] = table[r].to_numpy(zero_copy_only=False)
        alt[:, number] = table[a].to_numpy(zero_copy_only=False)
    names = _objects(table["contig"])
    codes = {name: int(contig_from_name(name)) for name in set(names)}
    nothing, nan = np.full(n, "", object), np.full((n, s), np.nan)
    return AlleleBatch(
        samples=tuple(samples),
        record=table["record"].to_numpy(),
        allele=table["allele"].to_numpy().astype(np.int16),
        contig=np.fromiter([codes[name] for name in names], np.int8, n),
        pos=table["pos"].to_numpy(),
        end=table["end"].to_numpy(),
        ref=_objects(table["ref"]),
        alt=_objects(table["alt"]),
        contig_name=names,
        qual=np.full(n, np.nan),
        filter_pass=table["filter_pass"].to_numpy() == 1,
        filters=nothing,
        hap=hap,
        phased=np.zeros((n, s), np.bool_),
        decoded=np.zeros(n, np.bool_),
        gq=nan,
        dp=nan,
        ad_ref=ref,
        ad_alt=alt,
        max_af=table["max_af"].to_numpy(zero_copy_only=False),
        af_source=nothing,
        af_group=nothing,
        homozygotes=table["homozygotes"].to_numpy(zero_copy_only=False),
    )


def _facts(table: pa.RecordBatch, batch: AlleleBatch) -> BatchFacts:
    """What the ledger prints; the rules have run already, so the rest stays unknown."""
    n = len(batch)
    off = np.zeros(n, np.bool_)
    values = {name: table[name].to_numpy(zero_copy_only=False) for name in _FLOATS}
    names = (
        "placed", "plain", "called", "carried", "haploid", "heterozygous", "mitochondrial",
        "sex_linked", "exempt", "in_gene", "in_region", "consequence_known", "relevant",
        "segregation_known", "segregates",
    )  # fmt: skip
    known: dict[str, Any] = dict.fromkeys(names, off) | values
    return BatchFacts(filter_pass=batch.filter_pass, **known)


def read_blocks(files: Sequence[Path], samples: Sequence[str]) -> Iterator[Block]:
    """Blocks of the exported rows, file by file in their order.

    ``files`` are tab-separated with a header, as ``allele_rows`` names the columns.
    """
    import pyarrow.csv as pc

    for path in files:
        reader = pc.open_csv(
            path,
            read_options=pc.ReadOptions(block_size=_BLOCK_BYTES, use_threads=False),
            parse_options=pc.ParseOptions(delimiter="\t", quote_char=False),
            convert_options=pc.ConvertOptions(
                column_types=_types(len(samples)),
                null_values=["NA", "NaN"],
                strings_can_be_null=False,
            ),
        )
        for table in reader:
            batch = _batch(table, samples)
            bits = table["bits"].to_numpy().astype(np.uint32)
            first = table["first"].to_numpy().astype(np.int8)
            yield Block(
                batch=batch,
                facts=_facts(table, batch),
                judgement=Judgement(bits, first),
                gene_code=table["gene"].to_numpy().astype(np.int64),
                exempt=table["exempt"].to_pylist(),
                keep=table["keep"].to_pylist(),
            )
