from __future__ import annotations

import re
import zlib
from pathlib import Path

import pytest
from tests.builders.case_result_builder import CASES, solved_trio

from rareplan.report.render import render_run

pytest.importorskip("weasyprint", reason="the pdf extra is not installed")


def objects(pdf: bytes) -> bytes:
    """The file's objects, those in compressed streams too."""
    found = [pdf]
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL):
        try:
            found.append(zlib.decompressobj().decompress(stream))
        except zlib.error:
            continue
    return b"\n".join(found)


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", objects(pdf)))


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_letter_fits_on_two_pages(name: str, language: str, tmp_path: Path) -> None:
    render_run(CASES[name](), tmp_path, ("pdf",), ("family",), (language,))
    (pdf,) = tmp_path.glob("family*.pdf")
    assert 1 <= pages(pdf.read_bytes()) <= 2


@pytest.mark.parametrize("name", ["solved_trio", "negative"])
def test_the_counselor_sheet_is_one_page(name: str, tmp_path: Path) -> None:
    render_run(CASES[name](), tmp_path, ("pdf",), ("counselor",))
    assert pages((tmp_path / "counselor.pdf").read_bytes()) == 1


def test_a_pdf_is_tagged_has_a_language_and_the_same_bytes_again(tmp_path: Path) -> None:
    for name in ("a", "b"):
        render_run(solved_trio(), tmp_path / name, ("pdf",), ("clinician",))
    first = (tmp_path / "a" / "clinician.pdf").read_bytes()
    assert first == (tmp_path / "b" / "clinician.pdf").read_bytes()
    assert b"/StructTreeRoot" in objects(first)
    assert b"/Lang (en)" in objects(first)


def test_a_page_that_asks_for_a_file_is_refused(tmp_path: Path) -> None:
    from rareplan.report.pdf import pdf_bytes

    secret = tmp_path / "secret.css"
    secret.write_text("body { color: red }")
    html = f"<html lang=en><title>x</title><link rel=stylesheet href='file://{secret}'><p>x"
    assert pdf_bytes(html) == pdf_bytes(
        html.replace(f"<link rel=stylesheet href='file://{secret}'>", "")
    )
