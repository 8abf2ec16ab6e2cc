"""A medicine that the tables do not know is named: its cautions were not looked up."""

from __future__ import annotations

from rareplan.knowledge.store import open_knowledge
from rareplan.knowledge.therapies import curated_therapies
from rareplan.therapies.medicines import unread_medicines


def test_a_misspelt_medicine_is_named_and_brands_are_known() -> None:
    drugs = curated_therapies(open_knowledge()).drugs
    (told,) = unread_medicines(["Depakine 300 mg", "Depakkine", "carbamazepine"], drugs)
    assert "'Depakkine'" in told
    assert "carbamazepine" not in told
    assert unread_medicines(["Depakine", "Keppra"], drugs) == ()
