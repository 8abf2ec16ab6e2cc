"""Real exomes with a known answer, on the starter, through reading, engine and ranking."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from rareplan.config import load_settings
from rareplan.engines.local import run
from rareplan.knowledge.store import open_knowledge
from rareplan.prioritise.rank import rank_candidates, rank_phenotypes
from rareplan.read.case import CasePaths, read_case


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "gene", "variants"),
    [
        ("NA12878.dominant", "KCNA2", 1),
        ("NA12878.recessive", "SUCLA2", 1),
        ("miller", "DHODH", 2),
    ],
)
def test_the_spiked_gene_comes_first(
    shared_data: Path, project_root: Path, name: str, gene: str, variants: int
) -> None:
    kb, settings = open_knowledge(project_root / "knowledge" / "starter"), load_settings()
    folder = shared_data / "vcf"
    paths = CasePaths(vcfs=(folder / f"{name}.vcf.gz",), hpo=folder / f"{name}.hpo.txt")
    case = read_case(paths, kb)
    found = run(case, kb, settings)
    phenotype = rank_phenotypes(case, kb, settings)
    ranked = rank_candidates(case, found.variants, found.segregations, phenotype, kb, settings)
    first = ranked.candidates[0]
    assert (first.gene, len(first.variants)) == (gene, variants)
    assert first.probability > ranked.none_of_these
    again = math.exp(math.fsum(f.log_lr for f in first.derivation))
    assert again == pytest.approx(first.probability)
