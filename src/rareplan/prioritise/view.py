"""From an annotated variant to what case.json says of it."""

from __future__ import annotations

from collections.abc import Sequence

from rareplan.model.case import Case
from rareplan.model.consequence import Consequence
from rareplan.model.evidence import Classification
from rareplan.model.genome import Contig, in_pseudoautosomal
from rareplan.model.pedigree import Sex
from rareplan.model.result import CandidateVariant, ConsequenceView, GenotypeView, JointView
from rareplan.model.variant import AnnotatedVariant, Genotype, JointEffect

_SIGN = {1: "1", 0: "0", 2: "2", -1: "."}


def zygosity_of(variant: AnnotatedVariant, case: Case) -> str:
    """``heterozygous``, ``homozygous``, ``hemizygous``, or ``unknown`` in the proband."""
    call = variant.genotypes.get(case.pedigree.proband_id)
    if call is None or call.alt_count == 0:
        return "unknown"
    if len(call.haplotypes) == 1:
        return "hemizygous"
    key = variant.key
    male_x = (
        case.pedigree.proband.sex is Sex.MALE
        and key.contig in {Contig.X, Contig.Y}
        and not in_pseudoautosomal(key.assembly, key.contig, key.pos)
    )
    if call.alt_count == 2:
        return "hemizygous" if male_x else "homozygous"
    return "heterozygous"


def inherited_from(variant: AnnotatedVariant, case: Case) -> str:
    """Which sequenced parent carries it: father, mother, both, neither, or "" (not known)."""
    found, unknown = [], False
    for role, parent in (("father", case.pedigree.father), ("mother", case.pedigree.mother)):
        call = variant.genotypes.get(parent.id) if parent else None
        if call is None or not call.called:
            unknown = True
        elif call.alt_count:
            found.append(role)
    if len(found) == 2:
        return "both"
    if found:
        return found[0]
    return "" if unknown else "neither"


def _role(person: str, case: Case) -> str:
    pedigree = case.pedigree
    if person == pedigree.proband_id:
        return "proband"
    if pedigree.father and person == pedigree.father.id:
        return "father"
    if pedigree.mother and person == pedigree.mother.id:
        return "mother"
    someone = pedigree.person(person)
    own = pedigree.proband
    shared = someone and (
        (someone.father and someone.father == own.father)
        or (someone.mother and someone.mother == own.mother)
    )
    return "sibling" if shared else "relative"


def _gt(call: Genotype) -> str:
    sep = "|" if call.phased else "/"
    return sep.join(_SIGN.get(h, ".") for h in call.haplotypes) or "."


def consequence_view(consequence: Consequence | None) -> ConsequenceView:
    """The printed part of a consequence."""
    if consequence is None:
        return ConsequenceView()
    names = (
        "transcript", "refseq", "transcript_class", "terms", "exon", "intron", "cds_position",
        "protein_position", "amino_acids", "codons", "splice_distance", "exon_length",
        "exon_in_frame", "escapes_nmd", "resolved", "source",
    )  # fmt: skip
    return ConsequenceView(
        impact=consequence.impact.value, **{name: getattr(consequence, name) for name in names}
    )


def variant_view(
    variant: AnnotatedVariant, gene: str, case: Case, classification: Classification
) -> CandidateVariant:
    """One variant of a candidate as case.json holds it."""
    consequence = variant.consequence_for(gene)
    clinvar, frequency = variant.clinvar, variant.frequency
    order = [case.pedigree.proband_id, *(p.id for p in case.pedigree.people)]
    people = [p for p in dict.fromkeys(order) if p in variant.genotypes]
    return CandidateVariant(
        variant=variant.key.text,
        variant_grch38=variant.key38.text if variant.key38 else "",
        assembly=variant.key.assembly.value,
        gene=gene,
        zygosity=zygosity_of(variant, case),
        inherited_from=inherited_from(variant, case),
        consequence=consequence_view(consequence),
        hgvs_c=consequence.hgvs_c if consequence else "",
        hgvs_p=consequence.hgvs_p if consequence else "",
        hgvs_g=hgvs_g(variant),
        genotypes=tuple(_genotype(p, variant.genotypes[p], case) for p in people),
        max_af=frequency.max_af,
        af_group=frequency.group,
        af_source=frequency.source,
        homozygotes=frequency.homozygotes,
        clinvar=clinvar.significance if clinvar else "",
        clinvar_id=clinvar.variation_id if clinvar else None,
        clinvar_stars=clinvar.stars if clinvar else None,
        clinvar_date=clinvar.date if clinvar else "",
        classification=classification,
        scores=dict(variant.scores),
        exempt=variant.exempt,
        filters=variant.filters,
        joint=tuple(joint_view(effect) for effect in variant.joint if _of(effect, gene)),
    )


def _of(effect: JointEffect, gene: str) -> bool:
    return gene in {effect.consequence.gene, effect.consequence.gene_id}


def joint_view(effect: JointEffect) -> JointView:
    """The printed part of a joint effect."""
    together = effect.consequence
    return JointView(
        variants=effect.variants,
        alone=effect.alone,
        transcript=together.refseq or together.transcript,
        terms=together.terms,
        impact=together.impact.value,
        hgvs_c=together.hgvs_c,
        hgvs_p=together.hgvs_p,
        resolved=together.resolved,
        evidence=effect.evidence,
        certain=effect.certain,
    )


def joint_flags(variants: Sequence[CandidateVariant]) -> tuple[str, ...]:
    """One warning for each joint effect of a candidate's variants, all alleles named."""
    found = dict.fromkeys(joint for variant in variants for joint in variant.joint)
    return tuple(_joint_text(joint) for joint in found)


def _joint_text(joint: JointView) -> str:
    names = " and ".join(
        f"{name} ({term.replace('_', ' ')})" if term else name
        for name, term in zip(joint.variants, joint.alone, strict=True)
    )
    where = "on one haplotype" if joint.certain else "perhaps on one haplotype"
    text = f"{names} lie in one codon of {joint.transcript}, {where} ({joint.evidence}): "
    if not joint.resolved:
        return text + "what they make together cannot be told without the transcript's sequence"
    made = ", ".join(term.replace("_", " ") for term in joint.terms)
    protein = joint.hgvs_p.rpartition(":")[2]
    return text + " ".join(filter(None, ("together", joint.hgvs_c, protein))) + f", {made}"


def _genotype(person: str, call: Genotype, case: Case) -> GenotypeView:
    return GenotypeView(
        person=person,
        role=_role(person, case),
        gt=_gt(call),
        gq=call.gq,
        dp=call.dp,
        allele_balance=call.allele_balance,
    )


def hgvs_g(variant: AnnotatedVariant) -> str:
    """HGVS g. (m. for MT) of a substitution, deletion or insertion given as VCF alleles.

    Deletions and insertions are named as the VCF places them, without 3' shifting (that needs
    the sequence), so only substitutions and plain deletions are named; "" otherwise.
    """
    key = variant.key38 or variant.key
    accession = key.assembly.hgvs_accessions.get(key.contig)
    if accession is None or not key.is_snv:
        return ""
    kind = "m" if key.contig is Contig.MT else "g"
    return f"{accession}:{kind}.{key.pos}{key.ref}>{key.alt}"
