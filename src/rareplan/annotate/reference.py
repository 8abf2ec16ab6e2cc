"""Reference bases from an indexed FASTA, or from the exons of a bundle."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rareplan.annotate.normalise import Fetch
from rareplan.annotate.view import View, view
from rareplan.errors import Fault, InputError
from rareplan.knowledge.sequence import reverse_complement
from rareplan.knowledge.transcripts import TranscriptBundle
from rareplan.model.genome import Contig, contig_from_name


@dataclass(frozen=True)
class _Entry:
    length: int
    offset: int
    bases: int
    width: int


def open_fasta(path: Path) -> Fetch:
    """Reader of an uncompressed FASTA with its ``.fai`` (samtools faidx).

    Raises:
        InputError: no file, no index, or an index that is not one.
    """
    index = path.with_name(path.name + ".fai")
    entries: dict[int, _Entry] = {}
    try:
        for line in index.read_text("utf-8").splitlines():
            name, length, offset, bases, width = line.split("\t")[:5]
            contig = contig_from_name(name)
            if contig is not Contig.OTHER:
                entries.setdefault(
                    int(contig), _Entry(int(length), int(offset), int(bases), int(width))
                )
        data = np.memmap(path, dtype=np.uint8, mode="r")
    except (OSError, ValueError) as error:
        raise InputError(
            Fault(
                path.name,
                f"no FASTA with a readable .fai index ({type(error).__name__})",
                "an uncompressed FASTA beside its .fai",
                "Run 'samtools faidx' on it.",
            )
        ) from error

    def fetch(contig: int, start: int, end: int) -> str:
        entry = entries.get(int(contig))
        if entry is None or start < 1 or end > entry.length or end < start:
            return ""
        first = entry.offset + (start - 1) // entry.bases * entry.width + (start - 1) % entry.bases
        last = entry.offset + (end - 1) // entry.bases * entry.width + (end - 1) % entry.bases
        raw = data[first : last + 1].tobytes()
        return raw.replace(b"\n", b"").replace(b"\r", b"").decode("ascii").upper()

    return fetch


def bundle_fetch(bundle: TranscriptBundle) -> Fetch:
    """Reference bases as far as an exon of the bundle, or a flank of an intron, holds them.

    Good for left-aligning indels in exons and beside them without a genome; "" elsewhere. The
    range may start before the exon: what is known at its end is given.
    """

    def fetch(contig: int, start: int, end: int) -> str:
        rows = bundle.overlaps(np.array([contig], dtype=np.int8), np.array([end]), np.array([end]))[
            1
        ]
        for row in rows.tolist():
            one = view(bundle, row)
            if one.spliced(end) < 0 and (text := _flank(one, start, end)):
                return text
            if not one.sequence or one.spliced(end) < 0:
                continue
            first = max(start, one.exon_starts[one.exon_at(end)])
            a, b = one.spliced(first), one.spliced(end)
            text = one.sequence[min(a, b) : max(a, b) + 1]
            return text if one.forward else reverse_complement(text)
        return ""

    return fetch


def _flank(one: View, start: int, end: int) -> str:
    """Bases up to ``end`` of an intron's known piece that holds it."""
    i = one.exon_at(end)
    for low, high, text in one.flanks[i] if 0 <= i < len(one.flanks) else ():
        if low <= end <= high:
            return text[max(start - low, 0) : end - low + 1]
    return ""
