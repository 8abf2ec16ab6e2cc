"""What both ways into Spark need first: how the local reader would read the file, and the judge."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rareplan.config import Settings
from rareplan.engines.hail.judge import Judge
from rareplan.engines.hail.places import Places
from rareplan.engines.matching import Matcher
from rareplan.knowledge.store import KnowledgeBase
from rareplan.model.case import Case
from rareplan.read.batches import RecordSource, open_source
from rareplan.read.vcf_header import VcfHeader

STRUCTURAL = ("END", "SVLEN", "SVTYPE", "CN")


def people_of(case: Case) -> list[str]:
    """Sequenced people, in the order of the pedigree."""
    return [p.id for p in case.pedigree.people if p.id in case.pedigree.sequenced]


def record_source(header: VcfHeader, case: Case, settings: Settings, folder: Path) -> RecordSource:
    """How the local reader would read the file: which tags, which contigs, which samples."""
    path = folder / "plain_header.vcf"
    path.write_text(f"{header.text}\n{header.columns}\n", "utf-8")
    return open_source(
        path,
        people_of(case),
        [case.pedigree.proband_id],
        settings.rarity.tags,
        case.assembly,
    )


def info_tags(source: RecordSource) -> tuple[str, ...]:
    """INFO fields that the rules and the finish of a family ask for."""
    info = source.info
    wanted = (*info.grpmax, *info.total, *info.homozygotes, *info.annotations, *STRUCTURAL)
    more = tuple(t for t in (info.csq_tag, info.group) if t)
    return tuple(dict.fromkeys((*wanted, *more)))


def judge_of(
    hl: Any,
    reference: Any,
    source: RecordSource,
    matcher: Matcher,
    kb: KnowledgeBase,
    case: Case,
    settings: Settings,
) -> Judge:
    """What the expressions need beside the rows."""
    return Judge(
        hl=hl,
        reference=reference,
        codes={name: source.contig(name) for name in reference.contigs},
        reader=source.info,
        places=Places(hl, matcher, kb),
        settings=settings,
        assembly=case.assembly,
    )
