"""Every file of a run that is made from case.json, and nothing but case.json."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from rareplan.errors import Fault, InputError
from rareplan.model.result import CaseResult
from rareplan.report.store import CASE_FILE, dump_result, load_result

__all__ = ["AUDIENCES", "FORMATS", "load_result", "render_run"]

AUDIENCES = ("clinician", "family", "counselor")
FORMATS = ("html", "pdf", "json", "tsv", "xlsx", "fhir", "phenopacket")
# What every run directory holds besides the pages, in the order in which it is written.
_ALWAYS = ("json", "tsv", "phenopacket", "fhir")


def render_run(
    result: CaseResult,
    out_dir: Path,
    formats: Sequence[str] = ("html",),
    audiences: Sequence[str] = ("clinician", "family"),
    languages: Sequence[str] = ("en",),
) -> list[Path]:
    """Write case.json and all that is rendered from it; the same result gives the same bytes.

    ``case.json``, ``candidates.tsv``, ``phenopacket.json`` and ``fhir.json`` are always
    written; ``html`` and ``pdf`` add a page for each audience (the family letter in each
    language: ``family.html``, ``family.es.html``), ``xlsx`` a workbook.

    Returns:
        The files written, in order.

    Raises:
        InputError: a format, audience or language is not known, or PDF was asked for
            without the ``pdf`` extra; nothing is written then.
    """
    wanted = tuple(dict.fromkeys((*_ALWAYS, *formats)))
    _check(wanted, audiences, languages)
    # All files are made in memory first, so that a failure leaves no half-written run.
    files: dict[str, bytes] = {}
    for name in wanted:
        if name in _WRITERS:
            file_name, writer = _WRITERS[name]
            files[file_name] = writer(result)
    files |= _pages(result, wanted, audiences, languages)
    out_dir.mkdir(parents=True, exist_ok=True)
    written = []
    for file_name, content in files.items():
        path = out_dir / file_name
        path.write_bytes(content)
        written.append(path)
    return written


def _pages(
    result: CaseResult, formats: Sequence[str], audiences: Sequence[str], languages: Sequence[str]
) -> dict[str, bytes]:
    pages: dict[str, str] = {}
    if {"html", "pdf"} & set(formats):
        for audience in audiences:
            pages |= _audience_pages(result, audience, languages)
    files: dict[str, bytes] = {}
    for stem, html in pages.items():
        if "html" in formats:
            files[f"{stem}.html"] = html.encode()
        if "pdf" in formats:
            from rareplan.report.pdf import pdf_bytes

            files[f"{stem}.pdf"] = pdf_bytes(html)
    return files


def _audience_pages(result: CaseResult, audience: str, languages: Sequence[str]) -> dict[str, str]:
    if audience == "clinician":
        from rareplan.report.clinician import clinician_html

        return {"clinician": clinician_html(result)}
    if audience == "counselor":
        from rareplan.report.counselor import counselor_html

        return {"counselor": counselor_html(result)}
    from rareplan.report.family.page import family_html

    return {
        "family" if language == "en" else f"family.{language}": family_html(result, language)
        for language in languages
    }


def _phenopacket(result: CaseResult) -> bytes:
    from rareplan.report.phenopacket import phenopacket_bytes

    return phenopacket_bytes(result)


def _fhir(result: CaseResult) -> bytes:
    from rareplan.report.fhir.bundle import fhir_bytes

    return fhir_bytes(result)


def _tsv(result: CaseResult) -> bytes:
    from rareplan.report.table import tsv_bytes

    return tsv_bytes(result)


def _xlsx(result: CaseResult) -> bytes:
    from rareplan.report.table import xlsx_bytes

    return xlsx_bytes(result)


_WRITERS: dict[str, tuple[str, Callable[[CaseResult], bytes]]] = {
    "json": (CASE_FILE, dump_result),
    "tsv": ("candidates.tsv", _tsv),
    "phenopacket": ("phenopacket.json", _phenopacket),
    "fhir": ("fhir.json", _fhir),
    "xlsx": ("candidates.xlsx", _xlsx),
}


def _check(formats: Sequence[str], audiences: Sequence[str], languages: Sequence[str]) -> None:
    from rareplan.report.family.catalogue import LANGUAGES

    known = (
        ("format", formats, FORMATS),
        ("audience", audiences, AUDIENCES),
        ("language", languages, LANGUAGES),
    )
    faults = [
        Fault(f"--{what}", given, " or ".join(allowed), "Choose one of these.")
        for what, values, allowed in known
        for given in values
        if given not in allowed
    ]
    if "pdf" in formats:
        from rareplan.report.pdf import available

        if not available():
            faults.append(
                Fault(
                    "--format",
                    "pdf without WeasyPrint",
                    "the pdf extra",
                    "Install rareplan[pdf], or print the HTML file from a browser.",
                )
            )
    if faults:
        raise InputError(faults)
