"""A plan from a few words: gene, variants, mode, medicines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from rareplan.config import Settings, load_settings
from rareplan.knowledge.store import KnowledgeBase
from rareplan.knowledge.therapies import CuratedTherapies, curated_therapies
from rareplan.model.therapy import Mechanism, TherapyPlan
from rareplan.therapies.alleles import Allele
from rareplan.therapies.described import describe
from rareplan.therapies.gate import MECHANISM_CODES
from rareplan.therapies.mechanism import assumed_call, call_mechanism
from rareplan.therapies.medicines import DrugNames
from rareplan.therapies.options import Patient
from rareplan.therapies.plan import assemble

PlanMaker = Callable[..., TherapyPlan]


@pytest.fixture(scope="session")
def empty_kb() -> KnowledgeBase:
    """A snapshot without tables: the curated rows come from the source tree."""
    return KnowledgeBase(Path(), {"name": "test", "created": "", "tables": {}}, "")


@pytest.fixture(scope="session")
def settings() -> Settings:
    return load_settings()


@pytest.fixture(scope="session")
def tables(empty_kb: KnowledgeBase) -> CuratedTherapies:
    return curated_therapies(empty_kb)


@pytest.fixture(scope="session")
def names(tables: CuratedTherapies) -> DrugNames:
    return DrugNames.build(tables.drugs)


def parse_alleles(text: str) -> list[Allele]:
    """Alleles as the truth table writes them: ``p.Arg1Ter x2, p.Ser2Ter esc``."""
    found = []
    for part in text.split(","):
        name, *marks = part.split()
        allele = describe(name, copies=2 if "x2" in marks else 1)
        assert allele is not None, name
        if "esc" in marks:
            allele = Allele(**{**allele.__dict__, "escapes_nmd": True})
        found.append(allele)
    return found


@pytest.fixture(scope="session")
def make_plan(empty_kb: KnowledgeBase, settings: Settings, tables: CuratedTherapies) -> PlanMaker:
    """``make_plan(gene, variants, mode, medicines=(), age=None)``."""

    def make(
        gene: str,
        variants: str,
        mode: str,
        medicines: Sequence[str] = (),
        age: float | None = None,
    ) -> TherapyPlan:
        alleles: list[Allele] = []
        if variants.startswith("mech:"):
            mechanism: Mechanism = MECHANISM_CODES[variants.removeprefix("mech:")]
            call = assumed_call(gene, mechanism, tables)
        else:
            alleles = parse_alleles(variants)
            call = call_mechanism(gene, alleles, mode, tables)
        patient = Patient(tuple(alleles), age, frozenset(), mode == "AR")
        return assemble(gene, call, patient, medicines, empty_kb, settings)

    return make
