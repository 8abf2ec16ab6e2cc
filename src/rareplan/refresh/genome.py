"""Transcript sequence from a genome FASTA that the user already has; nothing is downloaded.

The exons of every model are read from the genome, joined in the direction of transcription and
checked as a CDS. What fails (a gap, another haplotype, a frame that does not hold) gets no
sequence, so that nothing is translated from a wrong frame.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from rareplan.errors import Fault, InputError
from rareplan.knowledge.coding import coding_fault
from rareplan.knowledge.liftover import liftover
from rareplan.knowledge.sequence import PackedSequence, encode, reverse_complement
from rareplan.knowledge.store import KnowledgeBase
from rareplan.knowledge.transcripts import TranscriptBundle
from rareplan.model.genome import Assembly, Contig, contig_from_name
from rareplan.refresh.flanks import flank_text, pack_flanks
from rareplan.refresh.layout import Home
from rareplan.refresh.parts import Part, store_part
from rareplan.refresh.tables import Built, Source

GENOME = "genome"
"""Id of the part that holds what was read from the user's genome."""
PARSER_VERSION = 2
SEQUENCE = "genome_sequence"

Arrays = dict[str, np.ndarray[Any, Any]]
Fetch = Callable[[int, int, int], str]
Tell = Callable[[str, float | None], None]


@dataclass(frozen=True)
class Genome:
    """An open FASTA: which assembly it is, and its bases by contig code (1-based inclusive)."""

    name: str
    assembly: Assembly
    fetch: Fetch


def open_genome(path: Path) -> Genome:
    """A FASTA with its .fai; plain, or packed by bgzip with its .gzi.

    Raises:
        InputError: no such file or index, or the contigs' lengths are those of no assembly that
            rareplan knows.
    """
    import pysam

    pysam.set_verbosity(0)  # htslib's own words would come before ours
    index = path.with_name(path.name + ".fai")
    if not path.is_file() or not index.is_file():
        raise InputError(
            Fault(
                path.name,
                "no such file" if not path.is_file() else "no index beside it",
                "a genome FASTA, plain or packed by bgzip, with its .fai",
                "Run 'samtools faidx' on it." if path.is_file() else "Check the path.",
            )
        )
    try:
        fasta = pysam.FastaFile(str(path))
    except (OSError, ValueError) as error:
        raise InputError(
            Fault(path.name, "unreadable as a FASTA", "a FASTA with a fitting .fai",
                  "Unpack it, or pack it with bgzip, and run 'samtools faidx' again.")
        ) from error  # fmt: skip
    lengths = dict(zip(fasta.references, fasta.lengths, strict=True))
    assembly, names = _assembly(path.name, lengths)

    def fetch(contig: int, start: int, end: int) -> str:
        name = names.get(contig)
        return str(fasta.fetch(name, start - 1, end)).upper() if name else ""

    return Genome(path.name, assembly, fetch)


def _assembly(file: str, lengths: Mapping[str, int]) -> tuple[Assembly, dict[int, str]]:
    """The assembly whose lengths the contigs have, and their names by code."""
    found: dict[Assembly, dict[int, str]] = {a: {} for a in Assembly}
    for name, length in lengths.items():
        contig = contig_from_name(name)
        for assembly in Assembly:
            if contig is not Contig.OTHER and assembly.lengths.get(contig) == length:
                found[assembly].setdefault(int(contig), name)
    nuclear = {a: sum(code != Contig.MT for code in names) for a, names in found.items()}
    best = max(Assembly, key=lambda a: nuclear[a])
    if not nuclear[best]:
        seen = ", ".join(f"{n} of {size} bases" for n, size in list(lengths.items())[:2])
        raise InputError(
            Fault(
                file,
                f"contigs of no assembly that rareplan knows ({seen or 'no contig'})",
                "whole chromosomes of GRCh37 or GRCh38",
                "Give the genome that your VCFs were called on.",
            )
        )
    return best, found[best]


def read_sequences(
    bundle: TranscriptBundle, genome: Genome, kb: KnowledgeBase, tell: Tell = lambda *_: None
) -> tuple[Arrays, dict[str, int]]:
    """Sequence of every transcript that passes the check.

    Returns:
        ``transcript`` (text), ``offset`` and ``length`` (int64) of each, the packed bases
        (``packed``, ``n_mask``, ``bases``); and counts of what was left out, by reason.
    """
    starts, ends, strands = _places(bundle, genome, kb)
    names, offsets, chunks, at = [], [], [], 0
    flanks: list[str] = []
    left: dict[str, int] = {}
    for row in range(len(bundle)):
        if row % 500 == 0:
            tell("Reading the genome", row / len(bundle))
        text = _spliced(bundle, row, genome.fetch, starts, ends, strands)
        fault = _fault(bundle, row, text)
        if fault:
            left[fault] = left.get(fault, 0) + 1
            continue
        names.append(str(bundle.transcript[row] or bundle.refseq[row]))
        offsets.append(at)
        chunks.append(encode(text))
        at += len(text)
        flanks.append(_flanks(bundle, row, genome))
    packed = PackedSequence.from_codes(np.concatenate(chunks) if chunks else np.zeros(0, np.uint8))
    arrays = {
        "transcript": np.array(names, dtype=np.str_),
        "offset": np.array(offsets, dtype=np.int64),
        "length": np.array([len(c) for c in chunks], dtype=np.int64),
        "packed": packed.packed,
        "n_mask": packed.n_mask,
        "bases": np.array([packed.length], dtype=np.int64),
    }
    return arrays | pack_flanks(flanks), left


def _flanks(bundle: TranscriptBundle, row: int, genome: Genome) -> str:
    """Bases of introns beside the exons; GRCh37's introns are another assembly's."""
    if genome.assembly is not Assembly.GRCH38:
        return ""
    exons = slice(int(bundle.exon_offset[row]), int(bundle.exon_offset[row + 1]))
    places = zip(bundle.exon_start[exons].tolist(), bundle.exon_end[exons].tolist(), strict=True)
    return flank_text(int(bundle.contig[row]), list(places), genome.fetch)


def _places(
    bundle: TranscriptBundle, genome: Genome, kb: KnowledgeBase
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """First and last base of every exon in the genome's own assembly, and its turn (0: nowhere)."""
    turn = np.ones(len(bundle.exon_start), dtype=np.int8)
    if genome.assembly is Assembly.GRCH38:
        return bundle.exon_start, bundle.exon_end, turn
    contig = np.repeat(bundle.contig, np.diff(bundle.exon_offset))
    lift = liftover(kb)
    c1, first, s1 = lift.to_grch37(contig, bundle.exon_start)
    c2, last, s2 = lift.to_grch37(contig, bundle.exon_end)
    low, high = np.minimum(first, last), np.maximum(first, last)
    # An exon that moved to another contig, turned within itself or changed its length has none.
    whole = (c1 == contig) & (c2 == contig) & (s1 == s2)
    whole &= high - low == bundle.exon_end - bundle.exon_start
    return low, high, np.where(whole, s1, np.int8(0))


def _spliced(
    bundle: TranscriptBundle,
    row: int,
    fetch: Fetch,
    starts: np.ndarray[Any, Any],
    ends: np.ndarray[Any, Any],
    strands: np.ndarray[Any, Any],
) -> str:
    """The transcript 5' to 3'; empty when an exon has no place."""
    pieces = []
    for exon in range(int(bundle.exon_offset[row]), int(bundle.exon_offset[row + 1])):
        if not strands[exon]:
            return ""
        piece = fetch(int(bundle.contig[row]), int(starts[exon]), int(ends[exon]))
        pieces.append(piece if strands[exon] > 0 else reverse_complement(piece))
    text = "".join(pieces)
    return text if bundle.strand[row] > 0 else reverse_complement(text)


def _fault(bundle: TranscriptBundle, row: int, text: str) -> str:
    """Why a transcript gets no sequence, in words that can be counted."""
    if len(text) != int(bundle.length[row]):
        return "not in this genome"
    coding = text[int(bundle.cds_first[row]) : int(bundle.cds_stop[row])]
    if set(coding or text) - set("ACGT"):
        return "unknown bases"
    if not coding:
        return ""
    if bundle.cds_phase[row]:
        return "the model's CDS is incomplete"
    return "the CDS does not hold" if coding_fault(coding, int(bundle.codon_table[row])) else ""


def genome_part(
    home: Home, genome: Genome, kb: KnowledgeBase, date: str, tell: Tell = lambda *_: None
) -> Part:
    """What the genome gives for the snapshot's models, kept beside the parts of the sources.

    Raises:
        InputError: no transcript could be read.
    """
    arrays, left = read_sequences(TranscriptBundle.from_knowledge(kb), genome, kb, tell)
    if not len(arrays["transcript"]):
        raise InputError(
            Fault(genome.name, f"none of the transcripts can be read ({_told(left)})",
                  "a genome whose genes hold their reading frames",
                  "Check that the file is whole and not masked.")
        )  # fmt: skip
    content = hashlib.sha256()
    for name in sorted(arrays):
        content.update(arrays[name].tobytes())
    source = Source(
        "Genome FASTA of this installation", f"{genome.assembly.value} ({genome.name})", date,
        "that of the file", "", content.hexdigest(),
    )  # fmt: skip
    notes = {"left_out": left, "assembly": genome.assembly.value}
    built = Built(SEQUENCE, arrays, (source,), PARSER_VERSION, notes=notes)
    digest = hashlib.sha256(f"{PARSER_VERSION} {source.version} {content.hexdigest()}".encode())
    return store_part(home, GENOME, digest.hexdigest()[:32], [built], PARSER_VERSION)


def _told(left: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {reason}" for reason, count in sorted(left.items()))


def with_genome(
    rows: list[dict[str, Any]], arrays: Arrays, sequence: Mapping[str, np.ndarray[Any, Any]] | None
) -> dict[str, np.ndarray[Any, Any]]:
    """Give the genome's sequence to the transcripts that have none yet; the packed arrays of all.

    ``rows`` are those of the ``transcripts`` table; their ``sequence_offset`` is set in place.
    A transcript whose model has another length than when the genome was read stays without.
    """
    length = int(sequence["length"][0]) if sequence else 0
    before = (
        PackedSequence.from_arrays(sequence).codes(np.arange(length))
        if sequence
        else np.zeros(0, np.uint8)
    )
    own = PackedSequence(arrays["packed"], int(arrays["bases"][0]), arrays["n_mask"])
    place = {name: i for i, name in enumerate(arrays["transcript"].tolist())}
    pieces, at = [before], length
    for row in rows:
        if sequence is None:
            row["sequence_offset"] = -1
        i = place.get(row["transcript"] or row["refseq"])
        if i is None or row["sequence_offset"] >= 0:
            continue
        size = sum(row["exon_ends"]) - sum(row["exon_starts"]) + len(row["exon_starts"])
        if size != int(arrays["length"][i]):
            continue
        first = int(arrays["offset"][i])
        row["sequence_offset"] = at
        pieces.append(own.codes(np.arange(first, first + size)))
        at += size
    packed = PackedSequence.from_codes(np.concatenate(pieces))
    return packed.as_arrays()
