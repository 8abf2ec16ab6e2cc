"""A diff for people (text, HTML) and for machines (JSON)."""

from __future__ import annotations

import html
import json
from dataclasses import asdict

from rareplan.refresh.diff_model import Diff

_SHOWN = 25


def as_text(diff: Diff, limit: int = _SHOWN) -> str:
    """Plain text, at most ``limit`` lines a layer."""
    lines = [f"From {diff.old} to {diff.new}: {diff.total} changes", ""]
    for layer in diff.layers:
        lines.append(f"{layer.title}: {len(layer.changes) or 'nothing new'}")
        lines += [f"  {change.text}" for change in layer.changes[:limit]]
        if len(layer.changes) > limit:
            lines.append(f"  ... and {len(layer.changes) - limit} more")
        if layer.note:
            lines.append(f"  ({layer.note})")
    return "\n".join(lines)


def as_json(diff: Diff) -> str:
    """Everything, as one JSON object."""
    return json.dumps(asdict(diff) | {"total": diff.total}, indent=2, ensure_ascii=False)


_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "h2{font-size:1.1rem;margin-top:2rem;border-bottom:1px solid #ccc}"
    "td{padding:.2rem .8rem .2rem 0;vertical-align:top}.note{color:#555}"
)


def as_html(diff: Diff, limit: int = 500) -> str:
    """One page that needs nothing else; every text is escaped."""
    title = html.escape(f"Knowledge: {diff.old} to {diff.new}")
    parts = [
        f"<!doctype html><html lang='en'><head><meta charset='utf-8'><title>{title}</title>",
        f"<style>{_STYLE}</style></head><body><h1>{title}</h1><p>{diff.total} changes</p>",
    ]
    for layer in diff.layers:
        parts.append(f"<h2>{html.escape(layer.title)} ({len(layer.changes)})</h2>")
        if layer.note:
            parts.append(f"<p class='note'>{html.escape(layer.note)}</p>")
        rows = (
            f"<tr><td>{html.escape(c.kind)}</td><td>{html.escape(c.text)}</td></tr>"
            for c in layer.changes[:limit]
        )
        parts.append(f"<table>{''.join(rows)}</table>")
        if len(layer.changes) > limit:
            parts.append(f"<p class='note'>and {len(layer.changes) - limit} more</p>")
    return "\n".join([*parts, "</body></html>", ""])
