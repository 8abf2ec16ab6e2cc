"""Everything the rules may ask about one variant. None is "not known", never "no"."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from rareplan.model.therapy import Mechanism, TraceNode
from rareplan.therapies.aso.exons import Exon, TranscriptModel
from rareplan.therapies.aso.hgvs import CodingVariant


class AsoClass(Enum):
    """The five classes of the guideline, best first."""

    ELIGIBLE = "eligible"
    LIKELY = "likely eligible"
    UNLIKELY = "unlikely eligible"
    NOT = "not eligible"
    UNABLE = "unable to assess"


class Strategy(Enum):
    """The four antisense strategies."""

    SPLICE = "splice correction"
    SKIP = "exon skipping"
    KNOCKDOWN = "transcript knock-down"
    UPREGULATION = "wild-type upregulation"


class Kind(Enum):
    """Form of the variant as far as the rules care."""

    SMALL = "small variant"
    EXON_LOSS = "deletion of whole exons"
    EXON_GAIN = "duplication of whole exons"
    GENE_LOSS = "deletion of the whole gene"
    GENE_GAIN = "gain of the whole gene"
    MULTI_GENE = "change of several genes"
    REPEAT = "repeat expansion"
    TRANSLOCATION = "translocation or inversion"
    IMPRINTING = "imprinting defect or uniparental disomy"
    UNKNOWN = "not understood"


class Rna(Enum):
    """Kind of RNA evidence. Only the first two count without a setting."""

    PATIENT = "RNA of the patient"
    OTHER_PATIENT = "RNA of another patient with this variant"
    MINIGENE = "minigene"
    PREDICTION = "prediction only"
    NONE = "none"


@dataclass(frozen=True)
class Precedent:
    """One row of aso_precedents.tsv."""

    gene: str
    level: str  # variant, exon, gene
    key: str  # c. name; "exon:51"; "c.6527" (a base in the exon); "" for a gene
    strategy: Strategy
    status: str  # clinical, working, failed, paralog, rna_evidence, conditional
    mechanism: str = ""  # restricts a gene-level row: LoF, GoF, DN, gain
    context: str = ""  # "in exon" or "flanking deletion" for exon rows
    agent: str = ""
    note: str = ""
    source: str = ""
    reviewed: bool = False


@dataclass(frozen=True)
class SkipFacts:
    """What is known of an exon apart from its geometry."""

    benign_loss: bool | None = None
    isoform_without: bool | None = None
    pathogenic_loss: bool | None = None
    pathogenic_inframe_deletions: int | None = None
    missense: int | None = None
    nulls: int | None = None
    splice_site_variants: int | None = None
    domains: tuple[str, ...] | None = None
    repeat_domains: tuple[str, ...] = ()
    source: str = ""


@dataclass(frozen=True)
class UpregulationFacts:
    """Handles on the wild-type allele that somebody has described."""

    poison_exon: str = ""
    antisense_transcript: str = ""
    upstream_orf: str = ""
    source: str = ""

    @property
    def any(self) -> tuple[str, ...]:
        """The handles in words."""
        return tuple(
            v for v in (self.poison_exon, self.antisense_transcript, self.upstream_orf) if v
        )


@dataclass(frozen=True)
class AsoFacts:
    """One variant in one patient (or in the abstract, from a batch row)."""

    variant: str
    gene: str
    hgvs: CodingVariant | None = None
    hgvs_text: str = ""
    description_fault: str = ""
    kind: Kind = Kind.UNKNOWN
    transcript: TranscriptModel | None = None
    transcript_note: str = ""
    mechanism: Mechanism = Mechanism.UNKNOWN
    mechanism_source: str = ""
    gain: bool = False  # copy-number gain
    inheritance: str = ""  # AD, AR, XLD, XLR, XL, MT, IMPRINTED, ""
    hemizygous: bool | None = None
    both_copies: bool = False
    classification: str = ""  # P, LP, VUS, LB, B, ""
    coding_gene: bool | None = None
    mitochondrial: bool = False
    effect: str = ""  # of protein_effect(), or splice
    splice_distance: int | None = None  # exonic: bases to the nearest splice site, 1 = border
    rna: Rna = Rna.NONE
    rna_source: str = ""
    splicing_effect: str = ""
    predictions: tuple[str, ...] = ()
    wt_transcript: bool | None = None
    branch_point_intact: bool | None = None
    change_harmless: bool | None = None
    haploinsufficient: bool | None = None
    haploinsufficiency_source: str = ""
    recessive_lof_disease: bool | None = None
    loss_disease: str = ""  # "dominant" or "X-linked": a disease that loss of the gene causes
    dosage_regulated: bool | None = None
    allele_specific_possible: bool | None = None
    escapes_nmd: bool | None = None
    in_phase_snps: tuple[str, ...] = ()
    precedents: tuple[Precedent, ...] = ()
    exon_facts: dict[int, SkipFacts] = field(default_factory=dict)  # by exon number
    upregulation: UpregulationFacts = field(default_factory=UpregulationFacts)
    tissue: str = ""
    window: str = ""
    assumptions: tuple[str, ...] = ()

    @property
    def exon(self) -> Exon | None:
        """The one coding exon that the variant lies in, or is counted from within 5 bases."""
        if self.transcript is None or self.hgvs is None or self.hgvs.start is None:
            return None
        touched = self.transcript.touched(self.hgvs)
        if len(touched) == 1:
            return touched[0]
        if self.hgvs.intronic_only and self.hgvs.intronic_offset is not None:
            near = min(
                (p for p in (self.hgvs.start, self.hgvs.end) if p is not None),
                key=lambda p: abs(p.offset),
            )
            return self.transcript.exon_at(near)
        return None


class Trace:
    """Collects the nodes that were visited, in order."""

    def __init__(self, nodes: tuple[TraceNode, ...] = ()) -> None:
        self._nodes = list(nodes)

    def add(self, node: str, question: str, fact: str, answer: str, source: str = "") -> None:
        """Append one node."""
        self._nodes.append(
            TraceNode(node=node, question=question, fact=fact, answer=answer, source=source)
        )

    @property
    def nodes(self) -> tuple[TraceNode, ...]:
        """What was visited."""
        return tuple(self._nodes)


@dataclass(frozen=True)
class Leaf:
    """Where a tree ended."""

    verdict: AsoClass
    reason: str
    would_change: str = ""
    flags: tuple[str, ...] = ()
