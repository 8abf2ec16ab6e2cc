"""One family on Hail: the record-level rules on Spark, everything after on the survivors.

Spark judges every allele with the rules' own expressions. Stopped alleles go into the ledger; the
records of the rest come to this process, where the local engine's own code finishes them:
consequences, segregation and sample checks are the same code. Where Spark let an allele pass
that the local rules stop, the run ends: two engines that disagree would be worse than one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from rareplan.config import Settings
from rareplan.engines.choose import EngineRequest
from rareplan.engines.hail.blocks import Block, read_blocks
from rareplan.engines.hail.facts import Proband
from rareplan.engines.hail.family_vcf import export_family
from rareplan.engines.hail.importing import (
    Source,
    family_rows,
    import_matrix,
    reference_genome,
    with_text_calls,
)
from rareplan.engines.hail.judge import Judge
from rareplan.engines.hail.places import Places
from rareplan.engines.hail.records import HailRecord
from rareplan.engines.hail.session import Session, get_session
from rareplan.engines.hail.table import allele_rows
from rareplan.engines.result import EngineResult
from rareplan.engines.work import FamilyWork
from rareplan.errors import Fault, InputError, InternalError
from rareplan.filters.ledger import PASSED, LedgerRows
from rareplan.knowledge.store import KnowledgeBase
from rareplan.model.case import Case
from rareplan.model.progress import Progress, silent
from rareplan.read.batches import RecordSource, batch_of, open_source
from rareplan.read.vcf_header import VcfHeader, read_header

_STRUCTURAL = ("END", "SVLEN", "SVTYPE", "CN")
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
    progress("Starting Spark")
    session = get_session(request.spark_master)
    work = FamilyWork.open(case, kb, settings, request)
    source = open_source(
        _plain_header(session.folder, header),
        _people(case),
        [case.pedigree.proband_id],
        settings.rarity.tags,
        case.assembly,
    )
    progress("Filtering on Spark")
    files, samples = export_judged(session, header, source, work)
    with work.ledger:
        _take(read_blocks(files, samples), source, work)
        progress("Consequences and inheritance")
        found = work.finish("hail")
    if not request.matrix:
        return found
    return replace(found, family_vcf=export_family(session, found, case, kb, request.matrix))


def _people(case: Case) -> list[str]:
    return [p.id for p in case.pedigree.people if p.id in case.pedigree.sequenced]


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


def _plain_header(folder: Path, header: VcfHeader) -> Path:
    path = folder / "plain_header.vcf"
    path.write_text(f"{header.text}\n{header.columns}\n", "utf-8")
    return path


def export_judged(
    session: Session, header: VcfHeader, source: RecordSource, work: FamilyWork
) -> tuple[list[Path], tuple[str, ...]]:
    """Judge every allele on Spark; the exported files in order, and the samples' order."""
    hl, case = session.hl, work.case
    reference = reference_genome(hl, case.assembly, header.contig_lengths)
    info = source.info
    wanted = (*info.grpmax, *info.total, *info.homozygotes, *info.annotations, *_STRUCTURAL)
    more = tuple(t for t in (info.csq_tag, info.group) if t)
    names = tuple(dict.fromkeys((*wanted, *more)))
    target = session.folder / f"judged-{work.ledger.path.parent.name}.tsv"
    try:
        matrix = _matrix(session, header, reference, work.request.matrix)
        rows, samples = family_rows(hl, matrix, _people(case), names)
        judge = Judge(
            hl=hl,
            reference=matrix.locus.dtype.reference_genome,
            codes={
                name: source.contig(name) for name in matrix.locus.dtype.reference_genome.contigs
            },
            reader=info,
            places=Places(hl, work.matcher, work.kb),
            settings=work.settings,
            assembly=case.assembly,
        )
        proband = case.pedigree.proband
        column = Proband(samples.index(proband.id), proband.sex)
        table = allele_rows(judge, rows, column, len(samples))
        table.export(str(target), parallel="header_per_shard")
    except hl.utils.java.FatalError as error:
        raise _spark_fault(error, session) from error
    return sorted(target.glob("part-*")), samples


def _matrix(session: Session, header: VcfHeader, reference: Any, imported: str) -> Any:
    """The call set: imported now, or read from where the cohort command has put it."""
    hl = session.hl
    if imported:
        return with_text_calls(hl, hl.read_matrix_table(imported))
    plan = Source(str(header.path), header.text, header.columns)
    return import_matrix(hl, plan, reference, session.folder)


def _spark_fault(error: Exception, session: Session) -> InputError | InternalError:
    """A record that Hail cannot read is the file's fault; all else is ours."""
    text = str(error)
    first = (text.strip().splitlines() or ["no message"])[0][:200]
    if "VCFParseError" in text or "while parsing line" in text or "Invalid locus" in text:
        return InputError(
            Fault(
                "VCF",
                f"a line that Hail cannot parse ({first})",
                "VCF records",
                "Mend the line, or use --engine local for its record number.",
            )
        )
    return InternalError(f"Spark failed: {first}. The log was in {session.log.name}.")


def _take(blocks: Iterable[Block], source: RecordSource, work: FamilyWork) -> None:
    """Counts, ledger rows of what was stopped, and the survivors through the local rules."""
    records: dict[int, str] = {}
    passed = 0
    for block in blocks:
        work.count(block.batch)
        stopped = np.flatnonzero(block.judgement.first != PASSED)
        # Two alleles of one record may both have passed; the record comes once.
        for i in np.flatnonzero(block.judgement.first == PASSED).tolist():
            records[int(block.batch.record[i])] = block.keep[i]
        passed += len(block.batch) - len(stopped)
        exempt = [block.exempt[i] for i in stopped.tolist()]
        work.ledger.add(
            block.batch.take(stopped),
            block.facts.take(stopped),
            block.judgement.take(stopped),
            LedgerRows(block.gene_code[stopped], work.matcher.regions.names, exempt),
        )
    numbers = sorted(records)
    for start in range(0, len(numbers), _SURVIVORS):
        block_numbers = numbers[start : start + _SURVIVORS]
        _survivors([records[n] for n in block_numbers], block_numbers, source, work)
    waiting = sum(len(b) for b in work.waiting.batches)
    if waiting != passed:
        raise InternalError(f"Spark passed {passed} alleles, the local rules {waiting}")


def _survivors(
    texts: list[str], numbers: list[int], source: RecordSource, work: FamilyWork
) -> None:
    """Records of survivors into the local engine's own stream; siblings that failed are dropped.

    An allele that failed on Spark stands in the ledger already, so only those that pass here
    are taken; the caller compares the counts.
    """
    records: list[Any] = [HailRecord(text) for text in texts]
    batch = batch_of(source, records, np.asarray(numbers, np.int64))
    work.stream_survivors(batch)
