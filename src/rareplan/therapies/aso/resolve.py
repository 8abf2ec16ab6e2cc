"""Which gene, transcript and change a batch row names; what is wrong with the name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rareplan.knowledge.genes import genes
from rareplan.therapies.aso import place
from rareplan.therapies.aso.derive import description_fault
from rareplan.therapies.aso.exons import TranscriptModel
from rareplan.therapies.aso.hgvs import CodingVariant, Edit, parse_coding
from rareplan.therapies.aso.lookups import coding_genes_at, transcript_of

if TYPE_CHECKING:
    from rareplan.knowledge.store import KnowledgeBase

_EMPTY = {"", ".", "-"}
_LEGACY_STEP = 1
"""Older protein names do not count the first Met (HBB Glu6Val, SOD1 Ala4Val)."""


@dataclass(frozen=True)
class Named:
    """What a row names. ``fault``: why its description is wrong; ``model`` is then not to be used.

    ``note``: why there is no transcript; ``assumptions``: what was read into the row.
    """

    gene: str = ""
    text: str = ""
    accession: str = ""
    hgvs: CodingVariant | None = None
    model: TranscriptModel | None = None
    note: str = ""
    fault: str = ""
    makes_protein: bool | None = None
    assumptions: tuple[str, ...] = ()


def resolve(row: Mapping[str, str], kb: KnowledgeBase) -> Named:
    """Gene by any of its names, transcript, description, place: whichever of them is given."""
    raw_text = row["hgvs_c"].strip()
    text = tidy("" if raw_text in _EMPTY else raw_text)
    accession = row["transcript"].strip()
    accession = "" if accession in _EMPTY else accession
    if not accession and ":" in text:
        accession = text.split(":")[0].partition("(")[0]
        accession = accession if re.match(r"(?i)(NM|NR|XM|XR|ENST|NC|NG)", accession) else ""
    named = Named(text=text, accession=accession, hgvs=parse_coding(text))
    named = _with_gene(named, row["gene"].strip(), kb)
    if named.fault or several_genes(named.gene):
        return named
    named = _with_place(named, row, kb)
    if named.fault:
        return named
    fault = description_fault(named.hgvs, named.model) or _unread(named)
    return replace(named, fault=fault or _protein_fault(row.get("hgvs_p", ""), named))


def several_genes(gene: str) -> bool:
    """The gene column names more than one."""
    return "," in gene or ";" in gene


def tidy(text: str) -> str:
    """``c.100a>g`` and ``C.100A>G`` as ``c.100A>G``; words are left as they are."""
    head, colon, body = text.rpartition(":")
    body = body.strip()
    if not re.match(r"(?i)c\.[-*(?\d]", body):
        return text
    body = re.sub(r"(?i)[acgtn]+(?=>)|(?<=>)[acgtn]+", lambda m: m.group().upper(), body[2:])
    body = re.sub(
        r"(?i)(delins|del|dup|ins|inv)([acgtn]*)(?=$|ins)",
        lambda m: m.group(1).lower() + m.group(2).upper(),
        body,
    )
    return f"{head}{colon}c.{body}"


def _with_gene(named: Named, raw: str, kb: KnowledgeBase) -> Named:
    raw = "" if raw in _EMPTY else raw
    if not raw or several_genes(raw):
        return replace(named, gene=raw)
    if not kb.has("genes"):
        return replace(named, gene=raw)
    index = genes(kb)
    found = index.candidates(raw)
    if len(found) > 1:
        symbols = ", ".join(g.symbol for g in found)
        return replace(named, gene=raw, fault=f"gene '{raw}' may mean {symbols}")
    if not found:
        close = ", ".join(index.nearest(raw))
        return replace(named, gene=raw, fault=f"no gene is called '{raw}' (near: {close})")
    gene = found[0]
    coding: bool | None = None
    if gene.locus_type == "gene with protein product":
        coding = True
    elif gene.locus_type.startswith("RNA,") or "pseudogene" in gene.locus_type:
        coding = False
    read = () if raw == gene.symbol else (f"gene '{raw}' is read as {gene.symbol}",)
    return replace(named, gene=gene.symbol, makes_protein=coding, assumptions=read)


def _with_place(named: Named, row: Mapping[str, str], kb: KnowledgeBase) -> Named:
    """Add the transcript, and take the change from the genomic place where there is no name."""
    at, wrong = place.genomic_place(row, kb)
    named = _with_transcript(_with_gene_at(named, at, kb), kb)
    if named.fault:
        return named
    if not named.text:
        return _named_by_place(named, at, wrong, kb)
    if wrong:
        return replace(named, assumptions=(*named.assumptions, f"place not used: {wrong}"))
    if at is None or named.hgvs is None:
        return named
    if named.model is not None:
        return replace(named, fault=place.disagreement(named.model, named.hgvs, at))
    return _moved(named, at, kb)


def _with_gene_at(named: Named, at: place.GenomicPlace | None, kb: KnowledgeBase) -> Named:
    """The gene from the place, where neither gene nor transcript is given."""
    if named.gene or named.accession or at is None:
        return named
    here = coding_genes_at(kb, int(at.contig), at.first)
    if len(here) != 1:
        several = f"several genes lie at the position: {', '.join(here)}; name one"
        return replace(named, fault=several if here else "no coding gene lies at the position")
    note = f"gene {here[0]} from the genomic position"
    return replace(named, gene=here[0], makes_protein=True, assumptions=(*named.assumptions, note))


def _with_transcript(named: Named, kb: KnowledgeBase) -> Named:
    if named.fault:
        return named
    model, note = transcript_of(kb, named.gene, named.accession)
    if "belongs to" in note:
        return replace(named, note=note, fault=note)
    told = []
    if model is not None and not named.gene:
        told.append(f"gene {model.gene} from transcript {named.accession}")
    if model is not None and named.accession not in {"", model.refseq, model.transcript}:
        told.append(f"transcript {named.accession} is read as {model.refseq or model.transcript}")
    gene = named.gene or (model.gene if model is not None else "")
    return replace(
        named, gene=gene, model=model, note=note, assumptions=(*named.assumptions, *told)
    )


def _named_by_place(
    named: Named, at: place.GenomicPlace | None, wrong: str, kb: KnowledgeBase
) -> Named:
    """A row without a description: the change follows from its place."""
    if at is None:
        return replace(named, fault=wrong or "neither a description nor a genomic place is given")
    model = named.model
    if model is None:
        model, _ = transcript_of(kb, named.gene, "")
    if model is None:
        return replace(named, fault=f"the place cannot be read on a transcript ({named.note})")
    text = place.coding_name(model, at)
    if not text:
        return replace(
            named,
            fault=f"the position lies outside the coding exons of {model.gene} and their introns",
        )
    label = model.refseq or model.transcript
    told = f"read from the genomic place as {label}:{text}"
    return replace(
        named,
        text=text,
        hgvs=parse_coding(text),
        model=model,
        note="",
        assumptions=(*named.assumptions, told),
    )


def _moved(named: Named, at: place.GenomicPlace, kb: KnowledgeBase) -> Named:
    """A name on a transcript that the snapshot lacks, moved to the MANE transcript by its place."""
    model, _ = transcript_of(kb, named.gene, "")
    ends = place.coding_ends(model, at) if model is not None else None
    if model is None or ends is None or named.hgvs is None:
        return named
    told = f"{named.note}; placed on {model.refseq} by its genomic position"
    hgvs = replace(named.hgvs, start=ends[0], end=ends[1])
    return replace(named, hgvs=hgvs, model=model, assumptions=(*named.assumptions, told))


def _unread(named: Named) -> str:
    """A description that was meant as HGVS and is not; free words are read elsewhere."""
    if named.hgvs is not None:
        return ""
    body = named.text.rsplit(":", 1)[-1].strip()
    if not body or re.match(r"[nmgpr]\.", body):
        return ""
    meant = re.match(r"(?i)c\.|[-*]?\d+([+-]\d+)?(_|[acgt]+>|del|dup|ins|[acgt]\b)", body)
    return f"'{body}' cannot be read as an HGVS c. description" if meant else ""


def _protein_fault(hgvs_p: str, named: Named) -> str:
    """A substitution whose protein name speaks of another codon."""
    hgvs = named.hgvs
    if hgvs is None or hgvs.start is None or hgvs.edit is not Edit.SUBSTITUTION:
        return ""
    if hgvs.start.intronic or hgvs.start.base < 1 or hgvs.start.after_stop:
        return ""
    found = re.search(r"p\.\(?(?:[A-Z][a-z]{2}|[A-Z])(\d+)", hgvs_p)
    if found is None:
        return ""
    codon, told = (hgvs.start.base + 2) // 3, int(found.group(1))
    if told in {codon, codon - _LEGACY_STEP}:
        return ""
    return f"c.{hgvs.start.base} lies in codon {codon}, the protein name says {told}"
