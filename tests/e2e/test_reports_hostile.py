"""A VCF whose names and annotations are markup, through the whole program."""

from __future__ import annotations

import gzip
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

SCRIPT = "<script>alert(1)</script>"
NAMES = {
    "son": f"son{SCRIPT}",
    "father": 'father"onmouseover="alert(1)',
    "mother": "mother<img/src=x/onerror=alert(1)>",
}
GENE = "<b/onclick=alert(1)>GENE</b>"


class Live(HTMLParser):
    """What a browser would run or fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"script", "img", "iframe", "object", "embed", "b", "form", "base", "link"}:
            self.found.append(tag)
        self.found += [key for key, _ in attrs if key.startswith("on")]


@pytest.fixture(scope="module")
def run_dir(tmp_path_factory: pytest.TempPathFactory, project_root: Path) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    example = project_root / "examples" / "cps1_trio"
    text = gzip.decompress((example / "family.vcf.gz").read_bytes()).decode()
    ped = (example / "family.ped").read_text()
    for name, evil in NAMES.items():
        text = re.sub(rf"(?m)^(#CHROM.*\t){name}\b", lambda m, e=evil: m[1] + e, text)
        ped = re.sub(rf"\b{name}\b(?!<|\")", lambda _, e=evil: e, ped)
    shape = "Allele|Consequence|SYMBOL|Gene|Feature"
    csq = f'##INFO=<ID=CSQ,Number=.,Type=String,Description="VEP. Format: {shape}">\n'
    text = text.replace("#CHROM", f"{csq}#CHROM", 1)
    lines = []
    for line in text.splitlines():
        cells = line.split("\t")
        if not line.startswith("#") and cells[1] == "210591886":
            note = f"CSQ={cells[4]}|stop_gained|{GENE}|ENSG1|{SCRIPT};NOTE={SCRIPT}"
            cells[7] = note if cells[7] == "." else f"{cells[7]};{note}"
        lines.append("\t".join(cells))
    (folder / "family.vcf").write_text("\n".join(lines) + "\n")
    (folder / "family.ped").write_text(ped)
    done = subprocess.run(
        [sys.executable, "-m", "rareplan", "analyze", str(folder / "family.vcf"),
         "--ped", str(folder / "family.ped"), "--hpo", str(example / "terms.txt"),
         "--out", str(folder / "run")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return folder / "run"


def test_no_page_holds_live_markup(run_dir: Path) -> None:
    pages = sorted(run_dir.glob("*.html"))
    assert {"clinician.html", "family.html"} <= {p.name for p in pages}
    for path in pages:
        live = Live()
        live.feed(path.read_text("utf-8"))
        assert live.found == [], path.name


def test_the_hostile_name_is_printed_as_text(run_dir: Path) -> None:
    page = (run_dir / "clinician.html").read_text("utf-8")
    assert "son&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_the_table_keeps_its_shape(run_dir: Path) -> None:
    rows = (run_dir / "candidates.tsv").read_text("utf-8").splitlines()
    assert {len(row.split("\t")) for row in rows} == {16}
