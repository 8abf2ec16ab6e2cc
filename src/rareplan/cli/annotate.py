"""``rareplan annotate``: consequences and HGVS names of a VCF, nothing else."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rareplan.cli.options import PATH

if TYPE_CHECKING:
    from rareplan.annotate.annotator import Annotator, Summary
    from rareplan.model.genome import Assembly
    from rareplan.read.vcf_header import VcfHeader

EXAMPLES = """
\b
Examples:
  rareplan annotate family.vcf --out consequences.tsv
  rareplan annotate family.vcf.gz --out annotated.vcf.gz
  rareplan annotate family.vcf --out one_row_an_allele.tsv --pick
  rareplan annotate family.vcf --out all.tsv --all-transcripts --json

\b
Columns: chrom pos ref alt gene transcript consequence impact hgvs_c hgvs_p joint, one row for
each allele and transcript. 'joint' says what SNVs of one codon make together where the file's own
phase puts them on one haplotype: alleles|consequence|hgvs_c|hgvs_p|samples (RPJOINT in a VCF).
Indels are left-aligned before they are judged, as far as exons or --fasta hold the sequence;
chrom, pos, ref and alt stay those of the file. GRCh37 input is looked up on GRCh38.
"""


@click.command("annotate", epilog=EXAMPLES)
@click.argument("vcf", type=PATH)
@click.option("--out", type=PATH, required=True, help="Where to write: .tsv, .vcf or .vcf.gz.")
@click.option(
    "--assembly",
    type=click.Choice(["auto", "GRCh37", "GRCh38"]),
    default="auto",
    show_default=True,
    help="Reference of the VCF; auto reads the header.",
)
@click.option("--pick", is_flag=True, help="Only the reported transcript of each allele (table).")
@click.option("--all-transcripts", is_flag=True, help="Every Ensembl transcript, not only MANE.")
@click.option(
    "--fasta", type=PATH, help="Indexed GRCh38 FASTA: indels in introns get their 3' names."
)
@click.option("--kb", type=PATH, envvar="RAREPLAN_KB", help="Knowledge snapshot.")
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON.")
def annotate(
    vcf: Path,
    out: Path,
    assembly: str,
    *,
    pick: bool,
    all_transcripts: bool,
    fasta: Path | None,
    kb: Path | None,
    as_json: bool,
) -> None:
    """Find gene, transcript, consequence and HGVS names of every allele of VCF."""
    from rareplan.read.site_blocks import header_bytes, iter_site_blocks

    header, reference = _check_input(vcf, out, assembly)
    annotator = _annotator(
        reference, kb, fasta, all_transcripts=all_transcripts, pick=pick,
        foreign_mt=_HG19_CHRM_LENGTH in header.contig_lengths.values(), header=header,
    )  # fmt: skip
    blocks = iter_site_blocks(header)
    with _without_collector():
        if out.name.endswith((".vcf", ".vcf.gz", ".vcf.bgz")):
            from rareplan.annotate.info_file import write_vcf

            summary = write_vcf(header_bytes(header), blocks, out, annotator)
        else:
            from rareplan.annotate.table_file import write_table

            summary = write_table(blocks, out, annotator)
    _report(summary, out, annotator, as_json=as_json)


@contextmanager
def _without_collector() -> Iterator[None]:
    """Blocks of columns make no cycles, so looking for some is 5 % of the time for nothing."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


_HG19_CHRM_LENGTH = 16571


def _check_input(vcf: Path, out: Path, assembly: str) -> tuple[VcfHeader, Assembly]:
    """Header and reference of the input, once both paths and the header have been found good.

    Raises:
        InputError: every fault of them.
    """
    from rareplan.errors import Fault, InputError
    from rareplan.read.vcf_header import read_header, settle_assembly

    # A sites-only VCF has consequences as well as any other.
    header, faults = read_header(vcf, sites_only=True)
    reference = None
    if header is not None:
        reference, wrong = settle_assembly([header], assembly)
        faults += wrong
    if not out.name.endswith((".tsv", ".vcf", ".vcf.gz", ".vcf.bgz")):
        given = f"a name ending in '{out.suffix}'"
        faults.append(Fault("--out", given, ".tsv, .vcf or .vcf.gz", "Rename it."))
    if out.resolve() == vcf.resolve():
        faults.append(Fault("--out", "the input file", "another file", "Choose another name."))
    if faults or header is None or reference is None:
        raise InputError(faults)
    return header, reference


def _annotator(
    reference: Assembly,
    kb: Path | None,
    fasta: Path | None,
    *,
    all_transcripts: bool,
    pick: bool,
    foreign_mt: bool,
    header: VcfHeader,
) -> Annotator:
    from rareplan.annotate.annotator import Annotator
    from rareplan.annotate.reference import open_fasta
    from rareplan.annotate.vcf_annotations import AnnotationReader
    from rareplan.knowledge.clinvar import clinvar
    from rareplan.knowledge.liftover import liftover
    from rareplan.knowledge.store import open_knowledge
    from rareplan.knowledge.transcripts import TranscriptBundle
    from rareplan.model.genome import Assembly

    knowledge = open_knowledge(kb)
    return Annotator(
        bundle=TranscriptBundle.from_knowledge(knowledge, all_transcripts=all_transcripts),
        lift=liftover(knowledge) if reference is Assembly.GRCH37 else None,
        fetch=open_fasta(fasta) if fasta is not None else None,
        pick=pick,
        reader=AnnotationReader.from_header(header.text),
        clinvar=lambda: clinvar(knowledge) if knowledge.has("clinvar") else None,
        samples=header.samples,
        foreign_mt=foreign_mt,
    )


def _report(summary: Summary, out: Path, annotator: Annotator, *, as_json: bool) -> None:
    if as_json:
        counts = {
            "alleles": summary.alleles,
            "rows": summary.rows,
            "unresolved": summary.unresolved,
            "settled_by_annotation_or_clinvar": summary.settled,
            "reference_mismatches": summary.mismatches,
            "not_lifted": summary.not_lifted,
            "left_aligned": summary.left_aligned,
            "not_left_aligned": summary.not_aligned,
            "worst": dict(summary.worst.most_common()),
            "out": str(out),
        }
        click.echo(json.dumps(counts, indent=1))
        return
    click.echo(f"{summary.alleles} alleles, {summary.rows} consequences: {out}", err=True)
    for line in _doubts(summary, annotator):
        click.echo(line, err=True)


def _doubts(summary: Summary, annotator: Annotator) -> Iterator[str]:
    """What could not be told, or was changed on the way."""
    if summary.unresolved:
        why = (
            "the snapshot has no transcript sequence (run 'rareplan kb refresh')"
            if annotator.bundle.sequence is None
            else "their transcripts have no sequence in the snapshot"
        )
        told = f"; {summary.settled} of them told by the file or ClinVar" if summary.settled else ""
        yield f"{summary.unresolved} coding alleles are unresolved: {why}{told}."
    if summary.not_lifted:
        yield f"{summary.not_lifted} alleles have no place on GRCh38."
    if summary.left_aligned:
        yield f"{summary.left_aligned} indels were left-aligned before they were named."
    if summary.not_aligned:
        yield (
            f"{summary.not_aligned} indels could not be left-aligned: the sequence beside them is "
            "not at hand (--fasta gives it)."
        )
    if summary.mismatches:
        yield (
            f"warning: {summary.mismatches} REF alleles differ from the transcript's sequence. "
            "Is this the right reference?"
        )
