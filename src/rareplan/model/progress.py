"""How long work tells where it is, without knowing of terminals."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Called with a step's name, and with a fraction done where that is known."""

    def __call__(self, step: str, fraction: float | None = None) -> None:
        """Tell the user."""


def silent(step: str, fraction: float | None = None) -> None:
    """Say nothing."""
