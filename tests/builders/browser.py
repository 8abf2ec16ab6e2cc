"""Headless Chromium for tests: pages from files, screenshots, axe-core."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

DESKTOP = (1280, 900)
PHONE = (390, 844)
_FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--hide-scrollbars", "--force-color-profile=srgb", "--disable-dev-shm-usage",
)  # fmt: skip


def chromium() -> tuple[str, str]:
    """Paths of Chromium and its driver; skips the test where either is absent."""
    names = ("chromium", "chromium-browser", "google-chrome")
    browser = next(filter(None, map(shutil.which, names)), None)
    driver = shutil.which("chromedriver")
    if not browser or not driver:
        pytest.skip("headless Chromium or chromedriver is not installed")
    return browser, driver


@contextmanager
def open_browser() -> Iterator[Any]:
    """A Selenium driver with a new, empty profile and no network beyond files."""
    webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
    browser, driver = chromium()
    with tempfile.TemporaryDirectory() as profile:
        options = webdriver.ChromeOptions()
        options.binary_location = browser
        for flag in (*_FLAGS, f"--user-data-dir={profile}"):
            options.add_argument(flag)
        service = webdriver.ChromeService(executable_path=driver)
        page = webdriver.Chrome(options=options, service=service)
        try:
            yield page
        finally:
            page.quit()


def show(page: Any, path: Path, size: tuple[int, int]) -> None:
    """Open a file at a device width (an emulated one: windows have a smallest width)."""
    page.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": size[0] < 600},
    )
    page.get(path.resolve().as_uri())


def screenshot(page: Any, path: Path) -> None:
    """The whole page, not only what is in view."""
    import base64

    shot = page.execute_cdp_cmd("Page.captureScreenshot", {"captureBeyondViewport": True})
    path.write_bytes(base64.b64decode(shot["data"]))


def axe(page: Any) -> list[dict[str, Any]]:
    """Violations of WCAG 2.2 A and AA that axe-core finds on the open page."""
    axe_core = pytest.importorskip("axe_core_python", reason="axe-core-python is not installed")
    source = (Path(axe_core.__file__).parent / "axe.min.js").read_text("utf-8")
    page.execute_script(source)
    rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = page.execute_async_script(
        "const done = arguments[arguments.length - 1];"
        "const failed = e => ({violations: [{id: String(e), impact: 'critical', nodes: []}]});"
        "axe.run(document, {runOnly: {type: 'tag', values: arguments[0]}})"
        ".then(done, e => done(failed(e)));",
        rules,
    )
    return list(found["violations"])
