from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.builders.upstream import Upstream, local_specs
from tests.builders.upstream_payloads import payloads

from rareplan.config import RefreshSettings, load_settings
from rareplan.knowledge import KnowledgeBase, open_knowledge
from rareplan.provenance import data_dir
from rareplan.refresh.layout import Home
from rareplan.refresh.spec import load_specs


@pytest.fixture(scope="session")
def starter() -> KnowledgeBase:
    return open_knowledge(data_dir("knowledge") / "starter")


@pytest.fixture(scope="session")
def files(starter: KnowledgeBase) -> dict[str, bytes]:
    return payloads(starter)


@pytest.fixture
def upstream(files: dict[str, bytes]) -> Iterator[Upstream]:
    with Upstream(dict(files)) as server:
        yield server


@pytest.fixture
def specs(upstream: Upstream):
    return local_specs(load_specs(), upstream.address)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "knowledge")


@pytest.fixture(scope="session")
def quick() -> RefreshSettings:
    return load_settings().refresh.model_copy(update={"backoff": 0.01, "max_backoff": 0.01})
