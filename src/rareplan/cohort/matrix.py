"""One family out of a MatrixTable, as ``rareplan analyze calls.mt`` asks for it."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

from rareplan.config import load_settings
from rareplan.engines.hail.cohort import judge_families, open_call_set
from rareplan.errors import Fault, InputError
from rareplan.knowledge.store import open_knowledge
from rareplan.model.progress import Progress, silent
from rareplan.model.result import CaseResult
from rareplan.pipeline import AnalyzeRequest, analyze
from rareplan.read.case import read_case


def analyze_matrix(request: AnalyzeRequest, progress: Progress = silent) -> CaseResult:
    """Judge the family's calls of a MatrixTable on Spark, then run the pipeline as for a VCF.

    Raises:
        InputError: the local engine was asked for, further files were given, or what
            :func:`rareplan.pipeline.analyze` says.
    """
    if len(request.paths.vcfs) != 1 or request.engine.name == "local":
        raise InputError(
            Fault(
                request.paths.vcfs[0].name,
                "a MatrixTable beside other files, or with --engine local",
                "one MatrixTable, on Hail",
                "Give it alone, with --engine auto or hail.",
            )
        )
    kb, settings = open_knowledge(request.knowledge), load_settings(request.config)
    progress("Starting Spark")
    master = request.engine.spark_master
    call_set = open_call_set(str(request.paths.vcfs[0]), master, request.paths.assembly)
    paths = replace(request.paths, vcfs=(call_set.header.path,))
    case = read_case(paths, kb)
    folder = Path(tempfile.mkdtemp(prefix="judged-", dir=call_set.session.shared))
    try:
        progress("Filtering on Spark")
        (judged,) = judge_families(call_set, [case], kb, settings, folder / "rows")
        engine = replace(request.engine, name="hail", judged=judged)
        return analyze(replace(request, paths=paths, engine=engine), progress, kb)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
