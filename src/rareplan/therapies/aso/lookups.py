"""What the snapshot and the curated tables know of a gene and its transcript."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from rareplan.config import Antisense
from rareplan.errors import KnowledgeError
from rareplan.knowledge.gene_facts import constraint_of, dosage_of
from rareplan.knowledge.therapies import curated_therapies
from rareplan.model.therapy import Mechanism
from rareplan.therapies.aso.exons import TranscriptModel, model_from_row
from rareplan.therapies.aso.facts import Precedent, Strategy, UpregulationFacts
from rareplan.therapies.gate import MECHANISM_CODES

if TYPE_CHECKING:
    from rareplan.knowledge.store import KnowledgeBase

_CLINGEN_SUFFICIENT = 3
_CLINGEN_RECESSIVE = 30
_CLINGEN_AGAINST = {0, 1, 30, 40}


def transcript_of(
    kb: KnowledgeBase, gene: str, accession: str
) -> tuple[TranscriptModel | None, str]:
    """The transcript by accession (version aside), else the gene's MANE Select; and a note.

    The note is not empty when the model is missing, or when coding numbers of the name may
    belong to another transcript; the model is then None, so that no exon is looked up wrongly.
    """
    if not kb.has("transcripts"):
        return None, "the snapshot has no transcript models"
    index = kb.memo("aso:transcripts", _transcript_index)
    wanted = accession.partition(".")[0].strip()
    if wanted in {"", "-"}:
        row = index["gene"].get(gene)
        if row is None:
            return None, f"no transcript of {gene or 'the gene'} in the snapshot"
        return _model(kb, row), ""
    row = index["accession"].get(wanted)
    if row is None:
        return None, f"transcript {accession} is not in the snapshot"
    model = _model(kb, row)
    if gene and model.gene != gene:
        return None, f"transcript {accession} belongs to {model.gene}, not to {gene}"
    return model, ""


def _transcript_index(kb: KnowledgeBase) -> dict[str, dict[str, int]]:
    table = kb.table("transcripts")
    columns = [table.column(c).to_pylist() for c in ("transcript", "refseq", "gene")]
    classes = table.column("transcript_class").to_pylist()
    by_accession: dict[str, int] = {}
    by_gene: dict[str, int] = {}
    for row, (name, refseq, gene) in enumerate(zip(*columns, strict=True)):
        for accession in (name, refseq):
            if accession:
                by_accession.setdefault(accession.partition(".")[0], row)
        if gene not in by_gene or classes[row] == "MANE Select":
            by_gene[gene] = row
    return {"accession": by_accession, "gene": by_gene}


def coding_genes_at(kb: KnowledgeBase, contig: int, position: int) -> tuple[str, ...]:
    """Symbols of the MANE Select transcripts that make protein and span a GRCh38 position."""
    if not kb.has("transcripts"):
        return ()
    table = kb.table("transcripts")
    columns = ("contig", "start", "end", "cds_start")
    on, start, end, coding = (table.column(c).to_numpy() for c in columns)
    hit = (on == contig) & (start <= position) & (end >= position) & (coding > 0)
    rows = [table.slice(int(i), 1).to_pylist()[0] for i in hit.nonzero()[0]]
    return tuple(sorted({r["gene"] for r in rows if r["transcript_class"] == "MANE Select"}))


def _model(kb: KnowledgeBase, row: int) -> TranscriptModel:
    cells: Mapping[str, Any] = kb.table("transcripts").slice(row, 1).to_pylist()[0]
    model = model_from_row(cells)
    offset = int(cells.get("sequence_offset", -1))
    if offset < 0 or not kb.has("sequence") or not model.coding_exons:
        return model
    from rareplan.knowledge.transcripts import TranscriptBundle

    sequence = TranscriptBundle.from_knowledge(kb).sequence
    if sequence is None:
        return model
    first = model.coding_exons[0]
    before = sum(e.length for e in model.exons if e.number < first.number)
    low, high = int(cells["cds_start"]), int(cells["cds_end"])
    into = low - first.start if model.strand > 0 else first.end - high
    start = offset + before + into
    return replace(model, cds=sequence.text(start, start + model.cds_length))


def precedents_of(kb: KnowledgeBase, gene: str) -> tuple[Precedent, ...]:
    """Curated antisense precedents of a gene."""
    return kb.memo("aso:precedents", _precedents).get(gene, ())


def _precedents(kb: KnowledgeBase) -> dict[str, tuple[Precedent, ...]]:
    found: dict[str, list[Precedent]] = {}
    for row in kb.curated("aso_precedents"):
        found.setdefault(row["gene"], []).append(
            Precedent(
                gene=row["gene"],
                level=row["level"],
                key=row["key"],
                strategy=Strategy(row["strategy"]),
                status=row["status"],
                mechanism=row["mechanism"],
                context=row["context"],
                agent=row["agent"],
                note=row["note"],
                source=row["source"],
                reviewed=row["reviewed"] == "yes",
            )
        )
    return {gene: tuple(rows) for gene, rows in found.items()}


def gene_row(kb: KnowledgeBase, gene: str) -> Mapping[str, str]:
    """The gene's row of aso_gene_facts.tsv; empty cells when there is none."""
    rows = kb.memo(
        "aso:genes", lambda base: {row["gene"]: row for row in base.curated("aso_gene_facts")}
    )
    empty: Mapping[str, str] = {}
    return rows.get(gene, empty)


def upregulation_facts(kb: KnowledgeBase, gene: str) -> UpregulationFacts:
    """Poison exon, antisense transcript, upstream ORF, as curated."""
    row = gene_row(kb, gene)
    return UpregulationFacts(
        poison_exon=row.get("poison_exon", ""),
        antisense_transcript=row.get("antisense_transcript", ""),
        upstream_orf=row.get("upstream_orf", ""),
        source=row.get("source", ""),
    )


@dataclass(frozen=True)
class DoseFacts:
    """Whether a gene tolerates less of it. None is not known."""

    haploinsufficient: bool | None = None
    source: str = ""
    recessive_lof_disease: bool | None = None
    dosage_regulated: bool | None = None
    loss_disease: str = ""  # "dominant" or "X-linked": loss is a curated mechanism there


def dose_facts(kb: KnowledgeBase, gene: str, settings: Antisense) -> DoseFacts:
    """ClinGen first, then what is curated, then gnomAD (pLI and LOEUF together)."""
    row = gene_row(kb, gene)
    known = {"yes": True, "no": False}
    recessive = known.get(row.get("recessive_lof_disease", ""))
    if recessive is None:
        recessive = _recessive_lof(kb, gene)
    regulated = known.get(row.get("dosage_regulated", ""))
    verdict, source = _haploinsufficient(kb, gene, row, settings)
    dosage = dosage_of(kb, gene)
    if dosage is not None and dosage.haploinsufficiency == _CLINGEN_RECESSIVE:
        recessive = True
    return DoseFacts(verdict, source, recessive, regulated, _loss_disease(kb, gene))


def _haploinsufficient(  # noqa: PLR0911 - one return a source
    kb: KnowledgeBase, gene: str, row: Mapping[str, str], settings: Antisense
) -> tuple[bool | None, str]:
    dosage = dosage_of(kb, gene)
    if dosage is not None and dosage.haploinsufficiency is not None:
        score = dosage.haploinsufficiency
        if score == _CLINGEN_SUFFICIENT:
            return True, "ClinGen haploinsufficiency score 3"
        if score in _CLINGEN_AGAINST:
            return False, f"ClinGen haploinsufficiency score {score}"
    if row.get("haploinsufficient") == "yes":
        return True, row.get("source", "")
    if row.get("het_lof_tolerated") == "yes":
        return False, row.get("source", "")
    for mechanism in _mechanism_rows(kb, gene):
        if "haploinsufficiency" in {m.value for m in mechanism[0]}:
            return True, f"curated mechanism of {gene}: {', '.join(mechanism[2])}".rstrip(": ")
    constraint = constraint_of(kb, gene)
    if constraint is None or constraint.pli is None or constraint.loeuf is None:
        return None, ""
    high = constraint.pli >= settings.pli_haploinsufficient
    low = constraint.loeuf < settings.loeuf_haploinsufficient
    source = f"gnomAD pLI {constraint.pli:.2f}, LOEUF {constraint.loeuf:.2f}"
    if high and low:
        return True, source
    return (None if high or low else False), source


def _mechanism_rows(
    kb: KnowledgeBase, gene: str
) -> list[tuple[set[Mechanism], str, tuple[str, ...]]]:
    try:
        rows = curated_therapies(kb).mechanisms.get(gene, ())
    except KnowledgeError:  # a snapshot built without this curated table
        return []
    return [
        (
            {MECHANISM_CODES[c] for c in row.mechanisms if c in MECHANISM_CODES},
            row.inheritance,
            row.citations,
        )
        for row in rows
    ]


def _recessive_lof(kb: KnowledgeBase, gene: str) -> bool | None:
    rows = _mechanism_rows(kb, gene)
    if any(Mechanism.LOF in found and "AR" in inherits for found, inherits, _ in rows):
        return True
    return None


def _loss_disease(kb: KnowledgeBase, gene: str) -> str:
    """The kind of disease, other than recessive, that curated loss of the gene causes."""
    modes = {
        mode
        for found, inherits, _ in _mechanism_rows(kb, gene)
        if found & {Mechanism.LOF, Mechanism.HAPLOINSUFFICIENT}
        for mode in inherits.split("/")
    }
    if "AD" in modes:
        return "dominant"
    return "X-linked" if any(mode.startswith("X") for mode in modes) else ""


def known_mechanism(kb: KnowledgeBase, gene: str, inheritance: str) -> tuple[Mechanism, str]:
    """The one mechanism curated for a gene and inheritance; UNKNOWN when there are several."""
    wanted = "AR" if inheritance == "AR" else inheritance[:2]
    rows = [r for r in _mechanism_rows(kb, gene) if wanted and wanted in r[1].split("/")]
    found = {m for row in rows for m in row[0]}
    if len(found) == 1:
        cited = "; ".join(dict.fromkeys(c for row in rows for c in row[2]))
        return found.pop(), f"curated mechanism of {gene} ({cited})"
    return Mechanism.UNKNOWN, ""
