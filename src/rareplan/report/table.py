"""candidates.tsv (its columns are a contract) and the same rows as a workbook."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from rareplan.model.result import Candidate, CandidateVariant, CaseResult

COLUMNS = (
    "rank", "gene", "variant", "assembly", "consequence", "hgvs_c", "hgvs_p", "inheritance",
    "genotypes", "probability", "phenotype_score", "acmg_class", "acmg_criteria", "clinvar",
    "max_af", "diseases",
)  # fmt: skip
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_FORMULA_STARTS = ("=", "+", "-", "@")
# A workbook is a zip; zip cannot hold dates before 1980, and equal input must give equal bytes.
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)


def clean_cell(text: str) -> str:
    """One line of text: control characters and line breaks become a space."""
    return _CONTROL.sub(" ", text).strip()


def number(value: float | None) -> str:
    """Six significant digits; empty for unknown (unknown is not zero)."""
    return "" if value is None else f"{value:.6g}"


def genotype_text(variant: CandidateVariant) -> str:
    """``proband=0/1;mother=0/1``: roles where known, sample names otherwise."""
    return ";".join(f"{g.role or g.person}={g.gt}" for g in variant.genotypes)


def _row(candidate: Candidate, variant: CandidateVariant) -> tuple[str, ...]:
    cells = (
        str(candidate.rank),
        variant.gene or candidate.gene,
        variant.variant,
        variant.assembly,
        "&".join(variant.consequence.terms),
        variant.hgvs_c,
        variant.hgvs_p,
        candidate.inheritance,
        genotype_text(variant),
        number(candidate.probability),
        number(candidate.phenotype_score),
        variant.classification.label,
        variant.classification.criteria,
        variant.clinvar,
        number(variant.max_af),
        ";".join(f"{d.id} {d.name}".strip() for d in candidate.diseases),
    )
    return tuple(clean_cell(cell) for cell in cells)


def candidate_rows(result: CaseResult) -> Iterator[tuple[str, ...]]:
    """One row a variant, in rank order; the two of a compound pair share the rank."""
    for candidate in result.candidates:
        for variant in candidate.variants:
            yield _row(candidate, variant)


def _plain(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula when it opens the file."""
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) and len(cell) > 1 else cell


def tsv_bytes(result: CaseResult) -> bytes:
    """candidates.tsv with a header line, UTF-8; an apostrophe before what could be a formula."""
    rows = ("\t".join(map(_plain, row)) for row in candidate_rows(result))
    lines = ["\t".join(COLUMNS), *rows]
    return ("\n".join(lines) + "\n").encode()


def xlsx_bytes(result: CaseResult) -> bytes:
    """The candidates, the filter funnel and the knowledge sources as a workbook.

    Text that a spreadsheet would run as a formula is stored as text.
    """
    from openpyxl import Workbook
    from openpyxl.styles import Font

    sheets: dict[str, list[tuple[str, ...]]] = {
        "candidates": [COLUMNS, *candidate_rows(result)],
        "filters": [
            ("rule", "description", "threshold", "tested", "stopped"),
            *(
                (r.rule, r.description, r.threshold, str(r.tested), str(r.stopped))
                for r in result.ledger.rules
            ),
        ],
        "knowledge": [
            ("source", "version", "date", "licence"),
            *((s.name, s.version, s.date, s.licence) for s in result.knowledge),
        ],
    }
    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for y, row in enumerate(rows, start=1):
            for x, text in enumerate(row, start=1):
                cell = sheet.cell(row=y, column=x)
                cell.value, cell.data_type = clean_cell(text), "s"
                cell.quotePrefix = text.startswith(_FORMULA_STARTS)
                cell.font = Font(bold=y == 1)
        sheet.freeze_panes = "A2"
    out = BytesIO()
    book.save(out)
    return _without_dates(out.getvalue())


def _without_dates(workbook: bytes) -> bytes:
    out = BytesIO()
    with ZipFile(BytesIO(workbook)) as old, ZipFile(out, "w", ZIP_DEFLATED) as new:
        for name in sorted(old.namelist()):
            data = old.read(name)
            if name == "docProps/core.xml":
                data = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"1980-01-01T00:00:00Z", data)
            new.writestr(ZipInfo(name, _ZIP_DATE), data, ZIP_DEFLATED)
    return out.getvalue()
