"""What sex and age of onset say beside the terms: small, fixed adjustments."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rareplan.knowledge.graph_compile import ONSET_STAGE, Floats
from rareplan.knowledge.graph_tables import RankingTables

if TYPE_CHECKING:
    from rareplan.prioritise.phenotype.parameters import Parameters


def patient_adjustment(
    tables: RankingTables, sex: str | None, onset: str | None, p: Parameters
) -> Floats:
    """Added to every disease's score; zero where nothing is known.

    The next stage of life is free: neonatal and infantile onset are hard to tell apart.
    """
    change = np.zeros(tables.n_diseases)
    if sex == "female":
        change -= p.sex_recessive * tables.x_recessive
    elif sex == "male":
        change += p.sex_linked * tables.x_linked
    stage = ONSET_STAGE.get(onset or "")
    if stage is not None:
        early = tables.onset_first - stage
        late = stage - tables.onset_last
        away = np.clip(np.maximum(early, late) - 1, 0, p.onset_steps)
        change -= p.onset_step * np.where(tables.onset_last >= 0, away, 0)
    return change
