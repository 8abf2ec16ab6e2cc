"""The work on one family that every engine shares, block by block, with the ledger as it goes.

Alleles that a rule of the record stops are written to the ledger at once. The rest wait until
all blocks are in, get their consequences together, then their segregation, and close the ledger.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from rareplan.annotate.vcf_annotations import AnnotationReader
from rareplan.config import Settings
from rareplan.engines.choose import EngineRequest
from rareplan.engines.consequences import Annotated, annotate_batch
from rareplan.engines.given import (
    FrequencyUse,
    disagreement_warning,
    merge_given,
    with_given,
)
from rareplan.engines.joint import joint_effects, keep_joint
from rareplan.engines.matching import Matcher, Matches
from rareplan.engines.result import EngineResult
from rareplan.engines.survivors import (
    RowMakers,
    reduced_penetrance_genes,
    segregate_all,
    tell_modes,
    variant_of,
)
from rareplan.errors import InputError
from rareplan.filters.facts import BatchFacts, batch_facts
from rareplan.filters.ledger import PASSED, LedgerRows, LedgerWriter, judge
from rareplan.filters.qc_counts import QcCounts
from rareplan.filters.sample_qc import FAIL, WARN, misfits, sample_qc, trios_of
from rareplan.knowledge.store import KnowledgeBase
from rareplan.knowledge.transcripts import TranscriptBundle
from rareplan.model.batch import AlleleBatch, concatenate
from rareplan.model.case import Case
from rareplan.model.inheritance import Segregation
from rareplan.model.ledger import EngineSummary
from rareplan.model.result import QcCheck
from rareplan.model.variant import AnnotatedVariant, ClinVarRecord
from rareplan.read.vcf_header import header_text


@dataclass
class _Waiting:
    """Rows that passed every rule of the record."""

    batches: list[AlleleBatch] = field(default_factory=list)
    facts: list[BatchFacts] = field(default_factory=list)
    gene_code: list[np.ndarray] = field(default_factory=list)
    clinvar_row: list[np.ndarray] = field(default_factory=list)
    exempt: list[str] = field(default_factory=list)

    def add(
        self, batch: AlleleBatch, facts: BatchFacts, matches: Matches, rows: np.ndarray
    ) -> None:
        """Keep the rows of one block."""
        self.batches.append(batch.take(rows))
        self.facts.append(facts.take(rows))
        self.gene_code.append(matches.gene_code[rows])
        self.clinvar_row.append(matches.clinvar_row[rows])
        self.exempt += [matches.exempt[r] if matches.exempt else "" for r in rows.tolist()]

    def in_genome_order(self) -> _Waiting:
        """All rows as one block, by contig, position and alleles.

        What comes out must not depend on the order of the records, nor on the engine.
        """
        batch = concatenate(self.batches)
        keys = (batch.alt.astype(str), batch.ref.astype(str), batch.pos, batch.contig)
        order = np.lexsort(keys)
        return _Waiting(
            [batch.take(order)],
            [BatchFacts.concatenate(self.facts).take(order)],
            [np.concatenate(self.gene_code)[order]],
            [np.concatenate(self.clinvar_row)[order]],
            [self.exempt[i] for i in order.tolist()],
        )


@dataclass
class FamilyWork:
    """State of one family's run; ``open`` it, ``add`` every block, then ``close``."""

    case: Case
    kb: KnowledgeBase
    settings: Settings
    request: EngineRequest
    matcher: Matcher
    ledger: LedgerWriter
    waiting: _Waiting = field(default_factory=_Waiting)
    counts: QcCounts | None = None
    alleles: int = 0

    @classmethod
    def open(
        cls, case: Case, kb: KnowledgeBase, settings: Settings, request: EngineRequest
    ) -> FamilyWork:
        """Tables and a ledger in a private temporary folder. Use ``ledger`` as a context.

        The folder lies in ``request.scratch``; without one it lasts as long as the process.
        """
        folder = Path(tempfile.mkdtemp(prefix="rareplan-ledger-", dir=request.scratch))
        if request.scratch is None:
            atexit.register(shutil.rmtree, folder, ignore_errors=True)
        ledger = LedgerWriter(folder / "ledger.parquet", settings, case.pedigree.proband_id)
        matcher = Matcher.open(kb, case.assembly, settings)
        return cls(case, kb, settings, request, matcher, ledger)

    def count(self, batch: AlleleBatch) -> None:
        """Take a block into the sample checks and the number of alleles."""
        self.alleles += len(batch)
        if self.counts is None:
            trios = trios_of(self.case.pedigree, batch.samples)
            self.counts = QcCounts(batch.samples, trios)
        self.counts.add(batch, self.case.assembly)

    def stream(self, batch: AlleleBatch) -> None:
        """Run the rules of the record on a block; what fails goes to the ledger."""
        _stream(batch, self.case, self.matcher, self.settings, self.ledger, self.waiting)

    def stream_survivors(self, batch: AlleleBatch) -> None:
        """Take the rows of a block that pass; those that fail stand in the ledger already."""
        batch = self.matcher.place(batch)
        facts = batch_facts(batch, self.case.pedigree.proband, self.case.assembly)
        matches = self.matcher.match(batch, facts)
        passed = np.flatnonzero(judge(facts, self.settings).first == PASSED)
        if len(passed):
            self.waiting.add(batch, facts, matches, passed)

    def finish(self, engine: str) -> EngineResult:
        """Check the samples, annotate and segregate what waits.

        Raises:
            InputError: samples that do not fit the pedigree (without force).
        """
        checks = _check_samples(self.counts, self.case, self.settings, self.request)
        variants, fitting, differ = _finish(
            self.waiting,
            self.case,
            self.kb,
            self.matcher,
            self.settings,
            self.ledger,
            self.request,
        )
        said = tuple(f"{c.person}: {c.name}: {c.text}" for c in checks if c.verdict in {WARN, FAIL})
        summary = EngineSummary(
            engine=engine,
            ledger=self.ledger.summary(self.alleles),
            qc=checks,
            warnings=(*said, *differ),
            forced=self.request.force and bool(misfits(checks, self.case.pedigree)),
        )
        return EngineResult(tuple(variants), tuple(fitting), summary, self.ledger.path)


def _check_samples(
    counts: QcCounts | None, case: Case, settings: Settings, request: EngineRequest
) -> tuple[QcCheck, ...]:
    """Sample checks; a parent who is none stops the run unless the user insists.

    Raises:
        InputError: a misfit, without ``force``.
    """
    if counts is None:
        return ()
    checks = sample_qc(counts, case.pedigree, settings.sample_qc)
    if not request.force and (faults := misfits(checks, case.pedigree)):
        raise InputError(faults)
    return checks


def _stream(
    batch: AlleleBatch,
    case: Case,
    matcher: Matcher,
    settings: Settings,
    ledger: LedgerWriter,
    waiting: _Waiting,
) -> None:
    batch = matcher.place(batch)
    facts = batch_facts(batch, case.pedigree.proband, case.assembly)
    matches = matcher.match(batch, facts)
    judgement = judge(facts, settings)
    open_rows = np.flatnonzero(judgement.first == PASSED)
    if len(open_rows):
        waiting.add(batch, facts, matches, open_rows)
    stopped = np.flatnonzero(judgement.first != PASSED)
    if len(stopped) < len(batch):
        batch, facts, judgement = batch.take(stopped), facts.take(stopped), judgement.take(stopped)
    exempt = [matches.exempt[r] for r in stopped.tolist()] if matches.exempt else ()
    more = LedgerRows(matches.gene_code[stopped], matcher.regions.names, exempt)
    ledger.add(batch, facts, judgement, more)


def _finish(
    waiting: _Waiting,
    case: Case,
    kb: KnowledgeBase,
    matcher: Matcher,
    settings: Settings,
    ledger: LedgerWriter,
    request: EngineRequest,
) -> tuple[list[AnnotatedVariant], list[Segregation], tuple[str, ...]]:
    if not waiting.batches:
        return [], [], ()
    waiting = waiting.in_genome_order()
    batch, facts = waiting.batches[0], waiting.facts[0]
    header = header_text(case.vcf_paths[0])
    clinvar_rows = waiting.clinvar_row[0]
    given = merge_given(
        annotate_batch(batch, kb, settings),
        batch,
        AnnotationReader.from_header(header),
        lambda row: _clinvar_record(matcher, int(clinvar_rows[row])),
        TranscriptBundle.from_knowledge(kb),
        settings,
        trust_annotations=request.trust_annotations,
    )
    makers = RowMakers(case.assembly, matcher.clinvar, clinvar_rows, waiting.exempt)
    bundle = TranscriptBundle.from_knowledge(kb)

    def variant(row: int) -> AnnotatedVariant:
        return variant_of(batch, row, given.annotated, makers)

    joint = joint_effects(given.annotated, variant, bundle, case, settings)
    annotated = keep_joint(given.annotated, joint, settings)
    use = FrequencyUse.of(header, ledger, facts)
    facts.consequence_known = np.ones(len(batch), np.bool_)
    facts.relevant = np.fromiter([bool(g) for g in annotated.kept_genes], np.bool_, len(batch))
    genes = [_genes_of(annotated, row, waiting.exempt[row]) for row in range(len(batch))]
    rows = [row for row, names in enumerate(genes) if names]
    variants = [
        replace(with_given(variant(row), given.scores[row], use), joint=joint.get(row, ()))
        for row in rows
    ]
    fitting, excluded = segregate_all(
        variants, [genes[row] for row in rows], case, settings, reduced_penetrance_genes(kb)
    )
    told = tell_modes(rows, fitting, excluded, len(batch))
    used = sorted({i for s in fitting for i in s.variants})
    facts.segregation_known = np.zeros(len(batch), np.bool_)
    facts.segregation_known[rows] = True
    facts.segregates = np.zeros(len(batch), np.bool_)
    facts.segregates[[rows[i] for i in used]] = True
    more = LedgerRows(
        np.concatenate(waiting.gene_code),
        matcher.regions.names,
        waiting.exempt,
        [c[0].term if c else "" for c in annotated.consequences],
        told,
    )
    ledger.add(batch, facts, judge(facts, settings), more)
    moved, numbered = _renumber(variants, fitting, used)
    warnings = (*disagreement_warning(given.disagreements), *annotated.warnings)
    return moved, numbered, warnings


def _clinvar_record(matcher: Matcher, row: int) -> ClinVarRecord | None:
    return matcher.clinvar.record(row) if matcher.clinvar is not None and row >= 0 else None


def _genes_of(annotated: Annotated, row: int, exempt: str) -> tuple[str, ...]:
    """Genes in which a row is followed up: all it touches when it is exempt."""
    if annotated.kept_genes[row] or not exempt:
        return annotated.kept_genes[row]
    return tuple(dict.fromkeys(c.gene or c.gene_id for c in annotated.consequences[row]))


def _renumber(
    variants: Sequence[AnnotatedVariant], fitting: Sequence[Segregation], used: Sequence[int]
) -> tuple[list[AnnotatedVariant], list[Segregation]]:
    place = {old: new for new, old in enumerate(used)}
    moved = [replace(s, variants=tuple(place[i] for i in s.variants)) for s in fitting]
    return [variants[i] for i in used], moved
