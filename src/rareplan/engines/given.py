"""What the VCF itself says of the survivors: its annotations, and what their absence means."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from rareplan.annotate.merge import merge
from rareplan.annotate.nmd import stop_verdict
from rareplan.annotate.vcf_annotations import AnnotationReader
from rareplan.annotate.view import view as view_of
from rareplan.config import Settings
from rareplan.engines.consequences import Annotated, kept_genes
from rareplan.filters.facts import BatchFacts
from rareplan.filters.ledger import LedgerWriter
from rareplan.filters.rules import RULE_NAMES
from rareplan.knowledge.transcripts import TranscriptBundle
from rareplan.model.batch import AlleleBatch
from rareplan.model.consequence import Consequence
from rareplan.model.variant import AnnotatedVariant, ClinVarRecord, Frequency

# A file counts as annotated with gnomAD when it gives a frequency for most of what the proband
# carries; then an allele without one was looked up and not found.
LEAST_CARRIED = 200
LEAST_SHARE = 0.5


@dataclass(frozen=True)
class FrequencyUse:
    """Of the good calls that the proband carries: how many, and how many have a frequency."""

    names_gnomad: bool
    carried: int
    known: int

    @classmethod
    def of(cls, header: str, ledger: LedgerWriter, waiting: BatchFacts) -> FrequencyUse:
        """Counted from the ledger (what was stopped so far) and from what waits."""
        at = RULE_NAMES.index("frequency")
        there = int((~np.isnan(waiting.max_af)).sum())
        return cls(
            names_gnomad="gnomad" in header.lower(),
            carried=int(ledger.stopped[at:].sum()) + len(waiting.max_af),
            known=int(ledger.tested[at]) + there,
        )

    def frequency(self, found: Frequency) -> Frequency:
        """The frequency, or zero with its reason when the annotation does not hold the allele."""
        annotated = self.carried >= LEAST_CARRIED and self.known >= LEAST_SHARE * self.carried
        if found.max_af is not None or not (self.names_gnomad and annotated):
            return found
        return replace(found, max_af=0.0, source="not in the file's gnomAD annotation")


@dataclass
class Given:
    """Consequences after merging, scores by row, and where the file's calls differ from ours."""

    annotated: Annotated
    scores: list[dict[str, float]]
    disagreements: list[str] = field(default_factory=list)


def merge_given(
    annotated: Annotated,
    batch: AlleleBatch,
    reader: AnnotationReader,
    clinvar_of: Callable[[int], ClinVarRecord | None],
    bundle: TranscriptBundle,
    settings: Settings,
    *,
    trust_annotations: bool,
) -> Given:
    """Own consequences with the file's and ClinVar's where they say more, row by row."""
    places = {str(name): row for row, name in enumerate(bundle.transcript)}
    merged: list[tuple[Consequence, ...]] = []
    genes: list[tuple[str, ...]] = []
    scores: list[dict[str, float]] = []
    differ: list[str] = []
    for row, own in enumerate(annotated.consequences):
        info = {tag: texts[row] for tag, texts in batch.annotations.items() if row in texts}
        found = reader.read(info, str(batch.ref[row]), [str(batch.alt[row])], 1)
        one = merge(own, found.consequences, clinvar_of(row), trust_annotations=trust_annotations)
        decided = tuple(_with_nmd(c, bundle, places) for c in one.consequences)
        merged.append(decided)
        genes.append(kept_genes(batch, row, decided, settings.consequence))
        scores.append(found.scores)
        differ += one.disagreements
    merged_all = replace(annotated, consequences=merged, kept_genes=genes)
    return Given(merged_all, scores, differ)


def _with_nmd(
    consequence: Consequence, bundle: TranscriptBundle, places: dict[str, int]
) -> Consequence:
    """NMD of a stop that the file or ClinVar told of: the place alone decides it."""
    row = places.get(consequence.transcript)
    known = consequence.escapes_nmd is not None or "stop_gained" not in consequence.terms
    if known or row is None or consequence.cds_position is None:
        return consequence
    escapes, rule = stop_verdict(view_of(bundle, row), consequence.cds_position)
    return replace(consequence, escapes_nmd=escapes, nmd_rule=rule)


def with_given(
    variant: AnnotatedVariant, scores: dict[str, float], use: FrequencyUse
) -> AnnotatedVariant:
    """A variant with the file's scores and what the absence of a frequency means."""
    return replace(
        variant, scores={**variant.scores, **scores}, frequency=use.frequency(variant.frequency)
    )


def disagreement_warning(differ: Sequence[str]) -> tuple[str, ...]:
    """One line for the report; empty without disagreement."""
    if not differ:
        return ()
    text = (
        f"{len(differ)} annotation(s) of the file differ from rareplan's own call, which was "
        f"used; for example {differ[0]}. --trust-annotations prefers the file's."
    )
    return (text,)
