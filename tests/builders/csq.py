"""``bcftools csq`` (from the pysam wheel, in a process of its own) as a second opinion."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from rareplan.annotate.normalise import trim
from rareplan.model.consequence import SO_IMPACT, SO_RANK
from tests.builders.genes import Gene

TO_SO = {
    "synonymous": "synonymous_variant",
    "missense": "missense_variant",
    "stop_lost": "stop_lost",
    "stop_gained": "stop_gained",
    "inframe_deletion": "inframe_deletion",
    "inframe_insertion": "inframe_insertion",
    "inframe_altering": "protein_altering_variant",
    "frameshift": "frameshift_variant",
    "splice_acceptor": "splice_acceptor_variant",
    "splice_donor": "splice_donor_variant",
    "splice_region": "splice_region_variant",
    "start_lost": "start_lost",
    "start_retained": "start_retained_variant",
    "stop_retained": "stop_retained_variant",
    "5_prime_utr": "5_prime_UTR_variant",
    "3_prime_utr": "3_prime_UTR_variant",
    "non_coding": "non_coding_transcript_exon_variant",
    "intron": "intron_variant",
    "coding_sequence": "coding_sequence_variant",
    "feature_elongation": "feature_elongation",
    "NMD_transcript": "NMD_transcript_variant",
}

# What bcftools has no word for, in the words it has.
COARSE = {
    "splice_donor_5th_base_variant": "splice_region_variant",
    "splice_donor_region_variant": "splice_region_variant",
    "splice_polypyrimidine_tract_variant": "intron_variant",
    "non_coding_transcript_variant": "intron_variant",
    "incomplete_terminal_codon_variant": "coding_sequence_variant",
}

_RUN = """
import sys, pysam.bcftools
sys.stdout.write(pysam.bcftools.csq(*sys.argv[1:], catch_stdout=True))
"""


def run_csq(vcf: Path, fasta: Path, gff: Path, *options: str) -> str:
    """The VCF text that ``bcftools csq -l`` writes."""
    command = [
        sys.executable, "-c", _RUN, "-l", "-f", str(fasta), "-g", str(gff), *options, str(vcf),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return done.stdout


def run_csq_to_file(vcf: Path, fasta: Path, gff: Path, out: Path, *options: str) -> None:
    """The same into a file, uncompressed."""
    code = "import sys, pysam.bcftools; pysam.bcftools.csq(*sys.argv[1:], catch_stdout=False)"
    command = [
        sys.executable, "-c", code, "-l", "-O", "v", "-o", str(out), "-f", str(fasta),
        "-g", str(gff), *options, str(vcf),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True)


def parse_bcsq(text: str) -> dict[tuple[str, int, str, str], dict[str, set[str]]]:
    """SO terms by transcript (by gene for introns) for every allele of biallelic ``csq`` output."""
    found: dict[tuple[str, int, str, str], dict[str, set[str]]] = {}
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        chrom, pos, _, ref, alt, _, _, info = line.split("\t")[:8]
        by_transcript = found.setdefault((chrom, int(pos), ref, alt), {})
        entry = next((x[5:] for x in info.split(";") if x.startswith("BCSQ=")), "")
        for one in filter(None, entry.split(",")):
            cells = one.split("|")
            if len(cells) > 2:
                terms = cells[0].lstrip("*").split("&")
                key = cells[2] or cells[1]
                by_transcript.setdefault(key, set()).update(TO_SO.get(x, x) for x in terms)
    return found


def top(terms: Iterable[str]) -> str:
    """Most severe term in bcftools' vocabulary."""
    coarse = {COARSE.get(x, x) for x in terms}
    return min(coarse, key=lambda x: SO_RANK.get(x, 99), default="")


def same(ours: Iterable[str], theirs: Iterable[str]) -> bool:
    """Equal top terms; or their top term is among ours and no less severe in impact."""
    ours, theirs = set(ours), set(theirs)
    mine, other = top(ours), top(theirs)
    if mine == other:
        return True
    coarse = {COARSE.get(x, x) for x in ours}
    return other in coarse and SO_IMPACT.get(mine) is SO_IMPACT.get(other)


def difference(gene: Gene, pos: int, ref: str, alt: str, ours: set[str], theirs: set[str]) -> str:
    """Why ``bcftools csq`` says something else: "" when it agrees, "?" without a known reason.

    Every reason is a definition in which VEP, which rareplan follows, differs from bcftools.
    """
    if same(ours, theirs):
        return ""
    cut = trim(pos, ref, alt)
    start, end = cut.pos, cut.pos + len(cut.ref) - 1
    mine, other = top(ours), top(theirs)
    borders = [x for a, b in gene.exons for x in (a - 1, b)][1:-1]
    checks = {
        "VEP: transcript_ablation": "transcript_ablation" in ours,
        "intron of at most 13 bases is a frameshift intron in VEP": _in_tiny_intron(
            gene, start, end
        ),
        "insertion at the edge of a splice window": not cut.ref
        and any(end - b in (-3, -2, 0, 2, 3, 8, -8) for b in borders),
        "VEP: protein_altering_variant": mine == "protein_altering_variant"
        and other.startswith("inframe"),
        "deletion over an exon border in a UTR: bcftools names no splice site": (
            mine in {"splice_donor_variant", "splice_acceptor_variant"} and "UTR" in other
        ),
        "allele over the end of the CDS: bcftools says coding_sequence": (
            mine in {"start_lost", "stop_lost"} and other == "coding_sequence_variant"
        ),
        "CDS ends without a stop codon in the model": mine
        in {"coding_sequence_variant", "stop_gained"}
        and (other == "stop_lost" or other == "stop_retained_variant"),
        "start codon comes out whole: VEP start_retained": (
            "start_retained_variant" in ours and "start_lost" in theirs
        ),
        "CDS of a single codon": gene.cds is not None
        and sum(b - a + 1 for a, b in gene.cds_parts) == 3,
    }
    return next((reason for reason, holds in checks.items() if holds), "?")


def _in_tiny_intron(gene: Gene, start: int, end: int) -> bool:
    return any(
        c - b - 1 <= 13 and end >= b and start <= c
        for (_, b), (c, _) in zip(gene.exons, gene.exons[1:], strict=False)
    )
