from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from rareplan.knowledge.alleles import AlleleIndex, allele_codes

BASES = st.text("ACGT", min_size=1, max_size=4)
ROW = st.tuples(st.integers(1, 3), st.integers(1, 6), BASES, BASES)


def _table(rows: list[tuple[int, int, str, str]], *, dictionary: bool) -> pa.Table:
    text = pa.dictionary(pa.int32(), pa.string()) if dictionary else pa.string()
    columns = list(zip(*rows, strict=True)) or [[], [], [], []]
    kinds = (pa.int8(), pa.int32(), pa.string(), pa.string())
    table = pa.table(
        {
            name: pa.array(values, kind)
            for name, values, kind in zip(
                ("contig", "pos", "ref", "alt"), columns, kinds, strict=True
            )
        }
    )
    for i, name in enumerate(("ref", "alt"), start=2):
        table = table.set_column(i, name, table.column(name).cast(text))
    return table


@given(st.lists(ROW, max_size=40), st.lists(ROW, max_size=40), st.booleans())
def test_find_agrees_with_a_dictionary(
    known: list[tuple[int, int, str, str]],
    asked: list[tuple[int, int, str, str]],
    dictionary: bool,
) -> None:
    rows = sorted(set(known))
    index = AlleleIndex.of(_table(rows, dictionary=dictionary))
    expected = {row: i for i, row in enumerate(rows)}
    queries = asked + rows
    contig, pos, ref, alt = (list(c) for c in zip(*queries, strict=True)) if queries else ([],) * 4
    found = index.find(np.array(contig, np.int8), np.array(pos, np.int64), ref, alt)
    assert found.tolist() == [expected.get(query, -1) for query in queries]


@given(st.lists(ROW, min_size=1, max_size=60), st.integers(0, 7), st.integers(0, 7))
def test_between_is_inclusive(known: list[tuple[int, int, str, str]], start: int, end: int) -> None:
    rows = sorted(set(known))
    index = AlleleIndex.of(_table(rows, dictionary=False))
    inside = [i for i, row in enumerate(rows) if row[0] == 2 and start <= row[1] <= end]
    assert list(index.between(2, start, end)) == (inside if start <= end else [])


def test_codes_ignore_case_and_tell_symbols_apart() -> None:
    codes = allele_codes(["a", "A", "A", "N", "AT"], ["c", "C", "<DEL>", "C", "a"])
    assert codes[0] == codes[1] < 16
    assert len({int(c) for c in codes}) == 4
    assert (codes[2:] >= 16).all()
