"""The test cases of ``bcftools csq`` (shared data), as worlds with expected consequences."""

from __future__ import annotations

import gzip
import tarfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rareplan.model.genome import Contig, contig_from_name
from tests.builders.csq import TO_SO
from tests.builders.genes import Gene, World
from tests.builders.gff3 import Model, biotype_of, read_models

_KINDS = ("gene", "transcript", "mRNA", "RNA", "segment", "exon", "CDS", "variant")


@dataclass(frozen=True)
class Expected:
    """One allele with what ``bcftools csq`` says of it, by transcript (or gene symbol)."""

    contig: int
    pos: int
    ref: str
    alt: str
    terms: dict[str, frozenset[str]]


@dataclass(frozen=True)
class CsqCase:
    name: str
    world: World
    expected: list[Expected]


def csq_cases(archive: Path) -> Iterator[CsqCase]:
    """Every case whose expectation speaks of single alleles (local mode, or not compound)."""
    with tarfile.open(archive) as tar:
        texts = {
            m.name: tar.extractfile(m).read().decode()  # type: ignore[union-attr]
            for m in tar.getmembers()
            if m.isfile()
        }
    for name in sorted(texts):
        if not name.endswith(".txt") or "ascii" in name or "/csq/" not in name:
            continue
        folder, stem = name.rsplit("/", 1)
        code = folder.rsplit("/", 1)[1]
        gff, fasta = texts.get(f"{folder}/{code}.gff"), texts.get(f"{folder}/{code}.fa")
        if gff is None or fasta is None:
            continue
        local = texts.get(name + "-l")
        world = world_of(gff, fasta)
        expected = list(
            _expected(local or texts[name], next(iter(world.genome)), local=bool(local))
        )
        yield CsqCase(f"{code}/{stem}", world, expected)


def world_of(gff: str, fasta: str) -> World:
    """Genes and genome of Ensembl-flavoured GFF3 text and FASTA text."""
    genome = {}
    for block in fasta.split(">")[1:]:
        header, _, body = block.partition("\n")
        genome[_code(header.split()[0])] = body.replace("\n", "").upper()
    lines = []
    for line in gff.splitlines():
        cells = line.split("\t")
        if len(cells) >= 9 and cells[3].isdigit() and cells[2].endswith(_KINDS):
            cells = cells[:9]
            cells[0] = Contig(_code(cells[0])).bare
            lines.append("\t".join(cells))
    return World([gene_of(m) for m in read_models(_with_exons(lines))], genome)


def _code(name: str) -> int:
    return int(contig_from_name(name)) or 1


def _with_exons(lines: list[str]) -> list[str]:
    """The dummies list CDS only; their exons are the CDS."""
    if any("\texon\t" in line for line in lines):
        return lines
    return lines + [line.replace("\tCDS\t", "\texon\t") for line in lines if "\tCDS\t" in line]


def gene_of(model: Model) -> Gene:
    span = model.cds_span
    biotype = biotype_of(model) or model.attributes.get("gene_biotype", "protein_coding")
    return Gene(
        name=model.gene.get("Name", model.ident),
        strand=model.strand,
        exons=list(model.exons),
        cds=span if span[0] else None,
        contig=int(model.contig),
        transcript_class="",
        biotype=biotype,
        phase=model.cds_phase,
        transcript=model.ident.removeprefix("transcript:"),
    )


def _expected(text: str, contig: int, *, local: bool) -> Iterator[Expected]:
    found: dict[tuple[int, str, str], dict[str, set[str]]] = {}
    compound: set[int] = set()
    for line in text.splitlines():
        cells = line.split("\t")
        if len(cells) < 4 or not cells[0].isdigit():
            continue
        pos, ref, alts, entry = int(cells[0]), cells[1], cells[2], cells[3]
        if "," in alts:
            continue
        terms = found.setdefault((pos, ref, alts), defaultdict(set))
        for one in entry.split(","):
            part = one.split("|")
            if one.startswith("@"):
                compound.update((pos, int(one[1:].split("@")[0])))
            elif len(part) > 2:
                if "+" in part[-1] and not local and len(part) > 5:
                    compound.add(pos)
                key = part[2] or part[1]
                terms[key].update(TO_SO.get(x, x) for x in part[0].lstrip("*").split("&"))
                if part[0].startswith("*") and not local:
                    compound.add(pos)
    for (pos, ref, alt), terms in found.items():
        if pos in compound or not alt.isalpha():
            continue
        yield Expected(contig, pos, ref, alt, {k: frozenset(v) for k, v in terms.items()})


def read_gz(path: Path) -> str:
    return gzip.decompress(path.read_bytes()).decode()
