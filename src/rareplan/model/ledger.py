"""The ledger: every input allele has one row, and every rule says PASS, FAIL or NOT_RUN."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from rareplan.model.result import QcCheck


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


@dataclass(frozen=True)
class EngineSummary:
    """What an engine tells about a run, beside variants: the reports' technical page."""

    engine: str
    """``local`` or ``hail``, as printed in the report."""
    ledger: LedgerSummary
    qc: tuple[QcCheck, ...] = ()
    warnings: tuple[str, ...] = ()
    forced: bool = False
    """The user went on although the samples do not fit the pedigree; stated on every report."""
