"""A variant's place in each assembly that is known, named so that the two cannot be mixed up."""

from __future__ import annotations

from rareplan.model.genome import Assembly, contig_from_name
from rareplan.model.result import CandidateVariant

_MITOCHONDRIAL = "NC_012920"


def assembly_of(hgvs_g: str) -> str:
    """The assembly that an accession belongs to; "" when it is not a chromosome's."""
    accession = hgvs_g.partition(":")[0]
    if accession.startswith(_MITOCHONDRIAL):
        return "rCRS"
    for assembly in Assembly:
        if accession in assembly.hgvs_accessions.values():
            return assembly.value
    return ""


def places(variant: CandidateVariant) -> tuple[tuple[str, str], ...]:
    """``(assembly, name)``: the HGVS g. name, and the plain key in every other assembly."""
    named = assembly_of(variant.hgvs_g)
    found = [(named or variant.assembly, variant.hgvs_g)] if variant.hgvs_g else []
    keys = {variant.assembly: variant.variant}
    if variant.variant_grch38:
        keys.setdefault(Assembly.GRCH38.value, variant.variant_grch38)
    mitochondrial = named == "rCRS"
    return (*found, *((a, key) for a, key in keys.items() if a != named and not mitochondrial))


def preferred_key(variant: CandidateVariant) -> tuple[str, str]:
    """``(assembly, key)`` in the assembly of the HGVS g. name where that is known."""
    if assembly_of(variant.hgvs_g) == Assembly.GRCH38.value and variant.variant_grch38:
        return Assembly.GRCH38.value, variant.variant_grch38
    return variant.assembly, variant.variant


def accession_of(assembly: str, contig: str) -> str:
    """RefSeq accession of a contig; "" when the assembly or contig is not known."""
    try:
        return Assembly(assembly).hgvs_accessions.get(contig_from_name(contig), "")
    except ValueError:
        return ""
