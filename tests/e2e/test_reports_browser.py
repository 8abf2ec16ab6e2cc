"""The reports of the six cases in headless Chromium: screenshots and axe-core.

Screenshots go to the folder named by RAREPLAN_SCREENSHOTS (CI keeps it as an artefact), else
to a temporary one.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rareplan.report.render import render_run
from tests.builders.browser import DESKTOP, PHONE, axe, open_browser, screenshot, show
from tests.builders.case_result_builder import CASES

pytestmark = pytest.mark.browser
PAGES = ("clinician.html", "family.html", "family.es.html", "counselor.html")
SERIOUS = {"serious", "critical"}


@pytest.fixture(scope="module")
def page() -> Iterator[Any]:
    with open_browser() as driver:
        yield driver


@pytest.fixture(scope="module")
def shots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = Path(os.environ.get("RAREPLAN_SCREENSHOTS") or tmp_path_factory.mktemp("shots"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.mark.parametrize("name", CASES)
def test_reports_open_fit_and_are_accessible(
    name: str, page: Any, shots: Path, tmp_path: Path
) -> None:
    render_run(
        CASES[name](),
        tmp_path,
        audiences=("clinician", "family", "counselor"),
        languages=("en", "es"),
    )
    for file_name in PAGES:
        for label, size in (("desktop", DESKTOP), ("phone", PHONE)):
            show(page, tmp_path / file_name, size)
            width = page.execute_script("return document.documentElement.scrollWidth")
            assert width <= size[0], f"{file_name} is {width} wide at {label}"
            bad = [v for v in axe(page) if v["impact"] in SERIOUS]
            assert [(v["id"], [n["html"] for n in v["nodes"][:2]]) for v in bad] == []
            screenshot(page, shots / f"{name}.{file_name.removesuffix('.html')}.{label}.png")


def test_axe_finds_a_bad_page(page: Any, tmp_path: Path) -> None:
    bad = tmp_path / "bad.html"
    bad.write_text("<html><body><img src=x><p style='color:#ddd;background:#fff'>pale</p>")
    show(page, bad, DESKTOP)
    assert {"image-alt", "html-has-lang", "color-contrast"} <= {v["id"] for v in axe(page)}


def test_every_link_and_table_can_be_reached_by_keyboard(page: Any, tmp_path: Path) -> None:
    from selenium.webdriver.common.keys import Keys

    render_run(CASES["solved_trio"](), tmp_path)
    show(page, tmp_path / "clinician.html", DESKTOP)
    page.find_element("tag name", "body").send_keys(Keys.TAB)
    focused = page.switch_to.active_element
    assert focused.text == "Skip to the report"
    assert focused.is_displayed()
    for region in page.find_elements("css selector", ".scroll"):
        assert region.get_attribute("tabindex") == "0"
        assert region.get_attribute("aria-label")


def test_nothing_is_loaded_from_elsewhere(page: Any, tmp_path: Path) -> None:
    render_run(CASES["solved_trio"](), tmp_path)
    show(page, tmp_path / "clinician.html", DESKTOP)
    entries = page.execute_script(
        "return performance.getEntriesByType('resource').map(e => e.name)"
    )
    assert entries == []
