"""What a refresh tells: source by source, for people and for monitoring."""

from __future__ import annotations

import json
from dataclasses import dataclass, field


@dataclass
class SourceOutcome:
    """What became of one source."""

    source: str
    status: str = "kept"  # new, unchanged, failed, kept
    version: str = ""
    rows: int = 0
    transferred: int = 0
    seconds: float = 0.0
    message: str = ""


@dataclass
class RefreshSummary:
    """What became of the whole; written as JSON for monitoring."""

    snapshot: str = ""
    changed: bool = False
    sources: list[SourceOutcome] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def failed(self) -> list[str]:
        """Ids of the sources that failed."""
        return [o.source for o in self.sources if o.status == "failed"]

    @property
    def exit_code(self) -> int:
        """0 all well, 1 some sources failed (the others are in), 3 no snapshot could be made."""
        if self.faults:
            return 3
        return 1 if self.failed else 0

    def as_json(self) -> str:
        """One JSON object."""
        sources = [vars(o) for o in self.sources]
        content = vars(self) | {"sources": sources, "failed": self.failed}
        return json.dumps(content | {"exit_code": self.exit_code}, indent=2, ensure_ascii=False)
