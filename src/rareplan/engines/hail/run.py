"""One family on Hail: the record-level rules on Spark, everything after on the survivors.

Spark judges every allele with the rules' own expressions. Stopped alleles go into the ledger; the
records of the rest come to this process, where the local engine's own code finishes them:
consequences, segregation and sample checks are the same code. Where Spark let an allele pass
that the local rules stop, the run ends: two engines that disagree would be worse than one.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from rareplan.config import Settings
from rareplan.engines.choose import EngineRequest
from rareplan.engines.hail.blocks import Block, read_blocks
from rareplan.engines.hail.family_vcf import write_family_vcf
from rareplan.engines.hail.frequencies import with_snapshot_frequencies
from rareplan.engines.hail.importing import (
    Source,
    import_matrix,
    records,
    reference_genome,
    size_of,
)
from rareplan.engines.hail.judge import FamilyColumns
from rareplan.engines.hail.judged import JudgedFamily
from rareplan.engines.hail.prepare import info_tags, judge_of, record_source
from rareplan.engines.hail.records import HailRecord
from rareplan.engines.hail.session import LONG_BYTES, Session, get_session
from rareplan.engines.hail.spark_faults import spark_faults
from rareplan.engines.hail.table import allele_rows, write_rows
from rareplan.engines.result import EngineResult
from rareplan.engines.work import FamilyWork
from rareplan.errors import Fault, InputError, InternalError
from rareplan.filters.ledger import PASSED, LedgerRows
from rareplan.knowledge.store import KnowledgeBase
from rareplan.model.case import Case
from rareplan.model.progress import Progress, silent
from rareplan.read.batches import RecordSource, batch_of
from rareplan.read.record_lines import worded
from rareplan.read.vcf_header import VcfHeader, read_header

_SURVIVORS = 4096
"""Records a block when survivors are built."""


def run(
    case: Case,
    kb: KnowledgeBase,
    settings: Settings,
    request: EngineRequest,
    progress: Progress = silent,
) -> EngineResult:
    """Read, filter, annotate and segregate one family on Spark.

    Raises:
        InputError: several files, no Hail here, unreadable records, or samples that do not fit.
        InternalError: Spark failed, or the engines disagree.
    """
    header = _one_header(case)
    work = FamilyWork.open(case, kb, settings, request)
    scratch = work.ledger.path.parent
    source = record_source(header, case, settings, scratch)
    if request.judged is not None:
        found = JudgedFamily.read(request.judged)
        return _finish(found.folder, found.samples, source, work, header, progress)
    progress("Starting Spark")
    long = size_of(str(header.path)) >= LONG_BYTES
    session = get_session(request.spark_master, long=long)
    progress("Filtering on Spark")
    folder = session.shared / f"judged-{scratch.name}"
    try:
        with _own_words(header), spark_faults(session):
            samples = _judge(session, header, source, work, str(folder))
        return _finish(folder, samples, source, work, header, progress)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _finish(
    folder: Path,
    samples: tuple[str, ...],
    source: RecordSource,
    work: FamilyWork,
    header: VcfHeader,
    progress: Progress,
) -> EngineResult:
    """Ledger, survivors and checks; a family of a call set gets a VCF of its own."""
    with work.ledger:
        with _own_words(header):
            kept = _take(read_blocks(folder, samples), source, work)
        progress("Consequences and inheritance")
        found = work.finish("hail")
    if work.request.judged is None:
        return found
    path = work.ledger.path.parent / "family.vcf"
    lines = [kept[number] for number in sorted(kept)]
    return replace(found, family_vcf=write_family_vcf(path, header.text, samples, lines))


@contextmanager
def _own_words(header: VcfHeader) -> Iterator[None]:
    """Records that are wrong, in the local reader's words with line numbers where it can tell."""
    try:
        yield
    except InputError as error:
        raise InputError(worded(header.path, list(error.faults))) from error


def _one_header(case: Case) -> VcfHeader:
    if len(case.vcf_paths) != 1:
        raise InputError(
            Fault(
                "--engine hail",
                f"{len(case.vcf_paths)} files",
                "one joint VCF",
                "Join them (bcftools merge), or use --engine local, which joins files itself.",
            )
        )
    header, faults = read_header(case.vcf_paths[0])
    if header is None:
        raise InputError(faults)
    return header


def _judge(
    session: Session, header: VcfHeader, source: RecordSource, work: FamilyWork, target: str
) -> tuple[str, ...]:
    """Judge every allele on Spark into ``target``; the samples in the order of its columns."""
    hl, case = session.hl, work.case
    reference = reference_genome(hl, case.assembly, header.contig_lengths)
    matrix = import_matrix(hl, Source.of(header), reference, session.shared, session.cores)
    matrix = matrix.filter_cols(hl.literal(set(source.samples)).contains(matrix.s))
    rows = records(hl, matrix, info_tags(source))
    family = FamilyColumns.of(case.pedigree, source.samples)
    judge = judge_of(hl, reference, source, work.matcher, work.kb, case, work.settings)
    write_rows(allele_rows(judge, rows, [family]), target, by_family=False)
    return family.samples


def _take(blocks: Iterable[Block], source: RecordSource, work: FamilyWork) -> dict[int, str]:
    """Counts, ledger rows of what was stopped, and the survivors through the local rules.

    Gives the records that came back whole, by number.
    """
    kept: dict[int, str] = {}
    survivors: set[int] = set()
    passed = 0
    for read in blocks:
        block = with_snapshot_frequencies(read, work)
        work.count(block.batch)
        stopped = np.flatnonzero(block.judgement.first != PASSED)
        # Two alleles of one record may both have passed; the record comes once.
        kept |= {int(block.batch.record[i]): text for i, text in block.keep.items()}
        survivors |= set(block.batch.record[block.judgement.first == PASSED].tolist())
        passed += len(block.batch) - len(stopped)
        exempt = [block.exempt[i] for i in stopped.tolist()]
        work.ledger.add(
            block.batch.take(stopped),
            block.facts.take(stopped),
            block.judgement.take(stopped),
            LedgerRows(block.gene_code[stopped], work.matcher.regions.names, exempt),
        )
    numbers = sorted(survivors)
    for start in range(0, len(numbers), _SURVIVORS):
        some = numbers[start : start + _SURVIVORS]
        _survivors([kept[n] for n in some], some, source, work)
    if source.faults:
        raise InputError(source.faults)
    waiting = sum(len(b) for b in work.waiting.batches)
    if waiting != passed:
        raise InternalError(f"Spark passed {passed} alleles, the local rules {waiting}")
    return kept


def _survivors(
    texts: list[str], numbers: list[int], source: RecordSource, work: FamilyWork
) -> None:
    """Records of survivors into the local engine's own stream; siblings that failed are dropped.

    An allele that failed on Spark stands in the ledger already, so only those that pass here
    are taken; the caller compares the counts.
    """
    parsed: list[Any] = [HailRecord(text) for text in texts]
    batch = batch_of(source, parsed, np.asarray(numbers, np.int64))
    work.stream_survivors(batch)
