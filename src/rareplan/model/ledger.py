"""The ledger: every input allele has one row, and every rule says PASS, FAIL or NOT_RUN."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Outcome(IntEnum):
    """What a rule said of an allele."""

    NOT_RUN = 0
    PASS = 1
    FAIL = 2


@dataclass(frozen=True)
class RuleCount:
    """How many alleles a rule saw, and how many it was the first to stop."""

    rule: str
    description: str
    threshold: str
    tested: int
    stopped: int


@dataclass(frozen=True)
class LedgerSummary:
    """Counts by rule. ``alleles == sum(stopped) + passed`` is asserted when it is built."""

    alleles: int
    passed: int
    rules: tuple[RuleCount, ...]

    def __post_init__(self) -> None:
        if self.alleles != self.passed + sum(rule.stopped for rule in self.rules):
            raise AssertionError("ledger does not sum to the number of input alleles")
