"""Sequence Ontology terms as VEP names and ranks them, and one consequence on one transcript.

Ranks and impacts: Ensembl VEP, "Calculated variant consequences" (release 110 table).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Impact(Enum):
    """VEP impact classes."""

    HIGH = "HIGH"
    MODERATE = "MODERATE"
    LOW = "LOW"
    MODIFIER = "MODIFIER"


# Most severe first; the order is the rank.
SO_IMPACT: dict[str, Impact] = {
    "transcript_ablation": Impact.HIGH,
    "splice_acceptor_variant": Impact.HIGH,
    "splice_donor_variant": Impact.HIGH,
    "stop_gained": Impact.HIGH,
    "frameshift_variant": Impact.HIGH,
    "stop_lost": Impact.HIGH,
    "start_lost": Impact.HIGH,
    "transcript_amplification": Impact.HIGH,
    "feature_elongation": Impact.HIGH,
    "feature_truncation": Impact.HIGH,
    "inframe_insertion": Impact.MODERATE,
    "inframe_deletion": Impact.MODERATE,
    "missense_variant": Impact.MODERATE,
    "protein_altering_variant": Impact.MODERATE,
    "splice_donor_5th_base_variant": Impact.LOW,
    "splice_region_variant": Impact.LOW,
    "splice_donor_region_variant": Impact.LOW,
    "splice_polypyrimidine_tract_variant": Impact.LOW,
    "incomplete_terminal_codon_variant": Impact.LOW,
    "start_retained_variant": Impact.LOW,
    "stop_retained_variant": Impact.LOW,
    "synonymous_variant": Impact.LOW,
    "coding_sequence_variant": Impact.MODIFIER,
    "mature_miRNA_variant": Impact.MODIFIER,
    "5_prime_UTR_variant": Impact.MODIFIER,
    "3_prime_UTR_variant": Impact.MODIFIER,
    "non_coding_transcript_exon_variant": Impact.MODIFIER,
    "intron_variant": Impact.MODIFIER,
    "NMD_transcript_variant": Impact.MODIFIER,
    "non_coding_transcript_variant": Impact.MODIFIER,
    "coding_transcript_variant": Impact.MODIFIER,
    "upstream_gene_variant": Impact.MODIFIER,
    "downstream_gene_variant": Impact.MODIFIER,
    "regulatory_region_variant": Impact.MODIFIER,
    "intergenic_variant": Impact.MODIFIER,
    "sequence_variant": Impact.MODIFIER,
}
SO_RANK: dict[str, int] = {term: rank for rank, term in enumerate(SO_IMPACT)}

UNRESOLVED = "coding_sequence_variant"


@dataclass(frozen=True)
class Consequence:
    """Effect of one allele on one transcript.

    ``exon``/``intron`` are ``"number/total"`` in transcript order. ``splice_distance`` is the
    distance in bases to the nearest exon-intron border of the transcript: positive inside
    the exon (1 = the border base), negative in the intron (-1 = the first intronic base).
    ``escapes_nmd`` is None where it was not or cannot be decided. ``resolved`` is False when
    the effect on the protein could not be decided with the knowledge at hand.
    """

    gene: str
    gene_id: str = ""
    hgnc_id: str = ""
    transcript: str = ""
    refseq: str = ""
    transcript_class: str = ""  # "MANE Select", "MANE Plus Clinical", "canonical", ""
    biotype: str = "protein_coding"
    terms: tuple[str, ...] = ("sequence_variant",)
    hgvs_c: str = ""  # with accession: "NM_001875.5:c.1003C>T" (n. for non-coding)
    hgvs_p: str = ""  # with accession where known: "NP_001866.2:p.(Gln335Ter)"
    exon: str = ""
    intron: str = ""
    cds_position: int | None = None  # 1-based
    protein_position: int | None = None  # 1-based
    codon_position: int | None = None  # 1, 2 or 3
    amino_acids: str = ""  # "Q/*"
    codons: str = ""  # "Cag/Tag"
    splice_distance: int | None = None
    exon_length: int | None = None
    exon_in_frame: bool | None = None
    escapes_nmd: bool | None = None
    nmd_rule: str = ""
    resolved: bool = True
    source: str = "rareplan"  # or CSQ, ANN, BCSQ, ClinVar
    hgvs_shifted: bool = True  # False: the 3' rule needed sequence that was not at hand
    lof: str = ""  # LOFTEE or alike: HC, LC

    @property
    def term(self) -> str:
        """The most severe term."""
        return min(self.terms, key=lambda t: SO_RANK.get(t, len(SO_RANK)))

    @property
    def impact(self) -> Impact:
        """Impact of the most severe term."""
        return SO_IMPACT.get(self.term, Impact.MODIFIER)
