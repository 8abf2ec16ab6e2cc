"""Cases, variants and gene facts built by hand for the evidence tests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from rareplan.config import Settings, load_settings
from rareplan.knowledge.store import KnowledgeBase, open_knowledge
from rareplan.model.case import Case
from rareplan.model.inheritance import Segregation
from rareplan.model.variant import AnnotatedVariant
from rareplan.prioritise.gene_index import gene_index
from rareplan.prioritise.rank import RankedCase, rank_candidates, rank_phenotypes


@pytest.fixture(scope="session")
def settings() -> Settings:
    return load_settings()


@pytest.fixture(scope="session")
def starter(project_root: Path) -> KnowledgeBase:
    return open_knowledge(project_root / "knowledge" / "starter")


@pytest.fixture(scope="session")
def fuller(project_root: Path) -> KnowledgeBase:
    """The starter with what only a refreshed snapshot has: constraint and a repeat."""
    kb = open_knowledge(project_root / "knowledge" / "starter")
    index = gene_index(kb)
    genes = dict(index.genes)
    genes["SCN2A"] = replace(genes["SCN2A"], mis_z=6.5)
    genes["ARX"] = replace(genes["ARX"], domains=((100, 115, "low complexity"),))
    kb._cache["prioritise:gene_index"] = replace(index, genes=genes)
    return kb


@pytest.fixture(scope="session")
def rank(settings: Settings) -> Callable[..., RankedCase]:
    def run(
        kb: KnowledgeBase,
        case: Case,
        variants: list[AnnotatedVariant],
        segregations: list[Segregation],
    ) -> RankedCase:
        phenotype = rank_phenotypes(case, kb, settings)
        return rank_candidates(case, tuple(variants), tuple(segregations), phenotype, kb, settings)

    return run
