"""Many families: one import of their call set, then the pipeline for each of them."""

from rareplan.cohort.families import Family, families_of_call_set, read_manifest
from rareplan.cohort.run import CohortRequest, Outcome, run_cohort

__all__ = [
    "CohortRequest",
    "Family",
    "Outcome",
    "families_of_call_set",
    "read_manifest",
    "run_cohort",
]
