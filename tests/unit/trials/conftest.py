from __future__ import annotations

import pytest

from rareplan.config import Settings, load_settings
from rareplan.knowledge.store import KnowledgeBase, open_knowledge
from rareplan.provenance import data_dir


@pytest.fixture(scope="session")
def kb() -> KnowledgeBase:
    return open_knowledge(data_dir("knowledge") / "starter")


@pytest.fixture(scope="session")
def settings() -> Settings:
    """Built-in settings, without waiting between requests."""
    known = load_settings()
    quick = known.trials.model_copy(
        update={
            "seconds_between_requests": 0.0,
            "backoff": 0.01,
            "max_backoff": 0.02,
            "read_timeout": 2.0,
            "retries": 2,
        }
    )
    return known.model_copy(update={"trials": quick})
