"""The parts of a diff."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Change:
    """One thing that is new, gone or other than before.

    ``variant`` is ``7-117559590-ATCT-A`` on GRCh38; ``weight`` orders the changes of a layer.
    """

    kind: str
    text: str
    gene: str = ""
    variant: str = ""
    disease: str = ""
    old: str = ""
    new: str = ""
    weight: int = 0


@dataclass(frozen=True)
class Layer:
    """Changes of one kind of knowledge; ``note`` says what could not be compared."""

    name: str
    title: str
    changes: tuple[Change, ...]
    note: str = ""


@dataclass(frozen=True)
class Diff:
    """Everything that changed."""

    old: str
    new: str
    layers: tuple[Layer, ...] = field(default_factory=tuple)

    @property
    def genes(self) -> frozenset[str]:
        """Genes that any change names."""
        return frozenset(c.gene for layer in self.layers for c in layer.changes if c.gene)

    @property
    def variants(self) -> Mapping[str, Change]:
        """Changes by variant."""
        return {c.variant: c for layer in self.layers for c in layer.changes if c.variant}

    @property
    def total(self) -> int:
        """Number of changes."""
        return sum(len(layer.changes) for layer in self.layers)
