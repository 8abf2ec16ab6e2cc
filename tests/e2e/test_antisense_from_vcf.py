"""Named cases of the literature, from a VCF to the verdicts in case.json."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from rareplan.engines.choose import EngineRequest
from rareplan.pipeline import AnalyzeRequest, analyze
from rareplan.read.case import CasePaths
from tests.builders.vcf_builder import VcfBuilder

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Named:
    """One published case: GRCh38 record, phenotype, and what the rules must say."""

    gene: str
    record: tuple[str, int, str, str]
    call: str
    terms: tuple[str, ...]
    strategy: str
    verdict: str
    sex: str = "female"
    info: tuple[tuple[str, object], ...] = ()


CASES = (
    Named("ATM", ("11", 108332838, "C", "T"), "1/1",
          ("Cerebellar ataxia", "Telangiectasia of the skin", "Oculomotor apraxia"),
          "splice correction", "eligible"),
    Named("CEP290", ("12", 88101183, "T", "C"), "1/1",
          ("Nystagmus", "Undetectable electroretinogram", "Visual impairment"),
          "splice correction", "eligible"),
    Named("USH2A", ("1", 216247118, "C", "A"), "1/1",
          ("Rod-cone dystrophy", "Sensorineural hearing impairment"),
          "exon skipping", "eligible"),
    Named("DMD", ("X", 31819000, "N", "<DEL>"), "1",
          ("Muscular dystrophy", "Elevated circulating creatine kinase concentration",
           "Calf muscle pseudohypertrophy"),
          "exon skipping", "eligible", "male",
          (("SVTYPE", "DEL"), ("END", 31876000), ("SVLEN", -57000))),
    Named("SCN1A", ("2", 166052882, "G", "A"), "0/1",
          ("Febrile seizure (within the age range of 3 months to 6 years)", "Status epilepticus",
           "Global developmental delay"),
          "wild-type upregulation", "eligible"),
    Named("KCNT1", ("9", 135759686, "G", "A"), "0/1",
          ("Focal-onset seizure", "Epileptic encephalopathy", "Global developmental delay"),
          "transcript knock-down", "eligible"),
    Named("SOD1", ("21", 31659783, "C", "T"), "0/1",
          ("Amyotrophic lateral sclerosis", "Skeletal muscle atrophy", "Fasciculations"),
          "transcript knock-down", "eligible"),
    Named("FUS", ("16", 31191431, "C", "T"), "0/1",
          ("Amyotrophic lateral sclerosis", "Skeletal muscle atrophy", "Fasciculations"),
          "transcript knock-down", "eligible"),
    Named("RHO", ("3", 129528801, "C", "A"), "0/1",
          ("Rod-cone dystrophy", "Nyctalopia"),
          "transcript knock-down", "eligible"),
)  # fmt: skip


def run(case: Named, folder: Path) -> dict[str, Any]:
    chrom, pos, ref, alt = case.record
    vcf = VcfBuilder(samples=("kid",))
    vcf.add(chrom, pos, ref, alt, case.call, info=dict(case.info))
    path = vcf.write(folder / "kid.vcf")
    terms = folder / "terms.txt"
    terms.write_text("\n".join(case.terms), "utf-8")
    ped = folder / "kid.ped"
    ped.write_text(f"F\tkid\t0\t0\t{1 if case.sex == 'male' else 2}\t2\n", "utf-8")
    request = AnalyzeRequest(
        paths=CasePaths((path,), terms, ped), out=folder / "run", engine=EngineRequest("local")
    )
    analyze(request)
    loaded: dict[str, Any] = json.loads((folder / "run" / "case.json").read_text("utf-8"))
    return loaded


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.gene)
def test_named_case(case: Named, tmp_path: Path) -> None:
    result = run(case, tmp_path)
    plan = next(p for p in result["therapies"] if p["gene"] == case.gene)
    verdicts = {v["strategy"]: v for v in plan["antisense"]}
    assert verdicts[case.strategy]["verdict"] == case.verdict, verdicts[case.strategy]["reason"]
    assert verdicts[case.strategy]["trace"]
