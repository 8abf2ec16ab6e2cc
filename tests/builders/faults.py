"""Faults of upstreams and machines, each on a fresh copy of a good home; what became of it."""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rareplan.errors import KnowledgeError
from rareplan.knowledge import open_knowledge
from rareplan.refresh.layout import Home
from tests.builders.upstream import Upstream

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Trial:
    """One fault: was the knowledge whole right after it, and did the next refresh succeed?"""

    name: str
    exit_code: int
    whole: bool
    recovered: bool


def run_child(home: Path, upstream: Upstream, fault: str = "none", at: int = 0) -> tuple[int, str]:
    """One refresh in its own process."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.builders.fault_child", str(home), upstream.address, fault,
         str(at)],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
        env={**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"},
    )  # fmt: skip
    return done.returncode, done.stdout.strip()


def is_whole(home: Path) -> bool:
    """Whether the snapshot in use can be opened and every byte is right."""
    try:
        return not open_knowledge(Home(home).current).verify()
    except KnowledgeError:
        return False


def change(upstream: Upstream, number: int) -> None:
    """Something new upstream, so that there is work to do."""
    row = f"MONDO:{number:07}\tx\tPMID:1\tMAXO:0000088\tx\tHP:0000001\ttreats"
    tail = "\tTAS\t\t\t\t\tx\t2026-10-01\t2026-10-01\n"
    upstream.files["/maxo-annotations.tsv"] += (row + tail).encode()
    upstream.files["/constraint.tsv"] += f"G{number}\tE\ttrue\ttrue\t0\t0\t0\n".encode()
    text = upstream.files["/hgnc_complete_set.txt"].decode()
    line = f"HGNC:9{number:05}\tNEW{number}\tn\tlocus\tApproved\t1p\t\t\t\t\t\t2026-10-02"
    upstream.files["/hgnc_complete_set.txt"] = f"{text}\n{line}".encode()


def machine_faults(
    good: Path, work: Path, upstream: Upstream, kinds: tuple[str, ...], points: int
) -> Iterator[Trial]:
    """``kill`` and ``full`` at evenly spread disk steps of a refresh that has work to do."""
    change(upstream, 1)
    counted = work / "counted"
    shutil.copytree(good, counted, symlinks=True)
    steps = int(run_child(counted, upstream, "count")[1].splitlines()[-1])
    shutil.rmtree(counted)
    for kind in kinds:
        for n in range(points):
            at = 1 + n * (steps - 1) // max(points - 1, 1)
            home = work / f"{kind}{n}"
            shutil.copytree(good, home, symlinks=True)
            code, _ = run_child(home, upstream, kind, at)
            whole = is_whole(home)
            again, _ = run_child(home, upstream)
            recovered = again in (0, 1) and is_whole(home)
            yield Trial(f"{kind} at step {at} of {steps}", code, whole, recovered)
            shutil.rmtree(home)


def _truncate(upstream: Upstream) -> None:
    upstream.files["/clinvar.vcf.gz"] = upstream.files["/clinvar.vcf.gz"][:-100]
    del upstream.files["/clinvar.vcf.gz.md5"]


def _columns(upstream: Upstream) -> None:
    for path, old, new in (
        ("/constraint.tsv", b"lof.pLI", b"lof_pli"),
        ("/maxo-annotations.tsv", b"maxo_id", b"action"),
        ("/hgnc_complete_set.txt", b"prev_symbol", b"old_symbol"),
    ):
        upstream.files[path] = upstream.files[path].replace(old, new)


def _half(upstream: Upstream) -> None:
    for path in ("/phenotype.hpoa", "/genes_to_disease.txt", "/mondo.sssom.tsv"):
        lines = upstream.files[path].split(b"\n")
        upstream.files[path] = b"\n".join(lines[: len(lines) // 2])


def _fasta_of_another_release(upstream: Upstream) -> None:
    path = "/mane/MANE.GRCh38.v1.5.refseq_rna.fna.gz"
    text = gzip.decompress(upstream.files[path]).replace(b"GCTGCTGCT", b"GCTTAAGCT")
    upstream.files[path] = gzip.compress(text, mtime=0)


UPSTREAM_FAULTS: dict[str, Callable[[Upstream], object]] = {
    "connection cut once": lambda u: u.cut.update({"/hp.obo": [5000], "/clinvar.vcf.gz": [9000]}),
    "connection cut always": lambda u: u.cut.update({"/hp.obo": [5000] * 99}),
    "status 500": lambda u: u.status.update({"/hp.obo": [500] * 99, "/constraint.tsv": [500] * 99}),
    "wrong checksum": lambda u: u.files.update({"/clinvar.vcf.gz.md5": b"0" * 32}),
    "truncated gzip": _truncate,
    "changed columns": _columns,
    "half the rows": _half,
    "sequence of another release": _fasta_of_another_release,
    "empty file": lambda u: u.files.update({"/phenotype.hpoa": b"", "/hp.obo": b""}),
    "HTML instead of data": lambda u: u.files.update({"/mondo.sssom.tsv": b"<html>sorry</html>"}),
}  # fmt: skip


def upstream_faults(
    good: Path, work: Path, files: dict[str, bytes], names: tuple[str, ...] = ()
) -> Iterator[Trial]:
    """Every fault of an upstream (or those named), on a home that was good before."""
    for number, (name, strike) in enumerate(UPSTREAM_FAULTS.items()):
        if names and name not in names:
            continue
        home = work / f"upstream{number}"
        shutil.copytree(good, home, symlinks=True)
        with Upstream(dict(files)) as upstream:
            change(upstream, number + 100)
            strike(upstream)
            code, _ = run_child(home, upstream)
            whole = is_whole(home)
            upstream.files = dict(files)
            upstream.cut.clear()
            upstream.status.clear()
            change(upstream, number + 200)
            again, _ = run_child(home, upstream)
        yield Trial(name, code, whole, again == 0 and is_whole(home))
        shutil.rmtree(home)
