"""What a cohort says of its families: recurrence without one's own copies, and outliers."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from rareplan.cohort.batch_qc import batch_qc
from rareplan.cohort.recurrence import callset_facts, recurrent
from rareplan.config import load_settings
from rareplan.engines.hail.callset_tags import other_counts, others

LIMITS = load_settings().cohort


def run_of(
    folder: Path, candidates: list[tuple[str, str, float]], qc: dict[str, dict[str, float]]
) -> Path:
    folder.mkdir()
    checks = [
        {"name": name, "person": person, "value": f"{value:.3f}"}
        for person, values in qc.items()
        for name, value in values.items()
    ]
    checks.append({"name": "sex", "person": "x", "value": "0.5 of X calls"})
    checks.append({"name": "het/hom", "person": "few", "value": ""})
    found = [
        {"gene": gene, "probability": p, "variants": [{"variant": variant}]}
        for gene, variant, p in candidates
    ]
    case = {"engine": "hail", "qc": checks, "candidates": found}
    (folder / "case.json").write_text(json.dumps(case))
    return folder


def test_a_variant_in_two_families_is_recurrent(tmp_path: Path) -> None:
    runs = {
        "A": run_of(tmp_path / "A", [("CPS1", "2-10-C-T", 0.9), ("TTN", "2-99-A-G", 0.01)], {}),
        "B": run_of(tmp_path / "B", [("CPS1", "2-10-C-T", 0.4), ("TTN", "2-99-A-G", 0.02)], {}),
        "C": run_of(tmp_path / "C", [("CPS1", "2-77-G-A", 0.2)], {}),
    }
    with gzip.open(tmp_path / "A" / "annotated.vcf.gz", "wt") as out:
        tags = "CALLSET_OTHERS_AC=3,0;CALLSET_OTHERS_CARRIERS=2,0;CALLSET_OTHERS_AN=8"
        out.write(f"##x\n#CHROM\nchr2\t10\t.\tC\tT,G\t.\tPASS\t{tags}\tGT\t0/1\n")
    facts = callset_facts(runs, LIMITS)
    first = facts[0]
    assert (first.others_copies, first.others_called, first.others_frequency) == ("3", "8", "0.375")
    assert (first.families_with_variant, first.families_with_gene) == (2, 3)
    assert facts[1].families_with_gene == 1  # TTN is unlikely in both
    assert facts[2].others_copies == ""  # B's file has no tags: unknown, not zero
    found = [(r.kind, r.name, r.families, r.which) for r in recurrent(facts, LIMITS)]
    assert found == [("gene", "CPS1", 3, "A;B;C"), ("variant", "CPS1 2-10-C-T", 2, "A;B")]


@pytest.mark.parametrize(
    ("calls", "copies", "carriers", "called"),
    [
        (["0/1", "0/0"], [4, 2], [2, 2], 16),
        (["1|2", "./1"], [3, 1], [1, 1], 17),
        (["1", "."], [4, 2], [2, 2], 19),
    ],
)
def test_ones_own_copies_are_not_counted(
    calls: list[str], copies: list[int], carriers: list[int], called: int
) -> None:
    callset = {"copies": [5, 2], "carriers": [3, 2], "called": 20}
    tags = others(callset, [{"gt": gt} for gt in calls])
    assert list(tags.values()) == [copies, carriers, called]


def test_counts_are_found_under_the_trimmed_name() -> None:
    tags = "CALLSET_OTHERS_AC=1,2;CALLSET_OTHERS_CARRIERS=1,2;CALLSET_OTHERS_AN=9"
    found = other_counts(f"chrM\t100\t.\tcTG\tcTA,<DEL>\t.\tPASS\tX;{tags}\tGT\t0/1\n")
    assert list(found) == ["MT-102-G-A", "MT-100-CTG-<DEL>"]
    assert other_counts("chr1\t1\t.\tA\tC\t.\tPASS\tAC=1\tGT\t0/1") == {}


def test_one_sample_stands_out(tmp_path: Path) -> None:
    qc = {f"s{i}": {"het/hom": 1.5 + 0.01 * (i % 7), "missing calls": 0.01} for i in range(24)}
    qc["odd"] = {"het/hom": 3.2, "missing calls": 0.2}
    rows = batch_qc({"F": run_of(tmp_path / "F", [], qc)}, LIMITS)
    assert {(r.sample, r.metric) for r in rows if r.outlier == "yes"} == {
        ("odd", "het/hom"), ("odd", "call rate"),
    }  # fmt: skip
    (odd,) = [r for r in rows if r.sample == "odd" and r.metric == "call rate"]
    assert (odd.value, odd.median) == ("0.800", "0.990")


def test_few_samples_give_no_verdict(tmp_path: Path) -> None:
    qc = {f"s{i}": {"het/hom": 1.5} for i in range(5)} | {"odd": {"het/hom": 30.0}}
    rows = batch_qc({"F": run_of(tmp_path / "F", [], qc)}, LIMITS)
    assert {r.outlier for r in rows} == {"not assessed"}
