"""The ledger: one row for every input allele, written as the run goes.

``rules`` packs one outcome of two bits a rule (model.ledger.Outcome), rule i at bits 2i and
2i+1, in the order of ``filters.rules.RULES``; the names and thresholds are in the file's
schema metadata. ``stopped_by`` is the first rule that failed, "" for alleles that passed.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from rareplan.config import Settings
from rareplan.errors import InternalError
from rareplan.filters.facts import BatchFacts
from rareplan.filters.rules import RULES
from rareplan.model.batch import AlleleBatch
from rareplan.model.ledger import LedgerSummary, Outcome, RuleCount

if TYPE_CHECKING:
    import pyarrow as pa

PASSED = -1
_WORDS = ["contig", "ref", "alt", "gene", "stopped_by", "genotype", "exempt", "consequence",
          "segregation"]  # fmt: skip
METADATA_KEY = b"rareplan.rules"


@dataclass
class Judgement:
    """Outcomes of every rule for n alleles: packed bits, and the first rule that failed."""

    bits: np.ndarray
    first: np.ndarray

    def take(self, rows: np.ndarray) -> Judgement:
        """The judgement of the given rows."""
        return Judgement(self.bits[rows], self.first[rows])


def judge(facts: BatchFacts, settings: Settings) -> Judgement:
    """Run every rule on every allele of a batch."""
    n = len(facts.placed)
    bits = np.zeros(n, np.uint32)
    first = np.full(n, PASSED, np.int8)
    for i, rule in enumerate(RULES):
        judged = rule.judged(facts, settings)
        failed = judged & rule.fails(facts, settings)
        bits |= (judged.astype(np.uint32) + failed) << np.uint32(2 * i)
        first[failed & (first == PASSED)] = i
    return Judgement(bits, first)


def outcome(bits: int, rule: int) -> Outcome:
    """Outcome of one rule in packed bits."""
    return Outcome((bits >> (2 * rule)) & 3)


def rules_metadata(settings: Settings) -> dict[bytes, bytes]:
    """Names, descriptions, thresholds and settings of the rules, for the file's schema."""
    rows = [
        {
            "name": rule.name,
            "description": rule.description,
            "threshold": rule.threshold(settings),
            "value": rule.value,
            "setting": rule.setting,
        }
        for rule in RULES
    ]
    return {METADATA_KEY: json.dumps(rows).encode()}


def ledger_schema(settings: Settings) -> pa.Schema:
    """Columns of ledger.parquet."""
    import pyarrow as pa

    word = pa.dictionary(pa.int32(), pa.string())
    columns = [
        ("contig", word),
        ("pos", pa.int32()),
        ("end", pa.int32()),
        ("ref", pa.string()),
        ("alt", pa.string()),
        ("record", pa.int32()),
        ("allele", pa.int16()),
        ("gene", word),
        ("rules", pa.uint32()),
        ("stopped_by", word),
        ("genotype", word),
        ("gq", pa.float32()),
        ("dp", pa.float32()),
        ("ab", pa.float32()),
        ("max_af", pa.float64()),
        ("homozygotes", pa.float32()),
        ("exempt", word),
        ("consequence", word),
        ("segregation", word),
    ]
    return pa.schema(columns, metadata=rules_metadata(settings))


_SYMBOLS = {1: "1", 0: "0", 2: "2", -1: ".", -2: ""}
_GT_CODES = [(a, b) for a in (-2, -1, 0, 1, 2) for b in (-2, -1, 0, 1, 2)]
_GT_OF_CODE = [
    "/".join(_SYMBOLS[h] for h in pair if h != -2) if pair != (-2, -2) else "" for pair in _GT_CODES
]
GT_TEXTS = list(dict.fromkeys(_GT_OF_CODE))
"""Genotypes of a split allele in the ledger: 1 this allele, 0 reference, 2 another, . missing.

Each stands once: parquet writes a dictionary with doubles in bytes that change from run to run.
"""
_GT_INDEX = np.array([GT_TEXTS.index(text) for text in _GT_OF_CODE], np.int32)


def _words(codes: np.ndarray, names: Sequence[str]) -> pa.Array:
    import pyarrow as pa

    return pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32()), pa.array(names, pa.string()))


def _texts(values: Sequence[str] | np.ndarray) -> pa.Array:
    import pyarrow as pa

    encoded = pa.array(values, pa.string()).dictionary_encode()
    return encoded.cast(pa.dictionary(pa.int32(), pa.string()))


@dataclass
class LedgerRows:
    """What the ledger holds beside the batch and the judgement; empty lists mean "nothing"."""

    gene_codes: np.ndarray
    gene_names: Sequence[str]
    exempt: Sequence[str] | np.ndarray = ()
    consequence: Sequence[str] = ()
    segregation: Sequence[str] = ()

    @property
    def words(self) -> tuple[Sequence[str] | np.ndarray, ...]:
        """The columns of text, in the ledger's order."""
        return self.exempt, self.consequence, self.segregation


@dataclass
class LedgerWriter:
    """Streams rows into a parquet file and counts them; use as a context manager."""

    path: Path
    settings: Settings
    proband: str
    stopped: np.ndarray = field(default_factory=lambda: np.zeros(len(RULES), np.int64))
    tested: np.ndarray = field(default_factory=lambda: np.zeros(len(RULES), np.int64))
    passed: int = 0
    rows: int = 0
    _writer: Any = None
    _schema: Any = None

    def __enter__(self) -> Self:
        import pyarrow.parquet as pq

        self._schema = ledger_schema(self.settings)
        self._writer = pq.ParquetWriter(
            self.path, self._schema, compression="zstd", compression_level=1,
            use_dictionary=_WORDS,
            write_statistics=["pos", "record"],
        )  # fmt: skip
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._writer.close()
        self._writer = None

    def add(
        self, batch: AlleleBatch, facts: BatchFacts, judgement: Judgement, more: LedgerRows
    ) -> None:
        """Write final rows: nothing about them changes afterwards."""
        n = len(batch)
        if not n:
            return
        self._count(judgement)
        self._writer.write_table(self._table(batch, facts, judgement, more))
        self.rows += n

    def _count(self, judgement: Judgement) -> None:
        reached = judgement.first >= 0
        self.passed += int((~reached).sum())
        self.stopped += np.bincount(judgement.first[reached], minlength=len(RULES))
        last = np.where(reached, judgement.first, len(RULES))
        for i in range(len(RULES)):
            run = (judgement.bits >> np.uint32(2 * i)) & 3
            self.tested[i] += int(((run != Outcome.NOT_RUN) & (last >= i)).sum())

    def _table(
        self, batch: AlleleBatch, facts: BatchFacts, judgement: Judgement, more: LedgerRows
    ) -> pa.Table:
        import pyarrow as pa

        n = len(batch)
        nothing = _words(np.zeros(n, np.int32), [""])
        hap = batch.hap[:, batch.sample(self.proband)].astype(np.int32)
        names = ["", *(rule.name for rule in RULES)]
        arrays = [
            _texts(batch.contig_name),
            pa.array(batch.pos, pa.int32()),
            pa.array(batch.end, pa.int32()),
            pa.array(batch.ref, pa.string()),
            pa.array(batch.alt, pa.string()),
            pa.array(batch.record, pa.int32()),
            pa.array(batch.allele, pa.int16()),
            _words(more.gene_codes, more.gene_names),
            pa.array(judgement.bits, pa.uint32()),
            _words(judgement.first.astype(np.int32) + 1, names),
            _words(_GT_INDEX[(hap[:, 0] + 2) * 5 + hap[:, 1] + 2], GT_TEXTS),
            pa.array(facts.gq, pa.float32()),
            pa.array(facts.dp, pa.float32()),
            pa.array(facts.ab, pa.float32()),
            pa.array(facts.max_af, pa.float64()),
            pa.array(facts.homozygotes, pa.float32()),
            *(_texts(v) if len(v) else nothing for v in more.words),
        ]  # fmt: skip
        return pa.Table.from_arrays(arrays, schema=self._schema)

    def absorb(self, part: LedgerWriter, first_record: int) -> None:
        """Append a finished ledger of another part of the file; its records count from there."""
        import pyarrow as pa
        import pyarrow.compute as pc
        import pyarrow.parquet as pq

        for block in pq.ParquetFile(part.path).iter_batches(batch_size=1 << 17):
            table = pa.Table.from_batches([block])
            at = table.schema.get_field_index("record")
            moved = pc.add(table["record"], pa.scalar(first_record, pa.int32()))
            self._writer.write_table(table.set_column(at, "record", moved).cast(self._schema))
        self.rows += part.rows
        self.passed += part.passed
        self.stopped += part.stopped
        self.tested += part.tested
        part.path.unlink()

    def summary(self, alleles: int) -> LedgerSummary:
        """Counts by rule.

        Raises:
            InternalError: not every allele that was read has exactly one row.
        """
        if self.rows != alleles:
            raise InternalError(f"{alleles} alleles were read but {self.rows} are in the ledger")
        return LedgerSummary(
            alleles=alleles,
            passed=self.passed,
            rules=tuple(
                RuleCount(
                    rule.name,
                    rule.description,
                    rule.threshold(self.settings),
                    int(self.tested[i]),
                    int(self.stopped[i]),
                )
                for i, rule in enumerate(RULES)
            ),
        )
