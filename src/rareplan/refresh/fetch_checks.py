"""What a fetched file must be before it replaces the old one, and how pages are read."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import zlib
from pathlib import Path
from typing import Any
from urllib.parse import quote

from rareplan.refresh.faults import SourceError

_CHUNK = 1 << 20


def check_gzip(path: Path) -> None:
    """Read a gzip file to its end.

    Raises:
        SourceError: it is not gzip, cut short, or damaged.
    """
    try:
        with gzip.open(path, "rb") as handle:
            while handle.read(_CHUNK):
                pass
    except (EOFError, OSError, zlib.error) as error:
        path.unlink(missing_ok=True)
        raise SourceError(f"a gzip file is cut short or damaged ({error})") from error


def check_sum(part: Path, text: str, address: str) -> None:
    """Compare a file with the MD5 or SHA-256 in a checksum file.

    Raises:
        SourceError: another checksum, or none in the text; the file is removed.
    """
    found = re.search(r"\b([0-9a-f]{64}|[0-9a-f]{32})\b", text.lower())
    if not found:
        raise SourceError(f"{address} holds no checksum")
    kind = "sha256" if len(found.group(1)) == 64 else "md5"
    with part.open("rb") as handle:
        digest = hashlib.file_digest(handle, kind).hexdigest()
    if digest != found.group(1):
        part.unlink(missing_ok=True)
        raise SourceError(f"the {kind} checksum in {address} is another than the file's")


def page_of(page: Any, key: str) -> tuple[list[Any], str, str]:
    """Records, next-page token and next-page address of one JSON page.

    ``key`` is ``records:token`` with dotted paths; a token with a slash is an address.
    """
    record_key, _, token_key = key.partition(":")
    records, token = page, page
    for name in record_key.split("."):
        records = records.get(name, []) if isinstance(records, dict) else []
    for name in token_key.split("."):
        token = token.get(name) if isinstance(token, dict) else None
    text = str(token or "")
    return list(records), "" if "/" in text else text, text if "/" in text else ""


def with_token(url: str, token: str) -> str:
    """The address of the next page; empty without a token."""
    if not token:
        return ""
    return f"{url}{'&' if '?' in url else '?'}pageToken={quote(token)}"


def json_of(body: bytes, url: str) -> Any:
    """The JSON of an answer.

    Raises:
        SourceError: it is not JSON.
    """
    try:
        return json.loads(body)
    except ValueError as error:
        raise SourceError(f"{url} did not answer with JSON ({error})") from error
