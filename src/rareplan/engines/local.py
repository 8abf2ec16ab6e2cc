"""One family on one machine: cyvcf2 and numpy, block by block."""

from __future__ import annotations

from rareplan.config import Settings
from rareplan.engines.choose import EngineRequest
from rareplan.engines.parallel import contigs_to_share, stream_shared
from rareplan.engines.result import EngineResult
from rareplan.engines.work import FamilyWork
from rareplan.knowledge.store import KnowledgeBase
from rareplan.model.case import Case
from rareplan.model.progress import Progress, silent
from rareplan.read.batches import iter_batches


def run(
    case: Case,
    kb: KnowledgeBase,
    settings: Settings,
    request: EngineRequest | None = None,
    progress: Progress = silent,
) -> EngineResult:
    """Read, filter, annotate and segregate one family.

    Raises:
        InputError: unreadable records, or samples that do not fit the pedigree (without force).
        InternalError: the ledger does not hold every allele that was read.
    """
    work = FamilyWork.open(case, kb, settings, request or EngineRequest())
    progress("Reading variants")
    with work.ledger:
        if contigs := contigs_to_share(case):
            for done, _ in enumerate(stream_shared(work, contigs), start=1):
                progress("Reading variants", done / len(contigs))
        else:
            for batch in iter_batches(case, settings.rarity.tags):
                work.count(batch)
                work.stream(batch)
                progress(f"Reading variants: {work.alleles:,}")
        progress("Consequences and inheritance")
        return work.finish("local")
