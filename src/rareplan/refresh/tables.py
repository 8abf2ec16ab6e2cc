"""Schemas of the snapshot's tables and the deterministic writer.

A table is written with fixed parquet options, so that equal rows give equal bytes under the
same pyarrow release. The manifest says which release that was.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from rareplan.errors import InternalError
from rareplan.knowledge.store import FORMAT, MANIFEST
from rareplan.provenance import sha256_file

S, I8, I32, I64, F32, B = (
    pa.string(), pa.int8(), pa.int32(), pa.int64(), pa.float32(), pa.bool_(),
)  # fmt: skip
LS, LI32 = pa.list_(pa.string()), pa.list_(pa.int32())

_TRANSCRIPT = {
    "transcript": S, "refseq": S, "protein": S, "gene": S, "hgnc_id": S, "gene_id": S,
    "transcript_class": S, "biotype": S, "contig": I8, "strand": I8, "start": I32, "end": I32,
    "cds_start": I32, "cds_end": I32, "exon_starts": LI32, "exon_ends": LI32,
    "codon_table": I8, "sequence_offset": I64,
}  # fmt: skip

SCHEMAS: dict[str, dict[str, pa.DataType]] = {
    "genes": {
        "symbol": S, "hgnc_id": S, "ensembl_id": S, "entrez_id": S, "name": S, "aliases": LS,
        "previous": LS, "locus_type": S, "contig": I8, "start": I32, "end": I32, "strand": I8,
        "omim_ids": LS, "location": S,
    },
    "transcripts": _TRANSCRIPT,
    "transcripts_all": _TRANSCRIPT,
    "domains": {"gene": S, "transcript": S, "start_aa": I32, "end_aa": I32, "name": S},
    "clinvar": {
        "contig": I8, "pos": I32, "ref": S, "alt": S, "variation_id": I32, "significance": S,
        "stars": I8, "diseases": LS, "disease_ids": LS, "consequences": LS,
    },
    "clinvar_other": {
        "contig": I8, "pos": I32, "ref": S, "alt": S, "variation_id": I32, "significance": S,
        "stars": I8, "diseases": LS, "disease_ids": LS, "consequences": LS, "code": I64,
    },
    "frequencies": {
        "contig": I8, "pos": I32, "ref": S, "alt": S, "max_af": F32, "af_group": S,
        "homozygotes": I32,
    },
    "hpo_terms": {
        "id": S, "label": S, "synonyms": LS, "parents": LS, "obsolete": B, "replaced_by": S,
        "alt_ids": LS, "definition": S, "layperson": LS,
    },
    "diseases": {
        "disease_id": S, "name": S, "source": S, "mondo_id": S, "inheritance": LS, "deprecated": B,
    },
    "disease_terms": {
        "disease_id": S, "hpo_id": S, "negated": B, "freq_n": I32, "freq_m": I32,
        "freq_class": S, "freq_fraction": F32, "onset": S, "sex": S, "reference": S,
        "evidence": S, "aspect": S,
    },
    "gene_disease": {
        "gene": S, "entrez_id": S, "hgnc_id": S, "disease_id": S, "association_type": S,
        "source": S,
    },
    "xrefs": {"mondo_id": S, "other_id": S, "predicate": S, "label": S},
    "gene_gene": {"gene_a": S, "gene_b": S, "kind": S, "source": S},
    "expression": {"gene": S, "tissue": S, "median": F32},
    "constraint": {
        "gene": S, "transcript": S, "pli": F32, "loeuf": F32, "mis_z": F32, "source": S,
    },
    "drug_targets": {
        "drug": S, "drug_id": S, "target": S, "action_type": S, "approved": B, "source": S,
    },
    "approvals": {
        "drug": S, "brand": S, "indication": S, "agency": S, "status": S, "orphan": B, "date": S,
        "reference": S,
    },
    "disease_actions": {
        "disease_id": S, "action_id": S, "action": S, "relation": S, "hpo_id": S, "reference": S,
    },
    "prevalence": {
        "disease_id": S, "kind": S, "prevalence_class": S, "area": S, "validated": B,
    },
    "trials": {
        "nct_id": S, "title": S, "status": S, "conditions": LS, "interventions": LS,
        "phases": LS, "updated": S, "query": S, "record": S,
    },
    "scores": {"contig": I8, "pos": I32, "ref": S, "alt": S, "score": F32},
    "dosage": {"gene": S, "haploinsufficiency": I32, "triplosensitivity": I32},
    "validity": {
        "gene": S, "hgnc_id": S, "disease_id": S, "classification": S, "inheritance": S,
        "source": S,
    },
}  # fmt: skip


GROUP_ROWS = {"clinvar_other": 20_000}
"""Rows a group where single rows are read from disk."""
_LEVEL = 6
"""Zstandard level: a refresh is quick, the packaged starter (19) is small."""


@dataclass(frozen=True)
class Source:
    """One upstream as the manifest names it."""

    name: str
    version: str
    date: str
    licence: str
    url: str
    sha256: str
    carrier: str = ""
    """The package that carried the file, when it did not come from the upstream itself."""


@dataclass(frozen=True)
class Built:
    """One table ready to be written; ``rows`` is a parquet table or named arrays."""

    name: str
    data: pa.Table | Mapping[str, np.ndarray[Any, Any]] | bytes | Path
    """A path is a parquet file that was streamed to disk."""
    sources: tuple[Source, ...]
    parser_version: int = 1
    schema_version: int = 1
    notes: dict[str, Any] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """Rows of the table, entries of the longest array, or data lines of a TSV."""
        if isinstance(self.data, pa.Table):
            return int(self.data.num_rows)
        if isinstance(self.data, Path):
            return int(pq.ParquetFile(self.data).metadata.num_rows)
        if isinstance(self.data, bytes):
            lines = self.data.decode("utf-8").splitlines()
            return max(sum(1 for x in lines if x.strip() and not x.startswith("#")) - 1, 0)
        return max(len(array) for array in self.data.values())


def table(name: str, columns: Mapping[str, Sequence[Any] | np.ndarray[Any, Any]]) -> pa.Table:
    """A table with the schema of ``name``; a missing or unknown column is our error."""
    schema = SCHEMAS[name]
    if set(columns) != set(schema):
        raise InternalError(f"{name}: columns {sorted(set(columns) ^ set(schema))} do not fit")
    return pa.table({k: pa.array(columns[k], type=kind) for k, kind in schema.items()})


def from_rows(name: str, rows: Sequence[Sequence[Any]]) -> pa.Table:
    """A table from rows in the order of the schema's columns."""
    keys = list(SCHEMAS[name])
    columns: list[Sequence[Any]] = list(zip(*rows, strict=True)) if rows else [[] for _ in keys]
    return table(name, dict(zip(keys, columns, strict=True)))


def _encodings(schema: pa.Schema) -> tuple[list[str], list[str]]:
    """Columns for dictionaries, and integer columns for deltas (coordinates ascend)."""
    texts, numbers = [], []
    for column in schema:
        listed = pa.types.is_list(column.type)
        kind = column.type.value_type if listed else column.type
        path = f"{column.name}.list.element" if listed else column.name
        if kind in (I32, I64):
            numbers.append(path)
        elif kind != B:
            texts.append(path)
    return texts, numbers


def _encode(built: Built, level: int) -> tuple[str, bytes]:
    if isinstance(built.data, Path):
        raise InternalError("a streamed table is moved, not encoded")
    sink = io.BytesIO()
    if isinstance(built.data, bytes):
        return f"{built.name}.tsv", built.data
    if isinstance(built.data, pa.Table):
        groups = GROUP_ROWS.get(built.name, 1 << 20)
        texts, numbers = _encodings(built.data.schema)
        pq.write_table(
            built.data, sink, compression="zstd", compression_level=level, row_group_size=groups,
            write_statistics=False, data_page_version="2.0", use_dictionary=texts,
            column_encoding=dict.fromkeys(numbers, "DELTA_BINARY_PACKED"),
        )  # fmt: skip
        return f"{built.name}.parquet", sink.getvalue()
    # np.savez stamps the time of writing into the archive; fixed entries keep the bytes equal.
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for key in sorted(built.data):
            buffer = io.BytesIO()
            np.lib.format.write_array(buffer, np.ascontiguousarray(built.data[key]))
            entry = zipfile.ZipInfo(f"{key}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, buffer.getvalue())
    return f"{built.name}.npz", sink.getvalue()


def link_or_copy(source: Path, target: Path) -> None:
    """A second name for an immutable file; a copy where the file system has no links."""
    try:
        target.hardlink_to(source)
    except OSError:
        shutil.copyfile(source, target)


def write_table(folder: Path, built: Built, level: int = _LEVEL) -> dict[str, Any]:
    """Write one table to ``folder`` and give its manifest entry."""
    rows = built.rows
    if isinstance(built.data, Path):
        file = f"{built.name}.parquet"
        size, digest = built.data.stat().st_size, sha256_file(built.data)
        link_or_copy(built.data, folder / file)
    else:
        file, payload = _encode(built, level)
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as handle:
            handle.write(payload)
            handle.flush()
            os.fsync(handle.fileno())
        size, digest = len(payload), hashlib.sha256(payload).hexdigest()
    return {
        "file": file,
        "bytes": size,
        "sha256": digest,
        "rows": rows,
        "schema_version": built.schema_version,
        "parser_version": built.parser_version,
        "sources": [asdict(source) for source in built.sources],
        **({"notes": built.notes} if built.notes else {}),
    }


def write_manifest(
    folder: Path, name: str, created: str, entries: Mapping[str, dict[str, Any]], **extra: object
) -> None:
    """Write the manifest last: a folder without one is not a snapshot."""
    manifest = {
        "format": FORMAT,
        "name": name,
        "created": created,
        "pyarrow": pa.__version__,
        **extra,
        "tables": {key: entries[key] for key in sorted(entries)},
    }
    text = json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    with (folder / MANIFEST).open("w", encoding="utf-8") as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())
