"""Time-boxed fuzzing; ``scripts/bench/fuzz`` runs the same targets for as long as it is told."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from tests.faults.mutate import mutated
from tests.faults.targets import TARGETS, call

EXAMPLES = 120


@pytest.mark.parametrize("name", list(TARGETS))
def test_no_input_is_answered_with_a_traceback(name: str) -> None:
    @seed(20261121)
    @settings(
        max_examples=EXAMPLES, deadline=None, database=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(st.one_of(mutated(TARGETS[name][1]), st.binary(max_size=200)))
    def run(data: bytes) -> None:
        call(name, data)

    run()


# What longer runs of scripts/bench/fuzz found, and was mended.
FOUND = (
    ("annotations", b"G|missense_variant|HIGH|CPS1|ENSG1|NM_1.1|NM_1.1:c.1A>G|NP_1:p.M1V|02|0.9"),
    ("annotations", b"G|missense_variant|HIGH|CPS1|ENSG1|NM_1.1|NM_1.1:c.1A>G|NP_1:p.M1V|nan|inf"),
    ("annotations", b"missense|CPS1|NM_1|protein_coding|+|1O>1V|1A>G"),
    # A contig that the header lacks, and no genotype: cyvcf2 hands it out half parsed.
    ("records", b"chr2\t100\t.\tA\t<DEL>,*\t50\tPASS\t.\tGT:AD\t0/1:9\t.\tGT:A9,0\t0/1:8,9\n"),
)


@pytest.mark.parametrize(("name", "data"), FOUND)
def test_what_was_found_stays_mended(name: str, data: bytes) -> None:
    for _ in range(20):  # what corrupts memory need not end the process at once
        call(name, data)


def test_a_finding_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(data: bytes) -> None:
        if b"\n" not in data:
            raise IndexError

    monkeypatch.setitem(TARGETS, "ped", (broken, TARGETS["ped"][1]))
    with pytest.raises(IndexError):
        test_no_input_is_answered_with_a_traceback("ped")
