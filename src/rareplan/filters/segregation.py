"""Every mode of inheritance for every variant of a gene, each with a verdict and its reason.

PROVED      the claim of the mode (in trans, one copy from each parent, new in the child, on the
            son's only X) follows from the calls at hand.
CONSISTENT  nothing that is needed is missing and all of it fits, but it is no proof (a dominant
            variant shared with an affected parent, a likely mosaic parent, mtDNA).
ASSUMED     it fits, but a person, a call or the phase is missing.
EXCLUDED    the calls and affections at hand cannot come about under the mode; by whom is said.

A missing call never excludes. Penetrance is complete unless the gene or the variant says
otherwise. See docs/inheritance.md for the definitions and the table of situations.
"""

from __future__ import annotations

from collections.abc import Sequence

from rareplan.config import Settings
from rareplan.filters.asking import GeneView
from rareplan.filters.autosomal import dominant_modes, homozygous_modes
from rareplan.filters.compound import compound_modes, deletion_modes
from rareplan.filters.observe import Family, Locus, family_of, locus_of
from rareplan.filters.sexlinked import x_modes
from rareplan.filters.uniparental import mitochondrial_modes, y_modes
from rareplan.model.genome import Assembly
from rareplan.model.inheritance import Segregation
from rareplan.model.pedigree import Pedigree
from rareplan.model.variant import AnnotatedVariant


def segregate(
    gene: str,
    variants: Sequence[AnnotatedVariant],
    pedigree: Pedigree,
    assembly: Assembly,
    settings: Settings,
    *,
    reduced_penetrance: bool = False,
    family: Family | None = None,
) -> list[Segregation]:
    """All modes for the variants of one gene that the proband carries.

    Args:
        gene: symbol, copied into the result.
        variants: the gene's surviving alleles; ``Segregation.variants`` are indices into it.
        pedigree: the family; ``pedigree.sequenced`` says whose genotypes are known.
        assembly: of the input, for the pseudoautosomal regions.
        settings: rarity by mode, de novo evidence, heteroplasmy.
        reduced_penetrance: the gene's disease is known to skip carriers.
        family: ``family_of(pedigree)``, to save making it for each gene.

    Returns:
        Verdicts of every mode that the proband's genotype brings into question, excluded
        ones too. The order depends on the order of ``variants`` alone.
    """
    view = GeneView(
        gene, tuple(variants), family or family_of(pedigree), settings, reduced_penetrance
    )
    found: list[Segregation] = []
    places: dict[Locus, list[int]] = {}
    for index, variant in enumerate(view.variants):
        locus = locus_of(variant, assembly)
        seen = view.observation(index, view.proband, locus)
        if seen.high >= 1 and seen.seen:
            places.setdefault(locus, []).append(index)
    for index in places.get(Locus.AUTOSOMAL, ()):
        found += dominant_modes(view, index)
        found += homozygous_modes(view, index)
    found += compound_modes(view, places.get(Locus.AUTOSOMAL, []), Locus.AUTOSOMAL)
    found += deletion_modes(view, places.get(Locus.AUTOSOMAL, []))
    for index in places.get(Locus.X, ()):
        found += x_modes(view, index)
    found += compound_modes(view, places.get(Locus.X, []), Locus.X)
    for index in places.get(Locus.Y, ()):
        found += y_modes(view, index)
    for index in places.get(Locus.MT, ()):
        found += mitochondrial_modes(view, index)
    return found
