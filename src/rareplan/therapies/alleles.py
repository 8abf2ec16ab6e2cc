"""The patient's alleles of one gene, as far as treatment needs them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rareplan.model.result import CandidateVariant
    from rareplan.model.variant import AnnotatedVariant

NULL_TERMS = frozenset({
    "transcript_ablation", "stop_gained", "frameshift_variant",
    "splice_donor_variant", "splice_acceptor_variant",
})  # fmt: skip
# Probably no protein, but rescue from inside the gene is common enough not to count on it.
MAYBE_NULL_TERMS = frozenset({"start_lost", "stop_lost", "feature_truncation"})


_MT = re.compile(r"m\.(\d+)([ACGT])>([ACGT])")


@dataclass(frozen=True)
class Allele:
    """One variant of the gene and how many copies the patient has.

    ``copies``: 1 heterozygous, 2 homozygous; ``hemizygous`` when there is no other copy.
    ``is_null``: no functional protein expected from it; None where that is open.
    """

    text: str
    terms: tuple[str, ...] = ()
    hgvs_c: str = ""
    hgvs_p: str = ""
    exon: str = ""
    copies: int = 1
    hemizygous: bool = False
    escapes_nmd: bool | None = None
    exon_in_frame: bool | None = None
    deletion: bool = False
    resolved: bool = True

    @property
    def is_null(self) -> bool | None:
        """ClinGen PVS1 logic in short (PMID 30192042): what surely leaves no protein."""
        terms = set(self.terms)
        if terms & {"stop_gained", "frameshift_variant"}:
            return None if self.escapes_nmd else True
        if terms & NULL_TERMS:
            return None if self.exon_in_frame else True
        if terms & MAYBE_NULL_TERMS or not self.resolved:
            return None
        return False

    def matches(self, pattern: str) -> bool:
        """Whether a ``p.`` or ``c.`` pattern names this variant.

        A pattern that ends in a residue number (``p.Arg672``) means every change of that
        residue; one that ends in ``+`` or ``-`` (``c.1425+``) every intronic base there.
        ``m.1555A>G`` is held against the site itself.
        """
        if pattern.startswith("m."):
            site = _MT.fullmatch(pattern)
            return site is not None and self.text == "MT-{}-{}-{}".format(*site.groups())
        for given in (self.hgvs_c, self.hgvs_p):
            name = given.rsplit(":", 1)[-1].replace("(", "").replace(")", "")
            if name and (name == pattern or _extends(name, pattern)):
                return True
        return False


def _extends(name: str, pattern: str) -> bool:
    if not name.startswith(pattern):
        return False
    rest = name[len(pattern) :]
    if pattern.endswith(("+", "-")):
        return rest[:1].isdigit()
    if pattern.startswith("c."):
        return pattern[-1].isdigit() and not rest[:1].isdigit() and ("+" in pattern)
    return pattern[-1].isdigit() and rest[:1].isalpha()


def alleles_of(
    variants: Sequence[CandidateVariant], annotated: Sequence[AnnotatedVariant] = ()
) -> tuple[Allele, ...]:
    """The alleles of a candidate; ``annotated`` adds what only the site record knows."""
    removed = {site.key.text for site in annotated if _is_deletion(site)}
    found = []
    for variant in variants:
        view, zygosity = variant.consequence, variant.zygosity.lower()
        found.append(
            Allele(
                text=variant.variant,
                terms=view.terms,
                hgvs_c=variant.hgvs_c,
                hgvs_p=variant.hgvs_p,
                exon=view.exon,
                copies=2 if zygosity.startswith("hom") else 1,
                hemizygous=zygosity.startswith("hemi"),
                escapes_nmd=view.escapes_nmd,
                exon_in_frame=view.exon_in_frame if "splice" in " ".join(view.terms) else None,
                deletion=variant.variant in removed or _shorter(variant.variant),
                resolved=view.resolved,
            )
        )
    return tuple(found)


def _is_deletion(site: AnnotatedVariant) -> bool:
    return site.sv_type == "DEL" or len(site.key.alt) < len(site.key.ref)


def _shorter(text: str) -> bool:
    parts = text.split("-")
    return len(parts) == 4 and parts[3].isalpha() and len(parts[3]) < len(parts[2])


def null_genotype(alleles: Sequence[Allele], *, recessive: bool) -> bool | None:
    """Whether no residual protein is expected at all.

    True: every copy of the gene is null. False: at least one copy is not, which includes the
    normal copy of a dominant disease. None: not known (one allele not found, effect open).
    """
    if not alleles:
        return None
    if not recessive and not any(a.copies == 2 or a.hemizygous for a in alleles):
        return False
    states = [a.is_null for a in alleles]
    if False in states:
        return False
    copies = sum(2 if a.hemizygous else a.copies for a in alleles)
    if None in states or copies < 2:
        return None
    return True
