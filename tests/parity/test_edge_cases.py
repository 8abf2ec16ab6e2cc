"""Hand-made edges: every column of both engines is the same."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from rareplan.config import load_settings
from rareplan.engines.choose import EngineRequest
from rareplan.errors import InputError
from rareplan.knowledge.liftover import liftover
from rareplan.knowledge.store import open_knowledge
from rareplan.model.genome import Assembly
from rareplan.read.case import CasePaths, read_case
from tests.builders.snapshots import with_frequencies
from tests.builders.vcf_builder import TRIO_PED, VcfBuilder
from tests.parity.conftest import Pair

pytestmark = [pytest.mark.parity]
TRIO = ("proband", "father", "mother")
# CPS1, an exon of its MANE transcript on GRCh38; IL2RG on X; PAR1; MT-ND1.
CPS1, IL2RG, PAR, MT = 210591886, 71109321, 1_500_000, 3_700


def edges(builder: VcfBuilder) -> VcfBuilder:
    add = builder.add
    add("2", CPS1, "C", "T", "0/1", "0/1", "0/0")
    add("2", CPS1 + 1, "A", "G,T", "1/2", "0/1", "0/2")
    add("2", CPS1 + 2, "A", "*,C", "1/2", "0/1", "0/2")
    add("2", CPS1 + 3, "AGA", "AG,A", "0/1", "0/2", "1/1")
    add("2", CPS1 + 9, "CAG", "CTG", "0/1", "0/1", "0/0")
    add("2", CPS1 + 20, "G", ".", "0/0", "0/0", "0/0")
    add("2", CPS1 + 21, "G", "<NON_REF>", "0/1", "0/0", "0/0")
    add("2", CPS1 + 22, "GT", "G", "0/1", "0/0", "./.")
    add("2", CPS1 + 24, "G", "GT", "./1", "1/.", "0|1")
    add("2", CPS1 + 25, "T", "C", "0|1", "0|1", "0|0")
    add("2", CPS1 + 26, "T", "C", "./.", "0/1", "0/1")
    add("2", CPS1 + 27, "T", "C", "0/1:.:.:.", "0/1:1,.:5:.", "0/0:.,.:.:99")
    add("2", CPS1 + 28, "T", "C", "0/1:20,20:40:20", "0/0:9,0:9:19", "0/0:30,0:30:99")
    add("2", CPS1 + 29, "T", "C", "0/1:8,2:10:20", "0/0", "0/0")  # AB and DP at the threshold
    add("2", CPS1 + 30, "T", "C", "0/1:81,19:100:20", "0/0", "0/0")  # AB just below
    add("2", CPS1 + 31, "T", "C", "0/1", "0/0", "0/0", filters="LowQual")
    add("2", CPS1 + 32, "T", "C", "0/1", "0/0", "0/0", filters=".", qual=".")
    add("X", IL2RG, "G", "A", "1", "0", "0/1")
    add("X", IL2RG + 1, "G", "A", "1/1", "0", "0/1")
    add("X", PAR, "G", "A", "0/1", "0/1", "0/0")
    add("X", 2_781_479, "G", "A", "0/1", "0/1", "0/0")
    add("X", 2_781_480, "G", "A", "0/1", "0/1", "0/0")
    add("Y", 2_787_000, "G", "A", "1", "1", ".")
    add("MT", MT, "G", "A", "0/1:70,30:100:99", "0/0", "0/1:20,80:100:99")
    add("MT", MT + 1, "G", "A", "1", "0", "1")
    return builder


def frequencies(builder: VcfBuilder) -> VcfBuilder:
    """Exactly at each threshold, one step to either side, and in forms that cannot be read."""
    values = ["0.001", "0.0010001", "0.00099", "0.005", "0.02", "0.0200001", "0.002", "."]
    for number, value in enumerate(values):
        pos = CPS1 + 2 * number
        info = {"gnomAD_grpmax_AF": value, "gnomAD_nhomalt": str(18 + number)}
        builder.add("2", pos, "A", "G", "0/1", "0/1", "0/0", info=info)
        builder.add("X", IL2RG + 2 * number, "A", "G", "1", "0", "0/1", info=info)
        builder.add("MT", MT + 2 * number, "A", "G", "1", "0", "1", info=info)
    pair = {"gnomAD_grpmax_AF": "0.3,0.0001", "gnomAD_nhomalt": "500,0"}
    builder.add("2", CPS1 + 40, "A", "G,T", "1/2", "0/1", "0/2", info=pair)
    builder.add("2", CPS1 + 41, "A", "G,T", "1/2", "0/1", "0/2", info={"gnomAD_AF": "0.01"})
    csq = {"CSQ": "G|missense_variant|CPS1"}
    builder.add("2", CPS1 + 42, "A", "G", "0/1", "0/1", "0/0", info=csq)
    return builder


def structural(builder: VcfBuilder) -> VcfBuilder:
    builder.add("2", CPS1 - 500, "A", "<DEL>", "0/1", "0/1", "0/0",
                info={"END": CPS1 + 5000, "SVTYPE": "DEL"})  # fmt: skip
    builder.add("2", CPS1 - 400, "A", "<DUP>", "0/1", "0/1", "0/0",
                info={"SVLEN": 900, "SVTYPE": "DUP"})  # fmt: skip
    builder.add("2", CPS1 - 300, "A", "A[chr3:1000[", "0/1", "0/1", "0/0", info={"SVTYPE": "BND"})
    builder.add("2", CPS1, "C", "T", "0/1", "0/0", "0/1")
    return builder


def splicing(builder: VcfBuilder) -> VcfBuilder:
    """Far from any exon: only a predicted splice effect of this very allele brings it back."""
    builder.info_ids["SpliceAI"] = (".", "String")
    for number, text in enumerate(
        ("G|CPS1|0.01|0.2|0.00|0.00|1|2|3|4", "G|CPS1|0.19|0.1|0|0|1|2|3|4", ".", "G|CPS1|0.9",
         "C|CPS1|0.99|0|0|0|1|2|3|4", "C|CPS1|0.99|0|0|0|1|2|3|4,G|CPS1|.|0.5|0|0|1|2|3|4")
    ):  # fmt: skip
        pos = CPS1 + 900 + number
        builder.add("2", pos, "A", "G", "0/1", "0/1", "0/0", info={"SpliceAI": text})
    return builder


@pytest.mark.parametrize("make", [edges, frequencies, structural, splicing])
@pytest.mark.parametrize("prefix", ["chr", ""])
def test_edges(
    make: Callable[[VcfBuilder], VcfBuilder],
    prefix: str,
    tmp_path: Path,
    both: Callable[..., Pair],
) -> None:
    builder = make(VcfBuilder(samples=TRIO, prefix=prefix))
    vcf = builder.write(tmp_path / "family.vcf.gz")
    ped = tmp_path / "family.ped"
    ped.write_text(TRIO_PED)
    pair = both(vcf, ped)
    assert pair.local.summary.ledger.alleles >= len(builder.lines)
    pair.check()


def test_grch37_is_lifted_alike(tmp_path: Path, both: Callable[..., Pair]) -> None:
    builder = VcfBuilder(samples=("proband",), assembly=Assembly.GRCH37, prefix="")
    for pos in range(211_456_600, 211_456_640):
        builder.add("2", pos, "C", "T", "0/1")
    for pos in range(166_909_380, 166_909_400):
        builder.add("2", pos, "G", "A", "0/1")
    both(builder.write(tmp_path / "a.vcf.gz")).check()


def test_the_snapshots_frequencies_count_on_both(tmp_path: Path, both: Callable[..., Pair]) -> None:
    """Common in the snapshot only, rare, homozygous in many, trimmed, on X, beside INFO."""
    rows = [
        ("2", CPS1, "C", "T", 0.3, 500),
        ("2", CPS1 + 1, "A", "G", 0.0003, 0),
        ("2", CPS1 + 2, "A", "G", 0.0001, 400),
        ("2", CPS1 + 4, "AG", "A", 0.25, 100),
        ("2", CPS1 + 9, "G", "C", 0.2, 10),
        ("2", CPS1 + 12, "C", "T", 0.02, 1),
        ("X", IL2RG, "G", "A", 0.004, 0),
    ]
    builder = VcfBuilder(samples=TRIO)
    builder.add("2", CPS1, "C", "T", "0/1", "0/1", "0/0")
    builder.add("2", CPS1 + 1, "A", "G", "0/1", "0/1", "0/0", info={"gnomAD_grpmax_AF": 0.0001})
    builder.add("2", CPS1 + 2, "A", "G,T", "1/2", "0/1", "0/2")
    builder.add("2", CPS1 + 3, "AAG", "AA,C", "0/1", "0/1", "0/2")
    builder.add("2", CPS1 + 9, "G", "C", "0/0", "0/1", "0/0")  # not carried: not looked up
    builder.add("2", CPS1 + 12, "C", "T", "0/1", "0/0", "0/1", info={"gnomAD_grpmax_AF": 0.4})
    builder.add("X", IL2RG, "G", "A", "1", "0", "0/1")
    vcf = builder.write(tmp_path / "family.vcf.gz")
    ped = tmp_path / "family.ped"
    ped.write_text(TRIO_PED)
    snapshot = with_frequencies(open_knowledge(), tmp_path / "snapshot", rows)
    pair = both(vcf, ped, snapshot=open_knowledge(snapshot))
    pair.check()
    counts = {rule.rule: rule.stopped for rule in pair.hail.summary.ledger.rules}
    assert counts["frequency"] >= 3
    # With the starter, which has no such table, both let them pass.
    without = both(vcf, ped).hail.summary.ledger
    assert {r.rule: r.stopped for r in without.rules}["frequency"] < counts["frequency"]


def test_grch37_with_the_snapshots_frequencies(tmp_path: Path, both: Callable[..., Pair]) -> None:
    builder = VcfBuilder(samples=("proband",), assembly=Assembly.GRCH37, prefix="")
    lifted = liftover(open_knowledge())
    rows = []
    for pos in range(211_456_600, 211_456_620):
        builder.add("2", pos, "C", "T", "0/1")
        _, there, _ = lifted.to_grch38(np.array([2], np.int8), np.array([pos]))
        rows.append(("2", int(there[0]), "C", "T", 0.4 if pos % 2 else 0.0, 0))
    snapshot = with_frequencies(open_knowledge(), tmp_path / "snapshot", rows)
    pair = both(builder.write(tmp_path / "a.vcf.gz"), snapshot=open_knowledge(snapshot))
    pair.check()
    assert {r.rule: r.stopped for r in pair.hail.summary.ledger.rules}["frequency"] == 10


def test_a_percentage_is_refused_on_hail_too(tmp_path: Path) -> None:
    pytest.importorskip("hail", reason="the hail extra is not installed (Python 3.11 only)")
    from rareplan.engines.hail.run import run

    builder = VcfBuilder(samples=("proband",))
    builder.add("2", CPS1, "C", "T", "0/1", info={"gnomAD_grpmax_AF": "30"})
    kb = open_knowledge()
    paths = CasePaths((builder.write(tmp_path / "a.vcf.gz"),), phenotype_needed=False)
    request = EngineRequest(spark_master="local[2]", force=True)
    with pytest.raises(InputError, match="percentage"):
        run(read_case(paths, kb), kb, load_settings(), request)
