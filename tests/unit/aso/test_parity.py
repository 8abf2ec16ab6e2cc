"""``rareplan analyze`` and ``rareplan aso`` say the same of one variant."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.e2e.test_antisense_from_vcf import Named, run

from rareplan.config import Antisense
from rareplan.knowledge.store import KnowledgeBase
from rareplan.therapies.aso.batch import assess_rows

pytestmark = pytest.mark.slow

# ClinVar 978630 (CEP290 c.5329C>T, homozygous) and HGPS (LMNA c.1824C>T, de novo).
CASES = (
    (Named("CEP290", ("12", 88079127, "G", "A"), "1/1",
           ("Nystagmus", "Visual impairment", "Undetectable electroretinogram"), "", ""),
     "LoF", "AR"),
    (Named("LMNA", ("1", 156138613, "C", "T"), "0/1",
           ("Progeroid facial appearance", "Alopecia", "Failure to thrive"), "", ""),
     "DN", "AD"),
)  # fmt: skip


@pytest.mark.parametrize(("case", "mechanism", "inheritance"), CASES, ids=lambda c: str(c)[:16])
def test_the_same_four_verdicts(
    case: Named,
    mechanism: str,
    inheritance: str,
    tmp_path: Path,
    kb: KnowledgeBase,
    antisense: Antisense,
) -> None:
    result = run(case, tmp_path)
    plan = next(p for p in result["therapies"] if p["gene"] == case.gene)
    told = {v["strategy"]: v["verdict"] for v in plan["antisense"]}
    chrom, pos, ref, alt = case.record
    row = {
        "id": "x", "gene": "", "transcript": "", "hgvs_c": "", "mechanism": mechanism,
        "inheritance": inheritance, "assembly": "GRCh38", "chrom": chrom, "pos": str(pos),
        "ref": ref, "alt": alt,
    }  # fmt: skip
    assert told == {v.strategy: v.verdict for v in assess_rows([row], kb, antisense)}
