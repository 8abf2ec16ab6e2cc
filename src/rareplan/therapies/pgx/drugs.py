"""Which genes matter for the drugs on the plan, and what CPIC says for this patient."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rareplan.model.therapy import PgxResult
from rareplan.therapies.pgx.call import CALLABLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rareplan.knowledge.store import KnowledgeBase
    from rareplan.therapies.medicines import DrugNames
    from rareplan.therapies.pgx.call import GeneCall

# Need copy number, hybrid genes or HLA typing; a list of small variants cannot call them.
NOT_FROM_VCF = ("CYP2D6", "HLA-A", "HLA-B")
_LABEL_WORDS = frozenset({"Testing required", "Testing recommended", "Actionable PGx"})
_NEW_LABELS = {
    ("CYP2C19", "mavacamten"): "EMA EPAR Camzyos",
    ("CYP2D6", "mavorixafor"): "FDA label",
}

Guideline = dict[str, str]


def guidelines(kb: KnowledgeBase) -> Sequence[Guideline]:
    """Gene-drug pairs that change a prescription: CPIC level A or B, or a label that says so."""
    return kb.memo("pgx:guidelines", _read)


def _read(kb: KnowledgeBase) -> list[Guideline]:
    if not kb.has("pgx_guidelines"):
        return []
    known = {*CALLABLE, *NOT_FROM_VCF}
    found = [
        {"gene": r["gene"], "drug": r["drug"], "source": _source(r)}
        for r in kb.table("pgx_guidelines").to_pylist()
        if r["gene"] in known
        and (r["cpiclevel"][:1] in {"A", "B"} or r["fdalabel"] in _LABEL_WORDS)
    ]
    have = {(r["gene"], r["drug"]) for r in found}
    for (gene, drug), source in _NEW_LABELS.items():
        if (gene, drug) not in have:
            found.append({"gene": gene, "drug": drug, "source": source})
    return found


def _source(row: Mapping[str, str]) -> str:
    pmids = [f"PMID {p.strip()}" for p in row["pmid"].split(";") if p.strip()]
    level = f"CPIC level {row['cpiclevel']}" if row["cpiclevel"] else ""
    label = f"FDA label: {row['fdalabel'].lower()}" if row["fdalabel"] else ""
    return "; ".join(part for part in (level, *pmids, label) if part)


def pgx_genes(
    kb: KnowledgeBase, drugs: Iterable[str], names: DrugNames
) -> dict[str, list[Guideline]]:
    """The genes that matter for these drugs, each with its guidelines."""
    found: dict[str, list[Guideline]] = {}
    wanted = list(drugs)
    for row in guidelines(kb):
        if any(names.same(drug, row["drug"]) for drug in wanted):
            found.setdefault(row["gene"], []).append(row)
    return found


def pgx_for_drugs(
    kb: KnowledgeBase,
    drugs: Iterable[str],
    calls: Mapping[str, GeneCall],
    names: DrugNames,
) -> tuple[PgxResult, ...]:
    """One result for each gene that matters for the drugs, called or not."""
    by_gene = pgx_genes(kb, drugs, names)
    found = [_result(kb, gene, rows, calls) for gene, rows in sorted(by_gene.items())]
    return tuple(found)


def _result(
    kb: KnowledgeBase, gene: str, rows: Sequence[Guideline], calls: Mapping[str, GeneCall]
) -> PgxResult:
    drugs = tuple(dict.fromkeys(row["drug"] for row in rows))
    sources = "; ".join(dict.fromkeys(row["source"] for row in rows))
    call = calls.get(gene)
    if call is None:
        status = "cannot be called from this file" if gene in NOT_FROM_VCF else "not tested"
        text = (
            "A pharmacogenetic test is needed before these drugs." if gene in NOT_FROM_VCF else ""
        )
        return PgxResult(gene=gene, drugs=drugs, status=status, recommendation=text, source=sources)
    settled = len(call.phenotypes) == 1 and call.phenotypes[0] != ""
    complete = bool(call.tested) and not call.not_tested
    shown = settled or call.found or complete
    return PgxResult(
        gene=gene,
        drugs=drugs,
        status="called" if shown else "not tested",
        diplotype=" or ".join(call.diplotypes) if shown else "",
        phenotype=" or ".join(call.phenotypes) if shown else "",
        recommendation=_advice(kb, gene, drugs, call, calls) if settled else _open(call, shown),
        tested=call.tested,
        not_tested=call.not_tested,
        source=f"{sources}; called from {call.source}",
    )


def _open(call: GeneCall, shown: bool) -> str:
    if not shown:
        return ""
    why = f"{len(call.not_tested)} positions not tested" if call.not_tested else "phase not known"
    return f"Not decided ({why}): complete the test before prescribing."


def _advice(
    kb: KnowledgeBase,
    gene: str,
    drugs: Sequence[str],
    call: GeneCall,
    calls: Mapping[str, GeneCall],
) -> str:
    table = kb.memo("pgx:recommendations", lambda k: k.table("pgx_recommendations").to_pylist())
    known = {g: c.phenotypes[0] for g, c in calls.items() if len(c.phenotypes) == 1}
    known[gene] = call.phenotypes[0]
    found = []
    for drug in drugs:
        for row in table:
            pairs = [(row["gene1"], row["phenotype1"]), (row["gene2"], row["phenotype2"])]
            pairs = [(g, p) for g, p in pairs if g]
            if row["drug"] != drug or gene not in {g for g, _ in pairs}:
                continue
            if row["recommendation"] and all(known.get(g) == p for g, p in pairs):
                found.append(f"{drug}: {row['recommendation']}")
    return " ".join(dict.fromkeys(found))
