from __future__ import annotations

import pytest

from rareplan.config import Antisense, Settings, load_settings
from rareplan.knowledge.store import KnowledgeBase, open_knowledge
from rareplan.provenance import data_dir


@pytest.fixture(scope="session")
def kb() -> KnowledgeBase:
    """The starter snapshot that ships with rareplan."""
    return open_knowledge(data_dir("knowledge") / "starter")


@pytest.fixture(scope="session")
def settings() -> Settings:
    return load_settings()


@pytest.fixture(scope="session")
def antisense(settings: Settings) -> Antisense:
    return settings.antisense
