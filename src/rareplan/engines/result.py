"""What every engine gives back, whichever way it computed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rareplan.model.inheritance import Segregation
from rareplan.model.ledger import EngineSummary
from rareplan.model.variant import AnnotatedVariant


@dataclass(frozen=True)
class EngineResult:
    """Survivors and what stopped the rest.

    ``segregations`` holds every mode that is not excluded; ``Segregation.variants`` are
    indices into ``variants``. ``ledger`` is a finished ledger.parquet in a private temporary
    folder, to be moved into the run directory.
    """

    variants: tuple[AnnotatedVariant, ...]
    segregations: tuple[Segregation, ...]
    summary: EngineSummary
    ledger: Path
    family_vcf: Path | None = None
    """The family's own records, where the input was a cohort's; what follows reads this file."""
