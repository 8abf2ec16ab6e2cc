"""Opens VCFs with cyvcf2 so that htslib itself says nothing.

Its warnings name records and samples on stderr; every fault that matters is found and worded by
rareplan instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

_SILENT = 0  # HTS_LOG_OFF of htslib's enum htsLogLevel


def open_vcf(path: Path, samples: Sequence[str] | None = None, *, lazy: bool = False) -> Any:
    """A ``cyvcf2.VCF``; ``samples`` limits the columns that are read.

    Raises:
        OSError: htslib cannot open it.
    """
    from cyvcf2 import VCF, cyvcf2

    cyvcf2.set_htslib_log_level(_SILENT)
    return VCF(str(path), samples=None if samples is None else list(samples), lazy=lazy)
