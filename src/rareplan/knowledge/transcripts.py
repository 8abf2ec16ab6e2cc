"""Transcript models as flat arrays, with an interval search over all of them at once.

Genomic coordinates are 1-based inclusive on GRCh38; offsets into a spliced transcript are
0-based, in the direction of transcription. T transcripts, E exons; exons of transcript ``t`` are
rows ``exon_offset[t]`` to ``exon_offset[t + 1]``, ascending on the genome whatever the strand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from rareplan.errors import KnowledgeError
from rareplan.knowledge.sequence import PackedSequence

if TYPE_CHECKING:
    import pyarrow as pa

    from rareplan.knowledge.store import KnowledgeBase

CONTIG_SHIFT = 32
"""A global position is ``contig << 32 | position``: one sorted axis for the whole genome."""
FLANK = 5000
"""Bases up- and downstream of a transcript within which VEP names it (VEP ``--distance``)."""

CLASS_TIER = {"MANE Select": 0, "MANE Plus Clinical": 1, "canonical": 2, "": 3}
"""Order in which transcripts of a gene are reported."""

Ints = npt.NDArray[np.int64]
Names = npt.NDArray[np.object_]

_NAMES = (
    "transcript", "refseq", "protein", "gene", "hgnc_id", "gene_id", "transcript_class", "biotype",
)  # fmt: skip


@dataclass(frozen=True)
class TranscriptBundle:
    """Every transcript of a snapshot, ordered by contig and start.

    ``cds_start``/``cds_end`` are genomic (0 when non-coding); ``cds_first``/``cds_stop`` are the
    same range as 0-based half-open offsets into the spliced transcript. ``cds_phase`` counts the
    bases of the CDS before its first whole codon (not 0 only where the 5' end is incomplete).
    ``exon_spliced`` is the spliced offset of each exon's first transcribed base.
    """

    transcript: Names
    refseq: Names
    protein: Names
    gene: Names
    hgnc_id: Names
    gene_id: Names
    transcript_class: Names
    biotype: Names
    contig: npt.NDArray[np.int8]
    strand: npt.NDArray[np.int8]
    start: Ints
    end: Ints
    cds_start: Ints
    cds_end: Ints
    cds_phase: npt.NDArray[np.int8]
    codon_table: npt.NDArray[np.int8]
    exon_offset: Ints
    exon_start: Ints
    exon_end: Ints
    exon_spliced: Ints
    length: Ints
    cds_first: Ints
    cds_stop: Ints
    sequence_offset: Ints
    sequence: PackedSequence | None = None
    intron_offset: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    """Where each transcript's flanks begin in ``introns``, -1 without; empty: none has any."""
    introns: PackedSequence | None = None
    """First and last ``flank`` bases of introns, forward strand (``flank_pieces``)."""
    flank: int = 0

    def __len__(self) -> int:
        return len(self.transcript)

    @classmethod
    def from_table(
        cls, table: pa.Table, arrays: Mapping[str, npt.NDArray[Any]] | None = None
    ) -> TranscriptBundle:
        """Build from the snapshot's ``transcripts`` table and, where there, ``sequence.npz``.

        Args:
            table: columns of docs/architecture.md; ``cds_phase`` is optional.
            arrays: ``packed`` (uint8), ``n_mask`` (int64) and ``length`` (one int64); the same
                with ``intron_`` before it, ``intron_offset`` (a row) and ``intron_flank``.

        Raises:
            KnowledgeError: columns are missing, or exons do not fit the transcripts.
        """
        optional = {"cds_phase"}
        wanted = {*_NAMES, *_NUMBERS, "exon_starts", "exon_ends"} - optional
        missing = wanted - set(table.column_names)
        if missing:
            raise KnowledgeError(f"table 'transcripts' lacks the columns {sorted(missing)}")
        columns: dict[str, Any] = {k: _objects(table[k].to_pylist()) for k in _NAMES}
        numbers = {
            k: _plain(table[k].combine_chunks()).astype(kind)
            for k, kind in _NUMBERS.items()
            if k in table.column_names
        }
        numbers.setdefault("cds_phase", np.zeros(table.num_rows, dtype=np.int8))
        starts = table["exon_starts"].combine_chunks()
        ends = table["exon_ends"].combine_chunks()
        counts, exon_start = _lists(starts)
        other, exon_end = _lists(ends)
        if not np.array_equal(counts, other) or (counts < 1).any():
            raise KnowledgeError("table 'transcripts' has transcripts with broken exon lists")
        offset = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
        packed = None
        if arrays is not None:
            n_mask = arrays.get("n_mask", np.zeros(0, dtype=np.int64)).astype(np.int64)
            length = int(arrays["length"][0]) if "length" in arrays else len(arrays["packed"]) * 4
            packed = PackedSequence(arrays["packed"], length, n_mask)
        else:
            numbers["sequence_offset"] = np.full(len(counts), -1, dtype=np.int64)
        columns |= numbers | _spliced(numbers, offset, exon_start, exon_end)
        columns |= _introns(arrays or {}, len(counts))
        built = cls(
            **columns,
            exon_offset=offset,
            exon_start=exon_start,
            exon_end=exon_end,
            sequence=packed,
        )
        key = _key(built.contig, built.start)
        if len(key) > 1 and (np.diff(key) < 0).any():
            return built.take(np.argsort(key, kind="stable"))
        return built

    @classmethod
    def from_knowledge(
        cls, kb: KnowledgeBase, *, all_transcripts: bool = False
    ) -> TranscriptBundle:
        """The transcripts of a snapshot, built once and kept with it.

        Raises:
            KnowledgeError: the snapshot has no such table, or it is damaged.
        """
        name = "transcripts_all" if all_transcripts else "transcripts"

        def build(snapshot: KnowledgeBase) -> TranscriptBundle:
            with_sequence = snapshot.has("sequence") and not all_transcripts
            arrays = snapshot.arrays("sequence") if with_sequence else None
            return cls.from_table(snapshot.table(name), arrays)

        return kb.memo(f"bundle:{name}", build)

    def take(self, rows: Ints) -> TranscriptBundle:
        """The given transcripts in the given order (must be ascending by contig and start)."""
        counts = np.diff(self.exon_offset)[rows]
        exons = _ranges(self.exon_offset[rows], counts)
        changes: dict[str, Any] = {
            "exon_offset": np.concatenate(([0], np.cumsum(counts))).astype(np.int64),
            "exon_start": self.exon_start[exons],
            "exon_end": self.exon_end[exons],
            "exon_spliced": self.exon_spliced[exons],
        }
        whole = {"sequence", "introns", "flank"}
        if not len(self.intron_offset):
            whole.add("intron_offset")
        per_transcript = {f.name for f in fields(self)} - set(changes) - whole
        return replace(self, **{k: getattr(self, k)[rows] for k in per_transcript}, **changes)

    @cached_property
    def is_mane(self) -> npt.NDArray[np.bool_]:
        """MANE Select or MANE Plus Clinical: complete models, identical to the genome."""
        kinds = self.transcript_class
        return np.asarray((kinds == "MANE Select") | (kinds == "MANE Plus Clinical"), dtype=bool)

    @cached_property
    def class_tier(self) -> npt.NDArray[np.int8]:
        """Tier of each transcript's class (:data:`CLASS_TIER`)."""
        tiers = [CLASS_TIER.get(kind, 3) for kind in self.transcript_class.tolist()]
        return np.array(tiers, dtype=np.int8)

    @cached_property
    def gene_code(self) -> Ints:
        """Number of each transcript's gene: equal numbers, equal genes (by symbol or gene id)."""
        keys = np.where(self.gene != "", self.gene, self.gene_id).tolist()
        number = {name: i for i, name in enumerate(sorted(set(keys)))}
        return np.fromiter((number[key] for key in keys), dtype=np.int64, count=len(keys))

    @cached_property
    def scratch(self) -> dict[int, Any]:
        """Room for what stages derive from single transcripts, by row; lives with the bundle."""
        return {}

    @cached_property
    def exon_key(self) -> Ints:
        """``transcript row << 32 | exon start``: ascending, to find an exon by one search."""
        row = np.repeat(np.arange(len(self), dtype=np.int64), np.diff(self.exon_offset))
        return row << CONTIG_SHIFT | self.exon_start

    @cached_property
    def _segments(self) -> tuple[Ints, Ints, Ints]:
        """Borders of the genome's segments, and which transcripts (with flanks) cover each."""
        low = _key(self.contig, np.maximum(self.start - FLANK, 0))
        high = _key(self.contig, self.end + FLANK) + 1
        borders = np.sort(np.concatenate((low, high)))
        borders = borders[np.diff(borders, prepend=-1) > 0]
        first, stop = np.searchsorted(borders, low), np.searchsorted(borders, high)
        segment = _ranges(first, stop - first)
        owner = np.repeat(np.arange(len(self), dtype=np.int64), stop - first)
        order = np.argsort(segment, kind="stable")
        offsets = np.searchsorted(segment[order], np.arange(len(borders) + 1))
        return borders, offsets.astype(np.int64), owner[order]

    def overlaps(self, contig: npt.NDArray[np.int8], start: Ints, end: Ints) -> tuple[Ints, Ints]:
        """Pairs of query and transcript that touch within :data:`FLANK` bases.

        Args:
            contig: codes of :class:`~rareplan.model.genome.Contig`, n.
            start: first base of each query, 1-based, n.
            end: last base, inclusive, n.

        Returns:
            Query rows (ascending) and transcript rows (ascending within a query), m each.
        """
        if not len(self) or not len(start):
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        borders, offsets, owners = self._segments
        low, high = _key(contig, start), _key(contig, end)
        at = np.searchsorted(borders, low, side="right") - 1
        counts = np.where(at >= 0, offsets[at + 1] - offsets[at], 0)
        query = np.repeat(np.arange(len(start), dtype=np.int64), counts)
        row = owners[_ranges(offsets[np.maximum(at, 0)], counts)]
        # What begins inside a query that spans several bases is not in its first segment.
        begins = _key(self.contig, np.maximum(self.start - FLANK, 0))
        first = np.searchsorted(begins, low, side="right")
        extra = np.maximum(np.searchsorted(begins, high, side="right") - first, 0)
        if not extra.any():
            return query, row
        query = np.concatenate((query, np.repeat(np.arange(len(start), dtype=np.int64), extra)))
        row = np.concatenate((row, _ranges(first, extra)))
        order = np.lexsort((row, query))
        return query[order], row[order]


_NUMBERS: dict[str, type[np.signedinteger[Any]]] = {
    "contig": np.int8, "strand": np.int8, "start": np.int64, "end": np.int64,
    "cds_start": np.int64, "cds_end": np.int64, "cds_phase": np.int8, "codon_table": np.int8,
    "sequence_offset": np.int64,
}  # fmt: skip


def flank_pieces(first: int, last: int, flank: int) -> tuple[tuple[int, int], ...]:
    """The ranges (1-based inclusive) of an intron whose bases are kept: its ends, or all of it."""
    if last - first + 1 <= 2 * flank:
        return ((first, last),) if last >= first else ()
    return (first, first + flank - 1), (last - flank + 1, last)


def _introns(arrays: Mapping[str, npt.NDArray[Any]], rows: int) -> dict[str, Any]:
    """Flanks of introns, where a snapshot has them for this table."""
    if "intron_packed" not in arrays or len(arrays["intron_offset"]) != rows:
        return {}
    length = int(arrays["intron_length"][0])
    n_mask = arrays["intron_n_mask"].astype(np.int64)
    return {
        "intron_offset": arrays["intron_offset"].astype(np.int64),
        "introns": PackedSequence(arrays["intron_packed"], length, n_mask),
        "flank": int(arrays["intron_flank"][0]),
    }


def _plain(array: pa.Array) -> npt.NDArray[Any]:
    """Numbers without nulls as numpy. ``to_numpy`` would import pandas, which takes 0.2 s."""
    return np.from_dlpack(array) if len(array) else np.zeros(0, dtype=np.int64)


def _lists(array: pa.ListArray) -> tuple[Ints, Ints]:
    """Length of each list, and all values end to end (without pyarrow.compute, 30 ms)."""
    offsets = _plain(array.offsets).astype(np.int64)
    values = _plain(array.values.slice(int(offsets[0]), int(offsets[-1] - offsets[0])))
    return np.diff(offsets), values.astype(np.int64)


def _objects(values: list[str]) -> Names:
    made = np.empty(len(values), dtype=object)
    made[:] = values
    return made


def _key(contig: npt.NDArray[np.int8], position: Ints) -> Ints:
    return contig.astype(np.int64) << CONTIG_SHIFT | position


def _ranges(first: Ints, counts: Ints) -> Ints:
    """The ranges ``first[i] .. first[i] + counts[i]`` end to end."""
    total = int(counts.sum())
    stops = np.cumsum(counts)
    return np.repeat(first - (stops - counts), counts) + np.arange(total, dtype=np.int64)


def _spliced(
    numbers: Mapping[str, npt.NDArray[Any]], offset: Ints, exon_start: Ints, exon_end: Ints
) -> dict[str, Ints]:
    """Spliced offsets of exons and CDS ends, and transcript lengths."""
    sizes = exon_end - exon_start + 1
    if (sizes < 1).any():
        raise KnowledgeError("table 'transcripts' has exons that end before they start")
    counts = np.diff(offset)
    before = np.concatenate(([0], np.cumsum(sizes)))
    length = before[offset[1:]] - before[offset[:-1]]
    ascending = before[:-1] - np.repeat(before[offset[:-1]], counts)
    minus = np.repeat(numbers["strand"] < 0, counts)
    spliced = np.where(minus, np.repeat(length, counts) - ascending - sizes, ascending)
    row = np.repeat(np.arange(len(counts), dtype=np.int64), counts)
    key = row << CONTIG_SHIFT | exon_start
    rows = np.arange(len(counts), dtype=np.int64)
    coding = numbers["cds_start"] > 0
    forward = numbers["strand"] > 0
    ends = []
    for position in (numbers["cds_start"], numbers["cds_end"]):
        exon = np.searchsorted(key, rows << CONTIG_SHIFT | position, side="right") - 1
        exon = np.clip(exon, offset[:-1], offset[1:] - 1)
        inside = (position >= exon_start[exon]) & (position <= exon_end[exon])
        if (coding & ~inside).any():
            raise KnowledgeError("table 'transcripts' has a CDS that ends outside its exons")
        into = np.where(forward, position - exon_start[exon], exon_end[exon] - position)
        ends.append(np.where(coding, spliced[exon] + into, 0))
    first = np.where(forward, ends[0], ends[1])
    last = np.where(forward, ends[1], ends[0])
    return {
        "exon_spliced": spliced,
        "length": length,
        "cds_first": first,
        "cds_stop": np.where(coding, last + 1, 0),
    }
