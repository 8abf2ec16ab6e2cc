"""What a header says that is no fault, but changes what can be read: said as notices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rareplan.errors import Fault
from rareplan.model.genome import Assembly, Contig, contig_from_name

_HG19_CHRM = 16571
# Lengths of chromosome 1: UCSC chrom.sizes of chm13v2.0, hg18, mm10 and mm39.
_OTHER_GENOMES = {
    248387328: "T2T-CHM13",
    247249719: "NCBI36 (hg18)",
    195471971: "the mouse (mm10)",
    195154279: "the mouse (mm39)",
}
_ANNOTATIONS = ("CSQ", "vep", "ANN", "BCSQ")


def foreign_fault(name: str, lengths: Mapping[str, int]) -> Fault | None:
    """Chromosomes whose lengths are of neither assembly; the caller knows that none fits."""
    nuclear = {
        contig: size
        for contig, size in lengths.items()
        if contig_from_name(contig) not in {Contig.OTHER, Contig.MT}
    }
    if not nuclear:
        return None
    known = next((_OTHER_GENOMES[n] for n in nuclear.values() if n in _OTHER_GENOMES), "")
    contig, size = next(iter(nuclear.items()))
    told = f"contigs of {known}" if known else f"contigs of another genome ({contig}: {size} bases)"
    return Fault(name, told, "GRCh37 or GRCh38", "Align and call again, or lift the calls over.")


def header_notices(
    name: str,
    lines: Iterable[str],
    lengths: Mapping[str, int],
    found: Iterable[Assembly],
    worded: Iterable[Assembly],
) -> tuple[str, ...]:
    """Notices of one header.

    Args:
        found: assemblies told by contig lengths.
        worded: assemblies named in words, by ``##reference``.
    """
    notices = [
        f"{name}: ##reference names {other.value}, but the contigs have the lengths of "
        f"{one.value}, which was used."
        for one in set(found)
        for other in set(worded) - set(found)
    ]
    mitochondrion = [c for c, n in lengths.items() if n == _HG19_CHRM]
    if mitochondrion and Assembly.GRCH37 in found:
        notices.append(
            f"{name}: {mitochondrion[0]} is hg19's of 16,571 bases, not rCRS (16,569): its "
            "positions differ, and mitochondrial variants are not analysed."
        )
    for line in lines:
        tag = line[11:].split(",", 1)[0] if line.startswith("##INFO=<ID=") else ""
        if tag in _ANNOTATIONS and "|" not in line:
            notices.append(
                f"{name}: the header's line of {tag} does not tell its columns ('Format: ...'), "
                f"so {tag} was not read."
            )
    return tuple(notices)
