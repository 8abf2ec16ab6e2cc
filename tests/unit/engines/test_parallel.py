"""Several processes give what one gives, row by row."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from tests.builders.vcf_builder import VcfBuilder

from rareplan.config import load_settings
from rareplan.engines import parallel
from rareplan.engines.local import run
from rareplan.errors import InputError
from rareplan.knowledge.store import open_knowledge
from rareplan.model.case import Case
from rareplan.model.genome import Assembly
from rareplan.model.pedigree import Affection, Pedigree, Person

PROBAND = Person("proband", affection=Affection.AFFECTED)
PEDIGREE = Pedigree("proband", (PROBAND,), frozenset({"proband"}))


def written(path: Path, *, broken: bool = False) -> Path:
    rng = np.random.default_rng(3)
    vcf = VcfBuilder(("proband",))
    for chrom, start in (("1", 1_000_000), ("2", 210_590_000), ("X", 48_000_000)):
        for i in range(60):
            gt = rng.choice(["0/1", "1/1", "0/0", "./."])
            vcf.add(chrom, start + 400 * i, "A", rng.choice(["C", "C,T"]), str(gt))
        if broken:
            vcf.add(chrom, start + 30_000, "A", "C", "0/5:1,1:30:60")
    return vcf.write(path, index=True)


@pytest.fixture
def shared_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "MIN_BYTES", 0)


@pytest.mark.usefixtures("shared_out")
def test_the_ledger_is_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case = Case((written(tmp_path / "f.vcf.gz"),), Assembly.GRCH38, PEDIGREE, ())
    if not parallel.contigs_to_share(case):
        pytest.skip("one processor only")
    kb, limits = open_knowledge(), load_settings()
    apart = run(case, kb, limits)
    monkeypatch.setattr(parallel, "MIN_BYTES", 1 << 40)
    assert not parallel.contigs_to_share(case)
    together = run(case, kb, limits)
    assert apart.summary.ledger == together.summary.ledger
    assert apart.summary.qc == together.summary.qc
    assert apart.segregations == together.segregations
    order = [("record", "ascending"), ("allele", "ascending")]
    one, other = (pq.read_table(r.ledger).sort_by(order).to_pylist() for r in (apart, together))
    assert repr(one) == repr(other)


@pytest.mark.usefixtures("shared_out")
def test_faults_of_every_contig_are_told(tmp_path: Path) -> None:
    case = Case((written(tmp_path / "f.vcf.gz", broken=True),), Assembly.GRCH38, PEDIGREE, ())
    if not parallel.contigs_to_share(case):
        pytest.skip("one processor only")
    with pytest.raises(InputError) as caught:
        run(case, open_knowledge(), load_settings())
    places = [fault.where for fault in caught.value.faults]
    assert [place.rpartition("(")[2] for place in places] == [
        f"record {61 * number})" for number in (1, 2, 3)
    ]


def test_small_or_unindexed_files_are_read_at_once(tmp_path: Path) -> None:
    case = Case((written(tmp_path / "f.vcf.gz"),), Assembly.GRCH38, PEDIGREE, ())
    assert parallel.contigs_to_share(case) == ()
