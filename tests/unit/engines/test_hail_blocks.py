"""Judged rows come back in blocks: a record is never parted, whatever the size of a block."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from rareplan.engines.hail.blocks import read_blocks
from rareplan.engines.hail.table import CODE_BASE, sample_columns
from rareplan.filters.qc_counts import QcCounts
from rareplan.model.batch import concatenate
from rareplan.model.genome import Assembly

TRIO = ("child", "father", "mother")


def packed(first: int, second: int) -> int:
    return CODE_BASE * (first + 2) + second + 2


def rows() -> list[dict[str, object]]:
    """Two plain records around two with two ALTs each, of which the second was never called."""
    found: list[dict[str, object]] = []
    for record, (alts, calls) in enumerate(
        [("G", [(0, 1), (0, 1), (0, 0)]), ("GT", [(1, 2), (2, 2), (1, 1)]),
         ("CT", [(2, 2), (2, 2), (2, 2)]), ("C", [(1, 1), (0, 1), (0, 1)])]
    ):  # fmt: skip
        for allele, alt in enumerate(alts, start=1):
            coded = [packed(*(0 if h == 0 else 1 if h == allele else 2 for h in c)) for c in calls]
            row: dict[str, object] = {
                "record": record, "allele": allele, "contig": "chr1", "pos": 100 + record,
                "end": 100 + record, "ref": "A", "alt": alt, "filter_pass": True, "gene": 0,
                "bits": 0, "first": 0, "gq": 50.0, "dp": 20.0, "ab": 0.5, "max_af": None,
                "homozygotes": None, "exempt": "", "keep": None,
            }  # fmt: skip
            for number, code in enumerate(coded):
                gt, ref, depth = sample_columns(number)
                row |= {gt: code, ref: 20.0, depth: 0.0}
            found.append(row)
    return found


def write(folder: Path, table: list[dict[str, object]]) -> None:
    folder.mkdir()
    number = pa.float64()
    schema = pa.schema([
        (name, pa.bool_() if isinstance(value, bool) else number if value is None or
         isinstance(value, float) else pa.int32() if isinstance(value, int) else pa.string())
        for name, value in table[0].items()
    ])  # fmt: skip
    if "keep" in schema.names:
        at = schema.get_field_index("keep")
        schema = schema.set(at, pa.field("keep", pa.string()))
    pq.write_table(pa.Table.from_pylist(table, schema), folder / "part-00000.parquet")


def counts(folder: Path, size: int) -> QcCounts:
    found = QcCounts(TRIO, ((0, 1, 2),))
    for block in read_blocks(folder, TRIO, size):
        found.add(block.batch, Assembly.GRCH38)
    return found


@pytest.mark.parametrize("numbered", [True, False])
@pytest.mark.parametrize("size", [1, 2, 3, 4, 5])
def test_a_record_is_never_parted(tmp_path: Path, size: int, numbered: bool) -> None:
    """Parted, an allele of two looks like the only one, and its other ALT like two copies."""
    table = rows()
    if not numbered:
        table = [{k: v for k, v in row.items() if k != "record"} for row in table]
    write(tmp_path / "rows", table)
    whole, parts = counts(tmp_path / "rows", 1000), counts(tmp_path / "rows", size)
    assert whole.sites == parts.sites == 2
    assert np.array_equal(whole.dosage, parts.dosage)
    assert whole.mendel[0, 1, 2].tolist() == parts.mendel[0, 1, 2].tolist() == [0, 2]


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_records_are_numbered_across_blocks(tmp_path: Path, size: int) -> None:
    write(tmp_path / "rows", [{k: v for k, v in r.items() if k != "record"} for r in rows()])
    numbers = [n for b in read_blocks(tmp_path / "rows", TRIO, size) for n in b.batch.record]
    assert numbers == [0, 1, 1, 2, 2, 3]


def test_rows_of_a_call_set_come_in_order_whatever_order_they_lie_in(tmp_path: Path) -> None:
    write(tmp_path / "rows", rows()[::-1])
    batch = concatenate([block.batch for block in read_blocks(tmp_path / "rows", TRIO)])
    assert batch.record.tolist() == [0, 1, 1, 2, 2, 3]
    assert batch.allele.tolist() == [1, 1, 2, 1, 2, 1]
    assert batch.hap[1].tolist() == [[1, 2], [2, 2], [1, 1]]
