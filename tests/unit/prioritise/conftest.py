"""Cases, variants and gene facts built by hand for the evidence tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from rareplan.config import Settings, load_settings
from rareplan.knowledge.store import KnowledgeBase, open_knowledge


@pytest.fixture(scope="session")
def settings() -> Settings:
    return load_settings()


@pytest.fixture(scope="session")
def starter(project_root: Path) -> KnowledgeBase:
    return open_knowledge(project_root / "knowledge" / "starter")
