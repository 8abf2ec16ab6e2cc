"""Opens VCFs with cyvcf2 so that htslib itself says nothing, and guards what it hands out.

Its warnings name records and samples on stderr; every fault that matters is found and worded by
rareplan instead. cyvcf2 hands out a record that could not be parsed if its contig is not in the
header. Touching such a record may crash the process, so the first record of such a contig is
parsed once more by itself, with its contig declared, before anything else.
"""

from __future__ import annotations

import gzip
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO, cast

_SILENT = 0  # HTS_LOG_OFF of htslib's enum htsLogLevel
_CONTIG = re.compile(r"^##contig=<(?:[^>]*,)?ID=([^,>]+)", re.MULTILINE)
_GZIP = b"\x1f\x8b"
_REF, _FORMAT = 3, 8


def open_vcf(path: Path, samples: Sequence[str] | None = None, *, lazy: bool = False) -> Any:
    """A ``cyvcf2.VCF``; ``samples`` limits the columns that are read.

    Raises:
        OSError: htslib cannot open it.
    """
    from cyvcf2 import VCF, cyvcf2

    cyvcf2.set_htslib_log_level(_SILENT)
    return VCF(str(path), samples=None if samples is None else list(samples), lazy=lazy)


def declared_contigs(vcf: Any) -> set[str]:
    """Contigs that a file's header names."""
    return set(_CONTIG.findall(vcf.raw_header))


def stop_at_broken(chunk: list[Any], seen: set[str], path: Path) -> None:
    """Look at the first record of each contig that is not in ``seen``, which grows.

    ``seen`` begins with the contigs of the header: htslib itself refuses their broken records.

    Raises:
        ValueError: one is not whole; ``chunk`` then ends before it.
    """
    new = {record.CHROM for record in chunk} - seen
    if not new:
        return
    seen |= new
    header, firsts = _first_lines(path, new)
    broken = {name for name in new if not _is_whole(header, name, firsts.get(name, ""))}
    for number, record in enumerate(chunk):
        if record.CHROM in broken:
            del chunk[number:]
            raise ValueError("a record that was not parsed to its end")


def _first_lines(path: Path, wanted: set[str]) -> tuple[list[str], dict[str, str]]:
    """Header lines of a VCF, and the first record of each wanted contig, as text."""
    header: list[str] = []
    firsts: dict[str, str] = {}
    with path.open("rb") as raw:
        packed = raw.read(2) == _GZIP
        raw.seek(0)
        unpacked = cast("BinaryIO", gzip.GzipFile(fileobj=raw)) if packed else raw
        for line in unpacked:
            if line.startswith(b"#"):
                header.append(line.decode("utf-8", "replace"))
                continue
            name = line[: max(line.find(b"\t"), 0)].decode("utf-8", "replace")
            if name in wanted and name not in firsts:
                firsts[name] = line.decode("utf-8", "replace")
                if len(firsts) == len(wanted):
                    break
    return header, firsts


def _is_whole(header: Sequence[str], contig: str, line: str) -> bool:
    """Whether htslib can parse a record to its end."""
    with tempfile.TemporaryDirectory(prefix="rareplan-record-") as folder:
        alone = Path(folder) / "record.vcf"
        head = (*header[:-1], f"##contig=<ID={contig}>\n", *header[-1:])
        alone.write_text("".join((*head, line)), "utf-8")
        try:
            (record,) = open_vcf(alone)
        except Exception:  # noqa: BLE001 - cyvcf2's word for a broken record is a bare Exception
            return False
        cells = str(record).rstrip("\n").split("\t")
    if len(cells) > _FORMAT and cells[_FORMAT] == ".":
        return False
    return len(cells) > _REF and cells[_REF] not in {"", "."} and cells[0] != ""
