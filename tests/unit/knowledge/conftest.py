from __future__ import annotations

import pytest

from rareplan.knowledge import KnowledgeBase, open_knowledge
from rareplan.provenance import data_dir


@pytest.fixture(scope="session")
def starter() -> KnowledgeBase:
    return open_knowledge(data_dir("knowledge") / "starter")
