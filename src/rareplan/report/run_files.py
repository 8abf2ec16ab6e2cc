"""All files of a run directory except the ledger (its engine's) and provenance.json."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rareplan.errors import Fault, InputError
from rareplan.model.case import Case
from rareplan.model.result import CaseResult
from rareplan.report.annotated_vcf import write_annotated_vcf
from rareplan.report.family.catalogue import LANGUAGES
from rareplan.report.render import FORMATS, render_run


def _chosen(text: str, allowed: tuple[str, ...], option: str) -> tuple[str, ...]:
    wanted = [part.strip().lower() for part in text.split(",") if part.strip()]
    unknown = [part for part in wanted if part not in allowed]
    if unknown:
        raise InputError(
            Fault(option, ", ".join(unknown)[:60], f"any of {', '.join(allowed)}", "Correct it.")
        )
    return tuple(dict.fromkeys(wanted))


@dataclass(frozen=True)
class ReportRequest:
    """Which files and which languages were asked for."""

    formats: tuple[str, ...] = ("html",)
    languages: tuple[str, ...] = ("en",)

    @classmethod
    def parse(cls, formats: str, languages: str) -> ReportRequest:
        """From the command line's comma-separated lists.

        Raises:
            InputError: a format or language that rareplan does not know.
        """
        return cls(
            _chosen(formats, FORMATS, "--format"), _chosen(languages, LANGUAGES, "--language")
        )


def write_run_files(result: CaseResult, case: Case, folder: Path, request: ReportRequest) -> None:
    """Render everything that comes from case.json, and the annotated VCF."""
    render_run(result, folder, request.formats, languages=request.languages)
    target = folder / "annotated.vcf.gz"
    write_annotated_vcf(case.vcf_paths, result, target, case.pedigree.sequenced)
