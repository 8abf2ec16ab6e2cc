"""One exception tree, split by whose fault it is; the CLI turns each into an exit code.

=================  =========  ==================================================
exception          exit code  whose fault
=================  =========  ==================================================
InputError         2          the input or the command line (all faults at once)
KnowledgeError     3          the knowledge snapshot is missing, stale or damaged
NetworkError       3          an upstream service did not answer as documented
InternalError      4          ours
=================  =========  ==================================================
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Fault:
    """One thing wrong with an input, in words for the person who gave it.

    ``where`` is a file (and line), never a patient's value.
    """

    where: str
    found: str
    expected: str
    action: str

    def __str__(self) -> str:
        text = f"{self.where}: found {self.found}; expected {self.expected}. {self.action}"
        # What a file holds may be shown here; its escape codes must not reach the terminal.
        return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


class RareplanError(Exception):
    """Base of every error that rareplan raises on purpose."""

    exit_code = 4


class InputError(RareplanError):
    """Something in the input is wrong. Carries every fault found, not just the first."""

    exit_code = 2

    def __init__(self, faults: Fault | Iterable[Fault]) -> None:
        self.faults: tuple[Fault, ...] = (faults,) if isinstance(faults, Fault) else tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


class KnowledgeError(RareplanError):
    """The knowledge snapshot is missing, stale, damaged or of another schema."""

    exit_code = 3


class NetworkError(RareplanError):
    """An upstream service was unreachable or answered outside its documentation."""

    exit_code = 3


class InternalError(RareplanError):
    """A rule that must always hold did not. Ours to mend."""

    exit_code = 4
