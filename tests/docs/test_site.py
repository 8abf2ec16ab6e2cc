"""The documentation builds without a warning, and no page asks another machine for anything."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FETCHED = re.compile(
    r"""<(?:script|img|iframe|source|embed)\b[^>]*\bsrc=["']?(?:https?:)?//"""
    r"""|<link\b[^>]*\bhref=["']?(?:https?:)?//""",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("mkdocs", reason="mkdocs (the extra 'docs') is not installed")
    pytest.importorskip("material", reason="mkdocs-material (the extra 'docs') is not installed")
    target = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "-q"]
    built = subprocess.run(
        [*command, "-f", str(ROOT / "scripts" / "mkdocs.yml"), "-d", str(target)],
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stdout + built.stderr
    return target


def test_every_page_is_built(site: Path) -> None:
    docs = ROOT / "docs"
    sources = {p.relative_to(docs).with_suffix("").as_posix() for p in docs.rglob("*.md")}
    pages = {p.relative_to(site).with_suffix("").as_posix() for p in site.rglob("*.html")}
    assert sources == pages - {"404"}


def test_no_page_fetches_from_elsewhere(site: Path) -> None:
    pages = list(site.rglob("*.html"))
    assert pages
    assert not [p.name for p in pages if FETCHED.search(p.read_text("utf-8"))]
    own = (site / "assets" / "site.css").read_text("utf-8")
    styles = [*(site / "assets" / "stylesheets").glob("*.css")]
    assert styles
    assert not [p.name for p in styles if re.search(r"url\(['\"]?(https?:)?//", p.read_text())]
    assert "url(" not in own


def test_a_fetch_would_be_seen() -> None:
    assert FETCHED.search('<link rel="stylesheet" href="https://fonts.example/css">')
    assert FETCHED.search("<script async src=//example.org/a.js></script>")
    assert not FETCHED.search('<a href="https://hpo.jax.org">HPO</a> <script src="assets/a.js">')
