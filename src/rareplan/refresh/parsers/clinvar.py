"""ClinVar's VCF (GRCh38): classification, stars, diseases and consequences of each allele."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from rareplan.knowledge.alleles import allele_codes
from rareplan.model.genome import Contig, contig_from_name
from rareplan.refresh.faults import SourceError
from rareplan.refresh.parts import Inputs
from rareplan.refresh.starter.ideogram import CLINVAR_TERMS
from rareplan.refresh.tables import SCHEMAS, Built

PARSER_VERSION = 1

# https://www.ncbi.nlm.nih.gov/clinvar/docs/review_status/
STARS = {
    "practice_guideline": 4,
    "reviewed_by_expert_panel": 3,
    "criteria_provided,_multiple_submitters,_no_conflicts": 2,
    "criteria_provided,_conflicting_classifications": 1,
    "criteria_provided,_conflicting_interpretations": 1,
    "criteria_provided,_single_submitter": 1,
}
_NEEDED = ("CLNSIG", "CLNREVSTAT", "CLNDN", "MC")
_BATCH = 200_000


def _info(text: str) -> dict[str, str]:
    return dict(item.split("=", 1) for item in text.split(";") if "=" in item)


def parse_row(line: str) -> tuple[Any, ...] | None:
    """One allele; None for what has no classification, no sequence or no primary contig."""
    chrom, pos, ident, ref, alt, _, _, text, *_ = line.rstrip("\n").split("\t")
    keys = _info(text)
    contig = contig_from_name(chrom)
    if "CLNSIG" not in keys or contig is Contig.OTHER or set(ref + alt) - set("ACGT"):
        return None
    names = keys.get("CLNDN", "").split("|")
    mondo = re.findall(r"MONDO:(MONDO:\d+)", keys.get("CLNDISDB", ""))
    effects = [e.split("|")[-1] for e in keys.get("MC", "").split(",") if e]
    return (
        int(contig), int(pos), ref, alt, int(ident), keys["CLNSIG"].replace("_", " "),
        STARS.get(keys.get("CLNREVSTAT", ""), 0),
        [n.replace("_", " ") for n in names if n not in ("", "not_provided", "not_specified")],
        sorted(set(mondo)), sorted({CLINVAR_TERMS.get(e, e) for e in effects}),
    )  # fmt: skip


def parse_vcf(lines: Iterable[str]) -> tuple[str, pa.Table]:
    """``fileDate`` and ``clinvar``; rows go to arrow in batches, so memory stays small."""
    date, declared = "", set[str]()
    batches: list[pa.RecordBatch] = []
    rows: list[tuple[Any, ...]] = []
    schema = pa.schema(list(SCHEMAS["clinvar"].items()))
    for line in lines:
        if line.startswith("##fileDate="):
            date = line.split("=", 1)[1].strip()
        elif line.startswith("##INFO=<ID="):
            declared.add(line.split("ID=", 1)[1].split(",", 1)[0])
        elif not line.startswith("#") and (row := parse_row(line)):
            rows.append(row)
            if len(rows) >= _BATCH:
                batches.append(_batch(rows, schema))
                rows = []
    missing = [key for key in _NEEDED if key not in declared]
    if missing:
        raise SourceError(f"clinvar.vcf.gz does not declare {', '.join(missing)}")
    batches.append(_batch(rows, schema))
    table = pa.Table.from_batches(batches, schema)
    order = [(name, "ascending") for name in ("contig", "pos", "ref", "alt", "variation_id")]
    return date, table.sort_by(order).combine_chunks()


def _batch(rows: list[tuple[Any, ...]], schema: pa.Schema) -> pa.RecordBatch:
    columns: list[Any] = list(zip(*rows, strict=True)) if rows else [[] for _ in schema]
    arrays = [pa.array(c, kind) for c, kind in zip(columns, schema.types, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def split(table: pa.Table) -> tuple[pa.Table, pa.Table]:
    """What is (likely) pathogenic, and the rest with its allele codes."""
    text = pc.utf8_lower(table["significance"])
    bad = pc.and_(
        pc.match_substring(text, "pathogenic"), pc.invert(pc.match_substring(text, "conflict"))
    )
    rest = table.filter(pc.invert(bad)).combine_chunks()
    codes = pa.array(allele_codes(rest["ref"], rest["alt"]), pa.int64())
    return table.filter(bad).combine_chunks(), rest.append_column("code", codes)


def build(inputs: Inputs, _work: Path) -> Iterator[Built]:
    """``clinvar`` and ``clinvar_other``."""
    date, table = parse_vcf(inputs.lines("clinvar.vcf.gz"))
    source = inputs.source("clinvar.vcf.gz", date, date)
    pathogenic, rest = split(table)
    yield Built("clinvar", pathogenic, (source,), notes={"scope": "every classification"})
    yield Built("clinvar_other", rest, (source,))
