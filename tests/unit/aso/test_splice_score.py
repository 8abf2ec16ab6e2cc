from __future__ import annotations

from pathlib import Path

import pytest

from rareplan.errors import InputError
from rareplan.therapies.splice_score import (
    MaxEntTables,
    acceptor_score,
    donor_score,
    load_tables,
    table_folder,
)


@pytest.fixture
def tables() -> MaxEntTables:
    folder = table_folder()
    if folder is None:
        pytest.skip("the MaxEntScan tables are not on this machine (RAREPLAN_MAXENT)")
    return load_tables(folder)


def test_published_values(tables: MaxEntTables) -> None:
    donor = donor_score("cagGTAAGT", tables)
    acceptor = acceptor_score("ttccaaacgaacttttgtAGgga", tables)
    assert donor == pytest.approx(10.858, abs=1e-3)
    assert acceptor == pytest.approx(2.887, abs=1e-3)


def test_losing_the_invariant_base_lowers_the_score(tables: MaxEntTables) -> None:
    whole, broken = donor_score("cagGTAAGT", tables), donor_score("cagATAAGT", tables)
    assert whole is not None
    assert broken is not None
    assert broken < whole - 5


def test_formula_with_flat_tables() -> None:
    """All ratios 1: only the terms of the dinucleotides are left."""
    from itertools import product
    from math import log2

    keys = ["".join(p) for p in product("ACGT", repeat=7)]
    flat = MaxEntTables(dict.fromkeys(keys, 1.0), ((1.0,) * 4**7,) * 9)
    expected = log2(0.9896 * 0.9884 / (0.23 * 0.27))
    assert donor_score("CAGGTAAGT", flat) == pytest.approx(expected)
    expected = log2(0.9903 * 0.9905 / (0.27 * 0.23))
    assert acceptor_score("T" * 18 + "AG" + "GGA", flat) == pytest.approx(expected)


@pytest.mark.parametrize("text", ["", "CAGGTAAG", "CAGGTAAGN"])
def test_what_is_no_site_has_no_score(text: str) -> None:
    assert donor_score(text, MaxEntTables({}, ())) is None


def test_broken_tables_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="MaxEntScan"):
        load_tables(tmp_path)
