"""Reads a VCF as blocks of text with CHROM, POS, REF and ALT as columns.

Consequences need four columns of a record. Finding them in large blocks of text is some ten
times faster than making a record object of every line; the checks are those of the records that
``analyze`` reads.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from rareplan.errors import Fault, InputError
from rareplan.model.genome import contig_from_name
from rareplan.model.site_block import Ints, Objects, SiteBlock
from rareplan.read.record_checks import MAX_FAULTS, record_faults
from rareplan.read.vcf_header import VcfHeader

ROWS = 32768
"""Records after which a block is closed."""
_PIECE = 1 << 20
_MOST_BYTES = 32 << 20
_ALT = 4
_DIGITS = 10
_LETTERS = np.array([chr(i) if i < 128 else "\ufffd" for i in range(256)], dtype=object)
_NEAR = 2
"""Records as near as this stay in one block: they may lie in one codon."""
_LOOKED_BACK = 50
"""Records looked at for a gap when a block is closed."""


def iter_site_blocks(header: VcfHeader) -> Iterator[SiteBlock]:
    """Blocks of a VCF (text, gzip or bgzip) whose faultless header was read.

    Raises:
        InputError: a line that is no record, or damaged compression (at once); alleles and
            positions that cannot be (up to 20, after the whole file was read).
    """
    reader = _Reader(header)
    for text in _texts(header):
        yield reader.block(text)
    if reader.faults:
        raise InputError(reader.faults[:MAX_FAULTS])


def header_bytes(header: VcfHeader) -> bytes:
    """The header as it stands in the file, ``#CHROM`` line included."""
    lines: list[bytes] = []
    with _open(header) as handle:
        for line in handle:
            if not line.startswith(b"#"):
                break
            lines.append(line)
    return b"".join(lines)


def _open(header: VcfHeader) -> BinaryIO:
    if header.compression == "none":
        return header.path.open("rb")
    return gzip.open(header.path, "rb")  # type: ignore[return-value]


def _pieces(header: VcfHeader) -> Iterator[bytes]:
    """Text of the file in large pieces; the last one ends with a newline."""
    last = b"\n"
    with _open(header) as handle:
        while piece := handle.read(_PIECE):
            last = piece[-1:]
            yield piece
    if last != b"\n":
        yield b"\n"


def _texts(header: VcfHeader) -> Iterator[bytes]:
    """Whole lines of records, block by block, with plain line ends."""
    held: list[bytes] = []
    lines = size = 0
    in_header = True
    try:
        for piece in _pieces(header):
            held.append(piece)
            if in_header:
                held = [_after_header(b"".join(held))]
                in_header = held[0][:1] in {b"#", b""}
                lines, size = held[0].count(b"\n"), len(held[0])
                continue
            lines += piece.count(b"\n")
            size += len(piece)
            if lines >= ROWS or size >= _MOST_BYTES:
                whole, rest = _split(b"".join(held))
                if whole:
                    yield _plain(whole)
                held, lines, size = [rest], 0, len(rest)
    except (EOFError, zlib.error, gzip.BadGzipFile, OSError) as error:
        fault = Fault(
            header.path.name, "damaged gzip data", "a whole gzip or bgzip file",
            "Copy or export the file again.",
        )  # fmt: skip
        raise InputError(fault) from error
    rest = _plain(b"".join(held)).rstrip(b"\n")
    if rest and not in_header:
        yield rest + b"\n"


def _plain(text: bytes) -> bytes:
    return text.replace(b"\r\n", b"\n") if b"\r" in text else text


def _after_header(text: bytes) -> bytes:
    """What follows the lines that begin with ``#``; a last unfinished line stays."""
    at = 0
    while text[at : at + 1] == b"#":
        end = text.find(b"\n", at)
        if end < 0:
            break
        at = end + 1
    return text[at:]


def _split(text: bytes) -> tuple[bytes, bytes]:
    """Whole lines, and the rest; not between records that lie within a codon of each other.

    Where every base has its record, a codon may be parted after all.
    """
    whole = end = text.rfind(b"\n") + 1
    for _ in range(_LOOKED_BACK):
        last = text.rfind(b"\n", 0, end - 1) + 1
        if last == 0:
            break
        before = text.rfind(b"\n", 0, last - 1) + 1
        if not _close(text[before:last].split(b"\t", 2), text[last:end].split(b"\t", 2)):
            return text[:last], text[last:]
        end = last
    return text[:whole], text[whole:]


def _close(one: list[bytes], other: list[bytes]) -> bool:
    try:
        return one[0] == other[0] and abs(int(one[1]) - int(other[1])) <= _NEAR
    except (IndexError, ValueError):
        return False


class _Reader:
    """What is remembered from block to block: contig codes, counts and faults."""

    def __init__(self, header: VcfHeader) -> None:
        self.where = header.path.name
        self.lengths = header.contig_lengths
        self.columns = max(header.columns.count("\t") + 1, 8)
        self.codes: dict[str, int] = {}
        self.records = 0
        self.faults: list[Fault] = []

    def block(self, text: bytes) -> SiteBlock:
        data = np.frombuffer(text, dtype=np.uint8)
        cuts = self._cuts(text, data)
        names, name_code = _names(text, data, cuts)
        pos = self._positions(data, cuts)
        ref = _strings(text, data, cuts[:, 3], cuts[:, 4] - 1)
        record, alt = _alternates(_strings(text, data, cuts[:, _ALT], cuts[:, _ALT + 1] - 1))
        self._check(names, name_code, pos, ref, record, alt)
        kept = np.flatnonzero(alt != ".")
        record, alt = record[kept], alt[kept]
        codes = np.array([self._code(name) for name in names], dtype=np.int8)
        block = SiteBlock(
            text=text, cuts=cuts, first=self.records, names=names, name_code=name_code,
            contig=codes[name_code[record]], record=record, pos=pos[record], ref=ref[record],
            alt=alt,
        )  # fmt: skip
        self.records += len(cuts)
        return block

    def _code(self, name: str) -> int:
        if name not in self.codes:
            self.codes[name] = int(contig_from_name(name))
        return self.codes[name]

    def _check(
        self, names: tuple[str, ...], name_code: Ints, pos: Ints, ref: Objects, record: Ints,
        alt: Objects,
    ) -> None:  # fmt: skip
        if len(self.faults) < MAX_FAULTS:
            said = [names[i] for i in name_code.tolist()] if self._beyond(pos, names) else []
            self.faults += record_faults(
                self.where, self.records, record, ref[record], alt, pos[record],
                self.lengths if said else {}, said,
            )  # fmt: skip

    def _beyond(self, pos: Ints, names: tuple[str, ...]) -> bool:
        """Whether any position is larger than the smallest contig in the block is long."""
        ends = [self.lengths[name] for name in names if self.lengths.get(name)]
        return bool(ends) and int(pos.max(initial=0)) > min(ends)

    def _cuts(self, text: bytes, data: npt.NDArray[np.uint8]) -> Ints:
        """Where columns begin, and one past each line."""
        ends = np.flatnonzero(data == ord("\n"))
        tabs = np.flatnonzero(data == ord("\t"))
        starts = np.concatenate(([0], ends[:-1] + 1))
        inner = self.columns - 1
        if len(tabs) == len(ends) * inner:
            grid = tabs.reshape(len(ends), inner)
            if (grid[:, 0] > starts).all() and (grid[:, -1] < ends).all():
                return np.column_stack((starts, grid + 1, ends + 1))
        seen = np.searchsorted(tabs, ends) - np.searchsorted(tabs, starts)
        wrong = int(np.flatnonzero((seen != inner) | (data[starts] == ord("\t")))[0])
        if int(seen[wrong]) == inner:
            raise self._fault(wrong, "a line without a contig name")
        line = text[int(starts[wrong]) : int(ends[wrong])]
        told = f"{int(seen[wrong]) + 1} columns" if line.strip() else "an empty line"
        raise self._fault(wrong, told, f"a VCF record with {self.columns} columns")

    def _positions(self, data: npt.NDArray[np.uint8], cuts: Ints) -> Ints:
        """The numbers in POS."""
        low, high = cuts[:, 1], cuts[:, 2] - 1
        back = np.arange(1, _DIGITS + 1)
        at = high[:, None] - back
        inside = at >= low[:, None]
        digits = np.where(inside, data[np.maximum(at, 0)], ord("0")).astype(np.int64) - ord("0")
        bad = (high - low > _DIGITS) | (high <= low) | ((digits < 0) | (digits > 9)).any(axis=1)
        if bad.any():
            raise self._fault(int(np.flatnonzero(bad)[0]), "a POS that is no whole number")
        return np.asarray(digits @ 10 ** (back - 1), dtype=np.int64)

    def _fault(self, row: int, found: str, expected: str = "a VCF record") -> InputError:
        fault = Fault(
            f"{self.where} record {self.records + row + 1}", found, expected,
            "Mend or remove the line, or export the file again.",
        )  # fmt: skip
        return InputError([*self.faults, fault])


def _names(text: bytes, data: npt.NDArray[np.uint8], cuts: Ints) -> tuple[tuple[str, ...], Ints]:
    """Contig names in order of appearance, and the place of each record's in them."""
    low, size = cuts[:, 0], cuts[:, 1] - 1 - cuts[:, 0]
    ahead = np.arange(int(size.max()))
    inside = ahead < size[:, None]
    letters = np.where(inside, data[np.where(inside, low[:, None] + ahead, 0)], 0)
    new = np.concatenate(([True], (letters[1:] != letters[:-1]).any(axis=1)))
    places: dict[str, int] = {}
    found = [
        places.setdefault(
            text[int(cuts[i, 0]) : int(cuts[i, 1]) - 1].decode("utf-8", "replace"), len(places)
        )
        for i in np.flatnonzero(new).tolist()
    ]
    return tuple(places), np.array(found, dtype=np.int64)[np.cumsum(new) - 1]


def _strings(text: bytes, data: npt.NDArray[np.uint8], low: Ints, high: Ints) -> Objects:
    """Text of one column as Python strings; those of one letter share theirs."""
    found = np.empty(len(low), dtype=object)
    single = high - low == 1
    found[single] = _LETTERS[data[low[single]]]
    rest = np.flatnonzero(~single)
    found[rest] = _objects(
        [
            text[a:b].decode("utf-8", "replace")
            for a, b in zip(low[rest].tolist(), high[rest].tolist(), strict=True)
        ]
    )
    return found


def _alternates(column: Objects) -> tuple[Ints, Objects]:
    """Place of each alternate's record, and the alternates; ``.`` stays as one of them."""
    several = [i for i in range(len(column)) if "," in column[i]]
    counts = np.ones(len(column), dtype=np.int64)
    if not several:
        return np.arange(len(column)), column
    parts = {i: column[i].split(",") for i in several}
    counts[several] = [len(parts[i]) for i in several]
    record = np.repeat(np.arange(len(column)), counts)
    alt = column[record]
    starts = np.cumsum(counts) - counts
    for i in several:
        alt[starts[i] : starts[i] + counts[i]] = parts[i]
    return record, alt


def _objects(values: list[str]) -> Objects:
    made = np.empty(len(values), dtype=object)
    made[:] = values
    return made
