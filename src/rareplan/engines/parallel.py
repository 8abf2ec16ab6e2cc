"""Reads a large, indexed VCF contig by contig in several processes.

Each process runs the rules of the record on whole contigs and writes its own part of the
ledger; the parent joins the parts in the order of the contigs, so that the result is that of
one process. Worth it from some hundred thousand records on; smaller files are read at once.
"""

from __future__ import annotations

import contextlib
import io
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from multiprocessing import active_children, get_context, parent_process
from pathlib import Path

from rareplan.config import Settings
from rareplan.engines.choose import EngineRequest
from rareplan.engines.work import FamilyWork
from rareplan.errors import Fault, InputError
from rareplan.filters.ledger import LedgerWriter
from rareplan.filters.qc_counts import QcCounts
from rareplan.htslib import open_vcf
from rareplan.knowledge.store import open_knowledge
from rareplan.model.case import Case
from rareplan.read.batches import read_file
from rareplan.read.index import has_index
from rareplan.read.record_lines import worded

MIN_BYTES = 40 << 20
MOST_PROCESSES = 4


@dataclass
class _Part:
    """What one contig gave; ``faults`` instead of an error, which would lose them on its way."""

    contig: str
    records: int
    work: FamilyWork | None
    ledger: LedgerWriter | None
    faults: tuple[Fault, ...] = ()


def contigs_to_share(case: Case) -> tuple[str, ...]:
    """Contigs of the one VCF of a case when sharing them pays, else none.

    It takes one bgzip file with an index, of some size, and a second processor. Names with a
    colon cannot be asked for by region.
    """
    if len(case.vcf_paths) != 1 or len(os.sched_getaffinity(0)) < 2:
        return ()
    path = case.vcf_paths[0]
    if not has_index(path) or path.stat().st_size < MIN_BYTES:
        return ()
    names = tuple(open_vcf(path, lazy=True).seqnames)
    return () if any(":" in name for name in names) else names


_work: FamilyWork


def _start(case: Case, root: Path, settings: Settings, request: EngineRequest) -> None:
    """Open the knowledge once in each process."""
    global _work  # noqa: PLW0603 - a process has one family
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the parent, which ends us
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _work = FamilyWork.open(case, open_knowledge(root), settings, request)


def _end_with_parent() -> None:
    """A killed parent cannot end its processes; they would keep their memory for ever."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _one_contig(contig: str) -> _Part:
    """Run one contig; its ledger lies beside the process's own."""
    place = _work.ledger.path.with_name(f"part-{os.getpid()}-{contig.replace('/', '_')}.parquet")
    ledger = LedgerWriter(place, _work.settings, _work.case.pedigree.proband_id)
    mine = replace(_work, ledger=ledger, waiting=type(_work.waiting)(), counts=None, alleles=0)
    records = 0
    try:
        with ledger, contextlib.redirect_stderr(io.StringIO()):
            for batch in _blocks(mine.case, mine.settings, contig):
                records = int(batch.record[-1]) + 1
                mine.count(batch)
                mine.stream(batch)
    except InputError as error:
        place.unlink(missing_ok=True)
        # A fault with its line is told of the whole file, by every process that met one.
        told = (
            f if " line " in f.where else replace(f, where=f"{f.where} of contig {contig}")
            for f in error.faults
        )
        return _Part(contig, 0, None, None, tuple(told))
    return _Part(contig, records, replace(mine, kb=None, matcher=None), ledger)  # type: ignore[arg-type]


def _blocks(case: Case, settings: Settings, contig: str) -> Iterator:  # type: ignore[type-arg]
    wanted = [p.id for p in case.pedigree.people if p.id in case.pedigree.sequenced]
    return read_file(
        case.vcf_paths[0],
        wanted,
        [case.pedigree.proband_id],
        settings.rarity.tags,
        case.assembly,
        contig=contig,
    )


def stream_shared(work: FamilyWork, contigs: tuple[str, ...]) -> Iterator[str]:
    """Stream every contig in other processes and join them; yields the contigs as they come.

    Raises:
        InputError: unreadable records in any contig, all of them together.
        MemoryError: the system ended one of the processes.
    """
    count = min(MOST_PROCESSES, len(os.sched_getaffinity(0)))
    # Parts of the ledger lie in the parent's private folder and go with it.
    request = replace(work.request, scratch=work.ledger.path.parent)
    given = (work.case, work.kb.root, work.settings, request)
    faults: list[Fault] = []
    records = 0
    # A fresh interpreter: forking with open files and threads of others would not be safe.
    with ProcessPoolExecutor(count, get_context("spawn"), _start, given) as pool:
        try:
            for part in pool.map(_one_contig, contigs):
                faults += part.faults
                if part.work is not None and part.ledger is not None:
                    _join(work, part, records)
                    records += part.records
                yield part.contig
        except BrokenProcessPool as error:
            raise MemoryError from error
        except BaseException:
            for process in active_children():
                process.terminate()
            raise
    if faults:
        raise InputError(worded(work.case.vcf_paths[0], list(dict.fromkeys(faults))))


def _join(work: FamilyWork, part: _Part, first_record: int) -> None:
    found = part.work
    if found is None or part.ledger is None:
        return
    work.ledger.absorb(part.ledger, first_record)
    work.alleles += found.alleles
    if found.counts is not None:
        work.counts = _added(work.counts, found.counts)
    for batch in found.waiting.batches:
        work.waiting.batches.append(replace(batch, record=batch.record + first_record))
    work.waiting.facts += found.waiting.facts
    work.waiting.gene_code += found.waiting.gene_code
    work.waiting.clinvar_row += found.waiting.clinvar_row
    work.waiting.exempt += found.waiting.exempt


def _added(total: QcCounts | None, more: QcCounts) -> QcCounts:
    if total is None:
        return more
    total.merge(more)
    return total
