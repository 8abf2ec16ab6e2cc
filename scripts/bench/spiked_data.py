"""Published cases and real exomes for scripts/bench/spiked.py: nothing here is shipped."""

from __future__ import annotations

import csv
import gzip
import hashlib
import lzma
from dataclasses import dataclass
from pathlib import Path

from rareplan.knowledge.liftover import liftover
from rareplan.knowledge.store import KnowledgeBase
from rareplan.model.genome import Assembly, Contig, contig_from_name

COMMON_TAG = "gnomAD_grpmax_AF"
BACKGROUNDS = {
    # exome -> its own spiked records, which are left out (GRCh37)
    "NA12878.dominant": frozenset({("1", "111146515")}),
    "miller": frozenset({("16", "72050942"), ("16", "72055110")}),
}
GENOTYPES = {"heterozygous": "0/1", "homozygous": "1/1", "hemizygous": "1"}


@dataclass(frozen=True)
class Spike:
    """One causal variant on GRCh38, as a VCF writes it."""

    contig: Contig
    pos: int
    ref: str
    alt: str
    genotype: str


@dataclass(frozen=True)
class Published:
    """One published case with variants a VCF can hold."""

    id: str
    comp: str
    half: str  # tune or report, by a hash of the component
    gene: str
    evaluable: bool  # its disease is annotated and linked to its gene in the snapshot's HPO
    observed: tuple[str, ...]
    excluded: tuple[str, ...]
    spikes: tuple[Spike, ...]


def half_of(comp: str) -> str:
    """Tune or report half of a connected component (publication, disease, gene, cohort)."""
    return "report" if hashlib.sha256(comp.encode()).digest()[-1] % 2 else "tune"


def _fits_a_vcf(part: list[str]) -> bool:
    """Whether a variant of the table is one of bases on GRCh38, with a genotype."""
    return (
        len(part) >= 6
        and part[0] == "hg38"
        and set(part[3] + part[4]) <= set("ACGT")
        and part[5] in GENOTYPES
    )


def published_cases(path: Path) -> list[Published]:
    """NS cases (the annotation was not made from the case's own paper) with one causal gene."""
    found = []
    with lzma.open(path, "rt") as handle:
        for row in csv.DictReader(handle, delimiter="\t", quoting=csv.QUOTE_NONE):
            parts = [text.split("|") for text in row["variant"].split(" ")]
            if (
                row["pmid_in_hpoa"] != "False"
                or not row["observed"]
                or not row["gene"]
                or ";" in row["gene"]
                or not all(map(_fits_a_vcf, parts))
            ):
                continue
            spikes = tuple(
                Spike(contig_from_name(p[1]), int(p[2]), p[3], p[4], GENOTYPES[p[5]]) for p in parts
            )
            found.append(
                Published(
                    row["case"], row["comp"], half_of(row["comp"]), row["gene"],
                    row["in_hpoa"] == "True" and row["gene_link"] == "True",
                    tuple(row["observed"].split(";")),
                    tuple(t for t in row["excluded"].split(";") if t), spikes,
                )
            )  # fmt: skip
    return found


def lifted_records(vcf: Path, skip: frozenset[tuple[str, str]], kb: KnowledgeBase) -> list[list]:
    """Records of a GRCh37 exome on GRCh38: contig, position and the other VCF columns.

    Places without a counterpart, or on the other strand, are left out.
    """
    rows = []
    with gzip.open(vcf, "rt") as handle:
        for line in handle:
            cells = line.rstrip("\n").split("\t")
            contig = contig_from_name(cells[0]) if line[0] != "#" else Contig.OTHER
            if contig is not Contig.OTHER and (cells[0], cells[1]) not in skip:
                rows.append([contig, int(cells[1]), *cells[2:]])
    contigs, places, strands = liftover(kb).to_grch38([r[0] for r in rows], [r[1] for r in rows])
    kept = [
        [Contig(int(c)), int(p), *row[2:]]
        for row, c, p, s in zip(rows, contigs, places, strands, strict=True)
        if s == 1
    ]
    return sorted(kept, key=lambda r: (r[0], r[1]))


def write_vcf(path: Path, records: list[list], spikes: list[Spike], *, tags: bool) -> None:
    """A GRCh38 VCF of one sample.

    Simulated frequencies (``tags``): an allele with an rs id is common (0.05), any other absent
    (0). Spiked alleles are absent. Without ``tags`` no frequency field is written.
    """
    lines = ["##fileformat=VCFv4.2", '##FILTER=<ID=PASS,Description="all filters passed">']
    lines += [
        f"##contig=<ID={c.ucsc},length={n},assembly=GRCh38>"
        for c, n in Assembly.GRCH38.lengths.items()
    ]
    if tags:
        lines.append(f'##INFO=<ID={COMMON_TAG},Number=A,Type=Float,Description="simulated">')
    lines += [
        '##FORMAT=<ID=GT,Number=1,Type=String,Description="genotype">',
        '##FORMAT=<ID=AD,Number=R,Type=Integer,Description="reads by allele">',
        '##FORMAT=<ID=DP,Number=1,Type=Integer,Description="reads">',
        '##FORMAT=<ID=GQ,Number=1,Type=Float,Description="genotype quality">',
        "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tPATIENT",
    ]
    body = [(r[0], r[1], _background_line(r, tags=tags)) for r in records]
    body += [(s.contig, s.pos, _spike_line(s, tags=tags)) for s in spikes]
    body.sort(key=lambda item: (item[0], item[1]))
    path.write_text("\n".join(lines + [text for _, _, text in body]) + "\n", "utf-8")


def _background_line(row: list, *, tags: bool) -> str:
    contig, pos, name, ref, alts, _, passed, _, keys, values = row
    call = dict(zip(keys.split(":"), values.split(":"), strict=False))
    rare = 0.0 if name == "." else 0.05
    info = f"{COMMON_TAG}=" + ",".join([f"{rare:g}"] * len(alts.split(","))) if tags else "."
    sample = ":".join(call.get(key, ".") for key in ("GT", "AD", "DP", "GQ"))
    cells = (contig.ucsc, pos, ".", ref, alts, ".", passed, info, "GT:AD:DP:GQ", sample)
    return "\t".join(map(str, cells))


def _spike_line(spike: Spike, *, tags: bool) -> str:
    reads = "20,20" if spike.genotype == "0/1" else "0,40"
    info = f"{COMMON_TAG}=0" if tags else "."
    sample = f"{spike.genotype}:{reads}:40:99"
    cells = (spike.contig.ucsc, spike.pos, ".", spike.ref, spike.alt, ".", "PASS", info,
             "GT:AD:DP:GQ", sample)  # fmt: skip
    return "\t".join(map(str, cells))
