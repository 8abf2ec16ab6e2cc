"""Opens VCFs with cyvcf2 so that htslib itself says nothing, and guards what it hands out.

Its warnings name records and samples on stderr; every fault that matters is found and worded by
rareplan instead. cyvcf2 hands out a record even when it could not be parsed, if its contig is
not in the header. Touching the alleles of such a record crashes the process, so the first record
of every contig is looked at as text before anything else.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

_SILENT = 0  # HTS_LOG_OFF of htslib's enum htsLogLevel
_REF, _FORMAT = 3, 8


def open_vcf(path: Path, samples: Sequence[str] | None = None, *, lazy: bool = False) -> Any:
    """A ``cyvcf2.VCF``; ``samples`` limits the columns that are read.

    Raises:
        OSError: htslib cannot open it.
    """
    from cyvcf2 import VCF, cyvcf2

    cyvcf2.set_htslib_log_level(_SILENT)
    return VCF(str(path), samples=None if samples is None else list(samples), lazy=lazy)


def is_whole(record: Any) -> bool:
    """Whether a record was parsed to its end. Safe on every record, but slow."""
    cells = str(record).rstrip("\n").split("\t")
    if len(cells) > _FORMAT and cells[_FORMAT] == ".":
        return False
    return len(cells) > _REF and cells[_REF] not in {"", "."} and cells[0] != ""


def stop_at_broken(chunk: list[Any], seen: set[str]) -> None:
    """Look at the first record of each contig that is not in ``seen``, which grows.

    Raises:
        ValueError: one is not whole; ``chunk`` then ends before it.
    """
    new = {record.CHROM for record in chunk} - seen
    seen |= new
    for number, record in enumerate(chunk if new else ()):
        if record.CHROM in new:
            new.discard(record.CHROM)
            if not is_whole(record):
                del chunk[number:]
                raise ValueError("a record that was not parsed to its end")
