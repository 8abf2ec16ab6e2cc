"""The packaged snapshot is what its recipe gives, and its models are right."""

from __future__ import annotations

import lzma
import os
import re
from pathlib import Path

import pytest

from rareplan.knowledge import KnowledgeBase
from rareplan.knowledge.transcripts import TranscriptBundle
from rareplan.model.genome import Contig, contig_from_name
from rareplan.refresh.starter.build import build_starter
from rareplan.refresh.starter.packages import PACKAGES
from rareplan.refresh.starter.structures import (
    GeneSpan,
    ManeExons,
    Structure,
    anchor,
    anchor_by_splice_sites,
)

LISTED = [
    Structure("G-201", "G", "protein_coding", 1, ((10, 20), (40, 50)), (15, 45)),
    Structure("G-202", "G", "protein_coding", 1, ((0, 20), (40, 60)), (15, 45)),
]


def test_the_manifest_names_the_pinned_archives(starter: KnowledgeBase) -> None:
    assert starter.manifest["archives"] == {p.label: p.sha256 for p in PACKAGES}
    assert all(re.fullmatch(r"[0-9a-f]{64}", p.sha256) for p in PACKAGES)


@pytest.mark.slow
def test_the_starter_is_rebuilt_byte_for_byte(starter: KnowledgeBase, tmp_path: Path) -> None:
    """Needs the archives: RAREPLAN_ARCHIVES, or build/archives after scripts/build_starter."""
    import pyarrow as pa

    root = Path(__file__).resolve().parents[3]
    archives = Path(os.environ.get("RAREPLAN_ARCHIVES", root / "build" / "archives"))
    if not all((archives / package.archive).is_file() for package in PACKAGES):
        pytest.skip("the pinned archives are not here (scripts/build_starter fetches them)")
    if starter.manifest["pyarrow"] != pa.__version__:
        pytest.skip("another pyarrow than the one that wrote the starter")
    build_starter(archives, tmp_path / "again")
    for path in sorted(starter.root.iterdir()):
        assert (tmp_path / "again" / path.name).read_bytes() == path.read_bytes(), path.name


def test_a_gene_is_anchored_by_its_mane_transcript() -> None:
    mane = ManeExons("ENST1.1", "G", Contig(1), ((1010, 1020), (1040, 1050)))
    assert anchor(LISTED, [GeneSpan("G", "E", Contig(1), 900, 1100)], [mane]) == 1000


def test_without_mane_only_a_gene_as_long_as_its_transcripts_is_placed() -> None:
    assert anchor(LISTED, [GeneSpan("G", "E", Contig(1), 1000, 1060)], []) == 1000
    assert anchor(LISTED, [GeneSpan("G", "E", Contig(1), 990, 1060)], []) is None


def test_splice_sites_place_a_gene_when_only_one_place_fits() -> None:
    gene = GeneSpan("G", "E", Contig(1), 990, 1100)
    sites = [1021, 1022, 1038, 1039, 1021 + 0]
    assert anchor_by_splice_sites(LISTED, gene, sites) is None  # four distinct prove too little
    assert anchor_by_splice_sites(LISTED, gene, [*sites, 1051]) == 1000
    assert anchor_by_splice_sites(LISTED, gene, [*sites, 1030]) is None


def test_disease_genes_have_models(starter: KnowledgeBase) -> None:
    have = set(TranscriptBundle.from_knowledge(starter).gene)
    acmg = {row["gene"] for row in starter.curated("acmg_sf_v3_3")}
    assert len(acmg) > 70
    assert acmg <= have
    assert {"SLC37A4", "SMN1", "RNU4-2", "MT-ND1"} <= have


@pytest.mark.shared
def test_published_c_names_lie_where_the_models_put_them(
    starter: KnowledgeBase, shared_data: Path
) -> None:
    """Every coding single-base change of the tuning cases that names a MANE transcript."""
    bundle = TranscriptBundle.from_knowledge(starter)
    rows = {name: i for i, name in enumerate(bundle.refseq) if name}
    pattern = re.compile(
        r"hg38\|(chr\w+)\|(\d+)\|[ACGT]\|[ACGT]\|[^| ]*\|(NM_\d+\.\d+):c\.(\d+)[ACGT]>[ACGT]"
    )
    seen, wrong = set(), []
    with lzma.open(shared_data / "phenopackets" / "cases_tune.tsv.xz", "rt") as lines:
        for line in lines:
            seen |= {m.groups() for m in pattern.finditer(line) if m.group(3) in rows}
    for chrom, pos, refseq, number in seen:
        i = rows[refseq]
        spliced = int(bundle.cds_first[i]) + int(number) - 1
        part = slice(bundle.exon_offset[i], bundle.exon_offset[i + 1])
        starts, ends = bundle.exon_start[part], bundle.exon_end[part]
        into = spliced - bundle.exon_spliced[part]
        k = int(((into >= 0) & (into <= ends - starts)).argmax())
        place = starts[k] + into[k] if bundle.strand[i] > 0 else ends[k] - into[k]
        if (int(place), bundle.contig[i]) != (int(pos), contig_from_name(chrom)):
            wrong.append((refseq, number, pos, int(place)))
    assert len(seen) > 1500
    assert wrong == []
