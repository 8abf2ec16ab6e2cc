"""Our half: every mode of every variant of a family, and the same variants as a plain VCF.

usage: ours.py FAMILY.vcf.gz FAMILY.ped FOLDER

Frequency is left out on both sides: only calls and affections are judged. The plain VCF has one
line an allele, with rareplan's own gene in INFO/Annotation, so that pairs are those of one gene.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import numpy as np

from rareplan.config import Settings, load_settings
from rareplan.engines.matching import Matcher
from rareplan.engines.survivors import genotypes_of
from rareplan.filters.facts import batch_facts
from rareplan.filters.observe import family_of
from rareplan.filters.segregation import segregate
from rareplan.knowledge.store import open_knowledge
from rareplan.model.case import Case
from rareplan.model.genome import Contig
from rareplan.model.variant import AnnotatedVariant, Genotype, VariantKey
from rareplan.read.batches import iter_batches
from rareplan.read.case import CasePaths, read_case

ROOT = Path(__file__).resolve().parents[3]
TERMS = ROOT / "examples" / "cps1_trio" / "terms.txt"
Genes = tuple[str, ...]
SEX = {"male": "1", "female": "2"}


def alleles(case: Case, settings: Settings) -> tuple[list[AnnotatedVariant], list[Genes]]:
    """Every allele in a gene, and its genes (several where they overlap)."""
    matcher = Matcher.open(open_knowledge(), case.assembly, settings)
    variants, genes = [], []
    for block in iter_batches(case, settings.rarity.tags):
        batch = matcher.place(block)
        code = matcher.match(batch, batch_facts(batch, case.pedigree.proband, case.assembly))
        for row in np.flatnonzero(code.gene_code > 0).tolist():
            contig = Contig(int(batch.contig[row]))
            where = (int(batch.pos[row]), str(batch.ref[row]), str(batch.alt[row]))
            key = VariantKey(case.assembly, contig, *where)
            calls = genotypes_of(batch, row)
            number = (int(batch.record[row]), int(batch.allele[row]))
            variants.append(AnnotatedVariant(key, key, *number, calls))
            genes.append(tuple(matcher.regions.names[code.gene_code[row]].split(";")))
    return variants, genes


def judged(
    case: Case, variants: list[AnnotatedVariant], genes: list[Genes], settings: Settings
) -> dict[int, dict[str, tuple[str, str]]]:
    """Number of an allele -> mode -> best verdict and its reason."""
    by_gene: dict[str, list[int]] = {}
    for index, names in enumerate(genes):
        for gene in names:
            by_gene.setdefault(gene, []).append(index)
    order = ("PROVED", "CONSISTENT", "ASSUMED", "EXCLUDED")
    family = family_of(case.pedigree)
    found: dict[int, dict[str, tuple[str, str]]] = {}
    for gene, members in by_gene.items():
        mine = [variants[i] for i in members]
        for s in segregate(gene, mine, case.pedigree, case.assembly, settings, family=family):
            for i in s.variants:
                modes = found.setdefault(members[i], {})
                new = (s.verdict.value, s.reason)
                old = modes.get(s.mode.value, ("EXCLUDED", s.reason))
                modes[s.mode.value] = min(old, new, key=lambda v: order.index(v[0]))
    return found


def plain(call: Genotype | None) -> str:
    """GT of one allele: another alternate counts as reference."""
    if call is None:
        return "./."
    mark = "|" if call.phased else "/"
    return mark.join("." if h < 0 else str(int(h == 1)) for h in call.haplotypes)


def write(case: Case, variants: list[AnnotatedVariant], genes: list[Genes], folder: Path) -> None:
    """family.vcf and family.ped for genmod."""
    people = case.pedigree.people
    samples = [p.id for p in people if p.id in case.pedigree.sequenced]
    head = [
        "##fileformat=VCFv4.2",
        '##INFO=<ID=Annotation,Number=.,Type=String,Description="gene">',
        '##FORMAT=<ID=GT,Number=1,Type=String,Description="genotype">',
        "\t".join(("#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT", *samples)),
    ]
    rows = (
        "\t".join(
            (v.key.contig.bare, str(v.key.pos), f"n{i}", v.key.ref, v.key.alt, ".", "PASS",
             f"Annotation={','.join(genes[i])}", "GT",
             *(plain(v.genotypes.get(s)) for s in samples))
        )
        for i, v in enumerate(variants)
    )  # fmt: skip
    (folder / "family.vcf").write_text("\n".join((*head, *rows)) + "\n", "utf-8")
    lines = (
        "\t".join(
            ("f", p.id, *(x if x in samples else "0" for x in (p.father, p.mother)),
             SEX.get(p.sex.value, "0"), "2" if p.affected else "1")
        )
        for p in people if p.id in samples
    )  # fmt: skip
    (folder / "family.ped").write_text("\n".join(lines) + "\n", "utf-8")


def main() -> None:
    """Write what the comparison needs."""
    vcf, ped, folder = map(Path, sys.argv[1:4])
    settings = load_settings()
    every = settings.segregation.model_copy(update={"max_pairs_per_gene": 10**9})
    settings = settings.model_copy(update={"segregation": every})
    began = time.perf_counter()
    case = read_case(CasePaths((vcf,), TERMS, ped), open_knowledge())
    variants, genes = alleles(case, settings)
    middle = time.perf_counter()
    found = judged(case, variants, genes, settings)
    end = time.perf_counter()
    write(case, variants, genes, folder)
    ours = {"alleles": len(variants), "read": middle - began, "judge": end - middle, "fits": found}
    (folder / "ours.json").write_text(json.dumps(ours), "utf-8")


if __name__ == "__main__":
    main()
