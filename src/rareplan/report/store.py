"""case.json: written once by the pipeline, read back by every later command."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from rareplan.errors import Fault, InputError
from rareplan.model.result import SCHEMA_VERSION, CaseResult

CASE_FILE = "case.json"

Upgrader = Callable[[dict[str, Any]], dict[str, Any]]


def _from_1_0(data: dict[str, Any]) -> dict[str, Any]:
    """1.1 only added optional fields (exons, domains, strand): old files keep their defaults."""
    return data | {"schema_version": "1.1"}


# Each entry turns a file of that schema into the next one; they run one after the other.
UPGRADERS: dict[str, Upgrader] = {"1.0": _from_1_0}


def dump_result(result: CaseResult) -> bytes:
    """The bytes of case.json: UTF-8, two-space indent, a final newline; same input, same bytes."""
    data = result.model_dump(mode="json")
    return (json.dumps(data, ensure_ascii=False, indent=2, allow_nan=False) + "\n").encode()


def load_result(path: Path) -> CaseResult:
    """Read case.json (or a run directory that holds one), upgrading older schemas.

    Raises:
        InputError: no such file, not JSON, an unknown schema, or fields that do not fit.
    """
    source = path / CASE_FILE if path.is_dir() else path
    data = _read_json(source)
    version = str(data.get("schema_version", ""))
    while version in UPGRADERS:
        data = UPGRADERS[version](data)
        version = str(data["schema_version"])
    if version != SCHEMA_VERSION:
        raise InputError(
            Fault(
                source.name,
                f"schema_version {version or '(none)'}",
                f"{SCHEMA_VERSION} or older",
                "Use the rareplan that wrote it, or a newer one.",
            )
        )
    try:
        return CaseResult.model_validate(data)
    except ValidationError as error:
        raise InputError(
            Fault(
                f"{source.name}: {'.'.join(map(str, item['loc']))}",
                item["msg"],
                f"a field of case.json {SCHEMA_VERSION}",
                "Run rareplan analyze again.",
            )
            for item in error.errors()
        ) from error


def _read_json(source: Path) -> dict[str, Any]:
    try:
        data = json.loads(source.read_text("utf-8"))
    except OSError as error:
        raise InputError(
            Fault(
                source.name,
                f"no readable file ({error.strerror})",
                "the case.json of a run directory",
                "Give the folder that rareplan analyze wrote.",
            )
        ) from error
    except ValueError as error:
        raise InputError(
            Fault(source.name, "text that is not JSON", "case.json", "Run rareplan analyze again.")
        ) from error
    if not isinstance(data, dict):
        raise InputError(
            Fault(source.name, "JSON that is no object", "case.json", "Run rareplan analyze again.")
        )
    return data
