"""The whole plan of a candidate, and of a snapshot that holds drug targets."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.builders.case_candidates import CPS1_DISEASE, cps1_variant

from rareplan.config import Settings
from rareplan.knowledge.store import KnowledgeBase, open_knowledge
from rareplan.knowledge.therapies import curated_therapies
from rareplan.model.case import Case
from rareplan.model.genome import Assembly
from rareplan.model.pedigree import Pedigree, Person
from rareplan.model.result import Candidate
from rareplan.model.therapy import Gate, Mechanism, TherapyPlan
from rareplan.provenance import data_dir
from rareplan.therapies.gate import MECHANISM_CODES
from rareplan.therapies.mechanism import assumed_call
from rareplan.therapies.options import Patient
from rareplan.therapies.plan import assemble, plan_therapies


def example_family(medicines: tuple[str, ...] = ()) -> tuple[Candidate, Case]:
    """The boy with p.Gln335Ter of his father and p.Glu714Ter of his mother."""
    variants = (
        cps1_variant(210591886, "C", "T", 10, "c.1003C>T", "p.(Gln335Ter)", "father"),
        cps1_variant(210606889, "G", "T", 18, "c.2140G>T", "p.(Glu714Ter)", "mother"),
    )
    candidate = Candidate(
        rank=1,
        gene="CPS1",
        inheritance="AR compound heterozygous",
        probability=0.99,
        phenotype_score=1.0,
        variants=variants,
        diseases=(CPS1_DISEASE,),
    )
    family = Pedigree("son", (Person("son"),), frozenset({"son"}))
    case = Case((Path("family.vcf"),), Assembly.GRCH38, family, (), 0.01, medicines=medicines)
    return candidate, case


@pytest.fixture(scope="module")
def starter() -> KnowledgeBase:
    return open_knowledge(data_dir("knowledge") / "starter")


def test_the_example_family(starter: KnowledgeBase, settings: Settings) -> None:
    candidate, case = example_family(("Depakote",))
    plan = plan_therapies(candidate, (), case, starter, settings)
    assert plan.mechanism.possible == (Mechanism.LOF,)
    assert plan.mechanism.null_genotype is True
    text = "; ".join(o.intervention for o in plan.options)
    for wanted in (
        "sodium phenylacetate and sodium benzoate IV, with arginine",
        "glycerol phenylbutyrate or sodium phenylbutyrate",
        "citrulline",
        "protein-restricted diet",
        "liver transplantation",
    ):
        assert wanted in text
    assert plan.options[0].start_within == "hours"
    assert [o.intervention for o in plan.wrong_way] == ["carglumic acid (trial of response)"]
    ban = plan.cautions[0]
    assert (ban.drug, ban.action, ban.takes_now) == ("valproate", "contraindicated", True)


def test_every_option_has_a_reason_and_a_date(starter: KnowledgeBase, settings: Settings) -> None:
    candidate, case = example_family()
    plan = plan_therapies(candidate, (), case, starter, settings)
    for option in plan.options:
        assert option.gate is Gate.RIGHT
        assert option.gate_reason
        assert option.citations
        assert option.last_reviewed
        assert not option.stale
    assert TherapyPlan.model_validate_json(plan.model_dump_json()) == plan


def snapshot_with_targets(folder: Path, rows: list[dict[str, object]]) -> KnowledgeBase:
    """A refreshed snapshot's part that inferred repurposing reads."""
    path = folder / "drug_targets.parquet"
    pq.write_table(pa.Table.from_pylist(rows), path)
    raw = path.read_bytes()
    entry = {
        "file": path.name,
        "sha256": hashlib.sha256(raw).hexdigest(),
        "bytes": len(raw),
        "rows": len(rows),
        "sources": [],
    }
    manifest = {
        "format": 1, "name": "test", "created": "2026-11-21", "tables": {"drug_targets": entry},
    }  # fmt: skip
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return open_knowledge(folder)


def target(drug: str, gene: str, action: str, *, approved: bool = True) -> dict[str, object]:
    return {
        "drug": drug, "drug_id": "", "target": gene, "action_type": action,
        "approved": approved, "source": "Open Targets",
    }  # fmt: skip


def inferred_plan(kb: KnowledgeBase, gene: str, code: str, settings: Settings) -> TherapyPlan:
    call = assumed_call(gene, MECHANISM_CODES[code], curated_therapies(kb))
    call = call.model_copy(update={"null_genotype": False})
    return assemble(gene, call, Patient(), (), kb, settings)


def test_inferred_drugs_of_a_refreshed_snapshot(tmp_path: Path, settings: Settings) -> None:
    rows = [
        target("trametinib", "MAP2K1", "INHIBITOR"),
        target("unapproved drug", "MAP2K1", "INHIBITOR", approved=False),
        target("mystery drug", "BRAF", "MODULATOR"),
        target("vemurafenib", "BRAF", "INHIBITOR"),
    ]
    kb = snapshot_with_targets(tmp_path, rows)
    plan = inferred_plan(kb, "BRAF", "gof", settings)
    assert {o.intervention: o.tier for o in plan.options} == {"trametinib": "X", "vemurafenib": "X"}
    assert [o.intervention for o in plan.below_line] == ["mystery drug"]
    loss = inferred_plan(kb, "BRAF", "lof", settings)
    assert not loss.options
    assert {o.intervention for o in loss.wrong_way} == {"trametinib", "vemurafenib"}


def test_a_curated_drug_is_not_inferred_again(tmp_path: Path, settings: Settings) -> None:
    kb = snapshot_with_targets(tmp_path, [target("mavacamten", "MYH7", "INHIBITOR")])
    plan = inferred_plan(kb, "MYH7", "gof", settings)
    assert [o.tier for o in plan.options] == ["A"]
