"""Where the judged rows of one family of a call set lie, and whose columns they have."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

_FILE = "judged.json"


@dataclass(frozen=True)
class JudgedFamily:
    """``folder`` holds the parquet files; ``samples`` is the order of their columns."""

    folder: Path
    samples: tuple[str, ...]

    def write(self) -> None:
        """Write the note beside the rows; a family without a row has no folder yet."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / _FILE).write_text(json.dumps(self.samples), "utf-8")

    @classmethod
    def read(cls, folder: Path) -> JudgedFamily:
        """What :meth:`write` wrote."""
        return cls(folder, tuple(json.loads((folder / _FILE).read_text("utf-8"))))
