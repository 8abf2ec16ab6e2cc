"""Time of the reports and of annotated.vcf.gz: python scripts/bench/reports.py [records]."""

from __future__ import annotations

import sys
import tempfile
import time
import warnings
from pathlib import Path

import pysam

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.builders.case_result_builder import CASES, solved_trio  # noqa: E402

from rareplan.report.annotated_vcf import write_annotated_vcf  # noqa: E402
from rareplan.report.family.page import letter  # noqa: E402
from rareplan.report.render import render_run  # noqa: E402

AUDIENCES = ("clinician", "family", "counselor")


def clock(call: object) -> float:
    """Seconds of one call."""
    begin = time.perf_counter()
    call()  # type: ignore[operator]
    return time.perf_counter() - begin


def reports(folder: Path) -> None:
    """Time, length and grade of each case."""
    render_run(solved_trio(), folder, ("html", "pdf", "xlsx"), AUDIENCES, ("en", "es"))  # imports
    print("case, all files without PDF (s), PDF of three pages (s), words, Flesch-Kincaid grade")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import textstat
    for name, build in CASES.items():
        result = build()
        plain = clock(lambda r=result: render_run(r, folder, ("html", "xlsx"), AUDIENCES))
        pdf = clock(lambda r=result: render_run(r, folder, ("pdf",), AUDIENCES)) - plain
        told = [s.text for b in letter(result) for s in b.sentences if "organ" not in s.fields[0]]
        text = " ".join(told)
        grade = textstat.flesch_kincaid_grade(text)
        print(f"{name}, {plain:.2f}, {pdf:.2f}, {len(text.split())}, {grade}")


def annotated(folder: Path, records: int) -> None:
    """Time of the annotated VCF beside a bare copy of the same file."""
    source = folder / "in.vcf.gz"
    with pysam.BGZFile(str(source), "w") as out:
        out.write(b"##fileformat=VCFv4.2\n##contig=<ID=chr2>\n")
        out.write(b"#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tP1\tF1\tM1\n")
        call = b"0/1:20,18:38:99:500,0,520"
        for i in range(records):
            pos = b"%d" % (210_000_000 + i)
            row = [b"chr2", pos, b".", b"C", b"T", b"50", b"PASS", b"AC=2;AN=6;DP=110"]
            out.write(b"\t".join([*row, b"GT:AD:DP:GQ:PL", call, call, call]) + b"\n")
    target = folder / "out.vcf.gz"
    ours = clock(lambda: write_annotated_vcf([source], solved_trio(), target))

    def copy() -> None:
        with pysam.BGZFile(str(source)) as old, pysam.BGZFile(str(folder / "c.gz"), "w") as new:
            while block := old.read(1 << 20):
                new.write(block)
        pysam.tabix_index(str(folder / "c.gz"), preset="vcf", force=True)

    bare = clock(copy)
    print(f"annotated.vcf.gz, {records:,} records: {ours:.1f} s; copy and index alone {bare:.1f} s")


with tempfile.TemporaryDirectory() as temporary:
    reports(Path(temporary))
    annotated(Path(temporary), int(sys.argv[1]) if len(sys.argv) > 1 else 500_000)
