"""How old the knowledge is, source by source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date

from rareplan.knowledge.store import KnowledgeBase
from rareplan.refresh.spec import SourceSpec


@dataclass(frozen=True)
class SourceStatus:
    """One source of the snapshot; ``age_days`` is None where the date is unknown."""

    name: str
    version: str
    date: str
    licence: str
    age_days: int | None
    cadence_days: int | None
    stale: bool


def source_status(
    kb: KnowledgeBase, specs: Mapping[str, SourceSpec], today: date, stale_factor: float
) -> list[SourceStatus]:
    """Every source of a snapshot; stale when older than ``stale_factor`` times its cadence."""
    cadence = {spec.name: spec.cadence_days for spec in specs.values()}
    found = []
    for source in kb.sources():
        try:
            age = (today - date.fromisoformat(source.date[:10])).days
        except ValueError:
            age = None
        rhythm = cadence.get(source.name)
        stale = age is not None and rhythm is not None and age > stale_factor * rhythm
        found.append(
            SourceStatus(
                source.name, source.version, source.date, source.licence, age, rhythm, stale
            )
        )
    return found


def as_dict(kb: KnowledgeBase, statuses: list[SourceStatus]) -> dict[str, object]:
    """For ``kb status --json``."""
    return {
        "snapshot": kb.name,
        "created": kb.created,
        "folder": str(kb.root),
        "sha256": kb.sha256,
        "stale": [s.name for s in statuses if s.stale],
        "sources": [asdict(s) for s in statuses],
        "tables": {name: kb.rows(name) for name in kb.tables},
    }
