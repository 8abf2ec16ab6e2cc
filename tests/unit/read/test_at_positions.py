"""Records at asked positions, with and without an index, and what a BED covers."""

from __future__ import annotations

from pathlib import Path

import pysam
import pytest

from rareplan.config import load_settings
from rareplan.model.case import Case
from rareplan.model.genome import Assembly, Contig
from rareplan.model.pedigree import Pedigree, Person
from rareplan.model.sites import SiteRecord
from rareplan.read.at_positions import covered_by, records_at

HEADER = """##fileformat=VCFv4.2
##FILTER=<ID=LowQual,Description="low">
##INFO=<ID=END,Number=1,Type=Integer,Description="end">
##FORMAT=<ID=GT,Number=1,Type=String,Description="genotype">
##FORMAT=<ID=GQ,Number=1,Type=Integer,Description="quality">
##contig=<ID=chr10,length=133797422>
##contig=<ID=chrX,length=156040895>
#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tMUM\tKID
"""
RECORDS = (
    "chr10\t100\t.\tA\tG\t50\tPASS\t.\tGT:GQ\t0/0:99\t0|1:99",
    "chr10\t200\t.\tC\tT\t50\tLowQual\t.\tGT:GQ\t0/0:99\t1/1:99",
    "chr10\t300\t.\tC\tT\t50\tPASS\t.\tGT:GQ\t0/0:99\t1/1:5",
    "chr10\t400\t.\tC\t<NON_REF>\t.\t.\tEND=450\tGT:GQ\t0/0:99\t0/0:60",
    "chr10\t500\t.\tC\tT,G\t50\tPASS\t.\tGT:GQ\t0/0:99\t1/2:.",
    "chrX\t100\t.\tA\tG\t50\tPASS\t.\tGT:GQ\t0/1:99\t1:99",
)
PLACES = [(Contig.CHR10, p, p) for p in (100, 200, 300, 425, 500, 600)] + [(Contig.X, 100, 100)]


def make_case(path: Path, targets: Path | None = None) -> Case:
    family = Pedigree("KID", (Person("KID"), Person("MUM")), frozenset({"KID", "MUM"}))
    return Case((path,), Assembly.GRCH38, family, (), targets=targets)


@pytest.mark.parametrize("indexed", [True, False])
def test_records_of_the_proband(tmp_path: Path, indexed: bool) -> None:
    path = tmp_path / "family.vcf"
    path.write_text(HEADER + "\n".join(RECORDS) + "\n")
    if indexed:
        path = Path(pysam.tabix_index(str(path), preset="vcf"))
    found = records_at(make_case(path), PLACES, load_settings().quality)
    by_place = {(r.contig, r.pos): r for r in found}
    assert by_place[Contig.CHR10, 100] == SiteRecord(
        Contig.CHR10, 100, "A", ("G",), (0, 1), phased=True, end=100
    )
    assert by_place[Contig.CHR10, 200].haplotypes == (-1, -1)
    assert by_place[Contig.CHR10, 300].haplotypes == (-1, -1)
    block = by_place[Contig.CHR10, 400]
    assert (block.alts, block.haplotypes, block.end) == ((), (0, 0), 450)
    assert by_place[Contig.CHR10, 500].haplotypes == (1, 2)
    assert by_place[Contig.X, 100].haplotypes == (1,)
    assert len(found) == 6


def test_what_a_bed_covers(tmp_path: Path) -> None:
    bed = tmp_path / "panel.bed"
    bed.write_text("track x\nchr10\t99\t110\nchr10\t105\t120\n10\t200\t201\n")
    covered = covered_by(make_case(tmp_path / "family.vcf", bed))
    assert covered is not None
    inside = [p for p in (99, 100, 120, 121, 200, 201) if covered(Contig.CHR10, p)]
    assert inside == [100, 120, 201]
    assert not covered(Contig.X, 100)
    assert covered_by(make_case(tmp_path / "family.vcf")) is None
