"""One part of a criterion that a rule has understood."""

from __future__ import annotations

from dataclasses import dataclass

Span = tuple[int, int]


@dataclass(frozen=True)
class Piece:
    """One understood part. ``truth``: of the patient; None when it cannot be told.

    ``name`` is the requirement it belongs to: genotype, diagnosis, age or sex.
    """

    name: str
    kind: str
    truth: bool | None
    spans: tuple[Span, ...]

    @property
    def start(self) -> int:
        """Where it begins in the sentence."""
        return min(s for s, _ in self.spans)


def inside(span: Span, taken: list[Span]) -> bool:
    """Whether a span lies within one that is already understood."""
    return any(start <= span[0] and span[1] <= end for start, end in taken)
