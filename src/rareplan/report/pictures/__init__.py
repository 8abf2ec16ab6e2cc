"""Inline SVG pictures, each with a text alternative and the table behind it."""

from __future__ import annotations
