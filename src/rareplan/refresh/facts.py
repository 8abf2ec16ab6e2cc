"""What must hold whatever the day: rows that a healthy source always has.

A fact that fails means that a source changed under us (other columns, other meaning, half a
file). The fact names the part it judges, so that only that source is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from rareplan.knowledge.store import KnowledgeBase
from rareplan.refresh.faults import SourceError
from rareplan.refresh.parts import Part
from rareplan.refresh.spec import SourceSpec


@dataclass(frozen=True)
class Fact:
    """One thing that must be true of a table of a part."""

    table: str
    text: str
    holds: Callable[[pa.Table], bool]


def _any(table: pa.Table, **wanted: object) -> bool:
    """Whether a row has all of these values."""
    mask = None
    for column, value in wanted.items():
        one = pc.equal(table.column(column), pa.scalar(value, table.schema.field(column).type))
        mask = one if mask is None else pc.and_(mask, one)
    return bool(pc.any(mask).as_py())


def _cftr_is_on_7q31(table: pa.Table) -> bool:
    rows = table.filter(pc.equal(table["symbol"], "CFTR")).to_pylist()
    return len(rows) == 1 and rows[0]["location"].startswith("7q31")


def _cftr_is_on_7(table: pa.Table) -> bool:
    rows = table.filter(pc.equal(table["gene"], "CFTR")).to_pylist()
    return any(r["contig"] == 7 and r["refseq"].startswith("NM_000492.") for r in rows)


def _f508del(table: pa.Table) -> bool:
    rows = table.filter(pc.equal(table["variation_id"], 7105)).to_pylist()
    return any("athogenic" in r["significance"] and r["contig"] == 7 for r in rows)


FACTS: Mapping[str, tuple[Fact, ...]] = {
    "hgnc": (Fact("hgnc_genes", "CFTR is on 7q31", _cftr_is_on_7q31),),
    "mane": (Fact("transcripts", "CFTR's transcript NM_000492 is on chromosome 7", _cftr_is_on_7),),
    "hpo": (
        Fact(
            "hpo_terms",
            "HP:0001250 is Seizure",
            lambda t: _any(t, id="HP:0001250", label="Seizure", obsolete=False),
        ),
        Fact(
            "gene_links",
            "CFTR is linked to cystic fibrosis (OMIM:219700)",
            lambda t: _any(t, symbol="CFTR", disease_id="OMIM:219700"),
        ),
    ),
    "mondo": (
        Fact(
            "xrefs",
            "MONDO:0009061 is cystic fibrosis (OMIM:219700)",
            lambda t: _any(t, mondo_id="MONDO:0009061", other_id="OMIM:219700"),
        ),
    ),
    "clinvar": (Fact("clinvar", "CFTR F508del (7105) is pathogenic", _f508del),),
}


def check_part(spec: SourceSpec, part: Part, before: Mapping[str, int], max_drift: float) -> None:
    """Sizes and facts of a new part against what is expected and what was there before.

    ``before``: rows by table in the snapshot in use; ``max_drift`` a fraction.

    Raises:
        SourceError: the first thing that is wrong, in words.
    """
    for table, rows in part.rows.items():
        least = spec.min_rows.get(table, 1)
        if rows < least:
            raise SourceError(f"{table} has {rows} rows; at least {least} are expected")
        old = before.get(table, 0)
        if old and abs(rows - old) > max_drift * old:
            raise SourceError(
                f"{table} went from {old} to {rows} rows, more than {max_drift:.0%}; if that is "
                f"right, accept it with --accept-drift {spec.id}"
            )
    for fact in FACTS.get(spec.id, ()):
        if fact.table in part.rows and not fact.holds(part.table(fact.table)):
            raise SourceError(f"it no longer says that {fact.text}")


def check_snapshot(kb: KnowledgeBase) -> list[str]:
    """Facts that need the whole snapshot: what is wrong, empty when all is well."""
    faults = [f"file: {fault}" for fault in kb.verify()]
    if kb.has("curated/therapies"):
        drugs = {(r.get("gene"), r.get("intervention", "").lower()) for r in _therapies(kb)}
        if not any(gene == "SMN1" and "nusinersen" in drug for gene, drug in drugs):
            faults.append("SMN1 has no nusinersen in the curated therapies")
    genes = set(kb.table("genes")["symbol"].to_pylist())
    linked = set(kb.table("gene_disease")["gene"].to_pylist())
    if linked and len(linked - genes) > len(linked) / 4:
        faults.append("more than a quarter of the genes with a disease are unknown to HGNC")
    return faults


def _therapies(kb: KnowledgeBase) -> list[dict[str, str]]:
    return kb.curated("therapies")
