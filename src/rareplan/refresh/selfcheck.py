"""What a snapshot can and cannot decide, and whether it names well-known variants rightly."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rareplan.annotate.table import annotate_sites
from rareplan.knowledge.store import KnowledgeBase
from rareplan.knowledge.transcripts import TranscriptBundle
from rareplan.model.genome import Contig
from rareplan.provenance import data_dir

KNOWN = "known_variants.tsv"


@dataclass(frozen=True)
class Ability:
    """One thing that a run needs knowledge for."""

    name: str
    able: bool
    text: str


@dataclass(frozen=True)
class NameCheck:
    """One well-known variant: ``verdict`` is ok, wrong, partial (no sequence) or absent."""

    gene: str
    expected: str
    found: str
    verdict: str


def abilities(kb: KnowledgeBase) -> list[Ability]:
    """What the snapshot can decide, each with what follows from it."""
    scope = kb.manifest["tables"].get("clinvar", {}).get("notes", {}).get("scope", "")
    has_all = scope == "every classification"
    return [
        Ability(
            "protein consequences",
            kb.has("sequence"),
            "coding changes are resolved for transcripts with sequence"
            if kb.has("sequence")
            else "a coding change is resolved only where ClinVar or the VCF's annotation says it",
        ),
        Ability(
            "population frequency",
            kb.has("frequencies"),
            "alleles are looked up in gnomAD"
            if kb.has("frequencies")
            else "frequencies come only from the VCF's own fields",
        ),
        Ability(
            "ClinVar in full", has_all, f"ClinVar holds {scope or 'nothing'}"
        ),
        Ability("gene constraint", kb.has("constraint"), "pLI, LOEUF and missense z by gene"),
        Ability("dosage sensitivity", kb.has("dosage"), "ClinGen haploinsufficiency scores"),
        Ability("gene-disease validity", kb.has("validity"), "ClinGen and GenCC curations"),
        Ability("approved drugs by target", kb.has("drug_targets"), "inferred repurposing"),
        Ability("liftover from GRCh37", kb.has("chain_37_38"), "GRCh37 files can be read"),
        Ability("pharmacogenomics", kb.has("pgx_variants"), "star alleles of CPIC genes"),
    ]  # fmt: skip


def known_variants(path: Path | None = None) -> list[dict[str, str]]:
    """The well-known variants, each with its ClinVar id."""
    text = (path or data_dir("knowledge") / KNOWN).read_text("utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return list(csv.DictReader(lines, delimiter="\t"))


def check_names(kb: KnowledgeBase) -> list[NameCheck]:
    """Name every well-known variant with the snapshot's own models."""
    rows = known_variants()
    table = annotate_sites(
        np.array([int(r["contig"]) for r in rows], dtype=np.int8),
        np.array([int(r["pos"]) for r in rows], dtype=np.int64),
        np.array([r["ref"] for r in rows], dtype=object),
        np.array([r["alt"] for r in rows], dtype=object),
        TranscriptBundle.from_knowledge(kb),
    )
    return [_check(row, table.consequences(i)) for i, row in enumerate(rows)]


def _check(row: dict[str, str], found: tuple[object, ...]) -> NameCheck:
    expected = f"{row['refseq']}:{row['hgvs_c']} {row['hgvs_p']}".strip()
    wanted = row["refseq"].partition(".")[0]
    for one in found:
        name, protein = str(getattr(one, "hgvs_c", "")), str(getattr(one, "hgvs_p", ""))
        accession, _, change = name.partition(":")
        if accession.partition(".")[0] != wanted:
            continue
        short = protein.partition(":")[2].replace("p.(", "p.").rstrip(")")
        text = f"{name} {short}".strip()
        if change != row["hgvs_c"]:
            return NameCheck(row["gene"], expected, text, "wrong")
        if not row["hgvs_p"] or short == row["hgvs_p"]:
            return NameCheck(row["gene"], expected, text, "ok")
        # Without sequence a coding change has no protein name, or one with open residues.
        open_name = not short or not getattr(one, "resolved", True)
        return NameCheck(row["gene"], expected, text, "partial" if open_name else "wrong")
    place = f"{Contig(int(row['contig'])).bare}:{row['pos']}"
    return NameCheck(row["gene"], expected, f"no {wanted} at {place}", "absent")
