"""The family letter: plain sentences, each tied to the field of case.json it comes from."""

from __future__ import annotations
