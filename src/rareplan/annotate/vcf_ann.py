"""SnpEff's ANN (VCF annotation format 1.0) and ``bcftools csq``'s BCSQ."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rareplan.annotate.codons import THREE, three
from rareplan.annotate.vcf_csq import known_terms, number, predicted
from rareplan.model.consequence import Consequence

# SnpEff's own names for what SO, as VEP uses it, calls otherwise.
_SNPEFF = {
    "conservative_inframe_deletion": "inframe_deletion",
    "disruptive_inframe_deletion": "inframe_deletion",
    "conservative_inframe_insertion": "inframe_insertion",
    "disruptive_inframe_insertion": "inframe_insertion",
    "5_prime_UTR_premature_start_codon_gain_variant": "5_prime_UTR_variant",
    "initiator_codon_variant": "start_lost",
    "non_canonical_start_codon": "start_retained_variant",
    "non_coding_exon_variant": "non_coding_transcript_exon_variant",
    "intergenic_region": "intergenic_variant",
    "transcript_ablation": "transcript_ablation",
    "exon_loss_variant": "feature_truncation",
}
_BCSQ = {
    "synonymous": "synonymous_variant",
    "missense": "missense_variant",
    "inframe_altering": "protein_altering_variant",
    "frameshift": "frameshift_variant",
    "splice_acceptor": "splice_acceptor_variant",
    "splice_donor": "splice_donor_variant",
    "splice_region": "splice_region_variant",
    "start_retained": "start_retained_variant",
    "stop_retained": "stop_retained_variant",
    "5_prime_utr": "5_prime_UTR_variant",
    "3_prime_utr": "3_prime_UTR_variant",
    "non_coding": "non_coding_transcript_exon_variant",
    "intron": "intron_variant",
    "intergenic": "intergenic_variant",
    "coding_sequence": "coding_sequence_variant",
    "NMD_transcript": "NMD_transcript_variant",
}
_AMINO = re.compile(r"^(\d+)([A-Z*]+)(?:>(\d+)([A-Z*]+))?$")


@dataclass(frozen=True)
class AnnEntry:
    """One entry: the alternate allele as the VCF has it, and what is said of it."""

    allele: str
    consequence: Consequence


def read_ann(text: str) -> list[AnnEntry]:
    """Transcript entries of an ANN value, in its order."""
    found = []
    for one in text.split(","):
        cells = [c.strip() for c in one.split("|")]
        if len(cells) < 11 or cells[5] != "transcript":
            continue
        cells += [""] * (16 - len(cells))
        found.append(AnnEntry(cells[0], _ann(cells)))
    return found


def _ann(cells: list[str]) -> Consequence:
    terms = [_SNPEFF.get(term, term) for term in cells[1].split("&")]
    feature = cells[6]
    is_refseq = feature.startswith(("NM_", "NR_", "XM_", "XR_"))
    rank = cells[8]
    intronic = any("intron" in term or "splice_donor" in term for term in terms)
    cds = number(cells[12])
    return Consequence(
        gene=cells[3],
        gene_id=cells[4],
        transcript="" if is_refseq else feature,
        refseq=feature if is_refseq else "",
        biotype=cells[7] or "protein_coding",
        terms=known_terms(terms),
        hgvs_c=f"{feature}:{cells[9]}" if cells[9] else "",
        hgvs_p=predicted(cells[10]) if cells[10] else "",
        exon="" if intronic else rank,
        intron=rank if intronic else "",
        cds_position=cds,
        protein_position=number(cells[13]),
        codon_position=None if cds is None else (cds - 1) % 3 + 1,
        source="ANN",
    )


def read_bcsq(text: str) -> list[AnnEntry]:
    """Entries of a BCSQ value.

    ``@pos`` points at a haplotype consequence written elsewhere and a leading ``*`` marks what
    lies behind a stop; neither says what this allele does on its own, so both are left out.
    BCSQ does not name the allele: the entry's DNA change does, where there is one.
    """
    found = []
    for one in text.split(","):
        cells = one.split("|")
        if one.startswith(("@", "*")) or len(cells) < 4:
            continue
        cells += [""] * (7 - len(cells))
        if "+" in cells[6]:
            continue  # a compound change of several alleles
        found.append(AnnEntry(cells[6].rpartition(">")[2] if cells[6] else "", _bcsq(cells)))
    return found


def _bcsq(cells: list[str]) -> Consequence:
    terms = known_terms([_BCSQ.get(term, term) for term in cells[0].split("&")])
    position, amino, name = None, "", ""
    match = _AMINO.match(cells[5])
    if match:
        position = int(match.group(1))
        ref, alt = match.group(2), match.group(4) or match.group(2)
        amino = ref if ref == alt else f"{ref}/{alt}"
        if ref in THREE and alt in THREE:
            name = f"p.({three(ref)}{position}{'=' if ref == alt else three(alt)})"
    biotype = "nonsense_mediated_decay" if cells[3] == "NMD" else cells[3]
    return Consequence(
        gene=cells[1],
        transcript=cells[2],
        biotype=biotype or "protein_coding",
        terms=terms,
        hgvs_p=name,
        protein_position=position,
        amino_acids=amino,
        source="BCSQ",
    )
