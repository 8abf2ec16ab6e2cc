"""Files that stand in their place only when they are whole."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@contextmanager
def staged(target: Path) -> Iterator[Path]:
    """A path in the target's folder that becomes the target when all went well."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(
        prefix=".rareplan-", suffix="".join(target.suffixes[-2:]), dir=target.parent
    )
    os.close(handle)
    path = Path(name)
    try:
        yield path
        path.replace(target)
    finally:
        path.unlink(missing_ok=True)


@dataclass
class Compressor:
    """Writes one block in the background while the next one is made."""

    out: Any
    pool: ThreadPoolExecutor
    running: Future[int] | None = None

    def write(self, text: bytes | memoryview) -> None:
        """Hand a block over; waits for the one before it."""
        self.wait()
        self.running = self.pool.submit(self.out.write, bytes(text))

    def wait(self) -> None:
        """Until all is written.

        Raises:
            OSError: what the writing of the last block raised.
        """
        if self.running is not None:
            self.running.result()


@contextmanager
def opened(path: Path) -> Iterator[Any]:
    """A file to write bytes to; BGZF where its name ends in ``.gz`` or ``.bgz``."""
    if path.suffix not in {".gz", ".bgz"}:
        with path.open("wb") as out:
            yield out
        return
    import pysam

    with pysam.BGZFile(str(path), "wb", None) as packed, ThreadPoolExecutor(1) as pool:
        compressor = Compressor(packed, pool)
        yield compressor
        compressor.wait()
