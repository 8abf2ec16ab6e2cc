"""annotated.vcf.gz: every record of the input, with RAREPLAN_* tags on the candidates.

Works on lines, not on parsed records: what the input says is passed through byte by byte, so
an odd header or an undeclared tag survives. Records are sorted when the input is not, since
an index needs that. Several inputs become one file with the union of their samples; people of
other families are left out.
"""

from __future__ import annotations

import gzip
import heapq
import shutil
import tempfile
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, NamedTuple

from rareplan.model.genome import contig_from_name
from rareplan.model.result import CaseResult
from rareplan.report.vcf_tags import HEADER, allele_key, candidate_tags, tag_line

_CHUNK = 200_000  # lines sorted in memory at a time
_FIXED = 9  # columns before the samples
_GZIP_MAGIC = b"\x1f\x8b"


class _Record(NamedTuple):
    """Sort key (order of the contig in the header, 1-based position, input order) and line."""

    contig: int
    position: int
    serial: int
    line: bytes


@dataclass
class _Plan:
    """The output's header and where each input's samples go (-1: nowhere)."""

    meta: list[bytes] = field(default_factory=list)
    samples: list[bytes] = field(default_factory=list)
    columns: list[list[int]] = field(default_factory=list)
    contigs: dict[bytes, int] = field(default_factory=dict)


def _open(path: Path) -> BinaryIO:
    with path.open("rb") as probe:
        zipped = probe.read(2) == _GZIP_MAGIC
    return gzip.open(path, "rb") if zipped else path.open("rb")  # type: ignore[return-value]


def _header(path: Path) -> tuple[list[bytes], list[bytes]]:
    """``##`` lines and sample names."""
    meta: list[bytes] = []
    with _open(path) as handle:
        for raw in handle:
            line = raw.rstrip(b"\r\n")
            if line.startswith(b"##"):
                meta.append(line)
            elif line.startswith(b"#"):
                return meta, line.split(b"\t")[_FIXED:]
            elif line:
                break
    return meta, []


def _identity(line: bytes) -> bytes:
    """``##INFO=<ID=AF`` of a structured line (one definition each), else the whole line."""
    kind, mark, rest = line.partition(b"=<ID=")
    return kind + mark + rest.split(b",", 1)[0].rstrip(b">") if mark else line


def _plan(paths: Iterable[Path], family: Collection[str]) -> _Plan:
    plan = _Plan()
    kept = {name.encode() for name in family}
    seen: set[bytes] = set()
    for path in paths:
        meta, samples = _header(path)
        for line in meta:
            known = _identity(line)
            ours = line.startswith((b"##INFO=<ID=RAREPLAN_", b"##fileformat"))
            if known in seen or ours:
                continue
            seen.add(known)
            plan.meta.append(line)
            if line.startswith(b"##contig=<ID="):
                name = known.rpartition(b"=")[2]
                plan.contigs.setdefault(name, len(plan.contigs))
        for sample in samples:
            if sample in kept and sample not in plan.samples:
                plan.samples.append(sample)
        plan.columns.append([plan.samples.index(s) if s in kept else -1 for s in samples])
    return plan


def _records(
    paths: tuple[Path, ...], plan: _Plan, tags: dict[str, dict[str, str]]
) -> Iterator[_Record]:
    """Every data line, tagged, with the samples of all inputs."""
    places = _places(tags)
    codes: dict[bytes, str] = {}
    serial = 0
    for path, columns in zip(paths, plan.columns, strict=True):
        same = columns == list(range(len(plan.samples)))
        with _open(path) as handle:
            for raw in handle:
                if raw.startswith(b"#"):
                    continue
                line = raw.rstrip(b"\r\n")
                cells = line.split(b"\t", 4)
                if len(cells) < 5 or not cells[1].isdigit():
                    continue
                chrom, position, ref = cells[0], int(cells[1]), cells[3]
                if not same:
                    line = _widen(line, columns, len(plan.samples))
                if chrom not in codes:
                    codes[chrom] = contig_from_name(chrom.decode("utf-8", "replace")).bare
                if _near(places, codes[chrom], position, len(ref)) or b"RAREPLAN_" in line:
                    line = tag_line(line, codes[chrom], tags)
                order = plan.contigs.setdefault(chrom, len(plan.contigs))
                serial += 1
                yield _Record(order, position, serial, line)


def _places(tags: Iterable[str]) -> dict[str, list[int]]:
    """Sorted positions of the candidates by contig."""
    places: dict[str, list[int]] = {}
    for key in tags:
        contig, position, *_ = key.split("-")
        places.setdefault(contig, []).append(int(position))
    return {contig: sorted(positions) for contig, positions in places.items()}


def _near(places: dict[str, list[int]], contig: str, position: int, length: int) -> bool:
    """Whether a candidate lies on the bases of this record; trimming moves starts right."""
    positions = places.get(contig)
    if not positions:
        return False
    at = bisect_left(positions, position)
    return at < len(positions) and positions[at] < position + length


def _widen(line: bytes, columns: list[int], count: int) -> bytes:
    """Put the samples in their columns of the joint file; absent ones are missing (``.``)."""
    cells = line.split(b"\t")
    calls = [b"."] * count
    for column, call in zip(columns, cells[_FIXED:], strict=False):
        if column >= 0:
            calls[column] = call
    fixed = cells[:_FIXED] if len(cells) >= _FIXED else [*cells[:8], b"GT"]
    return b"\t".join([*fixed, *calls])


def _spill(chunk: list[_Record], folder: Path, number: int) -> Path:
    path = folder / f"{number}.txt"
    with path.open("wb") as out:
        for record in sorted(chunk):
            out.write(b"%d\t%d\t%d\t%s\n" % record)
    return path


def _read_spill(path: Path) -> Iterator[_Record]:
    with path.open("rb") as handle:
        for raw in handle:
            contig, position, serial, line = raw.rstrip(b"\n").split(b"\t", 3)
            yield _Record(int(contig), int(position), int(serial), line)


def _in_order(records: Iterator[_Record], folder: Path) -> Iterator[_Record]:
    """Records by contig and position; memory holds one chunk, the rest waits on disk."""
    chunks: list[Path] = []
    chunk: list[_Record] = []
    for record in records:
        chunk.append(record)
        if len(chunk) == _CHUNK:
            chunks.append(_spill(chunk, folder, len(chunks)))
            chunk = []
    return heapq.merge(*(_read_spill(path) for path in chunks), iter(sorted(chunk)))


def _is_sorted(paths: tuple[Path, ...]) -> bool:
    """One file whose contigs are in one piece each and whose positions never fall."""
    if len(paths) > 1:
        return False
    done: set[bytes] = set()
    current, last = b"", -1
    with _open(paths[0]) as handle:
        for raw in handle:
            if raw.startswith(b"#"):
                continue
            chrom, _, rest = raw.partition(b"\t")
            position = rest.partition(b"\t")[0]
            if not position.isdigit():
                continue
            if chrom != current:
                if chrom in done:
                    return False
                done.add(chrom)
                current, last = chrom, -1
            if int(position) < last:
                return False
            last = int(position)
    return True


def write_annotated_vcf(
    vcf_paths: Iterable[Path], result: CaseResult, out_path: Path, family: Collection[str]
) -> tuple[str, ...]:
    """Write ``out_path`` (bgzip) and ``out_path.tbi``.

    Args:
        vcf_paths: the inputs; plain, gzip or bgzip, sorted or not.
        result: the case whose candidates are tagged.
        out_path: ends in ``.vcf.gz``; appears only when complete.
        family: samples to keep: a call set holds people of whom this run must say nothing.

    Returns:
        Candidate variants that no record of the input spells the same way (an indel that
        was moved to the left, say) and that therefore carry no tag.
    """
    import pysam

    pysam.set_verbosity(0)  # htslib's own words on stderr may hold records
    paths = tuple(vcf_paths)
    tags = candidate_tags(result)
    plan = _plan(paths, family)
    found: set[str] = set()
    with tempfile.TemporaryDirectory(dir=out_path.parent) as temporary:
        folder = Path(temporary)
        records = _records(paths, plan, tags)
        ordered = records if _is_sorted(paths) else _in_order(records, folder)
        draft = folder / "annotated.vcf.gz"
        with pysam.BGZFile(str(draft), "w") as out:  # type: ignore[call-arg]
            out.write(_head(plan))
            for record in ordered:
                if b"RAREPLAN_RANK=" in record.line:
                    found.update(_spellings(record.line))
                out.write(record.line + b"\n")
        pysam.tabix_index(str(draft), preset="vcf", force=True)
        shutil.move(f"{draft}.tbi", f"{out_path}.tbi")
        shutil.move(str(draft), str(out_path))
    return tuple(key for key in tags if key not in found)


def _head(plan: _Plan) -> bytes:
    columns = [b"#CHROM", b"POS", b"ID", b"REF", b"ALT", b"QUAL", b"FILTER", b"INFO"]
    if plan.samples:
        columns += [b"FORMAT", *plan.samples]
    return b"\n".join([b"##fileformat=VCFv4.2", *plan.meta, *HEADER, b"\t".join(columns), b""])


def _spellings(line: bytes) -> set[str]:
    """The record's alleles, as written and trimmed."""
    chrom, pos, _, ref, alts = line.split(b"\t", 5)[:5]
    contig = contig_from_name(chrom.decode("utf-8", "replace")).bare
    spelled = {
        f"{contig}-{pos.decode()}-{ref.decode()}-{alt.decode()}".upper() for alt in alts.split(b",")
    }
    return spelled | {
        allele_key(contig, int(pos), ref.decode(), alt.decode()) for alt in alts.split(b",")
    }
