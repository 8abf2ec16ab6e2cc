"""Everything from a VCF is hostile text: it must never become markup, script or layout."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from tests.builders.case_result_builder import CASES

from rareplan.model.base import Frozen
from rareplan.model.result import CaseResult
from rareplan.report.render import render_run

PAYLOADS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style></svg><iframe src=//evil.example></iframe>",
    "{{ 7*7 }}{% raw %}",
    "javascript:alert(1)",
    "\u202egnirts desrever\u202c\x00\x1b[31m",
    "%(gene)s %s {0}",
)
# Text whose values the program branches on; a VCF cannot write them.
KEPT = {
    "schema_version",
    "role",
    "sex",
    "affection",
    "verdict",
    "status",
    "strength",
    "gate",
    "assembly",
    "start_within",
    "tier",
    "label",
    "segregation",
}


def poison(value: Any, payload: str, name: str = "") -> Any:
    """The same result with the payload added to every free text, also to keys of mappings."""
    if isinstance(value, Frozen):
        fields = {n: poison(getattr(value, n), payload, n) for n in type(value).model_fields}
        return value.model_copy(update=fields)
    if isinstance(value, tuple):
        return tuple(poison(v, payload, name) for v in value)
    if isinstance(value, dict):
        return {f"{k}{payload}" if name == "inputs" else k: v for k, v in value.items()}
    if type(value) is str and name not in KEPT:
        return f"{value}{payload}"
    return value


class Markup(HTMLParser):
    """Collects what a browser would act on."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.handlers: list[str] = []
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for key, value in attrs:
            if key.startswith("on"):
                self.handlers.append(key)
            if key in {"href", "src"} and not (value or "").startswith("#"):
                self.addresses.append(value or "")


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("name", ["solved_trio", "urgent_caution", "carrier"])
def test_no_live_markup(name: str, payload: str, tmp_path: Path) -> None:
    result: CaseResult = poison(CASES[name](), payload)
    clean_tags = Markup()
    for path in render_run(
        CASES[name](),
        tmp_path / "clean",
        audiences=("clinician", "family", "counselor"),
        languages=("en", "es"),
    ):
        if path.suffix == ".html":
            clean_tags.feed(path.read_text("utf-8"))
    written = render_run(
        result,
        tmp_path / "hostile",
        audiences=("clinician", "family", "counselor"),
        languages=("en", "es"),
    )
    for path in written:
        if path.suffix != ".html":
            continue
        text = path.read_text("utf-8")
        page = Markup()
        page.feed(text)
        assert page.tags <= clean_tags.tags | {"li", "ol", "ul", "p", "br", "details", "summary"}
        assert page.handlers == []
        assert all(re.match(r"https://[\w./%?=&;:#!\-]+", a) for a in page.addresses)
        assert not re.search("[\u202a-\u202e\x00\x1b]", text)
        assert "49" not in re.findall(r"\{\{ 7\*7 \}\}|49$", payload)  # never evaluated
        if "7*7" in payload:
            assert "{{ 7*7 }}" in text


def test_the_parser_sees_live_markup() -> None:
    page = Markup()
    page.feed('<p><script>1</script><img src="x" onerror="y"></p>')
    assert "script" in page.tags
    assert page.handlers == ["onerror"]


@pytest.mark.parametrize("name", CASES)
def test_pages_are_self_contained(name: str, tmp_path: Path) -> None:
    for path in render_run(CASES[name](), tmp_path, audiences=("clinician", "family", "counselor")):
        if path.suffix == ".html":
            text = path.read_text("utf-8")
            assert not re.search(r"<(script|link|iframe|object|embed|img|base|form)\b", text)
            assert not re.search(r"url\(|@import", text)
            assert "Content-Security-Policy" in text
