"""Two SNVs of one codon on one haplotype, from a VCF to case.json and the page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from rareplan.engines.choose import EngineRequest
from rareplan.pipeline import AnalyzeRequest, analyze
from rareplan.read.case import CasePaths
from rareplan.report.run_files import ReportRequest
from tests.builders.sequenced import Sequenced, sequenced
from tests.builders.vcf_builder import VcfBuilder

CODON = 200
PED = "F\tkid\tdad\tmum\t2\t2\nF\tdad\t0\t0\t1\t1\nF\tmum\t0\t0\t2\t1\n"


@pytest.fixture(scope="module")
def knowledge(tmp_path_factory: pytest.TempPathFactory) -> Sequenced:
    # TAC: a stop (TAA) with its last base changed, glutamine (CAA) with its first changed as well.
    return sequenced(tmp_path_factory.mktemp("kb") / "kb", "CPS1", {CODON: "TAC"})


def run(folder: Path, known: Sequenced, *calls: tuple[str, str, str]) -> tuple[dict[str, Any], str]:
    vcf = VcfBuilder(samples=("kid", "dad", "mum"))
    sites = sorted(
        [(known.snv(3 * CODON - 2, "C"), calls[0]), (known.snv(3 * CODON, "A"), calls[1])]
    )
    for (pos, ref, alt), call in sites:
        vcf.add("2", pos, ref, alt, *call)
    ped, terms = folder / "f.ped", folder / "terms.txt"
    ped.write_text(PED)
    terms.write_text("Hyperammonemia\nLethargy\nRespiratory alkalosis\n")
    request = AnalyzeRequest(
        paths=CasePaths((vcf.write(folder / "f.vcf"),), terms, ped),
        out=folder / "run",
        engine=EngineRequest("local"),
        reports=ReportRequest(("html",), ("en",)),
        knowledge=known.root,
    )
    analyze(request)
    case = json.loads((folder / "run" / "case.json").read_text("utf-8"))
    page = next((folder / "run").glob("clinician*.html")).read_text("utf-8")
    return case, page


def test_a_stop_that_its_neighbour_rescues_is_said_on_the_page(
    tmp_path: Path, knowledge: Sequenced
) -> None:
    both = ("1/1", "0/1", "0/1")
    case, page = run(tmp_path, knowledge, both, both)
    first = case["candidates"][0]
    assert first["gene"] == "CPS1"
    stop = next(
        v for c in case["candidates"] for v in c["variants"]
        if "stop_gained" in v["consequence"]["terms"]
    )  # fmt: skip
    (joint,) = stop["joint"]
    assert joint["terms"] == ["missense_variant"]
    assert joint["hgvs_p"].endswith(f"p.(Tyr{CODON}Gln)")
    assert joint["hgvs_c"].endswith(f"c.{3 * CODON - 2}_{3 * CODON}delinsCAA")
    assert sorted(joint["alone"]) == ["missense_variant", "stop_gained"]
    assert (joint["evidence"], joint["certain"]) == ("homozygous", True)
    # Nothing is replaced: the variant keeps its own name and terms.
    assert stop["hgvs_p"].endswith(f"p.(Tyr{CODON}Ter)")
    flag = next(f for f in first["flags"] if "one codon" in f)
    assert all(name in flag for name in joint["variants"])
    assert f"p.(Tyr{CODON}Gln)" in flag
    assert all(name in page for name in joint["variants"])
    assert f"p.(Tyr{CODON}Gln)" in page


def test_on_opposite_haplotypes_nothing_is_joined(tmp_path: Path, knowledge: Sequenced) -> None:
    case, page = run(tmp_path, knowledge, ("0|1", "0/1", "0/0"), ("1|0", "0/0", "0/1"))
    assert case["candidates"]
    assert not [v for c in case["candidates"] for v in c["variants"] if v["joint"]]
    assert "one codon" not in page
