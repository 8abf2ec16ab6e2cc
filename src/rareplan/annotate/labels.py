"""What texts of a transcript are used again and again, as Arrow columns by bundle row."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from rareplan.knowledge.transcripts import TranscriptBundle

try:  # pyarrow.compute makes a wrapper of every function there is: 30 ms of the start
    from pyarrow._compute import (
        CastOptions,
        JoinOptions,
        ReplaceSubstringOptions,
        TakeOptions,
        call_function,
    )
except ImportError:  # pragma: no cover - another pyarrow keeps them elsewhere
    from pyarrow.compute import (
        CastOptions,
        JoinOptions,
        ReplaceSubstringOptions,
        TakeOptions,
        call_function,
    )

Strings: TypeAlias = Any
"""``pyarrow.StringArray``, which carries no types of its own."""


@dataclass(frozen=True)
class Labels:
    """Columns of a bundle as text; made when first asked for."""

    bundle: TranscriptBundle

    @cached_property
    def gene(self) -> Strings:
        """Gene symbol."""
        return strings(self.bundle.gene)

    @cached_property
    def transcript(self) -> Strings:
        """Ensembl accession."""
        return strings(self.bundle.transcript)

    @cached_property
    def gene_id(self) -> Strings:
        """Ensembl gene."""
        return strings(self.bundle.gene_id)

    @cached_property
    def refseq(self) -> Strings:
        """RefSeq accession, or nothing."""
        return strings(self.bundle.refseq)

    @cached_property
    def kind(self) -> Strings:
        """MANE Select, MANE Plus Clinical, canonical, or nothing."""
        return strings(self.bundle.transcript_class)

    @cached_property
    def biotype(self) -> Strings:
        """Ensembl's biotype."""
        return strings(self.bundle.biotype)

    @cached_property
    def hgvs_c(self) -> Strings:
        """What stands before the position in a c. or n. name: ``NM_001361.5:c.``."""
        bundle = self.bundle
        accession = np.where(bundle.refseq != "", bundle.refseq, bundle.transcript)
        kind = np.where(bundle.cds_stop > bundle.cds_first, ":c.", ":n.")
        return join(strings(accession), strings(kind))

    @cached_property
    def hgvs_p(self) -> Strings:
        """What stands before a p. name: ``NP_001352.2:``, or nothing."""
        colon = np.where(self.bundle.protein != "", ":", "")
        return join(strings(self.bundle.protein), strings(colon))


def strings(values: Any) -> Strings:
    """Arrow column of a list or array of strings.

    Built from its buffers: ``pyarrow.array`` would import pandas, which takes 0.2 s.
    """
    texts = values.tolist() if isinstance(values, np.ndarray) else values
    joined = "".join(texts)
    if not joined.isascii():
        texts = [text.encode() for text in texts]
    ends = np.zeros(len(texts) + 1, dtype=np.int32)
    np.cumsum(np.fromiter(map(len, texts), dtype=np.int32, count=len(texts)), out=ends[1:])
    return pa.StringArray.from_buffers(
        len(texts), pa.py_buffer(ends), pa.py_buffer(joined.encode())
    )


def integers(values: npt.NDArray[np.integer[Any]]) -> Any:
    """Arrow column of whole numbers."""
    wide = np.ascontiguousarray(values, dtype=np.int64)
    return pa.Array.from_buffers(pa.int64(), len(wide), [None, pa.py_buffer(wide)])


def numbers(values: npt.NDArray[np.integer[Any]]) -> Strings:
    """Whole numbers as decimal text."""
    return cast(integers(values), pa.string())


def pick(texts: Strings, rows: npt.NDArray[np.integer[Any]]) -> Strings:
    """The given rows of a column."""
    return call_function("take", [texts, integers(rows)], TakeOptions(boundscheck=False))


def cast(column: Any, kind: Any) -> Any:
    """The column as another Arrow type."""
    return call_function("cast", [column], CastOptions(kind))


def sizes(texts: Strings) -> npt.NDArray[np.int32]:
    """Bytes of each text."""
    ends = np.frombuffer(texts.buffers()[1], dtype=np.int32)
    return np.diff(ends[texts.offset : texts.offset + len(texts) + 1])


def join(*columns: Strings | str, by: str | bytes = "") -> Strings:
    """Columns glued together row by row; a plain string stands in every row."""
    # A scalar taken from a column: one made of a string would import pandas as well.
    given = [strings([c])[0] if isinstance(c, str) else c for c in columns]
    between = (
        strings([by])[0] if isinstance(by, str) else cast(strings([by.decode()]), pa.binary())[0]
    )
    return call_function("binary_join_element_wise", [*given, between], JoinOptions())


def joined_in_groups(texts: Strings, ends: npt.NDArray[np.int64], by: str) -> Strings:
    """Group ``i`` is the texts ``ends[i]`` to ``ends[i + 1]``, joined."""
    groups = pa.ListArray.from_arrays(cast(integers(ends), pa.int32()), texts)
    return call_function("binary_join", [groups, strings([by])[0]])


def replaced(texts: Strings, old: str, new: str) -> Strings:
    """Every ``old`` in the texts as ``new``."""
    return call_function("replace_substring", [texts], ReplaceSubstringOptions(old, new))


def scattered(
    size: int, parts: list[tuple[npt.NDArray[np.int64], Strings]], default: str = ""
) -> Strings:
    """A column of ``size`` rows from parts with their rows; later parts win."""
    at = np.zeros(size, dtype=np.int64)
    columns, held = [strings([default])], 1
    for rows, texts in parts:
        at[rows] = np.arange(held, held + len(rows))
        columns.append(texts)
        held += len(rows)
    return pick(pa.concat_arrays(columns), at)


def text_of(texts: Strings) -> memoryview:
    """All texts of a column end to end, without a copy."""
    if not len(texts):
        return memoryview(b"")
    _, offsets, data = texts.buffers()
    ends = np.frombuffer(offsets, dtype=np.int32)
    return memoryview(data)[ends[texts.offset] : ends[texts.offset + len(texts)]]
